//! `feed-trust.json`: what a shelf believes of its feed.
//!
//! It lies beside the database and outlives it: a shelf whose items were lost still takes nothing
//! older than what it has had, and nothing by a key that was withdrawn.

use super::{
    SyncError,
    time::{self, Known},
};
use crate::{
    clock::BUILT,
    durable,
    feed::{Address, KeySet, Pointer, Subject, verify_pointer},
    plain_file,
    store::Publication,
};
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
};

const SCHEMA: u32 = 1;
/// Four keys and an address have less.
const MAX_BYTES: u64 = 64 << 10;

/// Keys, version and time that a pointer is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trust {
    pub keys: KeySet,
    /// No older version is taken
    pub floor: u64,
    /// The newest time of signing that was seen; 0 for none
    pub newest: i64,
}

#[derive(Serialize, Deserialize)]
struct Document {
    schema: u32,
    /// The address as the installer gave it: another one starts afresh
    feed: String,
    subject: String,
    keys: String,
    version: u64,
    newest: i64,
}

impl Trust {
    /// What this shelf has come to believe of the feed at an address. Where nothing is noted, it is
    /// what the installer gave, and what the catalog in force says of where it came from.
    pub fn load(path: &Path, address: &Address, subject: &Subject, kept: Option<&Publication>) -> Self {
        let noted = read(path).unwrap_or_else(|error| {
            let aside = durable::set_aside(path);
            tracing::warn!(%error, ?aside, "what was believed of the feed can't be read");
            None
        });
        let given = Self { keys: address.keys().clone(), floor: 0, newest: 0 };
        let Some(noted) = noted else {
            return kept.and_then(|kept| Self::of_kept(kept, subject)).unwrap_or(given);
        };
        let Document { schema: _, feed, subject: of, keys, version, newest } = noted;
        match keys.parse() {
            Ok(keys) if feed == address.to_string() && of == subject.to_string() => {
                Self { keys, floor: version, newest }
            }
            _ => given,
        }
    }

    fn of_kept(kept: &Publication, subject: &Subject) -> Option<Self> {
        let pointer = accepted(kept, subject)?;
        let keys = pointer.keys.clone().or_else(|| kept.keys.parse().ok())?;
        Some(Self { keys, floor: pointer.version, newest: pointer.issued_at })
    }

    /// What is believed once a pointer has been verified.
    pub fn after(&self, pointer: &Pointer) -> Self {
        let newest = if time::is_credible(BUILT, pointer.issued_at) {
            pointer.issued_at.max(self.newest)
        } else {
            self.newest
        };
        Self {
            keys: pointer.keys.clone().unwrap_or_else(|| self.keys.clone()),
            floor: pointer.version.max(self.floor),
            newest,
        }
    }

    pub fn keep(&self, path: &Path, address: &Address, subject: &Subject) -> Result<(), SyncError> {
        let document = Document {
            schema: SCHEMA,
            feed: address.to_string(),
            subject: subject.to_string(),
            keys: self.keys.to_string(),
            version: self.floor,
            newest: self.newest,
        };
        let written = serde_json::to_vec(&document)
            .map_err(io::Error::from)
            .and_then(|bytes| durable::replace(path, &bytes));
        written.map_err(|cause| SyncError::Unwritable { path: PathBuf::from(path), cause: cause.into() })
    }

    pub const fn known(&self) -> Known {
        Known { built: BUILT, newest: self.newest }
    }
}

/// The pointer that a catalog came from: it was verified when it was taken, and what has run out
/// since then still holds for what is on the shelf. `None` for another shelf's.
pub fn accepted(kept: &Publication, subject: &Subject) -> Option<Pointer> {
    if kept.subject != subject.to_string() {
        return None;
    }
    let keys: KeySet = kept.keys.parse().ok()?;
    verify_pointer(&kept.pointer, &keys, subject, i64::MIN, 0).ok()
}

fn read(path: &Path) -> io::Result<Option<Document>> {
    let Some(bytes) = plain_file::read_if_there(path, MAX_BYTES)? else { return Ok(None) };
    let document: Document = serde_json::from_slice(&bytes)?;
    if document.schema != SCHEMA {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "no such schema"));
    }
    Ok(Some(document))
}
