//! Receives a response body: decompresses it, enforces its size, and detects a web page served in
//! place of the file.

use super::TransferError;
use flate2::write::GzDecoder;
use std::io::{self, Write};

/// Bytes within which a web page is recognized.
const SNIFFED: usize = 64;

/// What was requested, and so what may arrive.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ExpectedBody {
    /// Total bytes after decompression, and how many of them are there already
    pub most: u64,
    pub there: u64,
    /// Whether the request offered gzip
    pub gzip: bool,
    /// Whether a hash vouches for the bytes: then they may look like a web page
    pub hashed: bool,
}

impl ExpectedBody {
    /// Upper bound on the bytes over the wire. Gzip enlarges incompressible data a little; a server
    /// that sends more than this sends empty blocks.
    pub const fn on_the_wire(self) -> u64 {
        let plain = self.most.saturating_sub(self.there);
        if self.gzip { plain.saturating_add(plain / 8).saturating_add(1024) } else { plain }
    }
}

/// Writer for a body that arrives in chunks.
pub(super) struct BodyWriter<'a> {
    body: Decoder<'a>,
    /// Remaining bytes over the wire
    wire: u64,
    most_wire: u64,
}

enum Decoder<'a> {
    Plain(CappedWriter<'a>),
    Gzip(Box<GzDecoder<CappedWriter<'a>>>),
}

impl<'a> BodyWriter<'a> {
    /// Creates a writer that writes to `to`. `encoding` is the response's `Content-Encoding`.
    pub fn new(
        to: &'a mut (dyn Write + Send),
        expected: ExpectedBody,
        encoding: Option<&str>,
    ) -> Result<Self, TransferError> {
        let ExpectedBody { most, there, hashed, .. } = expected;
        let sniffing = there == 0;
        let capped =
            CappedWriter { to, left: most.saturating_sub(there), most, head: Vec::new(), sniffing, hashed };
        let named = encoding.map(|name| name.trim().to_ascii_lowercase());
        let body = match named.as_deref() {
            None | Some("" | "identity") => Decoder::Plain(capped),
            // A part of the compressed file can't continue a part of the file itself
            Some("gzip" | "x-gzip") if there > 0 => return Err(TransferError::WrongRange),
            Some("gzip" | "x-gzip") if expected.gzip => Decoder::Gzip(Box::new(GzDecoder::new(capped))),
            Some(other) => {
                return Err(TransferError::UnrequestedEncoding {
                    encoding: other.chars().take(20).collect(),
                });
            }
        };
        let wire = match body {
            Decoder::Plain(_) => ExpectedBody { gzip: false, ..expected }.on_the_wire(),
            Decoder::Gzip(_) => expected.on_the_wire(),
        };
        Ok(Self { body, wire, most_wire: wire })
    }

    pub fn write(&mut self, chunk: &[u8]) -> Result<(), TransferError> {
        // A web page or an oversized body is recognized by its first bytes, so feed those first
        let within = usize::try_from(self.wire).unwrap_or(usize::MAX).min(chunk.len());
        let (taken, beyond) = chunk.split_at(within);
        self.wire -= taken.len() as u64;
        let written = match &mut self.body {
            Decoder::Plain(to) => to.write_all(chunk),
            Decoder::Gzip(to) => to.write_all(taken),
        };
        let most = self.most_wire;
        let written = written.map_err(from_write_error);
        let written =
            if beyond.is_empty() { written } else { written.and(Err(TransferError::TooLarge { most })) };
        written.map_err(|error| self.or_web_page(error))
    }

    /// Writes out what has arrived so far: the rest may never come.
    pub fn flush(&mut self) -> Result<(), TransferError> {
        let flushed = match &mut self.body {
            Decoder::Plain(to) => to.flush(),
            Decoder::Gzip(to) => to.flush(),
        };
        flushed.map_err(from_write_error)
    }

    /// Ends the body. Fails if it is incomplete.
    pub fn finish(&mut self) -> Result<(), TransferError> {
        if let Decoder::Gzip(to) = &mut self.body
            && let Err(error) = to.try_finish().map_err(from_write_error)
        {
            self.flush()?;
            // A compressed body without its end was truncated on the way. What was unpacked is kept
            // to resume from; the hash check catches a wrong part
            let is_cut = matches!(error, TransferError::Encoding { .. });
            return Err(if is_cut { TransferError::CutOff } else { error });
        }
        if self.capped().hashed || !self.is_web_page() { Ok(()) } else { Err(TransferError::WebPage) }
    }

    /// Whether the body begins as a web page does.
    pub fn is_web_page(&self) -> bool {
        is_web_page(&self.capped().head)
    }

    /// Returns `error`, or that a web page was served if the body looks like one.
    pub fn or_web_page(&self, error: TransferError) -> TransferError {
        if error.is_wrong_content() && self.is_web_page() { TransferError::WebPage } else { error }
    }

    fn capped(&self) -> &CappedWriter<'a> {
        match &self.body {
            Decoder::Plain(to) => to,
            Decoder::Gzip(to) => to.get_ref(),
        }
    }
}

/// Writer that enforces the size and refuses web pages.
pub(super) struct CappedWriter<'a> {
    to: &'a mut (dyn Write + Send),
    /// Remaining bytes
    left: u64,
    most: u64,
    /// The first bytes, until there are enough to recognize a web page
    head: Vec<u8>,
    /// Whether the output begins at the start of the file
    sniffing: bool,
    hashed: bool,
}

impl Write for CappedWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.sniffing && self.head.len() < SNIFFED {
            let room = SNIFFED - self.head.len();
            self.head.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
            if !self.hashed && is_web_page(&self.head) {
                return Err(io::Error::other(TransferError::WebPage));
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
        self.to.flush().map_err(|cause| io::Error::other(TransferError::disk(cause)))
    }
}

