//! The server's half: from the bytes of a request to what a unit says.

use super::{
    SCHEMA,
    event::EventEntry,
    form::{Heartbeat, PublicJwk},
};
use crate::{
    domain::{DeviceId, StoreId, text},
    feed::{CompactJws, FeedError, PublicKey, Subject},
};
use serde::Deserialize;

/// More than any report: 500 entries make about 60 KiB.
const MAX_BYTES: usize = 256 << 10;
/// Entries of one batch.
const MAX_ENTRIES: usize = 500;
/// Bytes of a brand's name, and characters of a version and of a short name.
const MAX_BRAND: usize = 512;
const MAX_NAME: usize = 64;
/// Characters of a report's name: 128 bits as base64url.
const NAME: usize = 22;

/// A report as it came. Nothing that it says is proven, so it says only what a server needs to find the key
/// to prove it with.
pub struct UnverifiedReport<'a> {
    compact: CompactJws<'a>,
    head: CommonClaims,
    subject: Subject,
}

/// What a unit has said, by its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportClaims {
    /// Which unit
    pub subject: Subject,
    /// When it was sent, by the unit's clock, which may be wrong; Unix time in seconds
    pub issued_at: i64,
    /// The report's name, which an answer repeats. A batch that has one again is the same batch
    pub id: String,
    pub said: ReportContent,
}

/// One of the three kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportContent {
    /// A unit presents its key, with which this is signed
    Activation {
        brand: String,
        version: String,
        key: PublicKey,
    },
    Heartbeat(Heartbeat),
    /// What shoppers did; from one entry to 500
    Events(Vec<EventEntry>),
}

/// The members that all kinds have, and the key that an activation presents.
#[derive(Deserialize)]
struct CommonClaims {
    schema: u32,
    sub: String,
    aud: String,
    iat: i64,
    jti: String,
    report: ReportKind,
    jwk: Option<PublicJwk>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReportKind {
    Activation,
    Heartbeat,
    Events,
}

#[derive(Deserialize)]
struct ActivationForm {
    brand: String,
    version: String,
}

#[derive(Deserialize)]
struct EventsForm {
    events: Vec<EventEntry>,
}

impl<'a> UnverifiedReport<'a> {
    /// Takes the body of a request apart.
    ///
    /// # Errors
    /// What has another form than a report. Members that are not known are not looked at.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, InvalidReport> {
        if bytes.len() > MAX_BYTES {
            return Err(InvalidReport::TooLarge { size: bytes.len() });
        }
        let compact = CompactJws::parse(bytes)?;
        let head: CommonClaims = read(compact.unverified())?;
        let subject = subject(&head.sub).ok_or(InvalidReport::Claim { claim: "sub" })?;
        Ok(Self { compact, head, subject })
    }

    /// The id of the key that it says it is signed with.
    pub fn kid(&self) -> &str {
        &self.compact.kid
    }

    /// The unit that it says it comes from.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Whether it presents a key: then it is signed with that one.
    pub fn is_activation(&self) -> bool {
        self.head.report == ReportKind::Activation
    }

    /// What it says, once it is proven: by the key that it presents, or else by the one that the server
    /// knows of this unit. `address` is the server's own, `endpoint` the last part of the request's path.
    ///
    /// # Errors
    /// [`InvalidReport::OtherKey`] where it is signed with a key that is not this unit's: `unknown_device`.
    /// Everything else is no report of a unit's.
    pub fn verify(
        self,
        known: Option<&PublicKey>,
        address: &str,
        endpoint: &str,
    ) -> Result<ReportClaims, InvalidReport> {
        let Self { compact, head, subject } = self;
        let presented = match head.report {
            ReportKind::Activation => {
                let jwk = head.jwk.as_ref().ok_or(InvalidReport::Claim { claim: "jwk" })?;
                Some(jwk.key()?)
            }
            ReportKind::Heartbeat | ReportKind::Events => None,
        };
        let key = presented.as_ref().or(known).filter(|key| key.id() == compact.kid);
        let Some(key) = key else { return Err(InvalidReport::OtherKey { kid: compact.kid.clone() }) };
        let payload = compact.verify(key)?;
        let must = |holds: bool, claim| if holds { Ok(()) } else { Err(InvalidReport::Claim { claim }) };
        must(head.schema == SCHEMA, "schema")?;
        must(head.aud == address, "aud")?;
        must(head.report.endpoint() == endpoint, "report")?;
        must(head.jti.len() == NAME && head.jti.bytes().all(is_base64url), "jti")?;
        let said = match (head.report, presented) {
            (ReportKind::Activation, Some(key)) => {
                let ActivationForm { brand, version } = read(&payload)?;
                must(brand.len() <= MAX_BRAND && text::first_hidden(&brand).is_none(), "brand")?;
                must(is_name(&version), "version")?;
                ReportContent::Activation { brand, version, key }
            }
            (ReportKind::Events, _) => {
                let EventsForm { events } = read(&payload)?;
                must((1..=MAX_ENTRIES).contains(&events.len()), "events")?;
                ReportContent::Events(events)
            }
            _ => {
                let heartbeat: Heartbeat = read(&payload)?;
                must(is_name(&heartbeat.version), "version")?;
                must(heartbeat.last_error.as_ref().is_none_or(|last| is_name(&last.code)), "last_error")?;
                ReportContent::Heartbeat(heartbeat)
            }
        };
        Ok(ReportClaims { subject, issued_at: head.iat, id: head.jti, said })
    }
}

impl ReportKind {
    const fn endpoint(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Heartbeat => "heartbeat",
            Self::Events => "events",
        }
    }
}

fn read<'de, T: Deserialize<'de>>(payload: &'de [u8]) -> Result<T, InvalidReport> {
    serde_json::from_slice(payload).map_err(|_| InvalidReport::Form)
}

fn subject(text: &str) -> Option<Subject> {
    let (store, device) = text.split_once('/')?;
    let subject = Subject::new(StoreId::parse(store).ok()?, DeviceId::parse(device).ok()?).ok()?;
    // One unit has one name
    (subject.to_string() == text).then_some(subject)
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// A version, or a short name of what went wrong.
fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic();
    (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(plain)
}

/// Why a server does not take a report.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReport {
    #[error("it has {size} bytes, more than any report")]
    TooLarge { size: usize },
    /// Its form, its header, its key or its signature
    #[error(transparent)]
    Signature(#[from] FeedError),
    #[error("it is signed with another key than {kid}")]
    OtherKey { kid: String },
    #[error("{claim} is not as it has to be")]
    Claim { claim: &'static str },
    /// No detail is repeated: the text comes from outside
    #[error("its payload is no report of this kind")]
    Form,
}
