//! Reports: a small body sent, a small answer read.

use super::{FeedClient, Sink, TransferError, header, length};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, DATE};
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// What a server has answered to a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    pub bytes: Vec<u8>,
    /// The server's clock, as Unix time in seconds
    pub date: Option<i64>,
}

impl FeedClient {
    /// Sends a body and reads an answer of `most` bytes at the most. A refusal is read where it is
    /// JSON. Nothing is sent anywhere else: a redirection is a failure.
    pub async fn post(
        &self,
        url: &Url,
        content_type: &'static str,
        body: String,
        most: u64,
    ) -> Result<Posted, TransferError> {
        self.rule.check(url)?;
        let patience = &self.patience;
        // A slow line takes its time to carry the body
        let carrying = Duration::from_secs(body.len() as u64 / patience.min_bytes_per_s.max(1));
        let request = self.client.post(url.clone()).header(CONTENT_TYPE, content_type).body(body);
        let request = request.header(ACCEPT_ENCODING, "identity");
        let sent = timeout(patience.connect + carrying + patience.silence, request.send());
        let response = sent.await.map_err(|_| TransferError::TooSlow)?;
        let response = response.map_err(|error| TransferError::of_request(&error))?;
        let json = header(&response, CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/json"));
        match response.status().as_u16() {
            200..=299 => {}
            408 | 429 => return Err(self.refusal(&response)),
            400..=499 if json => {}
            300..=399 => return Err(TransferError::BadRedirect),
            _ => return Err(self.refusal(&response)),
        }
        let date = header(&response, DATE).and_then(|text| {
            let parser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
            Some(parser.parse_timestamp(text).ok()?.as_second())
        });
        let mut bytes = Vec::new();
        let encoding = header(&response, CONTENT_ENCODING).map(str::to_owned);
        let sink = Sink::new(&mut bytes, 0, most, encoding.as_deref())?;
        let too_large = length(&response).filter(|length| *length > most);
        let too_large = too_large.map(|_| TransferError::TooLarge { most });
        self.pump(response, sink, too_large).await?;
        Ok(Posted { bytes, date })
    }
}
