//! Download of an object, resumed where an earlier attempt was cut off.

use super::{
    FeedClient, TransferError,
    body_writer::{BodyWriter, ExpectedBody},
    deadline::Deadline,
    feed_client::{content_encoding, content_length, header},
};
use crate::plain_file::PlainPath;
use reqwest::{
    Response,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_RANGE, RANGE},
};
use std::{
    fs::{self, File},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
};
use url::Url;

/// Options of an object's download.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DownloadOptions {
    /// The object is text, so compression is offered to the server
    pub text: bool,
    /// Start from scratch, and tell caches in between to ask the origin server
    pub afresh: bool,
}

/// A complete download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// Bytes that were present from an earlier attempt
    pub resumed_at: u64,
    /// Where the bytes are
    pub body: DownloadBody,
}

impl FeedClient {
    /// Fetches an object of exactly `size` bytes. Resumes from the bytes in `place` if the server
    /// supports it, else starts from scratch. After an error that a retry may fix, `place` keeps
    /// what has arrived. The caller verifies the bytes.
    pub async fn fetch_object(
        &self,
        url: &Url,
        size: u64,
        place: &Path,
        options: DownloadOptions,
    ) -> Result<Download, TransferError> {
        let there = if options.afresh { 0 } else { length_on_disk(place, size)? };
        if there == size && size > 0 {
            return Ok(Download { resumed_at: there, body: DownloadBody::File });
        }
        let mut deadline = Deadline::new(self.timeouts(), size);
        match self.attempt(url, size, place, there, options, &mut deadline).await {
            // A server that can't resume may be able to start from scratch
            Err(TransferError::WrongRange | TransferError::Status { status: 416, .. }) if there > 0 => {
                self.attempt(url, size, place, 0, options, &mut deadline).await
            }
            result => result,
        }
        .inspect(|download| {
            if matches!(download.body, DownloadBody::Memory(_)) {
                // Remove what an earlier attempt left; a server without ranges has sent everything
                // again
                let _ = fs::remove_file(place);
            }
        })
        .inspect_err(|error| {
            if error.is_wrong_content() || error.is_gone() {
                // Nothing usable to resume from. If it can't be removed, the next attempt fails the
                // same check
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
        options: DownloadOptions,
        deadline: &mut Deadline,
    ) -> Result<Download, TransferError> {
        let gzip = options.text && there == 0;
        let response = self
            .send_following_redirects(url, deadline, |request| {
                let request = request.header(ACCEPT_ENCODING, if gzip { "gzip" } else { "identity" });
                let request =
                    if options.afresh { request.header(CACHE_CONTROL, "no-cache") } else { request };
                if there > 0 { request.header(RANGE, format!("bytes={there}-")) } else { request }
            })
            .await?;
        self.handle_object(response, place, ExpectedBody { most: size, there, gzip, hashed: true }, deadline)
            .await
    }

    /// Handles the response to a request for an object, or for the rest of one.
    pub(super) async fn handle_object(
        &self,
        response: Response,
        place: &Path,
        expected: ExpectedBody,
        deadline: &mut Deadline,
    ) -> Result<Download, TransferError> {
        let ExpectedBody { most: size, there, .. } = expected;
        let there = match response.status().as_u16() {
            200 => 0,
            206 if there > 0 && is_missing_part(&response, there, size) => there,
            206 => return Err(TransferError::WrongRange),
            304 => return Err(TransferError::UnrequestedNotModified),
            _ => return Err(self.status_error(&response)),
        };
        let mut buffer = DownloadBuffer::new(place, there).map_err(TransferError::disk)?;
        let encoding = content_encoding(&response)?;
        let plain = encoding.as_deref().is_none_or(|encoding| encoding == "identity");
        let wrong = |found| TransferError::WrongSize { wanted: size, found };
        let found = |length: u64| there.saturating_add(length);
        let fault = content_length(&response).map(found).filter(|found| plain && *found != size).map(wrong);
        let mut writer =
            BodyWriter::new(&mut buffer, ExpectedBody { there, ..expected }, encoding.as_deref())?;
        let pumped = self.copy_body(response, &mut writer, fault, deadline).await;
        let is_page = writer.is_web_page();
        drop(writer);
        let (found, body) = buffer.into_body();
        match pumped {
            Ok(()) if found == size => Ok(Download { resumed_at: there, body }),
            result => {
                let error = result.err().unwrap_or_else(|| wrong(found));
                let error = if error.is_wrong_content() && is_page { TransferError::WebPage } else { error };
                if body == DownloadBody::File && there == 0 && matches!(error, TransferError::WebPage) {
                    // Never resume from a web page. If it can't be removed, the hash check fails
                    let _ = fs::remove_file(place);
                }
                Err(error)
            }
        }
    }
}

/// Returns how many bytes of a file are there to resume from.
fn length_on_disk(place: &Path, size: u64) -> Result<u64, TransferError> {
    match PlainPath::in_folder(place).length() {
        Ok(there) if there <= size => Ok(there),
        Ok(_) => Ok(0),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(cause) => Err(TransferError::disk(cause)),
    }
}

/// Whether a 206 response brings exactly the missing part: `Content-Range: bytes there-last/size`.
fn is_missing_part(response: &Response, there: u64, size: u64) -> bool {
    let range = header(response, CONTENT_RANGE).and_then(|text| text.trim().strip_prefix("bytes "));
    let Some((span, total)) = range.and_then(|range| range.split_once('/')) else { return false };
    let Some((first, last)) = span.split_once('-') else { return false };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    number(first) == Some(there)
        && number(last).and_then(|last| last.checked_add(1)) == Some(size)
        && (total.trim() == "*" || number(total) == Some(size))
}

/// With four parallel downloads this is about 2 MiB in all.
const MAX_IN_MEMORY: usize = 512 << 10;

/// Where a file is that has come.
#[derive(Clone, PartialEq, Eq)]
pub enum DownloadBody {
    /// A small object that came in one go and never touched the disk
    Memory(Vec<u8>),
    /// In the file given as `place`
    File,
}

impl std::fmt::Debug for DownloadBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Memory(bytes) => write!(f, "Memory({} bytes)", bytes.len()),
            Self::File => f.write_str("File"),
        }
    }
}

