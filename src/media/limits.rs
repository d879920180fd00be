//! What a picture may cost.
//!
//! # The kiosk's memory
//!
//! systemd gives the kiosk 384 MiB (`MemoryMax=` of `cloud-shelf.service`); beyond that the kernel ends it.
//! What it holds at once at most, on the largest panel (3840×2160):
//!
//! | MiB | for |
//! | --- | --- |
//! | 120 | the program itself: pages, decoded cards, frames, SQLite's cache |
//! | 160 | pictures in the making: [`DECODING_BYTES`], with the bytes of their files |
//! | 60 | one large file on its way between network, store and decoder: 20, and SQLite's two copies |
//!
//! That leaves 44. `tests/vm/machine.py` holds it under a real cgroup, with pictures made to break it.

use super::MediaError;

/// The largest file.
pub const MAX_FILE_BYTES: usize = 20 << 20;
/// The most pixels: more than any phone's usual photo.
pub const MAX_PIXELS: u64 = 40_000_000;
/// The longest side.
pub const MAX_SIDE: u32 = 16_384;
/// The most memory that all pictures in the making hold together, whichever part of a program makes them:
/// files, decoders' own buffers, pixels, and what resizing needs. A baseline JPEG of 40 megapixels with a
/// file of 20 MiB is the largest ordinary picture, and takes 155 MiB.
///
/// One figure for every program: what one of them takes in, a shelf can show.
pub const DECODING_BYTES: u64 = 160 << 20;
/// Pictures that take more than this are made one at a time, so that what is left of the budget is
/// always enough for the small ones that a finger waits for.
pub const LARGE_BYTES: u64 = 24 << 20;
/// Files that are larger are read one at a time.
pub const LARGE_FILE_BYTES: u64 = 1 << 20;
/// An EXIF block that is longer is not read; a camera's has some ten kilobytes, with its thumbnail.
pub(super) const MAX_EXIF_BYTES: usize = 64 << 10;
/// The most scans of a JPEG, and the most pixels that all of them pass over: a scan of ten bytes may pass
/// over the whole picture, so a small file could keep a decoder busy for days. Cameras and editors make
/// ten to twenty.
pub(super) const MAX_SCANS: u32 = 100;
pub(super) const MAX_SCANNED_PIXELS: u64 = 600_000_000;

pub(super) fn check_file(bytes: usize) -> Result<(), MediaError> {
    if bytes > MAX_FILE_BYTES { Err(MediaError::FileTooLarge { bytes }) } else { Ok(()) }
}

/// Checked from the header, before decoding.
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
