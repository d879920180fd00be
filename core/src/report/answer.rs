//! What a server answers, as a unit reads it: `docs/FEED.md`, "An answer".

use super::SCHEMA;
use crate::domain::text;
use serde::Deserialize;

/// Upper bound, in characters, of a server's words for people.
const MAX_WORDS: usize = 200;
/// Upper bound, in characters, of a code.
const MAX_NAME: usize = 40;

/// The operator's words for people, in both languages; often empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorMessage {
    pub zh: String,
    pub en: String,
}

/// A parsed answer of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportAnswer {
    pub verdict: ReportVerdict,
    /// Code of the reason for a refusal
    pub reason: String,
    pub words: OperatorMessage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportVerdict {
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
    result: ReportVerdict,
    reason: Option<String>,
    zh: Option<String>,
    en: Option<String>,
}

impl ReportAnswer {
    /// Parses the answer to the report `jti`. `None` for anything else: a login page, another
    /// report's answer, an unknown verdict.
    pub fn parse(bytes: &[u8], jti: &str) -> Option<Self> {
        let AnswerForm { schema, id, result, reason, zh, en } = serde_json::from_slice(bytes).ok()?;
        let plain = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_';
        (schema == SCHEMA && id == jti).then(|| Self {
            verdict: result,
            reason: reason.iter().flat_map(|reason| reason.chars()).filter(plain).take(MAX_NAME).collect(),
            words: OperatorMessage { zh: shorten(zh), en: shorten(en) },
        })
    }
}

/// Returns a sentence from outside as one line of limited length.
fn shorten(said: Option<String>) -> String {
    let line = text::one_line(&said.unwrap_or_default());
    // Truncation may leave a joiner at the end
    text::one_line(&line.chars().take(MAX_WORDS).collect::<String>())
}
