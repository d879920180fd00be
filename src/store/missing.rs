//! `pictures-missing.json`: which pictures of a catalog are missing, and why.
//!
//! The file lies beside the database. It holds a record for the current catalog and one for the
//! next, each named by the catalog's digest, and is written before the swap. So after a power cut
//! the right record is there, whichever catalog is current.

use super::StoreError;
use cloud_shelf_core::{
    domain::{ItemId, Message, Sha256},
    durable, plain_file,
};
use serde::{Deserialize, Serialize};
use std::{io, path::Path};

const SCHEMA: u32 = 1;
/// Upper bound on pictures listed per catalog; others are only counted. A table without its picture
/// folder misses all of them.
const MAX_NAMED: usize = 2_000;
const MAX_CHARS: usize = 300;
const MAX_BYTES: u64 = 16 << 20;

/// A missing picture of an item or of the brand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingPicture {
    /// `None` for the logo
    pub item: Option<ItemId>,
    pub title: String,
    /// File name or URL
    pub picture: String,
    /// Code for machine-readable reports
    pub problem: String,
    pub remedy: Message,
}

/// The missing pictures of a catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    pub count: usize,
    /// The first of them, in the catalog's order
    pub pictures: Vec<MissingPicture>,
}

#[derive(Serialize, Deserialize)]
struct Document {
    schema: u32,
    catalogs: Vec<Catalog>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Catalog {
    digest: String,
    count: usize,
    pictures: Vec<Row>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Row {
    item_id: String,
    title: String,
    picture: String,
    problem: String,
    remedy: String,
    remedy_en: String,
}

/// Records what the catalog `next` misses. The record of the current catalog, `current`, stays.
pub(super) fn note(
    path: &Path,
    current: Option<Sha256>,
    next: Sha256,
    missing: &[MissingPicture],
) -> Result<(), StoreError> {
    let before = read(path);
    // An unreadable file is replaced
    let mut catalogs = before.as_ref().cloned().unwrap_or_default();
    catalogs.retain(|catalog| current.is_some_and(|own| own != next && catalog.digest == own.to_string()));
    if !missing.is_empty() {
        let pictures = missing.iter().take(MAX_NAMED).map(Row::new).collect();
        catalogs.push(Catalog { digest: next.to_string(), count: missing.len(), pictures });
    }
    if before.is_ok_and(|before| before == catalogs) {
        return Ok(());
    }
    let written = if catalogs.is_empty() {
        durable::remove(path).map(drop)
    } else {
        serde_json::to_vec(&Document { schema: SCHEMA, catalogs })
            .map_err(io::Error::from)
            .and_then(|bytes| durable::replace(path, &bytes))
    };
    written.map_err(|cause| match cause.kind() {
        io::ErrorKind::StorageFull => StoreError::Full,
        _ => StoreError::Unwritable(cause),
    })
}

/// Returns the record of a catalog by its digest; empty if there is none.
pub(super) fn noted(path: &Path, digest: Sha256) -> io::Result<Missing> {
    let catalog = read(path)?.into_iter().find(|catalog| catalog.digest == digest.to_string());
    Ok(catalog.map_or_else(Missing::default, |catalog| Missing {
        count: catalog.count,
        pictures: catalog.pictures.into_iter().filter_map(Row::read).collect(),
    }))
}

fn read(path: &Path) -> io::Result<Vec<Catalog>> {
    let Some(bytes) = plain_file::read_if_exists(path, MAX_BYTES)? else { return Ok(Vec::new()) };
    let document: Document = serde_json::from_slice(&bytes)?;
    Ok(if document.schema == SCHEMA { document.catalogs } else { Vec::new() })
}

impl Row {
    fn new(missing: &MissingPicture) -> Self {
        let cut = |text: &str| text.chars().take(MAX_CHARS).collect();
        Self {
            item_id: missing.item.as_ref().map(ItemId::to_string).unwrap_or_default(),
            title: cut(&missing.title),
            picture: cut(&missing.picture),
            problem: missing.problem.clone(),
            remedy: cut(&missing.remedy.zh),
            remedy_en: cut(&missing.remedy.en),
        }
    }

    fn read(self) -> Option<MissingPicture> {
        Some(MissingPicture {
            item: match self.item_id.as_str() {
                "" => None,
                id => Some(ItemId::parse(id).ok()?),
            },
            title: self.title,
            picture: self.picture,
            problem: self.problem,
            remedy: Message::new(self.remedy, self.remedy_en),
        })
    }
}
