//! Recorded responses, handled by the same code as those of a server. For fuzzers and their
//! corpora; uses no network.

use super::{
    DownloadBody, FeedClient, FileResponse, Route, TransferError,
    body_writer::{BodyWriter, ExpectedBody},
    deadline::Deadline,
};
use crate::clock::FixedClock;
use http::{HeaderName, HeaderValue};
use std::{fs, io, path::PathBuf, sync::Arc};
use tokio::runtime::Runtime;
use url::Url;

/// Upper bound for a recorded response.
const MOST: u64 = 1 << 20;
/// Upper bound on headers; the HTTP library has such a limit, too.
const MAX_HEADERS: usize = 100;

/// Player of recorded responses.
pub struct Replay {
    client: FeedClient,
    runtime: Runtime,
    place: PathBuf,
}

/// Result of each kind of request for one response.
#[derive(Debug)]
pub struct ReplayResults {
    /// Size limit of the requests
    pub most: u64,
    /// `Ok(None)` if nothing has changed
    pub pointer: Result<Option<Vec<u8>>, TransferError>,
    pub catalog: Result<Vec<u8>, TransferError>,
    /// An object of which a part is already there
    pub picture: Result<Vec<u8>, TransferError>,
    pub report: Result<Vec<u8>, TransferError>,
    /// A compressed body that arrives in pieces
    pub pieces: Result<Vec<u8>, TransferError>,
    /// The same body in one piece
    pub whole: Result<Vec<u8>, TransferError>,
}

impl ReplayResults {
    /// Panics unless the invariants of every response hold.
    pub fn check(&self) {
        let within = |bytes: &[u8]| bytes.len() as u64 <= self.most;
        let all = [&self.catalog, &self.picture, &self.report, &self.pieces, &self.whole];
        for result in all {
            match result {
                Ok(bytes) => assert!(within(bytes)),
                Err(error) => {
                    let message = error.message();
                    assert!(!message.zh.is_empty() && !message.en.is_empty());
                    assert!(error.retry_after().is_none_or(|time| time.as_secs() <= 3600));
                }
            }
        }
        assert!(self.pointer.as_ref().ok().and_then(Option::as_deref).is_none_or(within));
        // An object has exactly its size
        for object in [&self.catalog, &self.picture] {
            assert!(object.as_ref().is_ok_and(|bytes| bytes.len() as u64 == self.most) || object.is_err());
        }
        // How a body is cut into pieces makes no difference
        let code =
            |result: &Result<Vec<u8>, TransferError>| result.as_ref().map_err(TransferError::code).cloned();
        assert_eq!(code(&self.pieces).ok(), code(&self.whole).ok());
    }
}

/// A parsed recording.
struct Recording<'a> {
    most: u64,
    /// Bytes per piece
    piece: usize,
    status: u16,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: &'a [u8],
}

impl Replay {
    /// `place` is a scratch file.
    pub fn new(place: PathBuf) -> io::Result<Self> {
        let base = Url::parse("https://feed.example.com").map_err(io::Error::other)?;
        let client = FeedClient::new(&base, &Route::default(), Arc::new(FixedClock(1_800_000_000)));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { client: client.map_err(io::Error::other)?, runtime, place })
    }

    /// Plays a recording: a line with the status, the requested size and the size of a piece;
    /// header lines; an empty line; the body. `None` for anything else.
    pub fn play(&self, bytes: &[u8]) -> Option<ReplayResults> {
        let recorded = Recording::parse(bytes)?;
        let most = recorded.most;
        let expected = ExpectedBody { most, there: 0, gzip: true, hashed: true };
        Some(ReplayResults {
            most,
            pointer: self.pointer(&recorded),
            catalog: self.object(&recorded, expected),
            picture: self.object(&recorded, ExpectedBody { there: most / 3, gzip: false, ..expected }),
            report: self.report(&recorded),
            pieces: write_in_pieces(&recorded, recorded.piece),
            whole: write_in_pieces(&recorded, recorded.body.len().max(1)),
        })
    }

    fn pointer(&self, recorded: &Recording<'_>) -> Result<Option<Vec<u8>>, TransferError> {
        let answer = self.runtime.block_on(async {
            let mut deadline = Deadline::new(self.client.timeouts(), recorded.most);
            self.client.handle_file(recorded.response()?, true, recorded.most, &mut deadline).await
        })?;
        Ok(match answer {
            FileResponse::NotModified => None,
            FileResponse::Modified { bytes, .. } => Some(bytes),
        })
    }

    fn object(&self, recorded: &Recording<'_>, expected: ExpectedBody) -> Result<Vec<u8>, TransferError> {
        let there = vec![0; usize::try_from(expected.there).unwrap_or(0)];
        fs::write(&self.place, there).map_err(TransferError::disk)?;
        let download = self.runtime.block_on(async {
            let mut deadline = Deadline::new(self.client.timeouts(), recorded.most);
            self.client.handle_object(recorded.response()?, &self.place, expected, &mut deadline).await
        })?;
        match download.body {
            DownloadBody::Memory(bytes) => Ok(bytes),
            DownloadBody::File => fs::read(&self.place).map_err(TransferError::disk),
        }
    }

    fn report(&self, recorded: &Recording<'_>) -> Result<Vec<u8>, TransferError> {
        let posted = self.runtime.block_on(async {
            let mut deadline = Deadline::new(self.client.timeouts(), recorded.most);
            self.client.handle_answer(recorded.response()?, recorded.most, &mut deadline).await
        })?;
        Ok(posted.bytes)
    }
}

impl<'a> Recording<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let end = bytes.windows(2).position(|two| two == b"\n\n")?;
        let (head, body) = (bytes.get(..end)?, bytes.get(end + 2..)?);
        let mut lines = head.split(|byte| *byte == b'\n');
        let first = std::str::from_utf8(lines.next()?).ok()?;
        let mut numbers = first.split(' ').map(str::parse::<u32>);
        let mut number = || numbers.next()?.ok();
        let (status, most, piece) = (number()?, number()?, number()?);
        let headers = lines.take(MAX_HEADERS).filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = HeaderName::from_bytes(line.get(..colon)?).ok()?;
            Some((name, HeaderValue::from_bytes(line.get(colon + 1..)?.trim_ascii()).ok()?))
        });
        Some(Self {
            status: u16::try_from(status).ok()?,
            most: u64::from(most).min(MOST),
            piece: usize::try_from(piece).ok()?.max(1),
            headers: headers.collect(),
            body,
        })
    }

    fn response(&self) -> Result<reqwest::Response, TransferError> {
        let mut response = http::Response::builder().status(self.status);
        for (name, value) in &self.headers {
            response = response.header(name, value);
        }
        let response = response.body(self.body.to_vec());
        // An invalid status
        response.map(Into::into).map_err(|_| TransferError::BadRedirect)
    }
}

fn write_in_pieces(recorded: &Recording<'_>, piece: usize) -> Result<Vec<u8>, TransferError> {
    let mut bytes = Vec::new();
    let expected = ExpectedBody { most: recorded.most, gzip: true, ..ExpectedBody::default() };
    let mut writer = BodyWriter::new(&mut bytes, expected, Some("gzip"))?;
    for piece in recorded.body.chunks(piece) {
        writer.write(piece)?;
    }
    writer.finish()?;
    drop(writer);
    Ok(bytes)
}
