//! Of an EXIF block only which way up the picture is.

use crate::media::limits;
use image::metadata::Orientation;

/// A block that is damaged or too long says nothing: the picture is shown as it lies.
pub(super) fn orientation(block: &[u8]) -> Option<Orientation> {
    (block.len() <= limits::MAX_EXIF_BYTES).then(|| Orientation::from_exif_chunk(block)).flatten()
}
