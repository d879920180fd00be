//! Events as they are kept and sent: a kind, what it is about, an amount, and when.

use serde::{Serialize, Serializer, ser::SerializeMap};

/// Single events are dated to this many seconds, and no closer.
pub(super) const QUARTER: i64 = 900;
pub(super) const DAY: i64 = 86_400;
/// 9999-12-30: a date has four digits of year
const LAST: i64 = 253_402_128_000;

/// What an entry is, by its name in the outbox and on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Woken,
    ItemOpened,
    QrShown,
    SearchEmpty,
    Language,
    /// Events that will never be reported; about the reason, the amount is their number
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

    /// The wire's name of what it is about.
    const fn about(self) -> Option<&'static str> {
        match self {
            Self::Woken | Self::SearchEmpty => None,
            Self::ItemOpened | Self::QrShown => Some("item_id"),
            Self::Language => Some("lang"),
            Self::Lost => Some("reason"),
        }
    }

    /// The wire's name of its amount.
    const fn amount(self) -> Option<&'static str> {
        match self {
            Self::QrShown => Some("seconds"),
            Self::Lost => Some("events"),
            _ => None,
        }
    }
}

/// What is kept of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub kind: Kind,
    pub about: String,
    pub amount: u64,
}

/// What is sent: one event, or a day's of one kind about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub record: Record,
    pub when: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// The Unix time, in seconds, at which a quarter of an hour began
    Quarter(i64),
    /// The Unix time at which a day began (UTC), and how many events there were
    Day { day: i64, count: u64 },
}

/// Takes what is closer than a quarter of an hour off a time.
pub(super) fn quarter(time: i64) -> i64 {
    sound(time) / QUARTER * QUARTER
}

pub(super) fn day(time: i64) -> i64 {
    sound(time) / DAY * DAY
}

/// A clock may say anything.
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

/// `2026-11-24`.
fn date(day: i64) -> String {
    let time = jiff::Timestamp::from_second(sound(day)).unwrap_or_default();
    jiff::tz::TimeZone::UTC.to_datetime(time).date().to_string()
}
