//! Orientation from an EXIF block; everything else is ignored.

use crate::media::limits;
use image::metadata::Orientation;

/// Returns the orientation; `None` for a damaged or too long block, whose picture is shown as
/// stored.
pub(super) fn orientation(block: &[u8]) -> Option<Orientation> {
    (block.len() <= limits::MAX_EXIF_BYTES).then(|| Orientation::from_exif_chunk(block)).flatten()
}
