//! Decides when an update may begin: while nobody shops.

use cloud_shelf_core::{
    config::DailyWindow,
    hours::{Hours, OpeningState, default_zone},
};
use jiff::Timestamp;

/// Default window if neither opening hours nor a window is set, in the shop's local time.
const NIGHT: &str = "02:00-05:00";
/// Minimum time before opening, in seconds, so that an update is finished by then.
const LEAST_LEFT_S: i64 = 30 * 60;
/// Minimum interval, in seconds, between one unit's queries of the repository.
const BETWEEN_LOOKS_S: i64 = 6 * 3600;
/// Longest wait, in seconds, of a unit that never runs while its shop is closed.
const LONGEST_WAIT_S: i64 = 7 * 24 * 3600;
/// Delay after the machine's start, in seconds: after a power failure all units of a city start at once.
/// Later updates are spread by the timer's random delay.
const SETTLING_S: u64 = 5 * 60;

/// The circumstances at a moment.
#[derive(Clone, Debug)]
pub struct Moment<'a> {
    /// Unix time in seconds
    pub now: i64,
    /// Whether the clock can be right at all
    pub is_credible: bool,
    /// Seconds since the machine's start; `None` if not known
    pub up_s: Option<u64>,
    pub hours: Option<&'a Hours>,
    /// From the settings; overrides the opening hours
    pub window: Option<DailyWindow>,
    pub looked_at: Option<i64>,
    /// Since when no query has succeeded
    pub waiting_since: Option<i64>,
    /// Whether nobody is using the screen
    pub is_free: bool,
}

/// Returns whether a scheduled update may begin now.
pub fn may_begin(moment: &Moment<'_>) -> bool {
    let Moment { now, hours, window, .. } = moment;
    // A time in the future means that the clock was set back since
    let is_within = |since: Option<i64>, length| {
        since.is_some_and(|since| (0..length).contains(&now.saturating_sub(since)))
    };
    let settles = moment.up_s.is_some_and(|up| up < SETTLING_S);
    if !moment.is_credible || settles || is_within(moment.looked_at, BETWEEN_LOOKS_S) {
        return false;
    }
    if let Some(window) = window {
        return window.contains(minute(*now, *hours));
    }
    let is_night = match hours {
        Some(hours) => match hours.state_at(*now) {
            OpeningState::Open { .. } => false,
            OpeningState::Closed { until } => until.is_none_or(|opens| opens - now >= LEAST_LEFT_S),
        },
        None => NIGHT.parse::<DailyWindow>().is_ok_and(|night| night.contains(minute(*now, None))),
    };
    let waits = moment.waiting_since.is_some() && !is_within(moment.waiting_since, LONGEST_WAIT_S);
    is_night || waits && moment.is_free
}

