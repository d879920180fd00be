//! HTTP client for pictures named in a table.

use super::{
    FetchError,
    address::{PublicOnly, check_parsed, check_url},
};
use reqwest::{
    Client, Response,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, LOCATION},
    redirect::Policy,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};
use url::Url;

const MAX_REDIRECTS: usize = 3;
/// Parallel downloads: gentle on the server, fast enough for a shop's line.
const CONCURRENCY: usize = 4;
/// Without `Accept`, servers send AVIF if they can.
const ACCEPTED: &str = "image/jpeg,image/png,image/webp,image/gif,image/bmp";

/// Limits of a request.
#[derive(Clone, Debug)]
pub struct FetchOptions {
    pub max_bytes: usize,
    pub connect_timeout: Duration,
    /// For one picture, redirects included
    pub total_timeout: Duration,
    /// Longest time without any byte
    pub silence_timeout: Duration,
    /// After `slow_after`, a picture with a lower average rate is given up.
    pub min_bytes_per_s: u64,
    pub slow_after: Duration,
    /// Also ask private, loopback and link-local addresses
    pub allow_private: bool,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            max_bytes: 20 << 20,
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(60),
            silence_timeout: Duration::from_secs(15),
            min_bytes_per_s: 2048,
            slow_after: Duration::from_secs(10),
            allow_private: false,
        }
    }
}

/// Picture client; cheap to clone.
#[derive(Clone, Debug)]
pub struct Fetcher {
    client: Client,
    options: Arc<FetchOptions>,
}

impl Fetcher {
    pub fn new(options: FetchOptions) -> Result<Self, FetchError> {
        // `ring` is the only provider compiled in, so an already installed one is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(concat!("cloud-shelf/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(PublicOnly { allow_private: options.allow_private })
            .connect_timeout(options.connect_timeout)
            .pool_max_idle_per_host(CONCURRENCY)
            .build()
            .map_err(|error| FetchError::from_request(&error))?;
        Ok(Self { client, options: Arc::new(options) })
    }

    /// Returns the bytes at an address, which may or may not be a picture.
    pub async fn fetch_picture(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        timeout(self.options.total_timeout, self.follow(url)).await.unwrap_or(Err(FetchError::TooSlow))
    }

    /// Fetches several addresses in parallel, and hands each result to `sink` with its index as it
    /// arrives, until all are done or `sink` returns false.
    pub async fn fetch_all(
        &self,
        urls: impl IntoIterator<Item = (usize, String)>,
        mut sink: impl FnMut(usize, Result<Vec<u8>, FetchError>) -> bool,
    ) {
        let mut urls = urls.into_iter();
        let mut running = JoinSet::new();
        loop {
            while running.len() < CONCURRENCY
                && let Some((index, url)) = urls.next()
            {
                let fetcher = self.clone();
                running.spawn(async move { (index, fetcher.fetch_picture(&url).await) });
            }
            match running.join_next().await {
                None => return,
                Some(Ok((index, result))) => {
                    if !sink(index, result) {
                        return;
                    }
                }
                // A task neither panics nor is cancelled before this set is dropped.
                Some(Err(_)) => {}
            }
        }
    }

    async fn follow(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        let mut url = check_url(url, self.options.allow_private)?;
        for _ in 0..=MAX_REDIRECTS {
            let request = self.client.get(url.clone()).header(ACCEPT, ACCEPTED);
            let request = request.header(ACCEPT_ENCODING, "identity");
            let response = request.send().await.map_err(|error| FetchError::from_request(&error))?;
            match response.status().as_u16() {
                200 => return self.read(response).await,
                301 | 302 | 303 | 307 | 308 => url = self.target(&url, &response)?,
                status => return Err(FetchError::Status(status)),
            }
        }
        Err(FetchError::TooManyRedirects)
    }

    fn target(&self, from: &Url, response: &Response) -> Result<Url, FetchError> {
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let url = location.and_then(|text| from.join(text).ok()).ok_or(FetchError::ForbiddenTarget)?;
        check_parsed(&url, self.options.allow_private).map_err(|error| match error {
            // The table's address is fine; the redirect's target is not
            FetchError::BadUrl => FetchError::ForbiddenTarget,
            other => other,
        })?;
        Ok(url)
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, FetchError> {
        let FetchOptions { max_bytes, silence_timeout, min_bytes_per_s, slow_after, .. } = *self.options;
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if let Some(content_type) = content_type
            && content_type.trim_start().to_ascii_lowercase().starts_with("text/")
        {
            let content_type = content_type.chars().take(60).collect();
            return Err(FetchError::NotAPicture { content_type });
        }
        // No compression was requested, and none is decoded
        for encoding in response.headers().get_all(CONTENT_ENCODING) {
            let name = encoding.to_str().unwrap_or("?").trim();
            if !name.is_empty() && !name.eq_ignore_ascii_case("identity") {
                return Err(FetchError::UnrequestedEncoding { encoding: name.chars().take(20).collect() });
            }
        }
        let too_large = FetchError::TooLarge { most: max_bytes };
        if response.content_length().is_some_and(|length| length > max_bytes as u64) {
            return Err(too_large);
        }
        let start = Instant::now();
        let mut bytes = Vec::new();
        loop {
            let chunk = timeout(silence_timeout, response.chunk()).await.map_err(|_| FetchError::TooSlow)?;
            // The response had started, so any error means that it was cut.
            let Some(chunk) = chunk.map_err(|_| FetchError::CutOff)? else { return Ok(bytes) };
            if bytes.len() + chunk.len() > max_bytes {
                return Err(too_large);
            }
            bytes.extend_from_slice(&chunk);
            let elapsed = start.elapsed();
            if elapsed > slow_after && (bytes.len() as f64) < min_bytes_per_s as f64 * elapsed.as_secs_f64() {
                return Err(FetchError::TooSlow);
            }
        }
    }
}
