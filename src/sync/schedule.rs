//! When a unit polls its feed, and when it may download pictures.

use super::jitter::Jitter;
use cloud_shelf_core::config::DailyWindow;
use jiff::{Timestamp, tz::TimeZone};
use std::time::Duration;

/// The first poll is spread over this time, for when many units are switched on at the same moment.
const FIRST_WITHIN: Duration = Duration::from_secs(30);

/// One unit's schedule.
#[derive(Clone, Debug)]
pub struct Schedule {
    poll: Duration,
    window: Option<DailyWindow>,
    jitter: Jitter,
}

impl Schedule {
    pub const fn new(poll: Duration, window: Option<DailyWindow>, seed: u64) -> Self {
        // A different sequence than the unit's back-off
        Self { poll, window, jitter: Jitter::new(seed ^ 0x5EED) }
    }

    /// Returns the delay of the first poll after the start; zero for a unit that has nothing to
    /// show.
    pub fn first(&mut self, is_empty: bool) -> Duration {
        if is_empty {
            Duration::ZERO
        } else {
            self.jitter.between(Duration::ZERO, FIRST_WITHIN.min(self.poll))
        }
    }

    /// Returns the time to the next poll: the interval, ±10 %.
    pub fn next_wait(&mut self) -> Duration {
        let tenth = self.poll / 10;
        self.jitter.between(self.poll - tenth, self.poll + tenth)
    }

    /// Returns the time until the download window opens, at a Unix time (seconds); zero if it is
    /// open.
    pub fn opens_in(&self, now: i64, zone: &TimeZone) -> Duration {
        let Some(window) = self.window else { return Duration::ZERO };
        let Ok(now) = Timestamp::from_second(now) else { return Duration::ZERO };
        let local = zone.to_datetime(now);
        let minute = local.hour() as u16 * 60 + local.minute() as u16;
        match window.opens_in(minute) {
            0 => Duration::ZERO,
            minutes => Duration::from_secs(u64::from(minutes) * 60 - local.second() as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(seed: u64) -> Schedule {
        Schedule::new(Duration::from_secs(300), Some("22:00-08:00".parse().unwrap()), seed)
    }

    #[test]
    fn shelves_look_at_times_of_their_own() {
        let mut schedule = schedule(1);
        assert_eq!(schedule.first(true), Duration::ZERO);
        let first = schedule.first(false);
        assert!(first < FIRST_WITHIN);
        let times: Vec<_> = (0..100).map(|_| schedule.next_wait()).collect();
        assert!(times.iter().all(|time| (270..=330).contains(&time.as_secs())), "{times:?}");
        assert!(times.iter().max().unwrap().as_secs() - times.iter().min().unwrap().as_secs() > 40);
        assert_ne!(self::schedule(2).first(false), first);
    }

    #[test]
    fn pictures_wait_for_the_window_of_the_units_own_zone() {
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        let at = |text: &str| {
            let now = text.parse::<Timestamp>().unwrap().as_second();
            schedule(1).opens_in(now, &shanghai).as_secs()
        };
        // UTC+8
        assert_eq!(at("2026-11-24T14:00:00Z"), 0);
        assert_eq!(at("2026-11-24T23:59:59Z"), 0);
        assert_eq!(at("2026-11-25T00:00:00Z"), 14 * 3600);
        assert_eq!(at("2026-11-25T13:59:30Z"), 30);
        let always = Schedule::new(Duration::from_secs(300), None, 1);
        assert_eq!(always.opens_in(0, &shanghai), Duration::ZERO);
    }
}
