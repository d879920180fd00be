//! Signs and sends a report, and reads the server's answer.

use super::{ReportError, device_key::DeviceKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cloud_shelf_core::{
    clock::Clock,
    report::{Report, ReportAddress, ReportAnswer, ReportBody},
    transport::{FeedClient, Route, TransferError},
};
use std::sync::Arc;

/// Upper bound for an answer; the usual one has 100 bytes.
const MAX_ANSWER: u64 = 16 << 10;

/// Where a unit's reports go, and in whose name.
#[derive(Clone, Debug)]
pub(super) struct Destination {
    pub address: ReportAddress,
    pub brand: String,
    /// The store code, a slash, the device code
    pub sub: String,
    pub key: Arc<DeviceKey>,
}

impl Destination {
    /// Returns the owner of the waiting events: see [`super::Outbox::claim`].
    pub fn subject(&self) -> String {
        format!("{}#{}", self.sub, self.key.public().id())
    }
}

pub(super) struct Sender<'a> {
    to: &'a Destination,
    client: FeedClient,
    clock: &'a dyn Clock,
}

/// An answer, and how far the unit's clock is ahead of the server's.
pub(super) struct Answered {
    pub answer: ReportAnswer,
    pub clock_offset_s: Option<i64>,
}

impl<'a> Sender<'a> {
    pub fn new(to: &'a Destination, route: &Route, clock: &'a Arc<dyn Clock>) -> Result<Self, TransferError> {
        let client = FeedClient::new(to.address.url(), route, clock.clone())?;
        Ok(Self { to, client, clock: clock.as_ref() })
    }

    pub async fn send(&self, jti: &str, body: ReportBody<'_>) -> Result<Answered, ReportError> {
        let url = self.to.address.endpoint(body.endpoint());
        let (aud, start) = (self.to.address.to_string(), self.clock.now());
        let signed = Report::new(&self.to.sub, &aud, start, jti, body).sign(self.to.key.signer());
        let signed = signed.map_err(|_| ReportError::BadAnswer)?;
        let posted = self.client.post(&url, "application/jose", signed, MAX_ANSWER).await?;
        let middle = start + (self.clock.now() - start) / 2;
        let answer = ReportAnswer::parse(&posted.bytes, jti).ok_or(ReportError::BadAnswer)?;
        Ok(Answered { answer, clock_offset_s: posted.date.map(|date| middle - date) })
    }
}

/// Returns 128 random bits that identify a report.
pub(super) fn name() -> String {
    let mut bits = [0; 16];
    // Without randomness ids repeat, and the server takes a heartbeat for a repeated one
    let _ = getrandom::fill(&mut bits);
    URL_SAFE_NO_PAD.encode(bits)
}
