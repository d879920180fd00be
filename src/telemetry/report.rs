//! What is sent, and what is answered: the JSON shapes of `docs/FEED.md`, "Reports".

use super::{device_key::PublicJwk, entry::Entry, outbox::Words};
use crate::domain::text;
use serde::{Deserialize, Serialize};

/// The version of all reports and answers.
const SCHEMA: u32 = 1;
/// Characters of what a server says to a person.
const MAX_WORDS: usize = 200;
/// Characters of a short name.
const MAX_NAME: usize = 40;

/// A report of one of the three kinds, as it is signed.
#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    schema: u32,
    /// The store code, a slash, the device code
    sub: &'a str,
    /// Where this report is sent, without the endpoint's own path
    aud: &'a str,
    /// When it is sent, by the unit's clock; Unix time in seconds
    iat: i64,
    /// Names this report; the answer repeats it
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
    /// The last part of the endpoint's path.
    pub const fn endpoint(&self) -> &'static str {
        match self {
            Self::Activation { .. } => "activation",
            Self::Heartbeat(_) => "heartbeat",
            Self::Events { .. } => "events",
        }
    }
}

/// How a unit is. What it can't tell is null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Heartbeat {
    pub version: &'static str,
    pub catalog_version: Option<u64>,
    pub catalog_signed_at: Option<i64>,
    pub catalog_expires_at: Option<i64>,
    pub catalog_expired: Option<bool>,
    /// When the feed was last found to say what the screen shows; Unix time in seconds
    pub in_step_at: Option<i64>,
    /// On the disk that holds the state
    pub free_bytes: Option<u64>,
    /// Since the machine was started
    pub uptime_s: Option<u64>,
    /// Since the program was started
    pub running_s: u64,
    pub temperature_c: Option<i32>,
    /// Whether the power supply was found too weak since the last heartbeat
    pub under_voltage: Option<bool>,
    pub last_error: Option<LastError>,
    /// The unit's clock minus the server's
    pub clock_offset_s: Option<i64>,
    /// Events that wait, and those that were lost so far
    pub waiting: u64,
    pub lost: u64,
}

/// What last went wrong on a unit: a short name, no text that could hold more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LastError {
    pub code: String,
    /// Unix time in seconds
    pub at: i64,
}

/// A server's answer, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub verdict: Verdict,
    /// Why it was refused, by a short name
    pub reason: String,
    pub words: Words,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The report is there, from now or from an earlier time
    Accepted,
    Activated,
    Pending,
    /// An activation or a batch will not be taken as it is
    Refused,
    /// The server does not know this key, or does not know it any more: activate first
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
    /// Reads the answer to the report of this name. `None` for everything that is no such answer:
    /// a log-in page, another report's answer, a word that this program does not know.
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

/// A sentence from outside, on one line and not longer than one.
fn words(said: Option<String>) -> String {
    let line = text::one_line(&said.unwrap_or_default());
    // Cut behind a joiner, the line would end with one
    text::one_line(&line.chars().take(MAX_WORDS).collect::<String>())
}
