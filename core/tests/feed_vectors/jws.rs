//! Signs arbitrary data, independently of the program's own signer.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

/// A key whose seed is one byte repeated 32 times: these keys are public.
pub struct Key(SigningKey);

impl Key {
    pub fn new(seed: u8) -> Self {
        Self(SigningKey::from_bytes(&[seed; 32]))
    }

    pub fn public(&self) -> String {
        B64.encode(self.0.verifying_key().as_bytes())
    }

    pub fn kid(&self) -> String {
        B64.encode(Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, self.public())))
    }

    pub fn header(&self) -> String {
        format!(r#"{{"alg":"EdDSA","kid":"{}"}}"#, self.kid())
    }

    /// Signs with the usual header.
    pub fn sign(&self, payload: &str) -> String {
        self.sign_under(&self.header(), payload)
    }

    /// Signs with any header.
    pub fn sign_under(&self, header: &str, payload: &str) -> String {
        let signed = format!("{}.{}", B64.encode(header), B64.encode(payload));
        let signature = self.0.sign(signed.as_bytes());
        format!("{signed}.{}", B64.encode(signature.to_bytes()))
    }
}

/// Returns the malleated form of a signature: S plus the group order, which lax verifiers also
/// accept.
pub fn malleated(jws: &str) -> String {
    const ORDER: [u8; 16] =
        [0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14];
    let (signed, signature) = jws.rsplit_once('.').unwrap();
    let mut bytes = B64.decode(signature).unwrap();
    let mut carry = 0;
    for (n, byte) in bytes[32..].iter_mut().enumerate() {
        let order = ORDER.get(n).copied().unwrap_or(if n == 31 { 0x10 } else { 0 });
        let sum = u16::from(*byte) + u16::from(order) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
    format!("{signed}.{}", B64.encode(bytes))
}
