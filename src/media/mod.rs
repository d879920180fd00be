//! Pictures: bytes from outside in, pixels and small JPEGs out. Pure, and made to be fed anything.
//!
//! Sizes are checked from the header before anything is decoded, and a decoder that panics costs
//! one picture. The pixels are opaque RGB, upright, on white: what the renderer copies fastest.

mod bands;
mod cache;
mod corners;
mod decode;
mod encode;
mod error;
mod extend;
mod format;
mod guard;
mod jpeg;
mod limits;
mod pixels;
mod rendition;
mod scale;
mod split;

#[cfg(test)]
mod tests;

pub use crate::domain::RenditionKind;
pub use cache::Cache;
pub use corners::round_corners;
pub use decode::{decode, decode_into, decode_on, probe};
pub use error::MediaError;
pub use format::Format;
pub use limits::{MAX_FILE_BYTES, MAX_PIXELS, MAX_SIDE};
pub use pixels::Pixels;
pub use rendition::{Portable, Prepared, Rendition, portable, prepare};
pub use scale::{Fit, scale};
