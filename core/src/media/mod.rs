//! Pictures: bytes from outside in, pixels and small JPEGs out. Pure, and safe for any input.
//!
//! Sizes are checked in the header before anything is decoded, memory for decoding is reserved
//! first (see [`limits`]), and a decoder that panics costs one picture. Pixels are opaque RGB,
//! upright, on white: the format that the renderer copies fastest.

mod bands;
mod budget;
mod cache;
mod decode;
mod decoder_error;
mod error;
mod extend;
mod format;
mod header;
mod jpeg;
pub mod limits;
mod logo;
mod parts_reader;
mod pixels;
mod rendition;
mod scale;
mod shrink;

#[cfg(test)]
mod tests;

pub use crate::domain::RenditionKind;
pub use budget::Turn;
pub use cache::Cache;
pub use decode::{decode, decode_into, decode_onto};
pub use error::MediaError;
pub use format::Format;
pub use limits::{MAX_FILE_BYTES, MAX_PIXELS, MAX_SIDE};
pub use logo::{Logo, prepare_logo};
pub use pixels::{Pixels, round_corners};
pub use rendition::{
    PreparedPicture, PublishedPicture, Rendition, prepare_picture, prepare_published, probe,
};
pub use scale::{Fit, decode_scaled, scale};

use crate::watchdog;
use std::time::Duration;

/// Waits for the turn to hold a large file in memory; `None` for a small one. Large files are read,
/// stored and decoded one at a time. Keep the turn for as long as the bytes are in memory.
#[must_use]
pub fn wait_for_turn(file_bytes: u64) -> Option<Turn<'static>> {
    (file_bytes > limits::LARGE_FILE_BYTES).then(|| watchdog::pause_during(|| budget::BUDGET.wait_for_turn()))
}

/// Runs `work` and returns the peak use of the budget meanwhile. For tests, which compare it with
/// [`heap::measure_peak`](crate::heap::measure_peak).
pub fn measure_budget<T>(work: impl FnOnce() -> T) -> (T, u64) {
    budget::BUDGET.measure_peak(work)
}

/// Reserves room in the same budget for pixels that no decoder makes, such as a screenshot's.
/// `None` if there is no room in time.
pub fn reserve_within(bytes: u64, patience: Duration) -> Option<impl Sized + Send> {
    budget::BUDGET.reserve_within(bytes, patience)
}
