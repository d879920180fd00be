//! HTTP client for the feed: small files into memory, objects into files, over networks that are
//! slow, filtered, cut off or hostile.

mod post;

pub use post::PostResponse;

use super::{
    Route, Timeouts, TransferError,
    address::PrivateOnly,
    bandwidth::Bandwidth,
    body_writer::{BodyWriter, ExpectedBody},
    deadline::Deadline,
    host_rule::HostRule,
    retry_after::parse_retry_after,
    tls,
};
use crate::clock::Clock;
use reqwest::{
    Client, Proxy, RequestBuilder, Response,
    header::{
        ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, ETAG, HeaderName, IF_NONE_MATCH,
        LOCATION,
    },
    redirect::Policy,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::Instant;
use url::Url;

const MAX_REDIRECTS: usize = 3;
/// Upper bound on what a power cut costs of a slow transfer
const FLUSH_INTERVAL: Duration = Duration::from_secs(2);
/// Longer tags are not stored.
const MAX_ETAG_BYTES: usize = 256;

/// Outcome of a conditional request for a small file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileResponse {
    /// Not modified: the file is the one with the given ETag
    NotModified,
    Modified {
        bytes: Vec<u8>,
        etag: Option<String>,
    },
}

/// Client for one feed; cheap to clone.
#[derive(Clone)]
pub struct FeedClient {
    client: Client,
    rule: Arc<HostRule>,
    timeouts: Timeouts,
    bandwidth: Option<Arc<Bandwidth>>,
    clock: Arc<dyn Clock>,
    received: Arc<AtomicU64>,
}

