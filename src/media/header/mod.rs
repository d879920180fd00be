//! Parses picture headers: the size, the orientation, the cost of decoding, and the parts of the
//! file that a decoder needs.
//!
//! A decoder never gets the file itself if the format has room for anything but the picture. Colour
//! profiles, texts, previews and comments are left out: unpacking them can cost more than any
//! picture, and a unit does not use them. Of an animation, the decoder gets the first frame.
//!
//! This module walks the file without copying it, and trusts nothing: if a decoder would read
//! another place than this walk, the file is refused.

mod exif;
mod gif;
mod jpeg;
mod png;
mod webp;

pub(super) use gif::Frame;

use super::{
    Format, MediaError,
    budget::{BUDGET, Lease, TooMuch},
    limits,
};
use crate::{trap, watchdog};
use image::{ImageDecoder, codecs::bmp::BmpDecoder, metadata::Orientation};
use std::io::Cursor;

/// What decoders need besides everything counted: tables, states, small vectors.
pub(super) const SLACK: u64 = 512 << 10;

#[derive(Debug)]
pub(super) struct Header<'a> {
    pub format: Format,
    /// Size in pixels, as stored (before orientation)
    pub width: u32,
    pub height: u32,
    pub orientation: Orientation,
    /// Parts of the file to hand to the decoder
    pub parts: Vec<&'a [u8]>,
    pub coding: Coding,
    /// Memory that the decoder needs, including all pixels if it returns them at once
    pub decoding: u64,
    /// Memory of all pixels, which outlive the decoder; `None` if it returns row by row
    pub whole: Option<u64>,
    /// Size of the file, which is in memory, too
    pub file: u64,
}

/// Facts that a decoder does not find out, or finds out too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// One scan or progressive; `colors` is 1 for gray, else 3
    Jpeg {
        colors: u64,
    },
    /// One scan per component, not progressive
    SplitJpeg,
    /// Decodes row by row unless interlaced
    Png {
        interlaced: bool,
    },
    /// Position of the first frame
    Gif(Frame),
    WebP,
    Bmp,
}

impl<'a> Header<'a> {
    pub fn of(bytes: &'a [u8]) -> Result<Self, MediaError> {
        trap::spring(bytes);
        limits::check_file(bytes.len())?;
        let format = Format::of(bytes)?;
        let header = match format {
            Format::Jpeg => jpeg::header(bytes)?,
            Format::Png => png::header(bytes)?,
            Format::Gif => gif::header(bytes)?,
            Format::WebP => webp::header(bytes)?,
            Format::Bmp => bmp(bytes)?,
        };
        limits::check_pixels(header.width, header.height)?;
        Ok(header)
    }

    /// Returns width and height after orientation.
    pub fn upright(&self) -> (u32, u32) {
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        match self.orientation {
            Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => (self.height, self.width),
            _ => (self.width, self.height),
        }
    }

    pub fn is_upright(&self) -> bool {
        self.orientation == Orientation::NoTransforms
    }

    /// Waits until the program's budget has room for `bytes`. Hold the lease until the pixels are
    /// handed on; a holder must not ask again.
    pub fn admit(&self, bytes: u64) -> Result<Lease<'static>, MediaError> {
        // The holders before us are supervised by the watchdog themselves
        watchdog::waiting(|| BUDGET.ask(bytes)).map_err(|TooMuch| self.too_costly(bytes))
    }

    /// Whether the budget could ever have that room.
    pub fn affords(&self, bytes: u64) -> Result<(), MediaError> {
        if bytes > BUDGET.ceiling() { Err(self.too_costly(bytes)) } else { Ok(()) }
    }

    const fn too_costly(&self, bytes: u64) -> MediaError {
        MediaError::TooCostly { width: self.width, height: self.height, bytes }
    }
}

fn bmp(bytes: &[u8]) -> Result<Header<'_>, MediaError> {
    let decoder = super::decode::reading(|| Ok(BmpDecoder::new(Cursor::new(bytes))?))?;
    let (width, height) = decoder.dimensions();
    Ok(Header {
        format: Format::Bmp,
        width,
        height,
        orientation: Orientation::NoTransforms,
        parts: vec![bytes],
        coding: Coding::Bmp,
        decoding: SLACK + decoder.total_bytes() + 8 * u64::from(width),
        whole: Some(decoder.total_bytes()),
        file: bytes.len() as u64,
    })
}

fn broken(detail: &str) -> MediaError {
    MediaError::Broken { detail: detail.to_owned() }
}

/// Reads a big-endian number.
fn be(bytes: Option<&[u8]>) -> Option<u32> {
    bytes.map(|bytes| bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// Reads a little-endian number.
fn le(bytes: Option<&[u8]>) -> Option<u32> {
    bytes.map(|bytes| bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}
