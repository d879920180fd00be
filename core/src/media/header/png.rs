//! PNG chunks. The decoder gets the header, palette, transparency and pixel chunks.

use super::form::{self, Coding, Header, SLACK, be};
use crate::media::{Format, MediaError, decoder_error::broken};
use image::metadata::Orientation;

const SIGNATURE: usize = 8;
const END: &[u8] = b"\0\0\0\0IEND\xAE\x42\x60\x82";
/// The decoder unpacks ahead of the rows that are read; a logo with few colours it unpacks completely.
const AHEAD: u64 = 1 << 20;
/// Upper bound on chunks before the pixels: a file of empty chunks is not a picture.
const MAX_CHUNKS: usize = 10_000;

pub(super) fn header(bytes: &[u8]) -> Result<Header<'_>, MediaError> {
    let mut kept: [Option<&[u8]>; 3] = [None; 3];
    let (mut size, mut orientation) = (None, None);
    let mut at = SIGNATURE;
    for _ in 0..MAX_CHUNKS {
        let chunk = Chunk::parse(bytes, at)?;
        match chunk.kind {
            b"IHDR" if size.is_none() => {
                size = Some(Size::parse(chunk.body).ok_or_else(|| broken("a header's length"))?);
                kept[0] = Some(chunk.whole);
            }
            b"PLTE" if kept[1].is_none() => kept[1] = Some(chunk.whole),
            b"tRNS" if kept[2].is_none() => kept[2] = Some(chunk.whole),
            b"eXIf" if orientation.is_none() => orientation = form::exif_orientation(chunk.body),
            b"IDAT" => {
                let size = size.ok_or_else(|| broken("pixels before the header"))?;
                let mut parts = vec![&bytes[..SIGNATURE]];
                parts.extend(kept.into_iter().flatten());
                parts.extend([pixels(bytes, at), END]);
                return Ok(Header {
                    format: Format::Png,
                    width: size.width,
                    height: size.height,
                    orientation: orientation.unwrap_or(Orientation::NoTransforms),
                    parts,
                    coding: Coding::Png { interlaced: size.interlaced },
                    decoding: size.cost(kept[2].is_some()),
                    whole: None,
                    file: bytes.len() as u64,
                });
            }
            b"IEND" => return Err(broken("no pixels")),
            _ => {}
        }
        at += chunk.whole.len();
    }
    Err(broken("chunks without end"))
}

/// Returns all pixel chunks, which are contiguous; the last one may be truncated.
fn pixels(bytes: &[u8], from: usize) -> &[u8] {
    let mut to = from;
    while let Ok(chunk) = Chunk::parse(bytes, to) {
        if chunk.kind != b"IDAT" {
            return &bytes[from..to];
        }
        to += chunk.whole.len();
    }
    // A file truncated within its pixels ends there
    let is_pixels = bytes.get(to + 4..to + 8) == Some(b"IDAT");
    &bytes[from..if is_pixels { bytes.len() } else { to }]
}

struct Chunk<'a> {
    kind: &'a [u8],
    body: &'a [u8],
    whole: &'a [u8],
}

impl<'a> Chunk<'a> {
    fn parse(bytes: &'a [u8], at: usize) -> Result<Self, MediaError> {
        let length = be(bytes.get(at..at + 4)).ok_or(MediaError::Truncated)? as usize;
        let whole = bytes.get(at..).and_then(|rest| rest.get(..length.checked_add(12)?));
        let whole = match whole {
            Some(whole) => whole,
            // A truncated chunk is the last one; of pixels, the decoder gets what is there
            None if bytes.get(at + 4..at + 8) == Some(b"IDAT") => &bytes[at..],
            None => return Err(MediaError::Truncated),
        };
        let body = whole.get(8..whole.len().saturating_sub(4)).unwrap_or_default();
        Ok(Self { kind: whole.get(4..8).unwrap_or_default(), body, whole })
    }
}

#[derive(Clone, Copy)]
struct Size {
    width: u32,
    height: u32,
    bits: u64,
    color: u8,
    interlaced: bool,
}

impl Size {
    fn parse(body: &[u8]) -> Option<Self> {
        let [.., bits, color, _, _, interlace] = *<&[u8; 13]>::try_from(body).ok()?;
        Some(Self {
            width: be(body.get(..4))?,
            height: be(body.get(4..8))?,
            bits: u64::from(bits),
            color,
            interlaced: interlace != 0,
        })
    }

    fn cost(self, has_transparency: bool) -> u64 {
        let samples: u64 = match self.color {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        let width = u64::from(self.width);
        let coded = 1 + (width * samples * self.bits).div_ceil(8);
        let expanded = if self.color == 3 { 3 } else { samples } + u64::from(has_transparency);
        let row = width * expanded;
        let whole = if self.interlaced { row * u64::from(self.height) } else { 0 };
        // Some unpacked rows, and one or two as pixels
        SLACK + AHEAD + 16 * coded + 4 * row + whole
    }
}
