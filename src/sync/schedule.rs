//! When a shelf looks at its feed, and when it may fetch pictures.

use super::jitter::Jitter;
use crate::config::Window;
use jiff::{Timestamp, tz::TimeZone};
use std::time::Duration;

/// A street of shelves that is switched on at nine comes within this.
const FIRST_WITHIN: Duration = Duration::from_secs(30);

/// A shelf's own rhythm.
#[derive(Clone, Debug)]
pub struct Schedule {
    poll: Duration,
    window: Option<Window>,
    jitter: Jitter,
}

impl Schedule {
    pub const fn new(poll: Duration, window: Option<Window>, seed: u64) -> Self {
        // Another sequence than the back-off's of the same shelf
        Self { poll, window, jitter: Jitter::new(seed ^ 0x5EED) }
    }

    /// How long after its start a shelf looks for the first time; one with nothing to show at once.
    pub fn first(&mut self, is_empty: bool) -> Duration {
        if is_empty {
            Duration::ZERO
        } else {
            self.jitter.between(Duration::ZERO, FIRST_WITHIN.min(self.poll))
        }
    }

    /// How long after a look the next one comes: the interval, a tenth more or less.
    pub fn next_wait(&mut self) -> Duration {
        let tenth = self.poll / 10;
        self.jitter.between(self.poll - tenth, self.poll + tenth)
    }

    /// How long until pictures may be fetched, at a Unix time (seconds); zero where they may be now.
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
        // Eight hours ahead of UTC
        assert_eq!(at("2026-11-24T14:00:00Z"), 0);
        assert_eq!(at("2026-11-24T23:59:59Z"), 0);
        assert_eq!(at("2026-11-25T00:00:00Z"), 14 * 3600);
        assert_eq!(at("2026-11-25T13:59:30Z"), 30);
        let always = Schedule::new(Duration::from_secs(300), None, 1);
        assert_eq!(always.opens_in(0, &shanghai), Duration::ZERO);
    }
}
