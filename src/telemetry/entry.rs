//! Events as stored and sent: a kind, its subject, an amount, and a time.

use serde::{Serialize, Serializer, ser::SerializeMap};

/// Precision of the time of a single event, in seconds. Coarse on purpose: see [`super::event`].
pub(super) const QUARTER: i64 = 900;
pub(super) const DAY: i64 = 86_400;
/// 9999-12-30: keeps years to four digits
const LAST: i64 = 253_402_128_000;

/// Kind of an entry, by its name in the outbox and on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Woken,
    ItemOpened,
    QrShown,
    SearchEmpty,
    Language,
    /// Events that will never be reported; the subject is the reason, the amount their number
    Lost,
}

impl Kind {
    const ALL: [Self; 6] =
        [Self::Woken, Self::ItemOpened, Self::QrShown, Self::SearchEmpty, Self::Language, Self::Lost];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Woken => "woken",
            Self::ItemOpened => "item_opened",
            Self::QrShown => "qr_shown",
            Self::SearchEmpty => "search_empty",
            Self::Language => "language",
            Self::Lost => "lost",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Returns the wire name of the subject's member.
    const fn about(self) -> Option<&'static str> {
        match self {
            Self::Woken | Self::SearchEmpty => None,
            Self::ItemOpened | Self::QrShown => Some("item_id"),
            Self::Language => Some("lang"),
            Self::Lost => Some("reason"),
        }
    }

    /// Returns the wire name of the amount's member.
    const fn amount(self) -> Option<&'static str> {
        match self {
            Self::QrShown => Some("seconds"),
            Self::Lost => Some("events"),
            _ => None,
        }
    }
}

/// One event as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub kind: Kind,
    pub about: String,
    pub amount: u64,
}

/// One entry of a report: a single event, or a day's total of one kind and subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub record: Record,
    pub when: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Unix time, in seconds, of the start of a quarter of an hour
    Quarter(i64),
    /// Unix time of the start of a day (UTC), and the number of events
    Day { day: i64, count: u64 },
}

/// Rounds a time down to a quarter of an hour.
pub(super) fn quarter(time: i64) -> i64 {
    sound(time) / QUARTER * QUARTER
}

pub(super) fn day(time: i64) -> i64 {
    sound(time) / DAY * DAY
}

/// Clamps a time: the clock may be anywhere.
fn sound(time: i64) -> i64 {
    time.clamp(0, LAST)
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Record { kind, about, amount } = &self.record;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", kind.as_str())?;
        match self.when {
            When::Quarter(at) => map.serialize_entry("at", &at)?,
            When::Day { day, count } => {
                map.serialize_entry("day", &date(day))?;
                map.serialize_entry("count", &count)?;
            }
        }
        if let Some(name) = kind.about() {
            map.serialize_entry(name, about)?;
        }
        if let Some(name) = kind.amount() {
            map.serialize_entry(name, amount)?;
        }
        map.end()
    }
}

/// Formats a day as `2026-11-24`.
fn date(day: i64) -> String {
    let time = jiff::Timestamp::from_second(sound(day)).unwrap_or_default();
    jiff::tz::TimeZone::UTC.to_datetime(time).date().to_string()
}
