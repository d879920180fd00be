//! Opening hours of a shop, by day of the week.

use super::Span;
use crate::domain::Lang;
use jiff::{
    civil::{Date, Weekday},
    tz::{TimeZone, offset},
};
use std::collections::BTreeMap;

/// Opening hours, created from a [`HoursDocument`](super::HoursDocument).
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    week: [Vec<Span>; 7],
    dates: BTreeMap<Date, Vec<Span>>,
    /// `None` for the default zone, China's
    zone: Option<TimeZone>,
}

impl Hours {
    /// Returns the hours of a shop that never opens.
    pub(super) fn always_closed() -> Self {
        Self { week: Default::default(), dates: BTreeMap::new(), zone: None }
    }

    pub(super) fn set_day(&mut self, day: Day, spans: Vec<Span>) {
        self.week[day as usize] = Span::merge(spans);
    }

    pub(super) fn set_date(&mut self, date: Date, spans: Vec<Span>) {
        self.dates.insert(date, Span::merge(spans));
    }

    pub(super) fn set_zone(&mut self, zone: TimeZone) {
        self.zone = Some(zone);
    }

    /// Returns the regular spans of a weekday, in order; empty if it is closed.
    pub fn spans_of_weekday(&self, day: Day) -> &[Span] {
        &self.week[day as usize]
    }

    /// Returns the spans that begin on a date, in order.
    pub fn spans_of_date(&self, date: Date) -> &[Span] {
        self.dates.get(&date).unwrap_or_else(|| &self.week[Day::from(date.weekday()) as usize])
    }

    /// Returns the exceptions, in order.
    pub fn dates(&self) -> impl Iterator<Item = (Date, &[Span])> {
        self.dates.iter().map(|(date, spans)| (*date, spans.as_slice()))
    }

    /// Returns the zone's name, if the document has one.
    pub(super) fn named_zone(&self) -> Option<&str> {
        self.zone.as_ref().and_then(TimeZone::iana_name)
    }

    /// Returns the zone of the hours. Independent of the unit's system zone, which is often set
    /// wrong.
    pub fn zone(&self) -> TimeZone {
        self.zone.clone().unwrap_or_else(default_zone)
    }
}

/// Returns the default zone.
pub fn default_zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::fixed(offset(8)))
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// Returns the name in a document: `mon`.
    pub const fn as_str(self) -> &'static str {
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][self as usize]
    }

    /// Returns the name for people.
    pub const fn name(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][self as usize],
            Lang::En => {
                ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][self as usize]
            }
        }
    }

    pub const fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % 7]
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|day| day.as_str() == name)
    }

    /// Guesses the day from a name that is not a document's.
    pub(super) fn guess(name: &str) -> Option<Self> {
        const SIGNS: [&[char]; 7] = [
            &['一', '1'],
            &['二', '2'],
            &['三', '3'],
            &['四', '4'],
            &['五', '5'],
            &['六', '6'],
            &['日', '天', '7'],
        ];
        let name = name.trim().to_lowercase();
        Self::ALL.into_iter().find(|day| {
            let is_start = name.starts_with(day.as_str());
            is_start || name.chars().last().is_some_and(|last| SIGNS[*day as usize].contains(&last))
        })
    }
}

impl From<Weekday> for Day {
    fn from(weekday: Weekday) -> Self {
        Self::ALL[usize::from(weekday.to_monday_zero_offset().unsigned_abs()) % 7]
    }
}
