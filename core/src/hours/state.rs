//! Whether a shop is open at a moment, and until when.

use super::Hours;
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, TimeZone},
};

/// How far ahead the next change is searched.
const HORIZON: SignedDuration = SignedDuration::from_hours(8 * 24);
/// A span may reach into the next day, and a clock change adds less than a day.
const DAYS_BEFORE: i32 = 3;
const DAYS_AFTER: i32 = 10;

/// Open or closed, until the next change (Unix seconds); `None` if there is none within 8 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpeningState {
    Open { until: Option<i64> },
    Closed { until: Option<i64> },
}

impl OpeningState {
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// Returns the next change.
    pub const fn until(self) -> Option<i64> {
        match self {
            Self::Open { until } | Self::Closed { until } => until,
        }
    }
}

impl Hours {
    /// Returns the state at a Unix time (seconds).
    pub fn state_at(&self, now: i64) -> OpeningState {
        let now = timestamp(now);
        let stretches = self.open_intervals(now);
        let current = stretches.iter().find(|(start, end)| *start <= now && now < *end);
        let change = match current {
            Some((_, end)) => Some(*end),
            None => stretches.iter().map(|(start, _)| *start).find(|start| *start > now),
        };
        let until = change.filter(|change| now.duration_until(*change) <= HORIZON).map(Timestamp::as_second);
        match current {
            Some(_) => OpeningState::Open { until },
            None => OpeningState::Closed { until },
        }
    }

    /// Returns the open intervals around a moment, in order and disjoint.
    fn open_intervals(&self, now: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let zone = self.zone();
        let today = zone.to_datetime(now).date();
        let mut stretches: Vec<(Timestamp, Timestamp)> = vec![];
        for offset in -DAYS_BEFORE..=DAYS_AFTER {
            let Ok(date) = today.checked_add(offset.days()) else { continue };
            for span in self.spans_of_date(date) {
                let at = |minute| local_time(date, minute).map(|time| first_instant(&zone, time));
                let (Some(start), Some(end)) = (at(span.start()), at(span.end())) else { continue };
                match stretches.last_mut() {
                    // Continues the previous night
                    Some((_, last)) if start <= *last => *last = end.max(*last),
                    _ if start < end => stretches.push((start, end)),
                    _ => {}
                }
            }
        }
        stretches
    }
}

/// Returns the time, clamped to the calendar's range.
fn timestamp(second: i64) -> Timestamp {
    let bounds = (Timestamp::MIN.as_second() + 1, Timestamp::MAX.as_second());
    Timestamp::from_second(second.clamp(bounds.0, bounds.1)).unwrap_or_default()
}

/// Returns the local time a number of minutes after a day's midnight.
fn local_time(date: Date, minute: u16) -> Option<DateTime> {
    let date = date.checked_add(i32::from(minute / 1440).days()).ok()?;
    let minute = minute % 1440;
    Some(date.at(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0))
}

/// Returns the first moment at which the local clock shows a time, or has skipped it.
fn first_instant(zone: &TimeZone, time: DateTime) -> Timestamp {
    let far = |result: Result<Timestamp, _>| result.unwrap_or(Timestamp::MAX);
    match zone.to_ambiguous_timestamp(time).offset() {
        AmbiguousOffset::Unambiguous { offset } => far(offset.to_timestamp(time)),
        AmbiguousOffset::Fold { before, .. } => far(before.to_timestamp(time)),
        AmbiguousOffset::Gap { after, .. } => {
            // With the later offset, a skipped time falls before the clock change
            let early = far(after.to_timestamp(time));
            zone.following(early).next().map_or(early, |put_forward| put_forward.timestamp())
        }
    }
}
