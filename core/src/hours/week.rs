//! Opening hours of a shop.

use super::{Day, Span};
use jiff::{
    civil::Date,
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
