//! WebP: a RIFF file's chunks. The decoder reads only those it is asked for, so it is handed the file.

use super::{Coding, Header, SLACK, be, broken, exif, le};
use crate::media::{Format, MediaError};
use image::metadata::Orientation;

/// A partition of a lossy picture may say that it has so much; the decoder makes room before it looks.
const PARTITION: u64 = 16 << 20;
/// Code tables of a lossless picture. What they need is known only while they are read: beyond this the
/// decoder is stopped. An encoder's largest picture has some 2,600 sets of them, at about 10 KiB each.
const MAX_TABLES: u64 = 32 << 20;

/// What a file has, as far as it decides what decoding costs.
#[derive(Default)]
struct Found {
    lossy: bool,
    lossless: bool,
    /// A part with transparency of its own
    alpha: bool,
    /// The pixels have four channels
    clear: bool,
    animated: bool,
}

pub(super) fn header(bytes: &[u8]) -> Result<Header<'_>, MediaError> {
    let (kind, body) = chunk(bytes, 12).ok_or(MediaError::Truncated)?;
    let mut found = Found::default();
    let mut orientation = None;
    let (width, height) = match kind {
        b"VP8 " => {
            found.lossy = true;
            lossy_size(body)?
        }
        b"VP8L" => {
            found.lossless = true;
            found.clear = body.get(4).is_some_and(|flags| flags & 0x10 != 0);
            lossless_size(body)?
        }
        b"VP8X" => {
            let side = |at: usize| Some(1 + le(body.get(at..at + 3))?);
            let size = side(4).zip(side(7)).ok_or(MediaError::Truncated)?;
            found.animated = body.first().is_some_and(|flags| flags & 0x02 != 0);
            found.clear = body.first().is_some_and(|flags| flags & 0x10 != 0);
            let mut at = next(12, body);
            while let Some((kind, body)) = chunk(bytes, at) {
                match kind {
                    b"EXIF" if orientation.is_none() => orientation = exif::orientation(body),
                    b"ANMF" => {
                        let frame = bytes.get(at..at + 8 + body.len()).unwrap_or_default();
                        let mut place = 8 + 16;
                        for number in 0..2 {
                            let Some((kind, body)) = chunk(frame, place) else { break };
                            // Whatever follows a frame's alpha is read as a lossy picture
                            let kind = if number == 1 && found.alpha { b"VP8 " } else { kind };
                            found.part(kind, body, size)?;
                            place = next(place, body);
                        }
                    }
                    _ => found.part(kind, body, size)?,
                }
                at = next(at, body);
            }
            size
        }
        _ => return Err(broken("a chunk of no kind")),
    };
    Ok(Header {
        format: Format::WebP,
        width,
        height,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
        parts: vec![bytes],
        coding: Coding::WebP,
        decoding: found.cost(width, height, bytes.len() as u64),
        whole: Some(found.channels() * u64::from(width) * u64::from(height)),
        file: bytes.len() as u64,
    })
}

impl Found {
    /// A part of an extended file. Its own size must not go beyond the picture's: the decoder makes room
    /// for it before it compares them.
    fn part(&mut self, kind: &[u8], body: &[u8], (width, height): (u32, u32)) -> Result<(), MediaError> {
        let size = match kind {
            b"VP8 " => {
                self.lossy = true;
                lossy_size(body)?
            }
            b"VP8L" => {
                self.lossless = true;
                lossless_size(body)?
            }
            b"ALPH" => {
                self.alpha = true;
                return Ok(());
            }
            _ => return Ok(()),
        };
        if size.0 > width || size.1 > height { Err(broken("a part larger than the whole")) } else { Ok(()) }
    }

    const fn channels(&self) -> u64 {
        if self.clear { 4 } else { 3 }
    }

    /// The most that any way through the decoder takes.
    fn cost(&self, width: u32, height: u32, length: u64) -> u64 {
        let pixels = u64::from(width) * u64::from(height);
        let padded = u64::from(width).next_multiple_of(16) * u64::from(height).next_multiple_of(16);
        // Pixels, and in an animation those of a frame and of the canvas it lies on
        let mut cost = SLACK + self.channels() * pixels + if self.animated { 8 * pixels } else { 0 };
        if self.lossy {
            // Brightness and two quarters of colour, what is known of each block, and the file's bytes again,
            // first in a vector that grows
            cost += padded * 5 / 2 + 4 * length + PARTITION;
        }
        if self.lossless || self.alpha {
            // Predictors and code tables, and pixels once more where the decoder's have a channel more
            let copy = if self.clear && !self.alpha { 0 } else { 4 * pixels };
            cost += copy + pixels + (2 << 20) + (32 * length).min(MAX_TABLES);
        }
        if self.alpha {
            cost += pixels;
        }
        cost
    }
}

/// The kind and the bytes of the chunk at a place; of one that is cut what is there.
fn chunk(bytes: &[u8], at: usize) -> Option<(&[u8], &[u8])> {
    let kind = bytes.get(at..at + 4)?;
    let length = le(bytes.get(at + 4..at + 8))? as usize;
    let rest = bytes.get(at + 8..)?;
    Some((kind, &rest[..length.min(rest.len())]))
}

/// Where the next chunk stands, after one at a place.
const fn next(at: usize, body: &[u8]) -> usize {
    at + 8 + body.len() + body.len() % 2
}

fn lossy_size(body: &[u8]) -> Result<(u32, u32), MediaError> {
    let side = |at: usize| le(body.get(at..at + 2)).map(|side| side & 0x3FFF);
    // Where the signature is missing the decoder refuses before it makes room
    let is_frame = be(body.get(3..6)) == Some(0x9D_012A);
    match (is_frame, side(6), side(8)) {
        (true, Some(width), Some(height)) => Ok((width, height)),
        (true, ..) => Err(MediaError::Truncated),
        (false, ..) => Err(broken("no key frame")),
    }
}

fn lossless_size(body: &[u8]) -> Result<(u32, u32), MediaError> {
    let header = le(body.get(1..5)).ok_or(MediaError::Truncated)?;
    Ok(((header & 0x3FFF) + 1, (header >> 14 & 0x3FFF) + 1))
}
