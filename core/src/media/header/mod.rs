//! Parses picture headers: the size, the orientation, the cost of decoding, and the parts of the
//! file that a decoder needs.
//!
//! A decoder never gets the file itself if the format has room for anything but the picture. Colour
//! profiles, texts, previews and comments are left out: unpacking them can cost more than any
//! picture, and a unit does not use them. Of an animation, the decoder gets the first frame.
//!
//! This module walks the file without copying it, and trusts nothing: if a decoder would read
//! another place than this walk, the file is refused.

mod form;
mod gif;
mod jpeg;
mod png;
mod webp;

pub(super) use form::{Coding, Frame, Header, SLACK};

use super::{Format, MediaError, decoder_error::run_decoder, limits};
use crate::trap;
use image::{ImageDecoder, codecs::bmp::BmpDecoder, metadata::Orientation};
use std::io::Cursor;

impl<'a> Header<'a> {
    pub fn parse(bytes: &'a [u8]) -> Result<Self, MediaError> {
        trap::abort_if_marked(bytes);
        limits::check_file(bytes.len())?;
        let format = Format::detect(bytes)?;
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
}

fn bmp(bytes: &[u8]) -> Result<Header<'_>, MediaError> {
    let decoder = run_decoder(|| Ok(BmpDecoder::new(Cursor::new(bytes))?))?;
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
