//! What shoppers do, without who they are.
//!
//! An event says what was done at this unit, in which quarter of an hour. It has no person, no
//! session, no typed text and no order of steps. So two events cannot be attributed to one shopper,
//! and no event can be matched to a till receipt or a camera picture by the minute.

use crate::domain::{ItemId, Lang};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error, ser::SerializeMap};

/// One thing that a shopper did. The list of kinds is closed, and so are their fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A touch woke the attract page
    Woken,
    /// An item's page was opened
    ItemOpened { item: ItemId },
    /// An item's code was on the screen for this time; whether it was scanned is not known here
    QrShown { item: ItemId, seconds: u32 },
    /// A search found nothing; the search text is not stored
    SearchEmpty,
    /// Somebody switched to another language
    Language { lang: Lang },
}

/// Why events did not reach the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LossReason {
    /// The queue was full
    Queue,
    /// They could not be written: disk full, or an SD card that takes no more writes
    Disk,
    /// The oldest days were dropped at the outbox's size limit
    Ceiling,
    /// The outbox file was damaged
    Damaged,
    /// The operator's server refused them for good
    Refused,
}

impl LossReason {
    pub const ALL: [Self; 5] = [Self::Queue, Self::Disk, Self::Ceiling, Self::Damaged, Self::Refused];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Disk => "disk",
            Self::Ceiling => "ceiling",
            Self::Damaged => "damaged",
            Self::Refused => "refused",
        }
    }
}

/// Precision of the time of a single event, in seconds. Coarse on purpose: see the head of this module.
pub const QUARTER_S: i64 = 900;
pub const DAY_S: i64 = 86_400;
/// 9999-12-30: keeps years to four digits
const LAST: i64 = 253_402_128_000;

/// Upper bound: nobody looks at one code for longer, but a unit may be left alone with a code on
/// the screen.
const MAX_SECONDS: u32 = 3600;

/// Kind of an entry, by its name in the outbox and on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    Woken,
    ItemOpened,
    QrShown,
    SearchEmpty,
    Language,
    /// Events that will never be reported; the subject is the reason, the amount their number
    Lost,
}

impl EventKind {
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
pub struct EventRecord {
    pub kind: EventKind,
    pub about: String,
    pub amount: u64,
}

impl From<&Event> for EventRecord {
    fn from(event: &Event) -> Self {
        let (kind, about, amount) = match event {
            Event::Woken => (EventKind::Woken, "", 0),
            Event::ItemOpened { item } => (EventKind::ItemOpened, item.as_str(), 0),
            Event::QrShown { item, seconds } => {
                (EventKind::QrShown, item.as_str(), (*seconds).min(MAX_SECONDS))
            }
            Event::SearchEmpty => (EventKind::SearchEmpty, "", 0),
            Event::Language { lang: Lang::Zh } => (EventKind::Language, "zh", 0),
            Event::Language { lang: Lang::En } => (EventKind::Language, "en", 0),
        };
        Self { kind, about: about.to_owned(), amount: amount.into() }
    }
}

/// One entry of a report: a single event, or a day's total of one kind and subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventEntry {
    pub record: EventRecord,
    pub when: EventTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventTime {
    /// Unix time, in seconds, of the start of a quarter of an hour
    Quarter(i64),
    /// Unix time of the start of a day (UTC), and the number of events
    Day { day: i64, count: u64 },
}

/// Rounds a time down to a quarter of an hour.
pub fn start_of_quarter(time: i64) -> i64 {
    clamp_time(time) / QUARTER_S * QUARTER_S
}

pub fn start_of_day(time: i64) -> i64 {
    clamp_time(time) / DAY_S * DAY_S
}

/// Clamps a time: the clock may be anywhere.
fn clamp_time(time: i64) -> i64 {
    time.clamp(0, LAST)
}

impl Serialize for EventEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let EventRecord { kind, about, amount } = &self.record;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", kind.as_str())?;
        match self.when {
            EventTime::Quarter(at) => map.serialize_entry("at", &at)?,
            EventTime::Day { day, count } => {
                map.serialize_entry("day", &format_day(day))?;
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

/// All members that an entry of any kind has.
#[derive(Deserialize)]
struct EventEntryForm {
    kind: String,
    at: Option<i64>,
    day: Option<String>,
    count: Option<u64>,
    item_id: Option<String>,
    lang: Option<String>,
    reason: Option<String>,
    seconds: Option<u64>,
    events: Option<u64>,
}

impl<'de> Deserialize<'de> for EventEntry {
    /// Refuses what [`Serialize`] would never write; members of other kinds are not looked at.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = EventEntryForm::deserialize(deserializer)?;
        let kind = EventKind::parse(&form.kind).ok_or_else(|| D::Error::custom("an entry of no kind"))?;
        let when = match (form.at, form.day.as_deref().map(parse_day), form.count) {
            (Some(at), None, None) if at == start_of_quarter(at) => EventTime::Quarter(at),
            (None, Some(Some(day)), Some(count)) if count > 0 => EventTime::Day { day, count },
            _ => return Err(D::Error::custom("an entry is of a quarter of an hour, or of a day")),
        };
        let about = match kind.about() {
            None => Some(String::new()),
            Some("item_id") => form.item_id.filter(|item| ItemId::parse(item).is_ok()),
            Some("lang") => form.lang.filter(|tag| Lang::parse(tag).is_some()),
            Some(_) => form.reason.filter(|name| LossReason::ALL.iter().any(|loss| loss.as_str() == name)),
        };
        let amount = match kind.amount() {
            None => Some(0),
            Some("seconds") => form.seconds,
            Some(_) => form.events,
        };
        match (about, amount) {
            (Some(about), Some(amount)) => Ok(Self { record: EventRecord { kind, about, amount }, when }),
            _ => Err(D::Error::custom("an entry without what it is about, or without its amount")),
        }
    }
}

/// When a day begins, of `2026-11-24` and no other way to write it.
fn parse_day(text: &str) -> Option<i64> {
    let start = text.parse::<jiff::civil::Date>().ok()?.at(0, 0, 0, 0);
    let second = jiff::tz::TimeZone::UTC.to_timestamp(start).ok()?.as_second();
    (format_day(second) == text).then_some(second)
}

/// Formats a day as `2026-11-24`.
fn format_day(day: i64) -> String {
    let time = jiff::Timestamp::from_second(clamp_time(day)).unwrap_or_default();
    jiff::tz::TimeZone::UTC.to_datetime(time).date().to_string()
}