/// Whether a body begins as a web page does. No pointer and no response to a report does; an
/// object, which is checked by its hash, may begin in any way.
fn is_web_page(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    matches!(head, [b'<', b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z', ..])
}

/// Unwraps an error: our own refusals pass through the decoder unchanged, others are the decoder's.
fn from_write_error(error: io::Error) -> TransferError {
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

    fn text(most: u64) -> ExpectedBody {
        ExpectedBody { most, gzip: true, ..ExpectedBody::default() }
    }

    fn taken(
        expected: ExpectedBody,
        encoding: Option<&str>,
        chunks: &[&[u8]],
    ) -> Result<Vec<u8>, &'static str> {
        let mut to = Vec::new();
        let taken = BodyWriter::new(&mut to, expected, encoding).and_then(|mut writer| {
            for chunk in chunks {
                writer.write(chunk)?;
            }
            writer.finish()
        });
        assert!(to.len() as u64 <= expected.most);
        taken.map(|()| to).map_err(|error| error.code())
    }

    fn through(most: u64, encoding: Option<&str>, chunks: &[&[u8]]) -> Result<Vec<u8>, &'static str> {
        taken(text(most), encoding, chunks)
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

    /// Empty deflate blocks (RFC 1951, 3.2.4) of five bytes each.
    fn nothing(blocks: usize) -> Vec<u8> {
        let head = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
        [&head[..], &[0, 0, 0, 0xFF, 0xFF].repeat(blocks)].concat()
    }

    #[test]
    fn a_body_with_nothing_in_it_is_over_at_the_cap_on_the_wire() {
        let expected = text(16 << 10);
        let within = nothing((expected.on_the_wire() as usize - 10) / 5);
        assert_eq!(taken(expected, Some("gzip"), &[&within]), Err("feed_cut"));
        let (start, blocks) = (nothing(0), nothing(800));
        let endless: Vec<&[u8]> = [&start[..]].into_iter().chain(vec![&blocks[10..]; 1000]).collect();
        assert_eq!(taken(expected, Some("gzip"), &endless), Err("feed_too_large"));
        // Nor does a file name in the gzip header that never ends (RFC 1952, FNAME)
        let named = [&[0x1F, 0x8B, 8, 8, 0, 0, 0, 0, 0, 255][..], &vec![b'n'; 40_000]].concat();
        assert_eq!(taken(expected, Some("gzip"), &[&named]), Err("feed_too_large"));
    }

    #[test]
    fn what_cannot_be_made_smaller_is_no_bomb() {
        let mut noise = 1_u32;
        let bytes: Vec<u8> = (0..50_000)
            .map(|_| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (noise >> 24) as u8
            })
            .collect();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
        // In chunks, as a server sends it that flushes at once
        for chunk in bytes.chunks(100) {
            encoder.write_all(chunk).unwrap();
            encoder.flush().unwrap();
        }
        let packed = encoder.finish().unwrap();
        assert!(packed.len() > bytes.len());
        assert_eq!(through(50_000, Some("gzip"), &[&packed]).unwrap(), bytes);
    }

    #[test]
    fn a_compression_that_was_not_asked_for_is_refused_by_name() {
        let packed = gzip(b"hello");
        let plain = ExpectedBody { gzip: false, ..text(5) };
        for name in ["gzip", "x-gzip", "br", "deflate", "zstd", "gzip, gzip", "identity, gzip"] {
            let mut to = Vec::new();
            let error = BodyWriter::new(&mut to, plain, Some(name)).err().unwrap();
            assert!(
                matches!(&error, TransferError::UnrequestedEncoding { encoding } if encoding == name),
                "{error}"
            );
            assert!(error.message().zh.contains(name) && error.message().en.contains(name));
        }
        assert_eq!(taken(plain, Some("Identity"), &[b"hello"]).unwrap(), b"hello");
        assert_eq!(taken(text(5), Some("GZIP"), &[&packed]).unwrap(), b"hello");
        let part = ExpectedBody { there: 2, ..text(5) };
        assert_eq!(taken(part, Some("gzip"), &[&packed]), Err("feed_wrong_range"));
    }

    #[test]
    fn what_has_a_hash_may_begin_as_a_page_does() {
        let object = ExpectedBody { hashed: true, ..text(20) };
        let svg = b"<svg xmlns=''></svg>";
        assert_eq!(taken(object, None, &[svg]).unwrap(), svg);
        // Too long for the object, so it is a web page
        assert_eq!(taken(object, None, &[&svg[..10], &[b' '; 40]]), Err("captive_portal"));
        assert_eq!(taken(object, None, &[&[b'x'; 40]]), Err("feed_too_large"));
        let mut to = Vec::new();
        let mut writer = BodyWriter::new(&mut to, object, None).unwrap();
        writer.write(b"<html>").unwrap();
        let wrong = || TransferError::WrongSize { wanted: 20, found: 6 };
        assert_eq!(writer.or_web_page(wrong()).code(), "captive_portal");
        assert_eq!(writer.or_web_page(TransferError::CutOff).code(), "feed_cut");
    }

    #[test]
    fn what_was_unpacked_before_a_cut_stays() {
        let text: Vec<u8> = (0..40_000_u32).flat_map(|n| n.to_string().into_bytes()).collect();
        let packed = gzip(&text);
        let mut to = Vec::new();
        let mut writer = BodyWriter::new(&mut to, self::text(text.len() as u64), Some("gzip")).unwrap();
        writer.write(&packed[..packed.len() / 2]).unwrap();
        writer.flush().unwrap();
        drop(writer);
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
