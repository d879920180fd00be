//! The feed's files over HTTP: small ones into memory, objects into files, over networks that are
//! slow, filtered, cut or hostile.

mod post;

pub use post::Posted;

use super::{
    Patience, Route, TransferError, bandwidth::Bandwidth, host_rule::HostRule, resolver::InHouse,
    retry_after::retry_after, sink::Sink, tls,
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
use tokio::time::{Instant, timeout};
use url::Url;

const MAX_REDIRECTS: usize = 3;
/// A power cut costs no more of a slow transfer than this
const FLUSH: Duration = Duration::from_secs(2);
/// No server's is longer; a longer one is not kept.
const MAX_ETAG_BYTES: usize = 256;

/// What came of asking for a small file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is the one whose tag was given
    Same,
    New {
        bytes: Vec<u8>,
        etag: Option<String>,
    },
}

/// Asks one feed; cheap to clone.
#[derive(Clone)]
pub struct FeedClient {
    client: Client,
    rule: Arc<HostRule>,
    patience: Patience,
    bandwidth: Option<Arc<Bandwidth>>,
    clock: Arc<dyn Clock>,
    received: Arc<AtomicU64>,
}

impl FeedClient {
    /// A client for the feed at `base`. Certificates are judged by `clock`.
    pub fn new(base: &Url, route: &Route, clock: Arc<dyn Clock>) -> Result<Self, TransferError> {
        let rule = HostRule::new(base, route.allow_private_feed, &route.redirect_hosts)?;
        let mut builder = Client::builder()
            .user_agent(concat!("cloud-shelf/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(route.patience.connect)
            .pool_idle_timeout(Duration::from_secs(30))
            .tls_backend_preconfigured(tls::config(&route.ca_pem, clock.clone())?);
        if rule.is_in_house() {
            builder = builder.dns_resolver(InHouse);
        } else if let Some(proxy) = &route.proxy {
            let made = Proxy::all(proxy.clone());
            let refused =
                |error: reqwest::Error| TransferError::Setting { name: "proxy", detail: error.to_string() };
            builder = builder.proxy(made.map_err(refused)?);
        }
        let client = builder.build().map_err(|error| TransferError::of_request(&error))?;
        Ok(Self {
            client,
            rule: Arc::new(rule),
            patience: route.patience.clone(),
            bandwidth: route.bytes_per_s.map(|cap| Arc::new(Bandwidth::new(cap))),
            clock,
            received: Arc::default(),
        })
    }

    /// Bytes of bodies that came so far, as they were sent.
    pub fn received(&self) -> u64 {
        self.received.load(Relaxed)
    }

    /// Asks for a file of `most` bytes at the most, unless it is still the one that `etag` names.
    /// With `afresh`, caches in between are told to ask the server.
    pub async fn ask(
        &self,
        url: &Url,
        etag: Option<&str>,
        most: u64,
        afresh: bool,
    ) -> Result<Answer, TransferError> {
        let response = self
            .follow(url, |request| {
                let request = request.header(ACCEPT_ENCODING, "identity");
                let request = if afresh { request.header(CACHE_CONTROL, "no-cache") } else { request };
                match etag {
                    Some(etag) => request.header(IF_NONE_MATCH, etag),
                    None => request,
                }
            })
            .await?;
        match response.status().as_u16() {
            200 => {}
            304 if etag.is_some() => return Ok(Answer::Same),
            304 => return Err(TransferError::NotAsked),
            _ => return Err(self.refusal(&response)),
        }
        let etag = header(&response, ETAG).filter(|etag| etag.len() <= MAX_ETAG_BYTES).map(str::to_owned);
        let mut bytes = Vec::new();
        let encoding = header(&response, CONTENT_ENCODING).map(str::to_owned);
        let sink = Sink::new(&mut bytes, 0, most, encoding.as_deref())?;
        let too_large = length(&response).filter(|length| *length > most);
        let too_large = too_large.map(|_| TransferError::TooLarge { most });
        self.pump(response, sink, too_large).await?;
        Ok(Answer::New { bytes, etag })
    }

    /// Sends a request, and again to where it is redirected.
    pub(super) async fn follow(
        &self,
        url: &Url,
        dress: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, TransferError> {
        let mut url = url.clone();
        self.rule.check(&url)?;
        for _ in 0..=MAX_REDIRECTS {
            let sent = timeout(
                self.patience.connect + self.patience.silence,
                dress(self.client.get(url.clone())).send(),
            );
            let response = sent.await.map_err(|_| TransferError::TooSlow)?;
            let response = response.map_err(|error| TransferError::of_request(&error))?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            let target = header(&response, LOCATION).and_then(|text| url.join(text).ok());
            url = target.ok_or(TransferError::BadRedirect)?;
            self.rule.check(&url)?;
        }
        Err(TransferError::BadRedirect)
    }

    /// What a status other than the wanted ones says.
    pub(super) fn refusal(&self, response: &Response) -> TransferError {
        TransferError::status(response.status(), retry_after(response.headers(), self.clock.now()))
    }

    /// Takes a body into a sink. `fault` is what its head says is wrong with it, reported unless
    /// the body turns out to be a web page.
    pub(super) async fn pump(
        &self,
        mut response: Response,
        mut sink: Sink<'_>,
        mut fault: Option<TransferError>,
    ) -> Result<(), TransferError> {
        let Patience { silence, min_bytes_per_s, window, .. } = self.patience;
        // Only what is spent waiting for the server counts, not what the cap makes us wait
        let (mut waited, mut came) = (Duration::ZERO, 0);
        let mut flushed = Instant::now();
        loop {
            let start = Instant::now();
            let chunk = match timeout(silence, response.chunk()).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => return fault.map_or_else(|| sink.finish(), Err),
                Ok(Err(_)) => return sink.flush().and(Err(TransferError::Cut)),
                Err(_) => return sink.flush().and(Err(TransferError::TooSlow)),
            };
            sink.take(&chunk)?;
            self.received.fetch_add(chunk.len() as u64, Relaxed);
            if let Some(fault) = fault.take() {
                return Err(fault);
            }
            waited += start.elapsed();
            came += chunk.len() as u64;
            if waited >= window {
                if (came as f64) < min_bytes_per_s as f64 * waited.as_secs_f64() {
                    return sink.flush().and(Err(TransferError::TooSlow));
                }
                (waited, came) = (Duration::ZERO, 0);
            }
            if flushed.elapsed() >= FLUSH {
                sink.flush()?;
                flushed = Instant::now();
            }
            if let Some(bandwidth) = &self.bandwidth {
                bandwidth.take(chunk.len()).await;
            }
        }
    }
}

pub(super) fn header(response: &Response, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

/// What the head says of the body's length, as it is sent.
pub(super) fn length(response: &Response) -> Option<u64> {
    header(response, CONTENT_LENGTH)?.trim().parse().ok()
}
