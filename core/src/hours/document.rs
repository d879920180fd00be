//! Opening hours as a feed and the settings file write them.

use super::{Day, Hours, HoursError, Span, span::SpanError};
use crate::domain::text;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// Upper bound on spans per day.
const MAX_SPANS: usize = 12;
/// Upper bound on exceptions: about two years.
const MAX_DATES: usize = 800;
/// Length of quotes from outside text in messages.
const MAX_QUOTED: usize = 40;

/// `{"week":{"mon":["09:00-12:00","13:00-26:00"]},"dates":{"2027-02-16":[]},"zone":"Asia/Shanghai"}`
///
/// A weekday that is missing in `week` is closed; a date's spans replace its weekday's. Without a
/// document the shop is always open. The text is not validated until `Hours::try_from`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoursDocument {
    #[serde(deserialize_with = "lists")]
    week: BTreeMap<String, Vec<String>>,
    #[serde(default, deserialize_with = "lists_or_null", skip_serializing_if = "BTreeMap::is_empty")]
    dates: BTreeMap<String, Vec<String>>,
    /// Name in the IANA database
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
}

impl Hours {
    /// Parses hours from a feed's JSON.
    pub fn from_json(json: &serde_json::Value) -> Result<Self, HoursError> {
        let form = |error: serde_json::Error| HoursError::BadForm { detail: quoted(&error.to_string()) };
        Self::try_from(&HoursDocument::deserialize(json).map_err(form)?)
    }
}

/// Lists by name; null counts as missing.
type Lists = BTreeMap<String, Option<Vec<String>>>;

fn lists<'de, D: Deserializer<'de>>(form: D) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    let lists = Lists::deserialize(form)?;
    Ok(lists.into_iter().filter_map(|(name, texts)| Some((name, texts?))).collect())
}

fn lists_or_null<'de, D: Deserializer<'de>>(form: D) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    let lists = Option::<Lists>::deserialize(form)?.unwrap_or_default();
    Ok(lists.into_iter().filter_map(|(name, texts)| Some((name, texts?))).collect())
}

impl TryFrom<&HoursDocument> for Hours {
    type Error = HoursError;

    fn try_from(document: &HoursDocument) -> Result<Self, HoursError> {
        if document.dates.len() > MAX_DATES {
            return Err(HoursError::TooManyDates { most: MAX_DATES });
        }
        let mut hours = Self::always_closed();
        for (name, texts) in &document.week {
            let no_day = || HoursError::UnknownDay { name: quoted(name), suggestion: Day::guess(name) };
            let day = Day::parse(name).ok_or_else(no_day)?;
            hours.set_day(day, spans(name, day.next().as_str(), texts)?);
        }
        for (text, texts) in &document.dates {
            let date = date(text).ok_or_else(|| HoursError::BadDate { text: quoted(text) })?;
            let next = date.checked_add(1.day()).unwrap_or(date).to_string();
            hours.set_date(date, spans(text, &next, texts)?);
        }
        if let Some(name) = &document.zone {
            let zone = TimeZone::get(name).map_err(|_| HoursError::UnknownZone { name: quoted(name) })?;
            hours.set_zone(zone);
        }
        Ok(hours)
    }
}

impl From<&Hours> for HoursDocument {
    fn from(hours: &Hours) -> Self {
        let texts = |spans: &[Span]| spans.iter().map(Span::to_string).collect::<Vec<_>>();
        Self {
            week: Day::ALL
                .into_iter()
                .filter(|day| !hours.spans_of_weekday(*day).is_empty())
                .map(|day| (day.as_str().to_owned(), texts(hours.spans_of_weekday(day))))
                .collect(),
            dates: hours.dates().map(|(date, spans)| (date.to_string(), texts(spans))).collect(),
            zone: hours.named_zone().map(str::to_owned),
        }
    }
}

/// Accepts only `YYYY-MM-DD`, so that no date has two names.
fn date(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}

fn spans(day: &str, next: &str, texts: &[String]) -> Result<Vec<Span>, HoursError> {
    if texts.len() > MAX_SPANS {
        return Err(HoursError::TooManySpans { day: day.to_owned(), most: MAX_SPANS });
    }
    let read = |text: &String| {
        Span::parse(text).map_err(|error| {
            let (day, text) = (day.to_owned(), quoted(text));
            match error {
                SpanError::Unreadable(suggestion) => HoursError::BadSpan { day, text, suggestion },
                SpanError::Backwards(suggestion) => HoursError::Backwards { day, text, suggestion },
                SpanError::NextDay(span) => HoursError::NextDay { day, text, next: next.to_owned(), span },
            }
        })
    };
    texts.iter().map(read).collect()
}

/// Quotes the beginning of a text from outside, safe to show.
fn quoted(text: &str) -> String {
    text::one_line(text).chars().take(MAX_QUOTED).collect()
}
