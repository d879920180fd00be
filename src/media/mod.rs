//! Pictures: bytes from outside in, pixels and small JPEGs out. Pure, and made to be fed anything.
//!
//! Sizes are checked from the header before anything is decoded, the memory that decoding takes is asked
//! for beforehand (see [`limits`]), and a decoder that panics costs one picture. The pixels are opaque RGB,
//! upright, on white: what the renderer copies fastest.

mod bands;
mod budget;
mod cache;
mod corners;
mod decode;
mod encode;
mod error;
mod extend;
mod format;
mod guard;
mod header;
mod jpeg;
pub mod limits;
mod mark;
mod pieces;
mod pixels;
mod rendition;
mod scale;
mod shrink;
mod split;

#[cfg(test)]
mod tests;

pub use crate::domain::RenditionKind;
pub use budget::Turn;
pub use cache::Cache;
pub use corners::round_corners;
pub use decode::{decode, decode_into, decode_on, probe};
pub use error::MediaError;
pub use format::Format;
pub use limits::{MAX_FILE_BYTES, MAX_PIXELS, MAX_SIDE};
pub use mark::{Mark, mark};
pub use pixels::Pixels;
pub use rendition::{Portable, Prepared, Rendition, portable, prepare};
pub use scale::{Fit, scale, show};

use crate::watchdog;
use std::time::Duration;

/// Waits for the turn to have a file of so many bytes in memory, if that is many: large ones are read, stored
/// and decoded one at a time. Keep it for as long as the bytes are there.
#[must_use]
pub fn turn_for(file_bytes: u64) -> Option<Turn<'static>> {
    (file_bytes > limits::LARGE_FILE_BYTES).then(|| watchdog::waiting(|| budget::BUDGET.turn()))
}

/// Does `work`, and says how much of the budget was held meanwhile at most. For tests, which compare it with
/// [`heap::measure`](crate::heap::measure).
pub fn asked_for<T>(work: impl FnOnce() -> T) -> (T, u64) {
    budget::BUDGET.watch(work)
}

/// Room in the same budget for pixels that no decoder makes: a screenshot's. `None` where there is none
/// within so long.
pub fn room_within(bytes: u64, patience: Duration) -> Option<impl Sized + Send> {
    budget::BUDGET.ask_within(bytes, patience)
}