/// Returns the minute of the day in the shop's local time, since systems often ship with another time zone.
fn minute(now: i64, hours: Option<&Hours>) -> u16 {
    let zone = hours.map_or_else(default_zone, Hours::zone);
    let time = zone.to_datetime(Timestamp::from_second(now).unwrap_or_default()).time();
    time.hour() as u16 * 60 + time.minute() as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud_shelf_core::config::Config;

    /// A Monday, 00:00 UTC
    const MONDAY: i64 = 1_790_553_600;

    fn hours(text: &str) -> Hours {
        Config::parse(text).unwrap().hours().unwrap()
    }

    fn shop() -> Hours {
        hours("[hours]\nzone = \"UTC\"\n[hours.week]\nmon = [\"09:00-21:00\"]")
    }

    fn always_open() -> Hours {
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            .map(|day| format!("{day} = [\"00:00-24:00\"]\n"));
        hours(&format!("[hours.week]\n{}", days.concat()))
    }

    fn at(hour: i64, minute: i64) -> Moment<'static> {
        Moment {
            now: MONDAY + hour * 3600 + minute * 60,
            is_credible: true,
            up_s: None,
            hours: None,
            window: None,
            looked_at: None,
            waiting_since: None,
            is_free: false,
        }
    }

    #[test]
    fn it_begins_outside_opening_hours_and_in_the_window_only() {
        let shop = shop();
        for (hour, minute, has_hours, window, looked_at, expected) in [
            // 02:00 to 05:00 in China
            (-6, 0, false, None, None, true),
            (-4, 59, false, None, None, true),
            (-7, 59, false, None, None, false),
            (-3, 0, false, None, None, false),
            (8, 29, true, None, None, true),
            (8, 31, true, None, None, false),
            (12, 0, true, None, None, false),
            (21, 0, true, None, None, true),
            // The installer's window overrides the opening hours
            (12, 0, true, Some("11:00-13:00"), None, true),
            (3, 0, true, Some("11:00-13:00"), None, false),
            // Once a night is enough, and a clock that was set back does not postpone the next query for
            // years
            (3, 0, true, None, Some(3600), false),
            (3, 0, true, None, Some(7 * 3600), true),
            (3, 0, true, None, Some(-3600), true),
        ] {
            let moment = at(hour, minute);
            let told = may_begin(&Moment {
                hours: has_hours.then_some(&shop),
                window: window.map(|window| window.parse().unwrap()),
                looked_at: looked_at.map(|before| moment.now - before),
                ..moment
            });
            assert_eq!(told, expected, "{hour}:{minute} {has_hours} {window:?} {looked_at:?}");
        }
        assert!(!may_begin(&Moment { is_credible: false, ..at(-6, 0) }));
    }

    #[test]
    fn the_clock_is_the_one_on_the_shops_wall() {
        let (utc, china) = (shop(), always_open());
        let night = || Some("02:00-05:00".parse().unwrap());
        for (hours, window, hour, expected) in [
            // Half past two in UTC is mid-morning in China
            (None, None, 2, false),
            (None, None, -6, true),
            (None, night(), 2, false),
            (None, night(), -6, true),
            (Some(&china), night(), 2, false),
            (Some(&china), night(), -6, true),
            (Some(&utc), night(), 2, true),
            (Some(&utc), night(), -6, false),
        ] {
            let told = may_begin(&Moment { hours, window, ..at(hour, 30) });
            assert_eq!(told, expected, "{hour}:30 UTC, {window:?}, hours {}", hours.is_some());
        }
    }

    #[test]
    fn after_a_week_it_begins_in_opening_hours_while_nobody_is_at_the_screen() {
        const DAY: i64 = 24 * 3600;
        let (always, shop) = (always_open(), shop());
        let window = || Some("11:00-13:00".parse().unwrap());
        for (hours, window, waits, looked, is_free, expected) in [
            (Some(&always), None, Some(8 * DAY), Some(8 * DAY), true, true),
            (Some(&always), None, Some(8 * DAY), Some(8 * DAY), false, false),
            (Some(&always), None, Some(6 * DAY), Some(6 * DAY), true, false),
            (Some(&always), None, None, None, true, false),
            // A failed query is not repeated every minute
            (Some(&always), None, Some(8 * DAY), Some(3600), true, false),
            (Some(&always), None, Some(8 * DAY), None, true, true),
            // The shop's mains are cut at closing time
            (Some(&shop), None, Some(8 * DAY), None, true, true),
            (None, None, Some(8 * DAY), None, true, true),
            (None, None, Some(8 * DAY), None, false, false),
            // The clock was ahead when this was recorded
            (Some(&always), None, Some(-DAY), Some(-DAY), true, true),
            // The installer has set a window
            (Some(&always), window(), Some(8 * DAY), None, true, false),
        ] {
            let moment = at(12, 0);
            let told = may_begin(&Moment {
                hours,
                window,
                looked_at: looked.map(|before| moment.now - before),
                waiting_since: waits.map(|before| moment.now - before),
                is_free,
                ..moment
            });
            assert_eq!(told, expected, "{} {window:?} {waits:?} {looked:?} {is_free}", hours.is_some());
        }
    }

    #[test]
    fn nothing_new_begins_while_all_units_of_a_city_start() {
        for (up_s, expected) in [(Some(60), false), (Some(299), false), (Some(300), true), (None, true)] {
            assert_eq!(may_begin(&Moment { up_s, ..at(-6, 30) }), expected, "{up_s:?}");
            let waits = Some(MONDAY - 30 * 24 * 3600);
            let told = may_begin(&Moment { up_s, waiting_since: waits, is_free: true, ..at(4, 0) });
            assert_eq!(told, expected, "{up_s:?}");
        }
    }
}
