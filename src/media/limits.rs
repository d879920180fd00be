//! What a picture may cost.

use super::MediaError;

/// The largest file.
pub const MAX_FILE_BYTES: usize = 20 << 20;
/// The most pixels: more than any phone's usual photo.
pub const MAX_PIXELS: u64 = 40_000_000;
/// The longest side.
pub const MAX_SIDE: u32 = 16_384;
/// The most memory that the decoded pixels may take: 40 MP with 16 bits a channel would not fit
/// into a unit with 1 GB.
const MAX_DECODED_BYTES: u64 = 200 << 20;

pub(super) fn check_file(bytes: usize) -> Result<(), MediaError> {
    if bytes > MAX_FILE_BYTES { Err(MediaError::FileTooLarge { bytes }) } else { Ok(()) }
}

/// Checked from the header, before decoding.
pub(super) fn check_pixels(width: u32, height: u32, decoded_bytes: u64) -> Result<(), MediaError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(MediaError::Broken { detail: "no pixels".into() });
    }
    if width.max(height) > MAX_SIDE || pixels > MAX_PIXELS || decoded_bytes > MAX_DECODED_BYTES {
        return Err(MediaError::TooManyPixels { width, height });
    }
    Ok(())
}
