//! What is wrong with opening hours, and what to write instead.

use super::{Day, Span};
use crate::domain::{Lang, Message};
use std::fmt;

/// Why opening hours are invalid. `Display` is English.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not an object with `week`, `dates` and `zone`
    BadForm { detail: String },
    /// A key of `week` that is not a weekday
    UnknownDay { name: String, suggestion: Option<Day> },
    /// A key of `dates` that is not a date
    BadDate { text: String },
    /// Not in the zone database
    UnknownZone { name: String },
    /// Not `HH:MM-HH:MM`
    BadSpan { day: String, text: String, suggestion: Option<Span> },
    /// The end is before the start
    Backwards { day: String, text: String, suggestion: Option<Span> },
    /// The start is after midnight; it belongs to the next day
    NextDay { day: String, text: String, next: String, span: Span },
    /// Too many spans on one day
    TooManySpans { day: String, most: usize },
    /// Too many exceptions
    TooManyDates { most: usize },
}

impl HoursError {
    /// Says what is wrong and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::BadForm { detail } => Message::new(
                format!(r#"营业时间的写法有误（{detail}）。请写成：{{"week":{{"mon":["09:00-21:00"]}}}}"#),
                format!(
                    r#"The opening hours have the wrong form ({detail}). Write them as {{"week":{{"mon":["09:00-21:00"]}}}}"#
                ),
            ),
            Self::UnknownDay { name, suggestion } => {
                let instead = match suggestion {
                    Some(day) => day.as_str().to_owned(),
                    None => Day::ALL.map(Day::as_str).join(" / "),
                };
                Message::new(
                    format!("营业时间里的“{name}”不是星期几。请写成：{instead}"),
                    format!("Opening hours: “{name}” is not a weekday. Write: {instead}"),
                )
            }
            Self::BadDate { text } => Message::new(
                format!("营业时间里的“{text}”不是日期。请写成：2027-02-16"),
                format!("Opening hours: “{text}” is not a date. Write it as: 2027-02-16"),
            ),
            Self::UnknownZone { name } => Message::new(
                format!("营业时间里的时区“{name}”不存在。请写成：Asia/Shanghai，或删去这一行"),
                format!(
                    "Opening hours: the time zone “{name}” does not exist. Write: Asia/Shanghai, or leave it out"
                ),
            ),
            Self::BadSpan { day, text, suggestion } => {
                let instead = suggestion.unwrap_or(Span::SAMPLE);
                Message::new(
                    format!("{}的营业时间“{text}”看不懂。请写成：{instead}", day_label(day, Lang::Zh)),
                    format!(
                        "Opening hours of {}: “{text}” is not understood. Write: {instead}",
                        day_label(day, Lang::En)
                    ),
                )
            }
            Self::Backwards { day, text, suggestion } => {
                let instead = suggestion.unwrap_or(Span::SAMPLE);
                Message::new(
                    format!(
                        "{}的营业时间“{text}”在开始之前就结束了。过了午夜请写成：{instead}",
                        day_label(day, Lang::Zh)
                    ),
                    format!(
                        "Opening hours of {}: “{text}” ends before it begins. Past midnight, write: {instead}",
                        day_label(day, Lang::En)
                    ),
                )
            }
            Self::NextDay { day, text, next, span } => Message::new(
                format!(
                    "{}的营业时间“{text}”从第二天才开始。请写在 {next} 那一天：{span}",
                    day_label(day, Lang::Zh)
                ),
                format!(
                    "Opening hours of {}: “{text}” begins on the following day. Write under {next}: {span}",
                    day_label(day, Lang::En)
                ),
            ),
            Self::TooManySpans { day, most } => Message::new(
                format!("{}的营业时间超过 {most} 段。请合并相邻的时段", day_label(day, Lang::Zh)),
                format!(
                    "Opening hours of {}: more than {most} spans. Join those that follow each other",
                    day_label(day, Lang::En)
                ),
            ),
            Self::TooManyDates { most } => Message::new(
                format!("营业时间里的特殊日期超过 {most} 个。请删去已经过去的日期"),
                format!("Opening hours: more than {most} dates. Remove past dates"),
            ),
        }
    }
}

impl fmt::Display for HoursError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message().en)
    }
}

/// Returns a day's key as people say it; a date is returned unchanged.
fn day_label(key: &str, lang: Lang) -> String {
    match Day::parse(key) {
        Some(day) => match lang {
            Lang::Zh => format!("{}（{key}）", day.name(lang)),
            Lang::En => format!("{} ({key})", day.name(lang)),
        },
        None if lang == Lang::Zh => format!("{key} "),
        None => key.to_owned(),
    }
}
