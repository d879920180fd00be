//! When an update may begin: while nobody shops.

use crate::{
    config::Window,
    hours::{Hours, State},
};
use jiff::{Timestamp, tz::TimeZone};

/// Where neither opening hours nor a window is set, in minutes since midnight.
const NIGHT: &str = "02:00-05:00";
/// An update that begins this close to opening time may still be at work then.
const LEAST_LEFT_S: i64 = 30 * 60;
/// An operator's repository is not asked more often than this by one unit.
const BETWEEN_LOOKS_S: i64 = 6 * 3600;

/// A moment, as a unit sees it.
#[derive(Clone, Debug)]
pub struct Moment<'a> {
    /// Unix time in seconds
    pub now: i64,
    pub zone: TimeZone,
    /// Whether the clock may be right at all
    pub is_credible: bool,
    pub hours: Option<&'a Hours>,
    /// As the settings have it; it goes before the opening hours
    pub window: Option<Window>,
    pub looked_at: Option<i64>,
}

/// Whether a scheduled update may begin now.
pub fn may_begin(moment: &Moment<'_>) -> bool {
    let Moment { now, hours, window, .. } = moment;
    let looked = moment.looked_at.is_some_and(|at| (0..BETWEEN_LOOKS_S).contains(&now.saturating_sub(at)));
    if !moment.is_credible || looked {
        return false;
    }
    match (window, hours) {
        (Some(window), _) => window.contains(minute(*now, &moment.zone)),
        (None, Some(hours)) => match hours.state_at(*now) {
            State::Open { .. } => false,
            State::Closed { until } => until.is_none_or(|opens| opens - now >= LEAST_LEFT_S),
        },
        (None, None) => NIGHT.parse::<Window>().is_ok_and(|night| night.contains(minute(*now, &moment.zone))),
    }
}

fn minute(now: i64, zone: &TimeZone) -> u16 {
    let time = zone.to_datetime(Timestamp::from_second(now).unwrap_or_default()).time();
    time.hour() as u16 * 60 + time.minute() as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn it_begins_outside_opening_hours_and_in_the_window_only() {
        // A Monday, 00:00 UTC
        let midnight = 1_790_553_600;
        let hours = Config::parse("[hours]\nzone = \"UTC\"\n[hours.week]\nmon = [\"09:00-21:00\"]")
            .unwrap()
            .hours()
            .unwrap();
        let at =
            |hour: i64, minute: i64, hours: Option<&Hours>, window: Option<&str>, looked_at: Option<i64>| {
                let now = midnight + hour * 3600 + minute * 60;
                may_begin(&Moment {
                    now,
                    zone: TimeZone::UTC,
                    is_credible: true,
                    hours,
                    window: window.map(|window| window.parse().unwrap()),
                    looked_at: looked_at.map(|before| now - before),
                })
            };
        for (hour, minute, has_hours, window, looked_at, expected) in [
            (3, 0, false, None, None, true),
            (1, 59, false, None, None, false),
            (5, 0, false, None, None, false),
            (8, 29, true, None, None, true),
            (8, 31, true, None, None, false),
            (12, 0, true, None, None, false),
            (21, 0, true, None, None, true),
            // The installer's word goes before the hours
            (12, 0, true, Some("11:00-13:00"), None, true),
            (3, 0, true, Some("11:00-13:00"), None, false),
            // Once a night is enough, and a clock that was set back does not put it off for years
            (3, 0, false, None, Some(3600), false),
            (3, 0, false, None, Some(7 * 3600), true),
            (3, 0, false, None, Some(-3600), true),
        ] {
            let told = at(hour, minute, has_hours.then_some(&hours), window, looked_at);
            assert_eq!(told, expected, "{hour}:{minute} {has_hours} {window:?} {looked_at:?}");
        }
        let wrong = Moment {
            now: 3 * 3600,
            zone: TimeZone::UTC,
            is_credible: false,
            hours: None,
            window: None,
            looked_at: None,
        };
        assert!(!may_begin(&wrong));
    }
}
