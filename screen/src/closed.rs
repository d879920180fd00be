//! The closed page: outside opening hours it stands in place of the attract page. It says when the
//! shop opens; a touch shows the hours for a while.

use super::screen::Screen;
use cloud_shelf_core::{
    domain::Lang,
    hours::{Day, Hours, Span},
};
use cloud_shelf_ui::{AppWindow, Closed as Adapter, HoursRow, Page};
use jiff::{Timestamp, ToSpan, ZonedDateTime};
use slint::{ComponentHandle, ModelRc, Timer, VecModel};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

/// A clock that is set is noticed within this.
pub(super) const CLOCK_LOOK: Duration = Duration::from_secs(60);
/// How long a touch shows the hours.
const HOURS_SHOWN: Duration = Duration::from_secs(8);
/// Days of which the hours are shown.
const DAYS: i64 = 7;

/// How long the closed page is shown to whoever looks before the panel goes dark.
const PANEL_ON: Duration = Duration::from_secs(60);

/// Switches the panel on (true) or off, where the hardware can.
pub type PanelSwitch = Box<dyn Fn(bool)>;

pub struct ClosedPage {
    open: Cell<bool>,
    panel: RefCell<Option<PanelSwitch>>,
    lit: Cell<bool>,
    panel_timer: Timer,
    days: Rc<VecModel<HoursRow>>,
    change_timer: Timer,
    shown_timer: Timer,
}

impl ClosedPage {
    pub fn new(window: &AppWindow) -> Self {
        let days = Rc::new(VecModel::default());
        window.global::<Adapter>().set_days(ModelRc::from(days.clone()));
        Self {
            open: Cell::new(true),
            panel: RefCell::default(),
            lit: Cell::new(true),
            panel_timer: Timer::default(),
            days,
            change_timer: Timer::default(),
            shown_timer: Timer::default(),
        }
    }
}

impl Screen {
    /// Whether the shop is open, by its hours; one without hours always is.
    pub fn is_open(&self) -> bool {
        self.closed.open.get()
    }

    /// Works out whether the shop is open, and again when that changes. A shopper is not sent away:
    /// the page closes once they have left.
    pub(super) fn keep_hours(&self) {
        let settings = self.settings();
        if let Some(hours) = &settings.hours.value {
            let now = self.clock.now();
            let state = hours.state_at(now);
            // By a clock that nobody has set the shop would be dark in the middle of the day
            self.closed.open.set(state.is_open() || !self.clock.is_set());
            let left =
                state.until().map_or(CLOCK_LOOK, |until| Duration::from_secs(now.abs_diff(until).max(1)));
            self.later(&self.closed.change_timer, left.min(CLOCK_LOOK), Self::keep_hours);
        } else {
            self.closed.open.set(true);
            self.closed.change_timer.stop();
        }
        match self.page() {
            Page::Attract if !self.is_open() => self.enter_attract(),
            Page::Closed if self.is_open() => self.reopen(),
            Page::Closed => {
                self.say_hours();
                if !self.closed.lit.get() {
                    // Something else may have lit it: a key, or a driver's whim
                    self.switch_panel(false);
                }
            }
            _ => {}
        }
    }

    /// How the panel is switched, on a unit that can.
    pub fn set_panel(&self, switch: PanelSwitch) {
        *self.closed.panel.borrow_mut() = Some(switch);
        self.light_panel(self.page());
    }

    /// The panel is lit for every page; on the closed one for a while only.
    pub(super) fn light_panel(&self, page: Page) {
        if !self.closed.lit.get() {
            self.switch_panel(true);
        }
        if page == Page::Closed && self.settings().panel_off.value {
            self.later(&self.closed.panel_timer, PANEL_ON, |screen| screen.switch_panel(false));
        } else {
            self.closed.panel_timer.stop();
        }
    }

    fn switch_panel(&self, lit: bool) {
        self.closed.lit.set(lit);
        if let Some(switch) = &*self.closed.panel.borrow() {
            switch(lit);
        }
    }

    /// Says when the shop opens, in the languages offered.
    pub(super) fn say_hours(&self) {
        let settings = self.settings();
        let Some(hours) = settings.hours.value.as_ref().filter(|_| !self.is_open()) else { return };
        let now = self.clock.now();
        let lang = self.language();
        let adapter = self.window.global::<Adapter>();
        adapter.set_opens(opening(hours, now, lang).into());
        let other = settings.languages.value.iter().find(|other| **other != lang);
        let other = other.map(|other| match (other, opening(hours, now, *other)) {
            (Lang::Zh, when) if when.is_empty() => "休息中".to_owned(),
            (Lang::Zh, when) => format!("休息中 · {when}"),
            (Lang::En, when) if when.is_empty() => "Closed".to_owned(),
            (Lang::En, when) => format!("Closed · {when}"),
        });
        adapter.set_other(other.unwrap_or_default().into());
    }

    /// A finger is on the closed page.
    pub(super) fn show_hours(&self) {
        self.light_panel(Page::Closed);
        let settings = self.settings();
        let Some(hours) = &settings.hours.value else { return };
        self.closed.days.set_vec(days(hours, self.clock.now(), self.language()));
        self.window.global::<Adapter>().set_hours_shown(true);
        self.later(&self.closed.shown_timer, HOURS_SHOWN, Self::hide_hours);
    }

    pub(super) fn hide_hours(&self) {
        self.closed.shown_timer.stop();
        self.window.global::<Adapter>().set_hours_shown(false);
    }
}

/// The time of a moment in the zone of the hours.
fn local(hours: &Hours, second: i64) -> Option<ZonedDateTime> {
    Some(Timestamp::from_second(second).ok()?.to_zoned_datetime(hours.zone()))
}

