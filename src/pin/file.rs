//! `pin.json`: the hash of the PIN, for its owner only.

use super::{Pin, PinFileError, hash::Hash};
use crate::{durable, paths::Paths, plain_file};
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
};

/// The file has about 200 bytes; more is not ours.
pub(super) const MAX_BYTES: u64 = 4096;
const SCHEMA: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Document {
    schema: u32,
    #[serde(flatten)]
    hash: Hash,
}

/// The PIN of the unit whose state is kept in a directory.
#[derive(Clone, Debug)]
pub struct PinFile {
    path: PathBuf,
    tries: PathBuf,
}

impl PinFile {
    pub fn new(paths: &Paths) -> Self {
        Self { path: paths.pin(), tries: paths.pin_tries() }
    }

    /// Whether there is a PIN. A damaged file is an error: it opens nothing.
    pub fn is_set(&self) -> Result<bool, PinFileError> {
        self.read().map(|hash| hash.is_some())
    }

    /// Puts a PIN in the place of the one before. Wrong tries count no more.
    pub fn set(&self, pin: &Pin) -> Result<(), PinFileError> {
        let document = Document { schema: SCHEMA, hash: Hash::of(pin)? };
        let failed = |source| PinFileError::Write { path: self.path.clone(), source };
        let bytes = serde_json::to_vec_pretty(&document).map_err(|error| failed(error.into()))?;
        durable::replace(&self.path, &bytes).map_err(failed)
    }

    /// Forgets the PIN; false where there was none.
    pub fn remove(&self) -> Result<bool, PinFileError> {
        durable::remove(&self.path).map_err(|source| PinFileError::Write { path: self.path.clone(), source })
    }

    pub(super) fn read(&self) -> Result<Option<Hash>, PinFileError> {
        let failed = |source| PinFileError::Read { path: self.path.clone(), source };
        let Some(bytes) = read(&self.path).map_err(failed)? else { return Ok(None) };
        let document: Option<Document> = serde_json::from_slice(&bytes).ok();
        match document.filter(|document| document.schema == SCHEMA && document.hash.is_sound()) {
            Some(document) => Ok(Some(document.hash)),
            None => Err(PinFileError::Damaged { path: self.path.clone() }),
        }
    }

    pub(super) fn tries(&self) -> &Path {
        &self.tries
    }
}

/// A small file's bytes; `None` where there is none.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    plain_file::read_if_there(path, MAX_BYTES + 1)
}
