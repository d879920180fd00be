//! One cell, whatever the file's format.

use super::{PictureSource, limits, number};
use crate::domain::text;
use jiff::civil::DateTime;
use std::borrow::Cow;

/// What a cell shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Value {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    /// Local time, as spreadsheets have it
    Date(DateTime),
    /// A formula whose result is not in the file: nobody has worked it out
    Unsolved,
}

/// What hangs on a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Hung {
    Picture(PictureSource),
    /// Too large, damaged or not in the file; with its name
    Lost(String),
}

/// A cell, with what hangs on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cell {
    pub value: Value,
    /// Where a click on it leads
    pub link: Option<String>,
    pub pictures: Vec<Hung>,
}

impl Cell {
    pub fn new(value: Value) -> Self {
        Self { value, ..Self::default() }
    }

    /// A cell of a text, cut where no spreadsheet would let it be longer.
    pub fn text(mut text: String) -> Self {
        if text.len() > limits::CELL_BYTES {
            let end = (0..=limits::CELL_BYTES).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
            text.truncate(end);
        }
        Self::new(if text.trim().is_empty() { Value::Empty } else { Value::Text(text) })
    }

    /// What the cell's texts take up.
    pub fn bytes(&self) -> usize {
        let text = if let Value::Text(text) = &self.value { text.len() } else { 0 };
        text + self.link.as_ref().map_or(0, String::len)
    }

    pub fn is_empty(&self) -> bool {
        self.value == Value::Empty && self.link.is_none() && self.pictures.is_empty()
    }

    /// The cell as a text on one line.
    pub fn line(&self) -> String {
        text::one_line(&self.raw())
    }

    /// The cell as a text, line ends kept.
    pub fn raw(&self) -> Cow<'_, str> {
        match &self.value {
            Value::Empty | Value::Unsolved => Cow::Borrowed(""),
            Value::Text(text) => Cow::Borrowed(text),
            Value::Number(number) => Cow::Owned(number::show(*number)),
            Value::Date(date) => Cow::Owned(date.strftime("%Y-%m-%d %H:%M").to_string()),
        }
    }
}
