//! Where a feed and its files are: the address that an installer pastes, a unit's pointer, an object.

use super::{FeedError, KeySet, limits};
use crate::domain::{DeviceId, Sha256, StoreId};
use std::{fmt, str::FromStr};
use url::Url;

/// `https://host/path#k=KEY[,KEY]`: the base URL of the feed, and the keys that a unit trusts until
/// a pointer replaces them. Whether plain `http` is permitted is decided by the unit's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedAddress {
    /// Ends with a slash
    base: Url,
    keys: KeySet,
}

impl FeedAddress {
    pub fn new(base: &str, keys: KeySet) -> Result<Self, FeedError> {
        let bad = |expected| Err(FeedError::BadAddress { expected });
        let Ok(mut base) = Url::parse(base.trim()) else { return bad("not an address") };
        if !matches!(base.scheme(), "https" | "http") || !base.has_host() {
            return bad("https:// and a host");
        }
        if !base.username().is_empty() || base.password().is_some() {
            return bad("no user or password");
        }
        if base.query().is_some() || base.fragment().is_some() {
            return bad("no ? or # but the key's");
        }
        let path = format!("{}/", base.path().trim_end_matches('/'));
        base.set_path(&path);
        let address = Self { base, keys };
        if address.to_string().len() > limits::ADDRESS_BYTES {
            return bad("too long");
        }
        Ok(address)
    }

    /// Returns the base URL, which ends with a slash.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Returns the keys that are trusted until a pointer replaces them.
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    pub fn is_https(&self) -> bool {
        self.base.scheme() == "https"
    }

    pub fn pointer_url(&self, subject: &Subject) -> Url {
        self.below(&subject.path())
    }

    pub fn object_url(&self, object: &ObjectRef) -> Url {
        self.below(&object.path())
    }

    fn below(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        // Both kinds of path consist of characters that need no escaping
        url.set_path(&format!("{}{path}", self.base.path()));
        url
    }
}

impl FromStr for FeedAddress {
    type Err = FeedError;

    fn from_str(text: &str) -> Result<Self, FeedError> {
        let text = text.trim();
        if text.len() > limits::ADDRESS_BYTES {
            return Err(FeedError::BadAddress { expected: "too long" });
        }
        let Some((base, keys)) = text.split_once("#k=") else {
            return Err(FeedError::BadAddress { expected: "no #k= with the key" });
        };
        Self::new(base, keys.parse()?)
    }
}

impl fmt::Display for FeedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#k={}", self.base.as_str().trim_end_matches('/'), self.keys)
    }
}

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
