//! Where a body goes: uncompressed where it is compressed, never more than it may be, and never a
//! web page in the place of what was asked for.

use super::TransferError;
use flate2::write::GzDecoder;
use std::io::{self, Write};

/// A web page shows itself within this.
const SNIFFED: usize = 64;

/// What was asked for, and so what may come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Expected {
    /// Bytes altogether, uncompressed, and those of them that are there already
    pub most: u64,
    pub there: u64,
    /// Whether the request allowed this compression
    pub gzip: bool,
    /// Whether the bytes have a hash that vouches for them: then they may begin as a web page does
    pub hashed: bool,
}

impl Expected {
    /// Bytes that may come over the wire. Compressed, what can't be made smaller grows a little; one
    /// who sends more than that sends blocks with nothing in them.
    pub const fn on_the_wire(self) -> u64 {
        let plain = self.most.saturating_sub(self.there);
        if self.gzip { plain.saturating_add(plain / 8).saturating_add(1024) } else { plain }
    }
}

/// Takes a body in, piece by piece.
pub(super) struct Sink<'a> {
    body: Body<'a>,
    /// Bytes that may still come over the wire
    wire: u64,
    most_wire: u64,
}

enum Body<'a> {
    Plain(Capped<'a>),
    Gzip(Box<GzDecoder<Capped<'a>>>),
}

impl<'a> Sink<'a> {
    /// Puts what is expected into `to`. `encoding` is the body's, as its head says.
    pub fn new(
        to: &'a mut (dyn Write + Send),
        expected: Expected,
        encoding: Option<&str>,
    ) -> Result<Self, TransferError> {
        let Expected { most, there, hashed, .. } = expected;
        let sniffing = there == 0;
        let capped =
            Capped { to, left: most.saturating_sub(there), most, head: Vec::new(), sniffing, hashed };
        let named = encoding.map(|name| name.trim().to_ascii_lowercase());
        let body = match named.as_deref() {
            None | Some("" | "identity") => Body::Plain(capped),
            // A part of the compressed file does not go on from a part of the file itself
            Some("gzip" | "x-gzip") if there > 0 => return Err(TransferError::WrongRange),
            Some("gzip" | "x-gzip") if expected.gzip => Body::Gzip(Box::new(GzDecoder::new(capped))),
            Some(other) => {
                return Err(TransferError::Unasked { encoding: other.chars().take(20).collect() });
            }
        };
        let wire = match body {
            Body::Plain(_) => Expected { gzip: false, ..expected }.on_the_wire(),
            Body::Gzip(_) => expected.on_the_wire(),
        };
        Ok(Self { body, wire, most_wire: wire })
    }

    pub fn take(&mut self, chunk: &[u8]) -> Result<(), TransferError> {
        // A page, and what is too much of anything, is told by the first bytes, so those go first
        let within = usize::try_from(self.wire).unwrap_or(usize::MAX).min(chunk.len());
        let (taken, beyond) = chunk.split_at(within);
        self.wire -= taken.len() as u64;
        let written = match &mut self.body {
            Body::Plain(to) => to.write_all(chunk),
            Body::Gzip(to) => to.write_all(taken),
        };
        let most = self.most_wire;
        let written = written.map_err(of_write);
        let written =
            if beyond.is_empty() { written } else { written.and(Err(TransferError::TooLarge { most })) };
        written.map_err(|error| self.or_page(error))
    }

    /// Has all that came so far written: the rest may never come.
    pub fn flush(&mut self) -> Result<(), TransferError> {
        let flushed = match &mut self.body {
            Body::Plain(to) => to.flush(),
            Body::Gzip(to) => to.flush(),
        };
        flushed.map_err(of_write)
    }

    /// The whole body has come.
    pub fn finish(&mut self) -> Result<(), TransferError> {
        if let Body::Gzip(to) = &mut self.body
            && let Err(error) = to.try_finish().map_err(of_write)
        {
            self.flush()?;
            // Without its end a compressed body was cut somewhere before us; what was
            // unpacked is gone on from, and what it is, the hash will tell
            let is_cut = matches!(error, TransferError::Encoding { .. });
            return Err(if is_cut { TransferError::Cut } else { error });
        }
        if self.capped().hashed || !self.is_page() { Ok(()) } else { Err(TransferError::Portal) }
    }

    /// Whether what came begins as a web page does.
    pub fn is_page(&self) -> bool {
        is_page(&self.capped().head)
    }

    /// What is wrong with a body, unless that is a web page in the place of it.
    pub fn or_page(&self, error: TransferError) -> TransferError {
        if error.is_wrong() && self.is_page() { TransferError::Portal } else { error }
    }

    fn capped(&self) -> &Capped<'a> {
        match &self.body {
            Body::Plain(to) => to,
            Body::Gzip(to) => to.get_ref(),
        }
    }
}

