//! A key that signatures are checked with.

use super::FeedError;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// An Ed25519 public key; its text is the 32 bytes as base64url without padding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Refuses what is no point of the curve, the few points with which anything is "signed", and
    /// a second way to write a point: one key has one name.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, FeedError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| FeedError::BadKey)?;
        // The library keeps the bytes as they came, so the point is written anew to compare
        let is_canonical = key.to_edwards().compress().to_bytes() == *bytes;
        if key.is_weak() || !is_canonical { Err(FeedError::BadKey) } else { Ok(Self(key)) }
    }

    /// The `kid`: the key's JWK thumbprint (RFC 7638, members by RFC 8037), 43 characters.
    pub fn id(&self) -> String {
        let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{self}"}}"#);
        URL_SAFE_NO_PAD.encode(Sha256::digest(jwk))
    }

    /// Refuses small-order points and values that are not reduced, so a message has one signature
    /// of each signing and no other form of it.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), FeedError> {
        let signature = Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).map_err(|_| FeedError::BadSignature)
    }

    pub(super) const fn of(key: VerifyingKey) -> Self {
        Self(key)
    }
}

impl FromStr for PublicKey {
    type Err = FeedError;

    fn from_str(text: &str) -> Result<Self, FeedError> {
        // No text of another length decodes to 32 bytes; this one may be of any
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
