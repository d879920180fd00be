//! Content of a table, row by row.

use super::Problem;
use crate::domain::{ItemLink, Price};
use std::{fmt, sync::Arc};

/// The items of a table in display order, and the problems of the other rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub items: Vec<TableItem>,
    pub problems: Vec<Problem>,
}

/// One valid row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableItem {
    pub sheet: String,
    /// 1-based, as in the spreadsheet
    pub row: u32,
    pub title: String,
    pub link: ItemLink,
    pub price: Option<Price>,
    /// Less than `price` if both are given
    pub sale_price: Option<Price>,
    pub selling_points: Vec<String>,
    pub category: Option<String>,
    pub pictures: Vec<PictureSource>,
    pub sort: Option<i64>,
    /// Unix time (seconds) from which the item is listed
    pub listed_from: Option<i64>,
    /// Unix time (seconds) before which the item is listed
    pub listed_until: Option<i64>,
    pub barcode: Option<String>,
}

/// Source of an item's picture.
#[derive(Clone, PartialEq, Eq)]
pub enum PictureSource {
    /// A file beside the table: a name, or a relative path that stays inside the folder
    File(String),
    /// `http` or `https`
    Url(String),
    /// Pasted into the table; not decoded yet
    Embedded { name: String, bytes: Arc<[u8]> },
}

impl PictureSource {
    /// Returns the name by which a person recognizes the picture.
    pub fn name(&self) -> &str {
        match self {
            Self::File(name) | Self::Url(name) | Self::Embedded { name, .. } => name,
        }
    }
}

impl fmt::Debug for PictureSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(name) => f.debug_tuple("File").field(name).finish(),
            Self::Url(url) => f.debug_tuple("Url").field(url).finish(),
            Self::Embedded { name, bytes } => write!(f, "Embedded({name}, {} bytes)", bytes.len()),
        }
    }
}