/// Counts, and refuses what is too much or is a web page.
pub(super) struct Capped<'a> {
    to: &'a mut (dyn Write + Send),
    /// What may still come
    left: u64,
    most: u64,
    /// The first bytes, until there are enough to tell a page by
    head: Vec<u8>,
    /// Whether what comes is the beginning of the file
    sniffing: bool,
    hashed: bool,
}

impl Write for Capped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.sniffing && self.head.len() < SNIFFED {
            let room = SNIFFED - self.head.len();
            self.head.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
            if !self.hashed && is_page(&self.head) {
                return Err(io::Error::other(TransferError::Portal));
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

/// Whether a body begins as a web page does. No pointer and no answer to a report does; what is
/// named by its hash may begin as it likes.
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

    fn text(most: u64) -> Expected {
        Expected { most, gzip: true, ..Expected::default() }
    }

    fn taken(expected: Expected, encoding: Option<&str>, chunks: &[&[u8]]) -> Result<Vec<u8>, &'static str> {
        let mut to = Vec::new();
        let taken = Sink::new(&mut to, expected, encoding).and_then(|mut sink| {
            for chunk in chunks {
                sink.take(chunk)?;
            }
            sink.finish()
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

    /// Deflate blocks with nothing in them (RFC 1951, 3.2.4): five bytes each, as many as one likes.
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
        // Nor does a name in the head that never ends (RFC 1952, FNAME)
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
        // As a server does that sends what it has at once
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
        let plain = Expected { gzip: false, ..text(5) };
        for name in ["gzip", "x-gzip", "br", "deflate", "zstd", "gzip, gzip", "identity, gzip"] {
            let mut to = Vec::new();
            let error = Sink::new(&mut to, plain, Some(name)).err().unwrap();
            assert!(matches!(&error, TransferError::Unasked { encoding } if encoding == name), "{error}");
            assert!(error.message().zh.contains(name) && error.message().en.contains(name));
        }
        assert_eq!(taken(plain, Some("Identity"), &[b"hello"]).unwrap(), b"hello");
        assert_eq!(taken(text(5), Some("GZIP"), &[&packed]).unwrap(), b"hello");
        let part = Expected { there: 2, ..text(5) };
        assert_eq!(taken(part, Some("gzip"), &[&packed]), Err("feed_wrong_range"));
    }

    #[test]
    fn what_has_a_hash_may_begin_as_a_page_does() {
        let object = Expected { hashed: true, ..text(20) };
        let svg = b"<svg xmlns=''></svg>";
        assert_eq!(taken(object, None, &[svg]).unwrap(), svg);
        // One that is too long for the object is a page
        assert_eq!(taken(object, None, &[&svg[..10], &[b' '; 40]]), Err("captive_portal"));
        assert_eq!(taken(object, None, &[&[b'x'; 40]]), Err("feed_too_large"));
        let mut to = Vec::new();
        let mut sink = Sink::new(&mut to, object, None).unwrap();
        sink.take(b"<html>").unwrap();
        let wrong = || TransferError::WrongSize { wanted: 20, found: 6 };
        assert_eq!(sink.or_page(wrong()).code(), "captive_portal");
        assert_eq!(sink.or_page(TransferError::Cut).code(), "feed_cut");
    }

    #[test]
    fn what_was_unpacked_before_a_cut_stays() {
        let text: Vec<u8> = (0..40_000_u32).flat_map(|n| n.to_string().into_bytes()).collect();
        let packed = gzip(&text);
        let mut to = Vec::new();
        let mut sink = Sink::new(&mut to, self::text(text.len() as u64), Some("gzip")).unwrap();
        sink.take(&packed[..packed.len() / 2]).unwrap();
        sink.flush().unwrap();
        drop(sink);
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
