//! The distinct pictures that a table names.

use crate::table::{PictureSource, TableItem};
use std::collections::HashMap;

/// Each picture once, and which of them each item has.
pub struct Sources<'a> {
    pub list: Vec<&'a PictureSource>,
    /// Indices into `list`, per item in order
    pub of_item: Vec<Vec<usize>>,
}

/// Identity of a picture source.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    File(&'a str),
    Url(&'a str),
    /// Address of the bytes in memory; equal bytes elsewhere are found by their hash later
    Embedded(*const u8),
}

impl<'a> Sources<'a> {
    pub fn from_items(items: &'a [TableItem]) -> Self {
        let mut list = Vec::new();
        let mut known = HashMap::new();
        let mut index = |source: &'a PictureSource| {
            let key = match source {
                PictureSource::File(name) => Key::File(name),
                PictureSource::Url(url) => Key::Url(url),
                PictureSource::Embedded { bytes, .. } => Key::Embedded(bytes.as_ptr()),
            };
            *known.entry(key).or_insert_with(|| {
                list.push(source);
                list.len() - 1
            })
        };
        let of_item = items.iter().map(|item| item.pictures.iter().map(&mut index).collect()).collect();
        Self { list, of_item }
    }
}