/// Destination of a download: memory while the object is small and arrives quickly, else its file.
///
/// Most objects are pictures of some ten kilobytes. These reach the disk only in the database,
/// which halves the writes to the SD card.
pub(super) struct DownloadBuffer<'a> {
    place: &'a Path,
    memory: Vec<u8>,
    file: Option<File>,
    length: u64,
}

impl<'a> DownloadBuffer<'a> {
    /// Creates a destination for a file of which `place` already has `there` bytes.
    pub fn new(place: &'a Path, there: u64) -> io::Result<Self> {
        let mut buffer = Self { place, memory: Vec::new(), file: None, length: there };
        if there > 0 {
            buffer.file = Some(buffer.open(there)?);
        }
        Ok(buffer)
    }

    /// Returns the body's length and where it is.
    pub fn into_body(self) -> (u64, DownloadBody) {
        (
            self.length,
            if self.file.is_some() { DownloadBody::File } else { DownloadBody::Memory(self.memory) },
        )
    }

    fn open(&self, there: u64) -> io::Result<File> {
        let mut file = PlainPath::in_folder(self.place).open_to_write()?;
        file.set_len(there)?;
        file.seek(SeekFrom::Start(there))?;
        Ok(file)
    }
}

impl Write for DownloadBuffer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.file.is_none() && self.memory.len() + bytes.len() > MAX_IN_MEMORY {
            self.flush()?;
        }
        let written = match &mut self.file {
            Some(file) => file.write(bytes)?,
            None => {
                self.memory.extend_from_slice(bytes);
                bytes.len()
            }
        };
        self.length += written as u64;
        Ok(written)
    }

    /// Moves the bytes from memory to the file.
    fn flush(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            let mut file = self.open(0)?;
            file.write_all(&self.memory)?;
            self.memory = Vec::new();
            self.file = Some(file);
        }
        Ok(())
    }
}
