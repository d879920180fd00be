//! The publisher's half: signing. Unused on a unit.

use super::{DocumentKind, FeedError, PointerClaims, PublicKey, jws, limits, pointer::PointerForm};
use ed25519_dalek::{Signer as _, SigningKey};
use std::fmt;

/// A private key; its memory is wiped on drop.
pub struct Signer {
    key: SigningKey,
    kid: String,
}

impl Signer {
    /// Creates a key from 32 secret, random bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        let kid = PublicKey::from_verifying_key(key.verifying_key()).id();
        Self { key, kid }
    }

    pub fn public(&self) -> PublicKey {
        PublicKey::from_verifying_key(self.key.verifying_key())
    }

    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Signs claims. Does not check them; a publisher verifies every pointer before it publishes
    /// it.
    pub fn sign(&self, claims: &PointerClaims) -> Result<String, FeedError> {
        let document = DocumentKind::Pointer;
        let payload = serde_json::to_vec(&PointerForm::new(claims))
            .map_err(|error| FeedError::Json { document, detail: error.to_string() })?;
        let text = self.sign_payload(&payload);
        let (size, most) = (text.len(), limits::POINTER_BYTES);
        if size > most { Err(FeedError::TooLarge { document, size, most }) } else { Ok(text) }
    }

    /// Signs any bytes, valid or not, for tests of a verifier.
    pub fn sign_payload(&self, payload: &[u8]) -> String {
        jws::sign(self.kid.clone(), payload, |bytes| self.key.sign(bytes).to_bytes())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.kid)
    }
}
