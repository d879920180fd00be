//! When a shop is open.

use super::{Day, Span};
use jiff::{
    civil::Date,
    tz::{TimeZone, offset},
};
use std::collections::BTreeMap;

/// Opening hours; made of a [`Document`](super::Document).
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    week: [Vec<Span>; 7],
    dates: BTreeMap<Date, Vec<Span>>,
    /// The shop's own where it is `None`
    zone: Option<TimeZone>,
}

impl Hours {
    /// The hours of a shop that does not open.
    pub(super) fn never() -> Self {
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

    /// The spans of a weekday without exceptions, in order; empty where it is closed.
    pub fn of_day(&self, day: Day) -> &[Span] {
        &self.week[day as usize]
    }

    /// The spans that begin on a date, in order.
    pub fn of_date(&self, date: Date) -> &[Span] {
        self.dates.get(&date).unwrap_or_else(|| &self.week[Day::from(date.weekday()) as usize])
    }

    /// The exceptions, in order.
    pub fn dates(&self) -> impl Iterator<Item = (Date, &[Span])> {
        self.dates.iter().map(|(date, spans)| (*date, spans.as_slice()))
    }

    /// The zone's name, where the document has one.
    pub(super) fn named_zone(&self) -> Option<&str> {
        self.zone.as_ref().and_then(TimeZone::iana_name)
    }

    /// The zone of the clock on the wall. A unit's own is not asked: systems come set to another.
    pub fn zone(&self) -> TimeZone {
        self.zone.clone().unwrap_or_else(china)
    }
}

/// The zone of a shop that names none.
pub fn china() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::fixed(offset(8)))
}
