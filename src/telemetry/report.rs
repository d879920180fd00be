//! JSON of reports and answers, as in `docs/FEED.md`, "Reports".

use super::{device_key::PublicJwk, entry::Entry, outbox::Words};
use crate::domain::text;
use serde::{Deserialize, Serialize};

/// Schema version of all reports and answers.
const SCHEMA: u32 = 1;
/// Upper bound, in characters, of a server's words for people.
const MAX_WORDS: usize = 200;
/// Upper bound, in characters, of a code.
const MAX_NAME: usize = 40;

/// Claims of a report, before signing.
#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
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
    body: Body<'a>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "report", rename_all = "snake_case")]
pub(super) enum Body<'a> {
    Activation { brand: &'a str, version: &'static str, jwk: PublicJwk },
    Heartbeat(Heartbeat),
    Events { events: &'a [Entry] },
}

impl<'a> Report<'a> {
    pub fn new(sub: &'a str, aud: &'a str, iat: i64, jti: &'a str, body: Body<'a>) -> Self {
        Self { schema: SCHEMA, sub, aud, iat, jti, body }
    }
}

impl Body<'_> {
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Heartbeat {
    pub version: &'static str,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LastError {
    pub code: String,
    /// Unix time in seconds
    pub at: i64,
}

/// A parsed answer of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub verdict: Verdict,
    /// Code of the reason for a refusal
    pub reason: String,
    pub words: Words,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The server has the report, from now or from earlier
    Accepted,
    Activated,
    Pending,
    /// The activation or batch is refused for good
    Refused,
    /// The server does not, or no longer, know this key: activate first
    UnknownDevice,
}

#[derive(Deserialize)]
struct AnswerForm {
    schema: u32,
    id: String,
    result: Verdict,
    reason: Option<String>,
    zh: Option<String>,
    en: Option<String>,
}

impl Answer {
    /// Parses the answer to the report `jti`. `None` for anything else: a login page, another
    /// report's answer, an unknown verdict.
    pub fn read(bytes: &[u8], jti: &str) -> Option<Self> {
        let AnswerForm { schema, id, result, reason, zh, en } = serde_json::from_slice(bytes).ok()?;
        let plain = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_';
        (schema == SCHEMA && id == jti).then(|| Self {
            verdict: result,
            reason: reason.iter().flat_map(|reason| reason.chars()).filter(plain).take(MAX_NAME).collect(),
            words: Words { zh: words(zh), en: words(en) },
        })
    }
}

/// Returns a sentence from outside as one line of limited length.
fn words(said: Option<String>) -> String {
    let line = text::one_line(&said.unwrap_or_default());
    // Truncation may leave a joiner at the end
    text::one_line(&line.chars().take(MAX_WORDS).collect::<String>())
}
