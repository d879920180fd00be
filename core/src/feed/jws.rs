//! Compact JWS (RFC 7515) with its only permitted algorithm, EdDSA (RFC 8037).
//!
//! The form is `header.payload.signature`, each part base64url without padding, and nothing else.
//! The header has `alg`, `kid` and `typ` only: everything by which a header could direct a reader
//! (`crit`, `jwk`, `jku`, `x5c`, `b64`, `zip`) is refused.

use super::{FeedError, PublicKey, json::JsonObject, limits};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

const ALGORITHM: &str = "EdDSA";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    typ: Option<String>,
}

/// The parts of a compact JWS, not verified yet.
pub struct CompactJws<'a> {
    /// The signing input
    signed: &'a [u8],
    /// The id of the key that it is signed with
    pub kid: String,
    payload: Vec<u8>,
    signature: [u8; 64],
}

impl<'a> CompactJws<'a> {
    /// Takes a compact JWS apart.
    ///
    /// # Errors
    /// Another form, and a header that names anything but the one algorithm and a key.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, FeedError> {
        let decode = |part: &[u8]| URL_SAFE_NO_PAD.decode(part).map_err(|_| FeedError::NotAPointer);
        let mut parts = bytes.split(|&b| b == b'.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(FeedError::NotAPointer);
        };
        let signed = &bytes[..header.len() + 1 + payload.len()];
        let (header, payload, signature) = (decode(header)?, decode(payload)?, decode(signature)?);
        let signature = signature.try_into().map_err(|_| FeedError::NotAPointer)?;
        Ok(Self { signed, kid: kid(&header)?, payload, signature })
    }

    /// The payload, of which nothing is proven: for finding the key to prove it with.
    pub fn unverified(&self) -> &[u8] {
        &self.payload
    }

    /// Verifies the signature and returns the payload.
    pub fn verify(self, key: &PublicKey) -> Result<Vec<u8>, FeedError> {
        key.verify(self.signed, &self.signature)?;
        Ok(self.payload)
    }
}

/// Returns the `kid` of a header that has nothing beyond the permitted members.
fn kid(header: &[u8]) -> Result<String, FeedError> {
    let refuse = |expected| Err(FeedError::Header { expected });
    if header.len() > limits::HEADER_BYTES {
        return refuse("at most 512 bytes");
    }
    let Ok(JsonObject(header)) = serde_json::from_slice::<JsonObject<Header>>(header) else {
        return refuse("an object with alg, kid and at most typ");
    };
    if header.alg != ALGORITHM {
        return refuse("alg EdDSA");
    }
    if header.typ.is_some_and(|typ| typ != "JOSE" && typ != "JWT") {
        return refuse("typ JOSE or JWT, or none");
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if header.kid.len() != 43 || !header.kid.bytes().all(plain) {
        return refuse("a kid of 43 characters");
    }
    Ok(header.kid)
}

/// Signs a payload and returns the compact JWS.
pub(super) fn sign(kid: String, payload: &[u8], sign: impl FnOnce(&[u8]) -> [u8; 64]) -> String {
    let header = Header { alg: ALGORITHM.to_owned(), kid, typ: None };
    // Three strings always serialize
    let header = serde_json::to_vec(&header).unwrap_or_default();
    let mut text = URL_SAFE_NO_PAD.encode(header);
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut text);
    let signature = sign(text.as_bytes());
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut text);
    text
}
