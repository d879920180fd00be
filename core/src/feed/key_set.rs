//! The keys that a unit trusts.

use super::{FeedError, PublicKey, limits};
use std::{fmt, str::FromStr};

/// One to four distinct keys; the text form separates them by commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet(Vec<PublicKey>);

impl KeySet {
    pub fn new(keys: Vec<PublicKey>) -> Result<Self, FeedError> {
        let twice = keys.iter().enumerate().any(|(n, key)| keys[..n].contains(key));
        if keys.is_empty() || keys.len() > limits::KEYS || twice {
            return Err(FeedError::BadKey);
        }
        Ok(Self(keys))
    }

    pub fn keys(&self) -> &[PublicKey] {
        &self.0
    }

    pub fn find(&self, kid: &str) -> Option<&PublicKey> {
        self.0.iter().find(|key| key.id() == kid)
    }
}

impl From<PublicKey> for KeySet {
    fn from(key: PublicKey) -> Self {
        Self(vec![key])
    }
}

impl FromStr for KeySet {
    type Err = FeedError;

    fn from_str(text: &str) -> Result<Self, FeedError> {
        Self::new(text.split(',').map(str::parse).collect::<Result<_, _>>()?)
    }
}

impl fmt::Display for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, key) in self.0.iter().enumerate() {
            write!(f, "{}{key}", if n == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}
