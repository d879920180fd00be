//! Sends reports: a small request body, a small response.

use super::{Deadline, FeedClient, TransferError, header};
use reqwest::{
    Response,
    header::{ACCEPT_ENCODING, CONTENT_TYPE, DATE},
};
use std::time::Duration;
use url::Url;

/// A server's response to a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostResponse {
    pub bytes: Vec<u8>,
    /// The server's `Date`, as Unix time in seconds
    pub date: Option<i64>,
}

impl FeedClient {
    /// Posts a body and reads a response of at most `most` bytes. The body of an error response is
    /// read if it is JSON. Redirects count as failures: a report goes nowhere else.
    pub async fn post(
        &self,
        url: &Url,
        content_type: &'static str,
        body: String,
        most: u64,
    ) -> Result<PostResponse, TransferError> {
        self.rule.check(url)?;
        let timeouts = &self.timeouts;
        // Uploading the body takes time on a slow line
        let body_bytes = body.len() as u64;
        let carrying = Duration::from_secs(body_bytes / timeouts.min_bytes_per_s.max(1));
        let request = self.client.post(url.clone()).header(CONTENT_TYPE, content_type).body(body);
        let request = request.header(ACCEPT_ENCODING, "identity");
        let mut deadline = Deadline::new(timeouts, body_bytes.saturating_add(most));
        let response =
            deadline.within(timeouts.connect + carrying + timeouts.silence, request.send()).await?;
        let response = response.map_err(|error| TransferError::from_request(&error))?;
        self.handle_answer(response, most, &mut deadline).await
    }

    /// Handles the response to a report.
    pub(in crate::transport) async fn handle_answer(
        &self,
        response: Response,
        most: u64,
        deadline: &mut Deadline,
    ) -> Result<PostResponse, TransferError> {
        let json = header(&response, CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/json"));
        match response.status().as_u16() {
            200..=299 => {}
            408 | 429 => return Err(self.status_error(&response)),
            400..=499 if json => {}
            300..=399 => return Err(TransferError::BadRedirect),
            _ => return Err(self.status_error(&response)),
        }
        let date = header(&response, DATE).and_then(|text| {
            let parser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
            Some(parser.parse_timestamp(text).ok()?.as_second())
        });
        let bytes = self.read_small_body(response, most, deadline).await?;
        Ok(PostResponse { bytes, date })
    }
}
