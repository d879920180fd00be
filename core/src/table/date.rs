//! Dates as people and spreadsheets write them, in the shop's time zone, which is China's.

use super::{Cell, Value, number};
use jiff::{
    ToSpan,
    civil::{Date, DateTime, Time, date},
    tz::TimeZone,
};

/// A date in a cell: a whole day, or a time on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    day: Date,
    time: Option<Time>,
}

impl Moment {
    /// Returns the start (Unix seconds): midnight, or the given time.
    pub fn start(self) -> Option<i64> {
        unix(self.day.to_datetime(self.time.unwrap_or(Time::midnight())))
    }

    /// Returns the end (Unix seconds): the next midnight, or the given time. A last day means the
    /// whole of it.
    pub fn end(self) -> Option<i64> {
        match self.time {
            Some(time) => unix(self.day.to_datetime(time)),
            None => unix(self.day.checked_add(1.day()).ok()?.to_datetime(Time::midnight())),
        }
    }
}

/// Parses a cell.
pub(super) fn read(cell: &Cell) -> Option<Moment> {
    match &cell.value {
        Value::Date(when) => Some(moment(*when)),
        Value::Number(number) => match number::whole(*number) {
            Some(digits) if (19_000_101..=21_001_231).contains(&digits) => text(&digits.to_string()),
            // A date whose cell lost its number format
            _ if (36_526.0..73_415.0).contains(number) => serial(*number, false).map(moment),
            _ => None,
        },
        Value::Text(words) => text(words),
        Value::Empty | Value::Unsolved => None,
    }
}

/// Converts a spreadsheet's day number to local time.
pub(super) fn serial(days: f64, since_1904: bool) -> Option<DateTime> {
    if !(0.0..2_958_466.0).contains(&days) {
        return None;
    }
    let whole = days.floor();
    let seconds = ((days - whole) * 86_400.0).round() as i64;
    let base = if since_1904 { date(1904, 1, 1) } else { date(1899, 12, 30) };
    let day = base.checked_add((whole as i64).days()).ok()?;
    day.to_datetime(Time::midnight()).checked_add(seconds.seconds()).ok()
}

fn moment(when: DateTime) -> Moment {
    let midnight = when.time() == Time::midnight();
    Moment { day: when.date(), time: (!midnight).then_some(when.time()) }
}

/// Parses `2024-05-01`, `2024/5/1 9:00`, `2024.5.1`, `2024年5月1日 9点30分`, `20240501`.
fn text(words: &str) -> Option<Moment> {
    let plain: String = words
        .trim()
        .chars()
        .take(64)
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            '\u{3000}' | '日' | '号' | 'T' => ' ',
            '年' | '月' | '/' | '.' => '-',
            '点' | '时' | '分' => ':',
            '秒' => ' ',
            _ => c,
        })
        .collect();
    let mut words = plain.split_whitespace();
    let day = words.next()?;
    let day = if day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) {
        numbers(&format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]), '-')?
    } else {
        numbers(day, '-')?
    };
    let [year @ 2000..=2100, month, day_of_month] = day[..] else { return None };
    let day = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day_of_month).ok()?).ok()?;
    let time = match words.next() {
        None => None,
        Some(time) => {
            let time = numbers(time.trim_end_matches(['Z', ':']), ':')?;
            let (hour, minute, second) = match time[..] {
                [h] => (h, 0, 0),
                [h, m] => (h, m, 0),
                [h, m, s] => (h, m, s),
                _ => return None,
            };
            if hour == 24 && minute == 0 && second == 0 {
                // 24:00 is the end of the day, as in opening hours
                return Some(Moment { day: day.checked_add(1.day()).ok()?, time: Some(Time::midnight()) });
            }
            let part = |n: i16| i8::try_from(n).ok();
            Some(Time::new(part(hour)?, part(minute)?, part(second)?, 0).ok()?)
        }
    };
    words.next().is_none().then_some(Moment { day, time })
}

fn numbers(text: &str, sign: char) -> Option<Vec<i16>> {
    text.split(sign)
        .take(4)
        .map(|part| if part.bytes().all(|b| b.is_ascii_digit()) { part.parse().ok() } else { None })
        .collect()
}

fn unix(when: DateTime) -> Option<i64> {
    let zone = TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(8)));
    zone.to_timestamp(when).ok().map(|timestamp| timestamp.as_second())
}
