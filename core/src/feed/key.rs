//! Public keys that signatures are checked with, and the set of them that a unit trusts.

use super::{FeedError, limits};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// An Ed25519 public key; its text is the 32 bytes as base64url without padding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Decodes a key. Refuses bytes that are not a curve point, small-order points (anything
    /// verifies under them) and non-canonical encodings, so that one key has one name.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, FeedError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| FeedError::BadKey)?;
        // The library keeps the bytes as given, so the point is encoded again for comparison
        let is_canonical = key.to_edwards().compress().to_bytes() == *bytes;
        if key.is_weak() || !is_canonical { Err(FeedError::BadKey) } else { Ok(Self(key)) }
    }

    /// The `kid`: the key's JWK thumbprint (RFC 7638, members by RFC 8037), 43 characters.
    pub fn id(&self) -> String {
        let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{self}"}}"#);
        URL_SAFE_NO_PAD.encode(Sha256::digest(jwk))
    }

    /// Verifies strictly: small-order points and unreduced scalars are refused, so a signature has
    /// only one form.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), FeedError> {
        let signature = Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).map_err(|_| FeedError::BadSignature)
    }

    pub(super) const fn from_verifying_key(key: VerifyingKey) -> Self {
        Self(key)
    }
}

impl FromStr for PublicKey {
    type Err = FeedError;

    fn from_str(text: &str) -> Result<Self, FeedError> {
        // `decode` would also accept other lengths
        if text.len() != 43 {
            return Err(FeedError::BadKey);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| FeedError::BadKey)?;
        Self::from_bytes(&bytes.try_into().map_err(|_| FeedError::BadKey)?)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

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
