//! csv and similar: text with columns separated by comma, tab or semicolon; UTF-8, UTF-16 or GB18030, with or
//! without a byte order mark.

use super::{Cell, Sheet, TableError, heading, limits, sheet::Budget};
use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

pub(super) fn read(file_name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, TableError> {
    let text = decode_text(bytes)?;
    let mut sheet = Sheet::new(sheet_name(file_name));
    let mut budget = Budget::default();
    let (text, delimiter) = delimiter(&text);
    let mut lines = Lines::new(text, delimiter, quotes_close(text, delimiter));
    let mut row = 0;
    while let Some(fields) = lines.next() {
        for (column, field) in (0..).zip(fields) {
            sheet.put(row, column, Cell::text(field), &mut budget)?;
        }
        row += 1;
    }
    Ok(vec![sheet])
}

fn sheet_name(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.chars().filter(|c| !c.is_control()).take(64).collect()
}

/// Returns the separator: the one that yields the headings, else the most frequent one.
fn delimiter(text: &str) -> (&str, char) {
    const SIGNS: [char; 4] = [',', '\t', ';', '|'];
    // Excel's own hint on a separate line
    for sign in SIGNS {
        if let Some(rest) = text.strip_prefix("sep=").and_then(|t| t.strip_prefix(sign)) {
            return (rest.trim_start_matches('\r').strip_prefix('\n').unwrap_or(rest), sign);
        }
    }
    let has_headings = |sign: char| {
        let mut lines = Lines::new(text, sign, true);
        (0..limits::HEADING_ROWS).map_while(|_| lines.next()).any(|fields| {
            heading::find(fields.iter().map(String::as_str).enumerate().map(|(n, f)| (n as u32, f)))
                .is_complete()
        })
    };
    let count = |sign: char| text.chars().take(10_000).filter(|c| *c == sign).count();
    let sign = SIGNS.into_iter().find(|sign| has_headings(*sign));
    (text, sign.unwrap_or_else(|| SIGNS.into_iter().rev().max_by_key(|sign| count(*sign)).unwrap_or(',')))
}

/// Whether every quotation mark that opens a field is closed. If not, the mark is part of a title,
/// and treating it as a quote would swallow the rest of the file.
fn quotes_close(text: &str, delimiter: char) -> bool {
    let mut lines = Lines::new(text, delimiter, true);
    while lines.next().is_some() {}
    !lines.open
}

/// Rows of fields, including empty rows, so that rows keep their numbers.
struct Lines<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    delimiter: char,
    quotes: bool,
    /// Whether the text ended inside quotation marks
    open: bool,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str, delimiter: char, quotes: bool) -> Self {
        Self { rest: text.chars().peekable(), delimiter, quotes, open: false }
    }

    fn next(&mut self) -> Option<Vec<String>> {
        self.rest.peek()?;
        let mut fields = Vec::new();
        let mut field = String::new();
        let mut quoted = false;
        while let Some(c) = self.rest.next() {
            if quoted {
                match (c, self.rest.peek()) {
                    ('"', Some('"')) => {
                        self.rest.next();
                        field.push('"');
                    }
                    ('"', _) => quoted = false,
                    _ => push(&mut field, c),
                }
            } else if c == '"' && self.quotes && field.trim().is_empty() {
                field.clear();
                quoted = true;
            } else if c == self.delimiter {
                if fields.len() < limits::COLUMNS as usize {
                    fields.push(std::mem::take(&mut field));
                }
                field.clear();
            } else if c == '\n' || c == '\r' {
                if c == '\r' && self.rest.peek() == Some(&'\n') {
                    self.rest.next();
                }
                break;
            } else {
                push(&mut field, c);
            }
        }
        self.open |= quoted;
        fields.push(field);
        Some(fields)
    }
}

fn push(field: &mut String, c: char) {
    if field.len() < limits::CELL_BYTES {
        field.push(c);
    }
}

pub(super) fn decode_text(bytes: &[u8]) -> Result<String, TableError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned());
    }
    if !bytes.contains(&0)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Ok(text.to_owned());
    }
    // ASCII, of which every link consists, has a zero in one half of each UTF-16 unit
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    let enough = bytes.len() / 16;
    let encoding = if low > enough && low > 4 * high {
        UTF_16LE
    } else if high > enough && high > 4 * low {
        UTF_16BE
    } else if high + low > 0 {
        return Err(TableError::NotATable("binary"));
    } else {
        GB18030
    };
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    // One bad byte in a text is a slip; many mean that it is not text
    let is_bad = |c: &char| *c == '\u{FFFD}' || (c.is_control() && !c.is_whitespace());
    let bad = text.chars().filter(is_bad).count();
    if bad > 2 + text.chars().count() / 100 {
        return Err(TableError::NotATable("binary"));
    }
    Ok(text.into_owned())
}
