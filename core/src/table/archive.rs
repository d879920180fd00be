//! A zip archive with limits on the inflated size of each part and of the whole.

use super::{TableError, limits, xml};
use std::{
    collections::HashMap,
    io::{Cursor, Read},
};
use zip::ZipArchive;

/// An open archive. Part names are case-insensitive, as in spreadsheet programs.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    parts: HashMap<String, usize>,
    /// Bytes that may still be inflated
    left: u64,
}

impl<'a> Archive<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, TableError> {
        let damaged = |error: &dyn std::fmt::Display| TableError::Damaged(error.to_string());
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
        if zip.len() > limits::PARTS {
            return Err(TableError::Bomb);
        }
        let mut parts = HashMap::new();
        for index in 0..zip.len() {
            if let Some(Ok(name)) = zip.name_for_index(index) {
                // If two parts have the same name, the first counts
                parts.entry(key(&name)).or_insert(index);
            }
        }
        Ok(Self { zip, parts, left: limits::TOTAL_BYTES })
    }

    pub fn contains(&self, name: &str) -> bool {
        self.parts.contains_key(&key(name))
    }

    /// Returns a part's bytes; `None` if there is no such part.
    pub fn bytes(&mut self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, TableError> {
        let Some(index) = self.parts.get(&key(name)) else { return Ok(None) };
        let damaged = |error: &dyn std::fmt::Display| TableError::Damaged(format!("{name}: {error}"));
        let part = self.zip.by_index(*index).map_err(|e| damaged(&e))?;
        let limit = limit.min(self.left);
        let mut bytes = Vec::new();
        part.take(limit + 1).read_to_end(&mut bytes).map_err(|e| damaged(&e))?;
        if bytes.len() as u64 > limit {
            return Err(TableError::Bomb);
        }
        self.left -= bytes.len() as u64;
        Ok(Some(bytes))
    }

    /// Returns an XML part as text; `None` if there is no such part.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, TableError> {
        Ok(self.bytes(name, limits::PART_BYTES)?.map(xml::decode))
    }
}

fn key(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

/// Resolves a relationship's target, relative to the part that names it.
pub(super) fn resolve(from: &str, target: &str) -> String {
    let mut path: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => from.rsplit_once('/').map_or(Vec::new(), |(dir, _)| dir.split('/').collect()),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}
