//! An object into a file, from where an earlier attempt was cut.

use super::{
    FeedClient, TransferError,
    feed_client::{header, length},
    sink::Sink,
};
use reqwest::{
    Response,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_RANGE, RANGE},
};
use std::{
    fs::{self, File},
    io::{self, Seek, SeekFrom},
    path::Path,
};
use url::Url;

/// How an object is to be fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// Text, which is fetched compressed where the server can
    pub text: bool,
    /// Nothing that is there is built on, and caches in between are told to ask the server
    pub afresh: bool,
}

/// A file that has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Came {
    /// Bytes that were there from an earlier attempt
    pub resumed_at: u64,
}

impl FeedClient {
    /// Fetches a file of exactly `size` bytes into `place`. What `place` holds already is taken
    /// for its beginning; where the server does not go on from there, it starts afresh. On an
    /// error that a retry may help, `place` keeps what came. What the bytes are is for the caller
    /// to verify.
    pub async fn fetch(
        &self,
        url: &Url,
        size: u64,
        place: &Path,
        manner: Manner,
    ) -> Result<Came, TransferError> {
        let there = if manner.afresh { 0 } else { begun(place, size)? };
        if there == size && size > 0 {
            return Ok(Came { resumed_at: there });
        }
        match self.attempt(url, size, place, there, manner).await {
            // One who can't go on from there may be able to start afresh
            Err(TransferError::WrongRange | TransferError::Status { status: 416, .. }) if there > 0 => {
                self.attempt(url, size, place, 0, manner).await
            }
            result => result,
        }
        .inspect_err(|error| {
            if error.is_wrong() || error.is_gone() {
                // Nothing to go on from; if it can't be removed, the next attempt is found wrong, too
                let _ = fs::remove_file(place);
            }
        })
    }

    async fn attempt(
        &self,
        url: &Url,
        size: u64,
        place: &Path,
        there: u64,
        manner: Manner,
    ) -> Result<Came, TransferError> {
        let response = self
            .follow(url, |request| {
                let encoding = if manner.text && there == 0 { "gzip" } else { "identity" };
                let request = request.header(ACCEPT_ENCODING, encoding);
                let request = if manner.afresh { request.header(CACHE_CONTROL, "no-cache") } else { request };
                if there > 0 { request.header(RANGE, format!("bytes={there}-")) } else { request }
            })
            .await?;
        let there = match response.status().as_u16() {
            200 => 0,
            206 if there > 0 && continues(&response, there, size) => there,
            206 => return Err(TransferError::WrongRange),
            304 => return Err(TransferError::NotAsked),
            _ => return Err(self.refusal(&response)),
        };
        let mut file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(place)
            .and_then(|mut file| {
                file.set_len(there)?;
                file.seek(SeekFrom::Start(there))?;
                Ok(file)
            })
            .map_err(TransferError::disk)?;
        let encoding = header(&response, CONTENT_ENCODING).map(str::to_owned);
        let plain = encoding.as_deref().is_none_or(|encoding| encoding == "identity");
        let fault = length(&response)
            .filter(|length| plain && there + length != size)
            .map(|length| TransferError::WrongSize { wanted: size, found: there + length });
        let sink = Sink::new(&mut file, there, size, encoding.as_deref())?;
        self.pump(response, sink, fault).await?;
        let found = file.metadata().map_err(TransferError::disk)?.len();
        if found == size {
            Ok(Came { resumed_at: there })
        } else {
            Err(TransferError::WrongSize { wanted: size, found })
        }
    }
}

/// How much of a file is there to go on from.
fn begun(place: &Path, size: u64) -> Result<u64, TransferError> {
    match fs::metadata(place) {
        Ok(file) if file.len() <= size => Ok(file.len()),
        Ok(_) => Ok(0),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(cause) => Err(TransferError::disk(cause)),
    }
}

/// Whether a 206 brings just what is missing: `Content-Range: bytes there-last/size`.
fn continues(response: &Response, there: u64, size: u64) -> bool {
    let range = header(response, CONTENT_RANGE).and_then(|text| text.trim().strip_prefix("bytes "));
    let Some((span, total)) = range.and_then(|range| range.split_once('/')) else { return false };
    let Some((first, last)) = span.split_once('-') else { return false };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    number(first) == Some(there)
        && number(last).is_some_and(|last| last + 1 == size)
        && (total.trim() == "*" || number(total) == Some(size))
}