/// When a closed shop opens; empty where that is more than a week away.
fn opening(hours: &Hours, now: i64, lang: Lang) -> String {
    let until = hours.state_at(now).until();
    let times = until.and_then(|until| Some((local(hours, now)?, local(hours, until)?)));
    let Some((now, opens)) = times else { return String::new() };
    let clock = opens.strftime("%H:%M");
    let day = day_name(now.date(), opens.date(), lang);
    match lang {
        Lang::Zh => format!("{day} {clock} 开始营业"),
        Lang::En => format!("Opens {day} at {clock}"),
    }
}

/// What a day is called on another one: today, tomorrow, Friday, or by its date.
fn day_name(today: jiff::civil::Date, day: jiff::civil::Date, lang: Lang) -> String {
    let away = (0..DAYS).find(|away| today.checked_add(away.days()).is_ok_and(|date| date == day));
    let name = match (away, lang) {
        (Some(0), Lang::Zh) => "今天",
        (Some(0), Lang::En) => "today",
        (Some(1), Lang::Zh) => "明天",
        (Some(1), Lang::En) => "tomorrow",
        (Some(_), lang) => Day::from(day.weekday()).name(lang),
        (None, Lang::Zh) => return format!("{} 月 {} 日", day.month(), day.day()),
        (None, Lang::En) => return day.strftime("%A, %-d %B").to_string(),
    };
    name.to_owned()
}

/// The hours of a week from now on.
fn days(hours: &Hours, now: i64, lang: Lang) -> Vec<HoursRow> {
    let Some(today) = local(hours, now).map(|now| now.date()) else { return vec![] };
    let dates = (0..DAYS).filter_map(|away| today.checked_add(away.days()).ok());
    dates
        .map(|date| {
            let spans: Vec<_> = hours.spans_of_date(date).iter().map(|span| between(*span, lang)).collect();
            let closed = if lang == Lang::Zh { "休息" } else { "Closed" };
            let mut day = day_name(today, date, lang);
            // At the head of a line
            if let Some(first) = day.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            HoursRow {
                day: day.into(),
                spans: if spans.is_empty() { closed.into() } else { spans.join("  ").into() },
            }
        })
        .collect()
}

/// `09:00–12:00`; an end after midnight as the clock then shows it.
fn between(span: Span, lang: Lang) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let (start, end) = (span.start(), span.end());
    match (end.checked_sub(24 * 60), lang) {
        (None | Some(0), _) => format!("{}–{}", clock(start), clock(end)),
        (Some(after), Lang::Zh) => format!("{}–次日 {}", clock(start), clock(after)),
        (Some(after), Lang::En) => format!("{}–{} (+1)", clock(start), clock(after)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud_shelf_core::hours::HoursDocument;

    fn hours(json: &str) -> Hours {
        Hours::try_from(&serde_json::from_str::<HoursDocument>(json).unwrap()).unwrap()
    }

    /// Monday, 2027-02-15, 00:00 in China.
    const MONDAY: i64 = 1_802_620_800;
    const DAY: i64 = 86_400;

    #[test]
    fn the_next_opening_is_said_as_people_say_it() {
        let shop = hours(
            r#"{"week":{"mon":["09:00-12:00","13:00-26:00"],"tue":["10:00-18:00"],"fri":["10:00-18:00"]},
                "dates":{"2027-02-19":[],"2027-02-22":["11:30-12:00"]}}"#,
        );
        for (now, zh, en) in [
            (MONDAY, "今天 09:00 开始营业", "Opens today at 09:00"),
            (MONDAY + 12 * 3600, "今天 13:00 开始营业", "Opens today at 13:00"),
            // Six days on the weekday says it
            (MONDAY + DAY + 20 * 3600, "周一 11:30 开始营业", "Opens Monday at 11:30"),
            (MONDAY + 6 * DAY, "明天 11:30 开始营业", "Opens tomorrow at 11:30"),
        ] {
            assert_eq!(
                (opening(&shop, now, Lang::Zh).as_str(), opening(&shop, now, Lang::En).as_str()),
                (zh, en)
            );
        }
        let rare = hours(r#"{"week":{},"dates":{"2027-02-22":["11:30-12:00"]}}"#);
        assert_eq!(opening(&rare, MONDAY, Lang::Zh), "2 月 22 日 11:30 开始营业");
        assert_eq!(opening(&rare, MONDAY, Lang::En), "Opens Monday, 22 February at 11:30");
        assert_eq!(opening(&rare, MONDAY - 3 * DAY, Lang::Zh), "");
    }

    #[test]
    fn a_week_of_hours_begins_today() {
        let shop = hours(
            r#"{"week":{"mon":["09:00-12:00","13:00-26:00"],"tue":["10:00-24:00"]},"dates":{"2027-02-17":["8:00-9:00"]}}"#,
        );
        let rows = |lang| {
            let rows = days(&shop, MONDAY, lang);
            rows.into_iter().map(|row| format!("{} {}", row.day, row.spans)).collect::<Vec<_>>()
        };
        assert_eq!(
            rows(Lang::Zh)[..4],
            ["今天 09:00–12:00  13:00–次日 02:00", "明天 10:00–24:00", "周三 08:00–09:00", "周四 休息"]
        );
        assert_eq!(
            rows(Lang::En)[..4],
            [
                "Today 09:00–12:00  13:00–02:00 (+1)",
                "Tomorrow 10:00–24:00",
                "Wednesday 08:00–09:00",
                "Thursday Closed"
            ]
        );
        assert_eq!(rows(Lang::En).len(), 7);
    }
}