impl FeedClient {
    /// Creates a client for the feed at `base`. Certificates are judged by `clock`.
    pub fn new(base: &Url, route: &Route, clock: Arc<dyn Clock>) -> Result<Self, TransferError> {
        let rule = HostRule::new(base, route.allow_private_feed, &route.redirect_hosts)?;
        let mut builder = Client::builder()
            .user_agent(concat!("cloud-shelf/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(route.timeouts.connect)
            .pool_idle_timeout(Duration::from_secs(30))
            .tls_backend_preconfigured(tls::config(&route.ca_pem, clock.clone())?);
        if rule.is_private_feed() {
            builder = builder.dns_resolver(PrivateOnly);
        } else if let Some(proxy) = &route.proxy {
            let made = Proxy::all(proxy.clone());
            let refused =
                |error: reqwest::Error| TransferError::Setting { name: "proxy", detail: error.to_string() };
            builder = builder.proxy(made.map_err(refused)?);
        }
        let client = builder.build().map_err(|error| TransferError::from_request(&error))?;
        Ok(Self {
            client,
            rule: Arc::new(rule),
            timeouts: route.timeouts.clone(),
            bandwidth: route.bytes_per_s.map(|cap| Arc::new(Bandwidth::new(cap))),
            clock,
            received: Arc::default(),
        })
    }

    pub(super) const fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    /// Returns the total time for a round of `bytes` in `files` files, including our own bandwidth
    /// limit. A hundred times what a good line needs, but finite.
    pub fn round_timeout(&self, bytes: u64, files: usize) -> Duration {
        let Timeouts { base, .. } = self.timeouts;
        let capped = self.bandwidth.as_ref().map_or(0, |cap| bytes.saturating_mul(2) / cap.bytes_per_s());
        let files = Duration::from_secs(files as u64);
        let capped = Duration::from_secs(capped);
        self.timeouts.total(bytes).saturating_add(base * 9).saturating_add(files).saturating_add(capped)
    }

    /// Returns how many body bytes have arrived so far, as sent over the wire.
    pub fn received_bytes(&self) -> u64 {
        self.received.load(Relaxed)
    }

    /// Requests a file of at most `most` bytes, unless it still has the given `etag`. With
    /// `afresh`, caches in between are told to ask the origin server.
    pub async fn fetch_file(
        &self,
        url: &Url,
        etag: Option<&str>,
        most: u64,
        afresh: bool,
    ) -> Result<FileResponse, TransferError> {
        let mut deadline = Deadline::new(&self.timeouts, most);
        let response = self
            .send_following_redirects(url, &deadline, |request| {
                let request = request.header(ACCEPT_ENCODING, "identity");
                let request = if afresh { request.header(CACHE_CONTROL, "no-cache") } else { request };
                match etag {
                    Some(etag) => request.header(IF_NONE_MATCH, etag),
                    None => request,
                }
            })
            .await?;
        self.handle_file(response, etag.is_some(), most, &mut deadline).await
    }

    /// Handles the response to a request for a small file. `conditional`: an ETag was sent.
    pub(super) async fn handle_file(
        &self,
        response: Response,
        conditional: bool,
        most: u64,
        deadline: &mut Deadline,
    ) -> Result<FileResponse, TransferError> {
        match response.status().as_u16() {
            200 => {}
            304 if conditional => return Ok(FileResponse::NotModified),
            304 => return Err(TransferError::UnrequestedNotModified),
            _ => return Err(self.status_error(&response)),
        }
        let etag = header(&response, ETAG).filter(|etag| etag.len() <= MAX_ETAG_BYTES).map(str::to_owned);
        let bytes = self.read_small_body(response, most, deadline).await?;
        Ok(FileResponse::Modified { bytes, etag })
    }

    /// Reads an uncompressed body of at most `most` bytes.
    pub(super) async fn read_small_body(
        &self,
        response: Response,
        most: u64,
        deadline: &mut Deadline,
    ) -> Result<Vec<u8>, TransferError> {
        let mut bytes = Vec::new();
        let expected = ExpectedBody { most, ..ExpectedBody::default() };
        let mut writer = BodyWriter::new(&mut bytes, expected, content_encoding(&response)?.as_deref())?;
        let too_large = content_length(&response).filter(|length| *length > most);
        let too_large = too_large.map(|_| TransferError::TooLarge { most });
        self.copy_body(response, &mut writer, too_large, deadline).await?;
        drop(writer);
        Ok(bytes)
    }

    /// Sends a request and follows redirects, all within the deadline.
    pub(super) async fn send_following_redirects(
        &self,
        url: &Url,
        deadline: &Deadline,
        dress: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, TransferError> {
        let mut url = url.clone();
        self.rule.check(&url)?;
        for _ in 0..=MAX_REDIRECTS {
            let most = self.timeouts.connect + self.timeouts.silence;
            let response = deadline.within(most, dress(self.client.get(url.clone())).send()).await?;
            let response = response.map_err(|error| TransferError::from_request(&error))?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            let target = header(&response, LOCATION).and_then(|text| url.join(text).ok());
            url = target.ok_or(TransferError::BadRedirect)?;
            self.rule.check_target(&url)?;
        }
        Err(TransferError::BadRedirect)
    }

    /// Converts an unexpected status to an error.
    pub(super) fn status_error(&self, response: &Response) -> TransferError {
        TransferError::status(response.status(), parse_retry_after(response.headers(), self.clock.now()))
    }

    /// Copies a body into a writer. `fault` is an error found in the response's headers; it is
    /// returned unless the body turns out to be a web page.
    pub(super) async fn copy_body(
        &self,
        mut response: Response,
        writer: &mut BodyWriter<'_>,
        mut fault: Option<TransferError>,
        deadline: &mut Deadline,
    ) -> Result<(), TransferError> {
        let Timeouts { silence, min_bytes_per_s, window, .. } = self.timeouts;
        // Only the time spent waiting for the server counts, not the waits of our own bandwidth
        // limit
        let (mut waited, mut came) = (Duration::ZERO, 0);
        let mut flushed = Instant::now();
        loop {
            let start = Instant::now();
            let chunk = match deadline.within(silence, response.chunk()).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => {
                    return match fault {
                        Some(fault) => Err(writer.or_web_page(fault)),
                        None => writer.finish(),
                    };
                }
                Ok(Err(_)) => return writer.flush().and(Err(TransferError::CutOff)),
                Err(_) => return writer.flush().and(Err(TransferError::TooSlow)),
            };
            writer.write(&chunk)?;
            self.received.fetch_add(chunk.len() as u64, Relaxed);
            if let Some(fault) = fault.take() {
                return Err(writer.or_web_page(fault));
            }
            waited += start.elapsed();
            came += chunk.len() as u64;
            if waited >= window {
                if (came as f64) < min_bytes_per_s as f64 * waited.as_secs_f64() {
                    return writer.flush().and(Err(TransferError::TooSlow));
                }
                (waited, came) = (Duration::ZERO, 0);
            }
            if flushed.elapsed() >= FLUSH_INTERVAL {
                writer.flush()?;
                flushed = Instant::now();
            }
            if let Some(bandwidth) = &self.bandwidth {
                let start = Instant::now();
                bandwidth.throttle(chunk.len()).await;
                deadline.extend(start.elapsed());
            }
        }
    }
}

pub(super) fn header(response: &Response, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

/// Returns the response's `Content-Encoding`. A header that occurs twice, or is not text, is an
/// error.
pub(super) fn content_encoding(response: &Response) -> Result<Option<String>, TransferError> {
    let mut named = response.headers().get_all(CONTENT_ENCODING).iter();
    let first = named.next();
    match (first.map(|name| name.to_str().ok()), named.next()) {
        (None, _) => Ok(None),
        (Some(Some(name)), None) => Ok(Some(name.to_owned())),
        _ => Err(TransferError::UnrequestedEncoding { encoding: "?".into() }),
    }
}

/// Returns the response's `Content-Length`.
pub(super) fn content_length(response: &Response) -> Option<u64> {
    header(response, CONTENT_LENGTH)?.trim().parse().ok()
}
