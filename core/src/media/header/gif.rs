//! GIF blocks. The decoder gets the palette and the first frame.

use super::form::{Coding, Frame, Header, SLACK, le};
use crate::media::{Format, MediaError, decoder_error::broken, limits};
use image::metadata::Orientation;

const TRAILER: &[u8] = b";";

pub(super) fn header(bytes: &[u8]) -> Result<Header<'_>, MediaError> {
    let short = || MediaError::Truncated;
    let side = |at: usize| le(bytes.get(at..at + 2)).ok_or_else(short);
    let (width, height) = (side(6)?, side(8)?);
    let palette = palette_bytes(*bytes.get(10).ok_or_else(short)?);
    let head = bytes.get(..13 + palette).ok_or_else(short)?;
    let mut control: &[u8] = &[];
    let mut at = head.len();
    loop {
        match *bytes.get(at).ok_or_else(short)? {
            // An extension: the graphic control of the next frame is kept, texts and profiles are
            // not
            0x21 => {
                let end = blocks_end(bytes, at + 2)?;
                if bytes.get(at + 1) == Some(&0xF9) {
                    control = &bytes[at..end];
                }
                at = end;
            }
            0x2C => break,
            0x3B => return Err(broken("no frame")),
            _ => return Err(broken("an unknown block")),
        }
    }
    let flags = *bytes.get(at + 9).ok_or_else(short)?;
    let (left, top) = (side(at + 1)?, side(at + 3)?);
    let frame =
        Frame { left, top, width: side(at + 5)?, height: side(at + 7)?, interlaced: flags & 0x40 != 0 };
    // A frame may be larger than the picture it belongs to
    limits::check_pixels(frame.width, frame.height)?;
    // The frame's palette, and the minimum code size; the decoder notices truncation
    let data = at + 10 + palette_bytes(flags) + 1;
    let end = blocks_end(bytes, data).unwrap_or(bytes.len());
    let row = u64::from(frame.width);
    let whole = if frame.interlaced { row * u64::from(frame.height) } else { 0 };
    Ok(Header {
        format: Format::Gif,
        width,
        height,
        orientation: Orientation::NoTransforms,
        parts: vec![head, control, bytes.get(at..end).unwrap_or_default(), TRAILER],
        coding: Coding::Gif(frame),
        decoding: SLACK + 4 * row + 8 * u64::from(width) + whole,
        whole: None,
        file: bytes.len() as u64,
    })
}

/// Returns the bytes of a palette from the flags that announce it.
const fn palette_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Returns the end of a chain of sub-blocks: each has a length byte, the last has length zero.
fn blocks_end(bytes: &[u8], mut at: usize) -> Result<usize, MediaError> {
    loop {
        match *bytes.get(at).ok_or(MediaError::Truncated)? {
            0 => return Ok(at + 1),
            length => at += 1 + usize::from(length),
        }
    }
}
