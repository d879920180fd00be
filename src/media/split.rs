//! JPEGs that come in one scan a component, by a second decoder: the first shows them in wrong
//! colours, without an error.

use super::{MediaError, limits};
use image::{DynamicImage, GrayImage, RgbImage};
use jpeg_decoder::{Decoder, Error, PixelFormat};
use std::io;

/// The pixels as the file has them, neither turned nor put on a ground.
pub(super) fn read(bytes: &[u8]) -> Result<DynamicImage, MediaError> {
    let mut decoder = Decoder::new(bytes);
    decoder.read_info().map_err(failed)?;
    let broken = |detail: &str| MediaError::Broken { detail: detail.to_owned() };
    let info = decoder.info().ok_or_else(|| broken("no frame"))?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    let size = u64::from(width) * u64::from(height) * info.pixel_format.pixel_bytes() as u64;
    limits::check_pixels(width, height, size)?;
    decoder.set_max_decoding_buffer_size(size as usize);
    let pixels = decoder.decode().map_err(failed)?;
    match info.pixel_format {
        PixelFormat::L8 => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        PixelFormat::RGB24 => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
        PixelFormat::CMYK32 => RgbImage::from_raw(width, height, from_inks(&pixels)).map(DynamicImage::from),
        PixelFormat::L16 => None,
    }
    .ok_or_else(|| broken("pixels of an unknown kind"))
}

/// Cyan, magenta, yellow and black, 255 being all the ink, as light.
fn from_inks(pixels: &[u8]) -> Vec<u8> {
    let light =
        |ink: u8, black: u8| (u32::from(255 - ink) * u32::from(255 - black)).div_ceil(255).min(255) as u8;
    pixels.chunks_exact(4).flat_map(|inks| [0, 1, 2].map(|ink| light(inks[ink], inks[3]))).collect()
}

fn failed(error: Error) -> MediaError {
    match error {
        Error::Io(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => MediaError::Truncated,
        other => MediaError::Broken { detail: other.to_string() },
    }
}
