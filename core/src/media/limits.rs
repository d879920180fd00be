//! Limits for pictures.
//!
//! # The kiosk's memory
//!
//! systemd gives the kiosk 384 MiB (`MemoryMax=` of `cloud-shelf.service`); beyond that the kernel
//! kills it. Its peak use on the largest panel (3840×2160):
//!
//! | MiB | for |
//! | --- | --- |
//! | 120 | the program itself: pages, decoded cards, frames, SQLite's cache |
//! | 160 | pictures being processed: [`DECODING_BYTES`], including their files |
//! | 60 | one large file on its way between network, store and decoder: 20, and SQLite's two copies |
//!
//! That leaves 44. `tests/vm/machine.py` checks this under a real cgroup, with malicious pictures.

use super::MediaError;
use std::time::Duration;

/// Largest file.
pub const MAX_FILE_BYTES: usize = 20 << 20;
/// Upper bound on pixels: more than any phone's usual photo has.
pub const MAX_PIXELS: u64 = 40_000_000;
/// Longest side in pixels.
pub const MAX_SIDE: u32 = 16_384;
/// Upper bound on the memory of all pictures being processed, in any part of a program: files,
/// decoders' buffers, pixels, and resizing. The largest ordinary picture, a baseline JPEG of 40
/// megapixels in a file of 20 MiB, takes 155 MiB.
///
/// The same for every program, so that a unit can show whatever another program accepts.
pub const DECODING_BYTES: u64 = 160 << 20;
/// Pictures that take more than this are processed one at a time, so that the rest of the budget is
/// always enough for the small ones that a shopper waits for.
pub const LARGE_BYTES: u64 = 24 << 20;
/// Files larger than this are read one at a time.
pub const LARGE_FILE_BYTES: u64 = 1 << 20;
/// Longer EXIF blocks are ignored; a camera's has about ten kilobytes, with its thumbnail.
pub(super) const MAX_EXIF_BYTES: usize = 64 << 10;
/// Upper bound on the scans of a JPEG, and thereby on the pixels of all scans: a scan of ten bytes
/// may cover the whole picture, so a small file could keep a decoder busy for days. Cameras and
/// editors write ten to twenty.
pub(super) const MAX_SCANS: u32 = 100;
pub(super) const MAX_SCANNED_PIXELS: u64 = 600_000_000;
/// Upper bound on the time that one decoder works, on the smallest unit: [`MAX_SCANNED_PIXELS`] at 6 million
/// a second. Decoders give no sign of progress meanwhile.
pub(super) const DECODING_TIME: Duration = Duration::from_secs(100);

pub(super) fn check_file(bytes: usize) -> Result<(), MediaError> {
    if bytes > MAX_FILE_BYTES { Err(MediaError::FileTooLarge { bytes }) } else { Ok(()) }
}

/// Checks the size in the header, before decoding.
pub(super) fn check_pixels(width: u32, height: u32) -> Result<(), MediaError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(MediaError::Broken { detail: "no pixels".into() });
    }
    if width.max(height) > MAX_SIDE || pixels > MAX_PIXELS {
        return Err(MediaError::TooManyPixels { width, height });
    }
    Ok(())
}
