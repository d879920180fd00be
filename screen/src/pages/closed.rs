//! The closed page: outside opening hours it stands in place of the attract page. It says when the
//! shop opens; a touch shows the hours for a while.

use super::{CLOCK_POLL, Pages};
use crate::effect::{Alarm, Effect};
use cloud_shelf_core::{
    domain::Lang,
    hours::{Day, Hours, Span},
};
use cloud_shelf_ui::{Closed as Adapter, HoursRow};
use jiff::{Timestamp, ToSpan, ZonedDateTime};
use slint::{ModelRc, VecModel};
use std::{rc::Rc, time::Duration};

/// How long a touch shows the hours.
const HOURS_SHOWN: Duration = Duration::from_secs(8);
/// Days of which the hours are shown.
const DAYS: i64 = 7;

pub struct ClosedPage {
    open: bool,
    days: Rc<VecModel<HoursRow>>,
}

impl ClosedPage {
    pub fn new(pages: &Pages) -> Self {
        let days = Rc::new(VecModel::default());
        pages.global::<Adapter>().set_days(ModelRc::from(days.clone()));
        Self { open: true, days }
    }

    /// Whether the shop is open, by its hours; one without hours always is.
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Works out whether the shop is open, and when to do so again.
    pub fn check_hours(&mut self, pages: &Pages) -> Effect {
        let Some(hours) = &pages.settings.hours.value else {
            self.open = true;
            return Effect::Stop(Alarm::Hours);
        };
        let now = pages.clock.now();
        let state = hours.state_at(now);
        // By a clock that nobody has set the shop would be dark in the middle of the day
        self.open = state.is_open() || !pages.clock.is_set();
        let left = state.until().map_or(CLOCK_POLL, |until| Duration::from_secs(now.abs_diff(until).max(1)));
        Effect::Start(Alarm::Hours, left.min(CLOCK_POLL))
    }

    /// Says when the shop opens, in the languages offered.
    pub fn say_hours(&self, pages: &Pages) {
        let settings = &pages.settings;
        let Some(hours) = settings.hours.value.as_ref().filter(|_| !self.open) else { return };
        let now = pages.clock.now();
        let lang = pages.language;
        let adapter = pages.global::<Adapter>();
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

    /// A finger is on the page: shows the hours for a while.
    pub fn show_hours(&self, pages: &Pages) -> Option<Effect> {
        let hours = pages.settings.hours.value.as_ref()?;
        self.days.set_vec(days(hours, pages.clock.now(), pages.language));
        pages.global::<Adapter>().set_hours_shown(true);
        Some(Effect::Start(Alarm::HoursShown, HOURS_SHOWN))
    }

    pub fn hide_hours(&self, pages: &Pages) -> Effect {
        pages.global::<Adapter>().set_hours_shown(false);
        Effect::Stop(Alarm::HoursShown)
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
