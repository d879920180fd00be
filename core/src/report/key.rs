//! The half of a unit's key that everybody may know.

use crate::feed::{FeedError, PublicKey};
use serde::{Deserialize, Serialize};

const KIND: &str = "OKP";
const CURVE: &str = "Ed25519";

/// A public key as a JWK (RFC 8037). Nothing of it is checked but its text: [`PublicJwk::key`] does that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicJwk {
    kty: String,
    crv: String,
    x: String,
}

impl PublicJwk {
    /// Returns the 32 bytes as base64url: 43 characters.
    pub fn x(&self) -> &str {
        &self.x
    }

    /// The key that signatures are checked with.
    ///
    /// # Errors
    /// Another kind of key than Ed25519, and what [`PublicKey`] refuses.
    pub fn key(&self) -> Result<PublicKey, FeedError> {
        if self.kty != KIND || self.crv != CURVE { Err(FeedError::BadKey) } else { self.x.parse() }
    }
}

impl From<PublicKey> for PublicJwk {
    fn from(key: PublicKey) -> Self {
        Self { kty: KIND.to_owned(), crv: CURVE.to_owned(), x: key.to_string() }
    }
}
