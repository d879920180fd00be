//! What is sent: the JSON shapes of `docs/FEED.md`, "Reports".

use super::{SCHEMA, event::EventEntry};
use crate::feed::{FeedError, PublicKey, Signer};
use serde::{Deserialize, Serialize};

/// Claims of a report, before signing.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    schema: u32,
    /// The store code, a slash, the device code
    sub: &'a str,
    /// Base URL that this report is sent to, without the endpoint
    aud: &'a str,
    /// Unix time (seconds) of sending, by the unit's clock
    iat: i64,
    /// Id of this report; the answer repeats it
    jti: &'a str,
    #[serde(flatten)]
    body: ReportBody<'a>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "report", rename_all = "snake_case")]
pub enum ReportBody<'a> {
    Activation { brand: &'a str, version: &'a str, jwk: PublicJwk },
    Heartbeat(Heartbeat),
    Events { events: &'a [EventEntry] },
}

impl<'a> Report<'a> {
    pub fn new(sub: &'a str, aud: &'a str, iat: i64, jti: &'a str, body: ReportBody<'a>) -> Self {
        Self { schema: SCHEMA, sub, aud, iat, jti, body }
    }

    /// As it is sent: a compact JWS (RFC 7515) with `alg` EdDSA and the key's id as `kid`, and nothing else
    /// in its header.
    pub fn sign(&self, signer: &Signer) -> serde_json::Result<String> {
        Ok(signer.sign_payload(&serde_json::to_vec(self)?))
    }
}

impl ReportBody<'_> {
    /// Returns the last part of the endpoint's path.
    pub const fn endpoint(&self) -> &'static str {
        match self {
            Self::Activation { .. } => "activation",
            Self::Heartbeat(_) => "heartbeat",
            Self::Events { .. } => "events",
        }
    }
}

/// State of a unit. What it can't tell is null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    pub version: String,
    pub catalog_version: Option<u64>,
    pub catalog_signed_at: Option<i64>,
    pub catalog_expires_at: Option<i64>,
    pub catalog_expired: Option<bool>,
    /// Unix time (seconds) at which the feed last matched the screen
    pub in_step_at: Option<i64>,
    /// Free space on the disk that holds the state
    pub free_bytes: Option<u64>,
    /// Since boot
    pub uptime_s: Option<u64>,
    /// Since the program started
    pub running_s: u64,
    pub temperature_c: Option<i32>,
    /// Whether the power supply was found too weak since the last heartbeat
    pub under_voltage: Option<bool>,
    pub last_error: Option<LastError>,
    /// The unit's clock minus the server's
    pub clock_offset_s: Option<i64>,
    /// Waiting events, and events lost so far
    pub waiting: u64,
    pub lost: u64,
}

/// The last failure on a unit. Only an error code, so that nothing confidential leaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastError {
    pub code: String,
    /// Unix time in seconds
    pub at: i64,
}

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
