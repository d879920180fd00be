//! The unit that a pointer is for.

use super::FeedError;
use crate::domain::{DeviceId, StoreId};
use std::fmt;

/// A unit's two codes, both usable in a path and in the claim `sub`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    store: StoreId,
    device: DeviceId,
}

impl Subject {
    /// Refuses codes that would have another meaning in a path or URL.
    pub fn new(store: StoreId, device: DeviceId) -> Result<Self, FeedError> {
        for code in [store.as_str(), device.as_str()] {
            let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-_.".contains(&b);
            if code.starts_with('.') || !code.bytes().all(plain) {
                return Err(FeedError::BadCode { code: code.to_owned() });
            }
        }
        Ok(Self { store, device })
    }

    pub fn store(&self) -> &StoreId {
        &self.store
    }

    pub fn device(&self) -> &DeviceId {
        &self.device
    }

    /// Returns the path of the unit's pointer relative to the feed's base.
    pub fn path(&self) -> String {
        format!("v1/shelves/{self}.jws")
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.store, self.device)
    }
}
