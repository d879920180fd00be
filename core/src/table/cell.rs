//! One cell, independent of the file's format.

use super::{PictureSource, limits, number};
use crate::domain::text;
use jiff::civil::DateTime;
use std::borrow::Cow;

/// Content of a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Value {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    /// Local time, as in the spreadsheet
    Date(DateTime),
    /// A formula without a cached result in the file
    Unsolved,
}

/// Picture attached to a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum AttachedPicture {
    Picture(PictureSource),
    /// Too large, damaged or not in the file; with its name
    Lost(String),
}

/// A cell, with the pictures attached to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cell {
    pub value: Value,
    /// Target of the cell's hyperlink
    pub link: Option<String>,
    pub pictures: Vec<AttachedPicture>,
}

impl Cell {
    pub fn new(value: Value) -> Self {
        Self { value, ..Self::default() }
    }

    /// Creates a text cell, truncated to a spreadsheet's own limit.
    pub fn text(mut text: String) -> Self {
        if text.len() > limits::CELL_BYTES {
            let end = (0..=limits::CELL_BYTES).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
            text.truncate(end);
        }
        Self::new(if text.trim().is_empty() { Value::Empty } else { Value::Text(text) })
    }

    /// Returns the bytes of the cell's texts.
    pub fn bytes(&self) -> usize {
        let text = if let Value::Text(text) = &self.value { text.len() } else { 0 };
        text + self.link.as_ref().map_or(0, String::len)
    }

    pub fn is_empty(&self) -> bool {
        self.value == Value::Empty && self.link.is_none() && self.pictures.is_empty()
    }

    /// Returns the content as one line of text.
    pub fn line(&self) -> String {
        text::one_line(&self.raw())
    }

    /// Returns the content as text, with line ends.
    pub fn raw(&self) -> Cow<'_, str> {
        match &self.value {
            Value::Empty | Value::Unsolved => Cow::Borrowed(""),
            Value::Text(text) => Cow::Borrowed(text),
            Value::Number(number) => Cow::Owned(number::format_number(*number)),
            Value::Date(date) => Cow::Owned(date.strftime("%Y-%m-%d %H:%M").to_string()),
        }
    }
}
