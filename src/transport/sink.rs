//! Where a body goes: uncompressed where it is compressed, never more than it may be, and never a
//! web page in the place of what was asked for.

use super::TransferError;
use flate2::write::GzDecoder;
use std::io::{self, Write};

/// A web page shows itself within this.
const SNIFFED: usize = 64;

/// Takes a body in, piece by piece.
pub(super) enum Sink<'a> {
    Plain(Capped<'a>),
    Gzip(Box<GzDecoder<Capped<'a>>>),
}

impl<'a> Sink<'a> {
    /// Up to `most` bytes altogether into `to`, which has `there` of them. `encoding` is the body's.
    pub fn new(
        to: &'a mut (dyn Write + Send),
        there: u64,
        most: u64,
        encoding: Option<&str>,
    ) -> Result<Self, TransferError> {
        let head = (there == 0).then(Vec::new);
        let capped = Capped { to, left: most.saturating_sub(there), most, head };
        match encoding.map(str::trim) {
            None | Some("" | "identity") => Ok(Self::Plain(capped)),
            Some("gzip" | "x-gzip") if there == 0 => Ok(Self::Gzip(Box::new(GzDecoder::new(capped)))),
            // A part of the compressed file does not go on from a part of the file itself
            Some("gzip" | "x-gzip") => Err(TransferError::WrongRange),
            Some(other) => Err(TransferError::Encoding { detail: other.chars().take(20).collect() }),
        }
    }

    pub fn take(&mut self, chunk: &[u8]) -> Result<(), TransferError> {
        let written = match self {
            Self::Plain(to) => to.write_all(chunk),
            Self::Gzip(to) => to.write_all(chunk),
        };
        written.map_err(of_write)
    }

    /// The body was cut; what came before is of use.
    pub fn cut(self) -> Result<(), TransferError> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Gzip(mut to) => to.flush().map_err(of_write),
        }
    }

    /// The whole body has come.
    pub fn finish(self) -> Result<(), TransferError> {
        let capped = match self {
            Self::Plain(capped) => capped,
            // Without its end a compressed body was cut somewhere before us; what was unpacked is
            // gone on from, and what it is, the hash will tell
            Self::Gzip(to) => to.finish().map_err(|error| match of_write(error) {
                TransferError::Encoding { .. } => TransferError::Cut,
                own => own,
            })?,
        };
        if capped.head.as_deref().is_some_and(is_page) { Err(TransferError::Portal) } else { Ok(()) }
    }
}

/// Counts, and refuses what is too much or is a web page.
pub(super) struct Capped<'a> {
    to: &'a mut (dyn Write + Send),
    /// What may still come
    left: u64,
    most: u64,
    /// The first bytes, until there are enough to tell a page by
    head: Option<Vec<u8>>,
}

impl Write for Capped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(head) = &mut self.head {
            head.extend_from_slice(&bytes[..bytes.len().min(SNIFFED)]);
            if is_page(head) {
                return Err(io::Error::other(TransferError::Portal));
            }
            if head.len() >= SNIFFED {
                self.head = None;
            }
        }
        if bytes.len() as u64 > self.left {
            return Err(io::Error::other(TransferError::TooLarge { most: self.most }));
        }
        let written = self.to.write(bytes).map_err(|cause| io::Error::other(TransferError::disk(cause)))?;
        self.left -= written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Whether a body begins as a web page does. Nothing that a feed consists of begins with `<`.
fn is_page(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    matches!(head, [b'<', b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z', ..])
}

/// Our own refusals come through the decoder as they are; the rest is its own.
fn of_write(error: io::Error) -> TransferError {
    let own = error.get_ref().and_then(|inner| inner.downcast_ref::<TransferError>());
    match own {
        Some(own) => own.clone(),
        None => TransferError::Encoding { detail: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    fn through(most: u64, encoding: Option<&str>, chunks: &[&[u8]]) -> Result<Vec<u8>, &'static str> {
        let mut to = Vec::new();
        let taken = Sink::new(&mut to, 0, most, encoding).and_then(|mut sink| {
            for chunk in chunks {
                sink.take(chunk)?;
            }
            sink.finish()
        });
        assert!(to.len() as u64 <= most);
        taken.map(|()| to).map_err(|error| error.code())
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_body_is_kept_as_it_is_or_uncompressed() {
        assert_eq!(through(5, None, &[b"he", b"llo"]).unwrap(), b"hello");
        assert_eq!(through(4, None, &[b"he", b"llo"]), Err("feed_too_large"));
        let packed = gzip(b"hello");
        assert_eq!(through(5, Some("gzip"), &[&packed[..9], &packed[9..]]).unwrap(), b"hello");
        assert_eq!(through(5, Some("gzip"), &[&packed[..packed.len() - 1]]), Err("feed_cut"));
        assert_eq!(through(5, Some("br"), &[b"hello"]), Err("feed_encoding"));
        assert_eq!(through(5, Some("gzip"), &[b"hello, this is not compressed"]), Err("feed_encoding"));
        let mut wrong_sum = packed.clone();
        *wrong_sum.iter_mut().rev().nth(5).unwrap() ^= 1;
        assert_eq!(through(5, Some("gzip"), &[&wrong_sum]), Err("feed_cut"));
    }

    #[test]
    fn a_bomb_is_over_at_the_cap() {
        let bomb = gzip(&vec![0; 50 << 20]);
        assert!(bomb.len() < 100_000);
        assert_eq!(through(70_000, Some("gzip"), &[&bomb]), Err("feed_too_large"));
    }

    #[test]
    fn what_was_unpacked_before_a_cut_stays() {
        let text: Vec<u8> = (0..40_000_u32).flat_map(|n| n.to_string().into_bytes()).collect();
        let packed = gzip(&text);
        let mut to = Vec::new();
        let mut sink = Sink::new(&mut to, 0, text.len() as u64, Some("gzip")).unwrap();
        sink.take(&packed[..packed.len() / 2]).unwrap();
        sink.cut().unwrap();
        assert!(to.len() > text.len() / 4, "{}", to.len());
        assert!(text.starts_with(&to));
    }

    #[test]
    fn a_page_is_known_by_its_first_bytes() {
        for page in ["<!DOCTYPE html>", " \r\n<html>", "\u{FEFF}<?xml version", "<script>", "<HTML"] {
            let bytes: Vec<&[u8]> = page.as_bytes().chunks(1).collect();
            assert_eq!(through(1000, None, &bytes), Err("captive_portal"), "{page}");
            assert_eq!(through(1000, None, &[page.as_bytes()]), Err("captive_portal"), "{page}");
        }
        for body in ["eyJhbGciOiJFZERTQSJ9.e30.c2ln", "{\"a\":\"<b>\"}", "<", "< ", "\u{FF}\u{D8}<html>"] {
            assert!(through(1000, None, &[body.as_bytes()]).is_ok(), "{body}");
        }
    }
}
