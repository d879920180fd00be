//! What a picture's header says: its size, how it lies, what decoding it will cost, and which parts of the
//! file a decoder needs.
//!
//! A decoder is never handed the file itself where the format has room for anything but the picture. Colour
//! profiles, texts, previews and comments stay outside: unpacking those can cost more than any picture, and
//! a shelf has no use for them. Of an animation its first frame is handed over.
//!
//! Everything here walks the file without copying it, and believes nothing: where a decoder would look at
//! another place than the walk, the walk refuses the file.

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

/// What decoders need beside all that is counted: tables, states, small vectors.
pub(super) const SLACK: u64 = 512 << 10;

#[derive(Debug)]
pub(super) struct Header<'a> {
    pub format: Format,
    /// Pixels of the picture, as the file's rows have them
    pub width: u32,
    pub height: u32,
    pub orientation: Orientation,
    /// The parts of the file that the decoder is handed
    pub parts: Vec<&'a [u8]>,
    pub coding: Coding,
    /// Bytes that the decoder needs, with all pixels where it gives all of them at once
    pub decoding: u64,
    /// Those of all pixels, which are left when the decoder has gone; `None` where rows come one by one
    pub whole: Option<u64>,
    /// Bytes of the file, which are in memory too
    pub file: u64,
}

/// What a decoder has to know that it does not find out, or finds out too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// In one scan or progressive; `colors` is 1 for gray, else 3
    Jpeg {
        colors: u64,
    },
    /// One scan for each component, not progressive
    SplitJpeg,
    /// Its rows come one by one unless it is interlaced
    Png {
        interlaced: bool,
    },
    /// Where the first frame lies on the picture
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

    /// Width and height once it is turned upright.
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

    /// Waits until the program has room for so many bytes. To be held until the pixels are handed on; who
    /// holds it must not ask again.
    pub fn admit(&self, bytes: u64) -> Result<Lease<'static>, MediaError> {
        // Whoever is before us is watched himself
        watchdog::waiting(|| BUDGET.ask(bytes)).map_err(|TooMuch| self.too_costly(bytes))
    }

    /// Whether the program could ever have that room.
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

/// Bytes as a number, the most significant first.
fn be(bytes: Option<&[u8]>) -> Option<u32> {
    bytes.map(|bytes| bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// The same, the least significant first.
fn le(bytes: Option<&[u8]>) -> Option<u32> {
    bytes.map(|bytes| bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}
