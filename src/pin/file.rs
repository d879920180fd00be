//! `pin.json`: the hash of the PIN, readable only by its owner.

use super::{Pin, PinFileError, hash::Hash};
use cloud_shelf_core::{durable, paths::Paths, plain_file};
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Upper bound on the file's size, in bytes; a real one has about 200.
pub(super) const MAX_BYTES: u64 = 4096;
const SCHEMA: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Document {
    schema: u32,
    #[serde(flatten)]
    hash: Hash,
}

/// The PIN file of a state directory.
#[derive(Clone, Debug)]
pub struct PinFile {
    path: PathBuf,
    tries: PathBuf,
}

impl PinFile {
    pub fn new(paths: &Paths) -> Self {
        Self { path: paths.pin(), tries: paths.pin_tries() }
    }

    /// Returns whether a PIN is set. A damaged file is an error, so that it opens nothing.
    pub fn is_set(&self) -> Result<bool, PinFileError> {
        self.read().map(|hash| hash.is_some())
    }

    /// Sets the PIN, replacing any earlier one, and resets the count of wrong tries.
    pub fn set(&self, pin: &Pin) -> Result<(), PinFileError> {
        let document = Document { schema: SCHEMA, hash: Hash::of(pin)? };
        let failed = |source| PinFileError::Write { path: self.path.clone(), source };
        let bytes = serde_json::to_vec_pretty(&document).map_err(|error| failed(error.into()))?;
        durable::replace(&self.path, &bytes).map_err(failed)
    }

    /// Removes the PIN; returns false if there was none.
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

/// Reads a small file; `None` if it does not exist.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    plain_file::read_if_exists(path, MAX_BYTES + 1)
}
