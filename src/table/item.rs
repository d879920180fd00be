//! What a table says, row by row.

use super::Problem;
use crate::domain::{ItemLink, Price};
use std::{fmt, sync::Arc};

/// The items of a table, in the order in which they are to be shown, and what is wrong with the
/// rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub items: Vec<TableItem>,
    pub problems: Vec<Problem>,
}

/// One good row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableItem {
    pub sheet: String,
    /// 1-based, as the spreadsheet shows it
    pub row: u32,
    pub title: String,
    pub link: ItemLink,
    pub price: Option<Price>,
    /// Less than `price` where both are given
    pub sale_price: Option<Price>,
    pub selling_points: Vec<String>,
    pub category: Option<String>,
    pub pictures: Vec<PictureSource>,
    pub sort: Option<i64>,
    /// Listed from this Unix time on (seconds)
    pub listed_from: Option<i64>,
    /// Listed before this Unix time (seconds)
    pub listed_until: Option<i64>,
    pub barcode: Option<String>,
}

/// Where a picture of an item is.
#[derive(Clone, PartialEq, Eq)]
pub enum PictureSource {
    /// A file beside the table: a name, or a relative path that does not lead out
    File(String),
    /// `http` or `https`
    Url(String),
    /// Pasted into the table; not decoded, not judged
    Embedded { name: String, bytes: Arc<[u8]> },
}

impl PictureSource {
    /// What a person knows it by.
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
