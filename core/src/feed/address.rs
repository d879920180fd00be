//! Feed address: the one line that an installer pastes.

use super::{FeedError, KeySet, ObjectRef, Subject, limits};
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
