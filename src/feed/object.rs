//! A file of the feed, by name and size.

use super::FeedError;
use crate::domain::Sha256;

/// What a signed document says of another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ObjectRef {
    pub sha256: Sha256,
    /// Bytes
    pub size: u64,
}

impl ObjectRef {
    /// The reference to these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self { sha256: Sha256::of(bytes), size: bytes.len() as u64 }
    }

    /// Whether the bytes are what was signed.
    pub fn check(&self, bytes: &[u8]) -> Result<(), FeedError> {
        self.check_found(bytes.len() as u64, || Sha256::of(bytes))
    }

    /// Whether so many bytes with this hash are what was signed.
    pub fn check_found(&self, size: u64, hash: impl FnOnce() -> Sha256) -> Result<(), FeedError> {
        if size != self.size {
            return Err(FeedError::WrongSize { expected: self.size, found: size });
        }
        if hash() != self.sha256 {
            return Err(FeedError::WrongHash { expected: self.sha256 });
        }
        Ok(())
    }

    /// Where the file is, from the feed's base.
    pub fn path(&self) -> String {
        format!("v1/objects/{}", self.sha256)
    }
}
