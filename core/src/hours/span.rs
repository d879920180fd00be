//! A time span of one day: `09:00-12:00`.

use std::fmt;

const HOUR: u16 = 60;
const DAY: u16 = 24 * HOUR;
/// A span ends by the end of the following day.
const LATEST: u16 = 2 * DAY;

/// Start and end in minutes from midnight of the day that the span begins on. The end may lie on
/// the following day: `26:00` is 02:00 there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    start: u16,
    end: u16,
}

/// Why a text is not a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SpanError {
    /// With the probable meaning, if there is one
    Unreadable(Option<Span>),
    /// The end is before the start; with the corrected span, whose end is on the following day
    Backwards(Option<Span>),
    /// The start is on the following day; with the span to write there
    NextDay(Span),
}

impl Span {
    /// Example for messages, if there is no guess.
    pub(super) const SAMPLE: Self = Self { start: 9 * HOUR, end: 21 * HOUR };

    /// Creates a span from minutes since midnight; it must begin on its own day and end after that.
    pub fn new(start: u16, end: u16) -> Option<Self> {
        (start < DAY && start < end && end <= LATEST).then_some(Self { start, end })
    }

    /// Minutes from midnight.
    pub const fn start(self) -> u16 {
        self.start
    }

    /// Minutes from midnight, up to 2,880.
    pub const fn end(self) -> u16 {
        self.end
    }

    /// Parses `09:00-12:00`, tolerant of keyboards and spreadsheets.
    pub(super) fn parse(text: &str) -> Result<Self, SpanError> {
        let text: String = text.chars().map(fold).filter(|c| !c.is_whitespace()).collect();
        let unreadable = || SpanError::Unreadable(guess_span(&text));
        let (start, end) = text.split_once('-').ok_or_else(unreadable)?;
        let (start, end) = (minutes(start).ok_or_else(unreadable)?, minutes(end).ok_or_else(unreadable)?);
        match Self::new(start, end) {
            Some(span) => Ok(span),
            None if start >= DAY => {
                let later = Self::new(start - DAY, end.saturating_sub(DAY));
                Err(later.map_or_else(unreadable, SpanError::NextDay))
            }
            None if start == end => Err(SpanError::Unreadable(Self::new(0, DAY))),
            None => Err(SpanError::Backwards(Self::new(start, end + DAY))),
        }
    }

    /// Sorts spans, and merges those that overlap or touch.
    pub(super) fn merge(mut spans: Vec<Self>) -> Vec<Self> {
        spans.sort_unstable();
        let mut merged: Vec<Self> = vec![];
        for span in spans {
            match merged.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        merged
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.start, self.end);
        write!(f, "{:02}:{:02}-{:02}:{:02}", start / HOUR, start % HOUR, end / HOUR, end % HOUR)
    }
}

/// Parses `9:00` or `09:00`, up to `48:00`.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |digits: &str, lengths: &[usize]| {
        let is_number = lengths.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| digits.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours, &[1, 2])?, number(minutes, &[2])?);
    (minutes < HOUR).then_some(hours * HOUR + minutes).filter(|all| *all <= LATEST)
}

/// Folds full-width punctuation, and the dashes that spreadsheets insert.
const fn fold(c: char) -> char {
    match c {
        '０'..='９' => (c as u32 - '０' as u32 + '0' as u32) as u8 as char,
        '：' => ':',
        '－' | '–' | '—' | '−' | '~' | '～' | '至' | '到' => '-',
        _ => c,
    }
}

/// Guesses the meaning of `9-18` or `9am-6pm`.
fn guess_span(text: &str) -> Option<Span> {
    let text = text.to_lowercase();
    let mut halves = text.split('-').map(|half| {
        let mut numbers = half.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
        let hours: u16 = numbers.next()?.parse().ok().filter(|hours| *hours <= 48)?;
        let minutes: u16 = numbers.next().map_or(Some(0), |part| part.parse().ok())?;
        let afternoon = (half.contains("pm") || half.contains("下午") || half.contains('晚')) && hours < 12;
        (minutes < HOUR).then(|| (hours + if afternoon { 12 } else { 0 }) * HOUR + minutes)
    });
    let (start, end) = (halves.next()??, halves.next()??);
    let end = if end <= start { end + DAY } else { end };
    Span::new(start, end).filter(|_| halves.next().is_none())
}
