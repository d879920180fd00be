//! WebP: chunks of a RIFF file. The decoder gets the whole file, because it reads only the chunks
//! it knows.

use super::form::{self, Coding, Header, SLACK, be, le};
use crate::media::{Format, MediaError, decoder_error::broken};
use image::metadata::Orientation;

/// A lossy partition may claim this size; the decoder allocates it before checking.
const PARTITION: u64 = 16 << 20;
/// Upper bound for the code tables of a lossless picture. Their size is only known while they are
/// read: beyond this the decoder is stopped. The largest known picture has about 2,600 sets of
/// about 10 KiB.
const MAX_TABLES: u64 = 32 << 20;

/// Properties of a file that decide what decoding costs.
#[derive(Default)]
struct Features {
    lossy: bool,
    lossless: bool,
    /// A part has an alpha channel of its own
    alpha: bool,
    /// The pixels have four channels
    clear: bool,
    animated: bool,
}

pub(super) fn header(bytes: &[u8]) -> Result<Header<'_>, MediaError> {
    let (kind, body) = chunk(bytes, 12).ok_or(MediaError::Truncated)?;
    let mut found = Features::default();
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
                    b"EXIF" if orientation.is_none() => orientation = form::exif_orientation(body),
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
        _ => return Err(broken("an unknown chunk")),
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

impl Features {
    /// Adds a part of an extended file. Its size must not exceed the picture's: the decoder
    /// allocates for the part before it compares them.
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

    /// Returns the most memory that any path through the decoder takes.
    fn cost(&self, width: u32, height: u32, length: u64) -> u64 {
        let pixels = u64::from(width) * u64::from(height);
        let padded = u64::from(width).next_multiple_of(16) * u64::from(height).next_multiple_of(16);
        // Pixels; for an animation also those of a frame and of the canvas
        let mut cost = SLACK + self.channels() * pixels + if self.animated { 8 * pixels } else { 0 };
        if self.lossy {
            // Luma and two quarters of chroma, block data, and the file's bytes again, first in a
            // growing vector
            cost += padded * 5 / 2 + 4 * length + PARTITION;
        }
        if self.lossless || self.alpha {
            // Predictors and code tables, and the pixels again if the decoder's have one channel
            // more
            let copy = if self.clear && !self.alpha { 0 } else { 4 * pixels };
            cost += copy + pixels + (2 << 20) + (32 * length).min(MAX_TABLES);
        }
        if self.alpha {
            cost += pixels;
        }
        cost
    }
}

/// Returns kind and bytes of the chunk at an offset; of a truncated chunk, what is there.
fn chunk(bytes: &[u8], at: usize) -> Option<(&[u8], &[u8])> {
    let kind = bytes.get(at..at + 4)?;
    let length = le(bytes.get(at + 4..at + 8))? as usize;
    let rest = bytes.get(at + 8..)?;
    Some((kind, &rest[..length.min(rest.len())]))
}

/// Returns the offset of the next chunk.
const fn next(at: usize, body: &[u8]) -> usize {
    at + 8 + body.len() + body.len() % 2
}

fn lossy_size(body: &[u8]) -> Result<(u32, u32), MediaError> {
    let side = |at: usize| le(body.get(at..at + 2)).map(|side| side & 0x3FFF);
    // Without the signature the decoder refuses before it allocates
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
