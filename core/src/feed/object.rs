//! A file of the feed, identified by hash and size.

use super::FeedError;
use crate::domain::Sha256;

/// A signed document's reference to another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ObjectRef {
    pub sha256: Sha256,
    /// Bytes
    pub size: u64,
}

impl ObjectRef {
    /// Returns the reference to these bytes.
    pub fn for_bytes(bytes: &[u8]) -> Self {
        Self { sha256: Sha256::digest(bytes), size: bytes.len() as u64 }
    }

    /// Checks bytes against the reference.
    pub fn check(&self, bytes: &[u8]) -> Result<(), FeedError> {
        self.check_found(bytes.len() as u64, || Sha256::digest(bytes))
    }

    /// Same as [`Self::check`] for a file whose size is known; `hash` is called only if the size is
    /// right.
    pub fn check_found(&self, size: u64, hash: impl FnOnce() -> Sha256) -> Result<(), FeedError> {
        if size != self.size {
            return Err(FeedError::WrongSize { expected: self.size, found: size });
        }
        if hash() != self.sha256 {
            return Err(FeedError::WrongHash { expected: self.sha256 });
        }
        Ok(())
    }

    /// Returns the file's path relative to the feed's base.
    pub fn path(&self) -> String {
        format!("v1/objects/{}", self.sha256)
    }
}
