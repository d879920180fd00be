//! The form of what a header says, whatever the format.

use crate::{
    media::{
        Format, MediaError,
        budget::{BUDGET, ExceedsBudget, Lease},
        limits,
    },
    watchdog,
};
use image::metadata::Orientation;

/// What decoders need besides everything counted: tables, states, small vectors.
pub(in crate::media) const SLACK: u64 = 512 << 10;

#[derive(Debug)]
pub(in crate::media) struct Header<'a> {
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
pub(in crate::media) enum Coding {
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

/// Position of a frame on the picture, and whether it is interlaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct Frame {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
    pub interlaced: bool,
}

impl Header<'_> {
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
    pub fn reserve(&self, bytes: u64) -> Result<Lease<'static>, MediaError> {
        // The holders before us are supervised by the watchdog themselves
        watchdog::pause_during(|| BUDGET.reserve(bytes)).map_err(|ExceedsBudget| self.too_costly(bytes))
    }

    /// Whether the budget could ever have that room.
    pub fn check_budget(&self, bytes: u64) -> Result<(), MediaError> {
        if bytes > BUDGET.ceiling() { Err(self.too_costly(bytes)) } else { Ok(()) }
    }

    const fn too_costly(&self, bytes: u64) -> MediaError {
        MediaError::TooCostly { width: self.width, height: self.height, bytes }
    }
}

/// Reads a big-endian number.
pub(super) fn be(bytes: Option<&[u8]>) -> Option<u32> {
    bytes.map(|bytes| bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// Reads a little-endian number.
pub(super) fn le(bytes: Option<&[u8]>) -> Option<u32> {
    bytes.map(|bytes| bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// Returns the orientation; `None` for a damaged or too long block, whose picture is shown as
/// stored.
pub(super) fn exif_orientation(block: &[u8]) -> Option<Orientation> {
    (block.len() <= limits::MAX_EXIF_BYTES).then(|| Orientation::from_exif_chunk(block)).flatten()
}
