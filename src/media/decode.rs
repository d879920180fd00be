//! Bytes of any of the five formats, to upright opaque pixels.

use super::{Format, MediaError, Pixels, bands, guard::guarded, jpeg, limits, split};
use crate::domain::Rgb;
use image::{
    ColorType, DynamicImage, ImageDecoder, ImageError, Limits,
    codecs::{bmp::BmpDecoder, gif::GifDecoder, jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder},
    metadata::Orientation,
};
use std::io::{self, Cursor};

const WHITE: Rgb = Rgb(255, 255, 255);

/// What is known of a picture beside its pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decoded {
    pub format: Format,
    /// The file's rows are the picture's rows
    pub upright: bool,
}

/// Decodes a picture of any of the formats, turns it upright, and puts it on white.
pub fn decode(bytes: &[u8]) -> Result<Pixels, MediaError> {
    decode_on(bytes, WHITE)
}

/// The same on another colour: for a brand's mark, whose transparent parts are not white.
pub fn decode_on(bytes: &[u8], background: Rgb) -> Result<Pixels, MediaError> {
    decode_with(bytes, background).map(|(pixels, _)| pixels)
}

/// Decodes straight into pixels that the caller has: upright RGB of exactly `width` × `height`. False, with
/// nothing useful in `rgb`, where the picture is not a plain JPEG of that size; then [`decode`] is due.
pub fn decode_into(bytes: &[u8], width: u32, height: u32, rgb: &mut [u8]) -> Result<bool, MediaError> {
    limits::check_file(bytes.len())?;
    limits::check_pixels(width, height, 0)?;
    if Format::of(bytes)? != Format::Jpeg || !jpeg::is_whole(bytes) || jpeg::is_split(bytes) {
        return Ok(false);
    }
    if rgb.len() as u64 == 3 * u64::from(width) * u64::from(height)
        && probe(bytes)? == (width, height)
        && bands::decode(bytes, (width, height), rgb)?
    {
        return Ok(true);
    }
    reading(|| {
        let mut decoder = JpegDecoder::new(Cursor::new(bytes))?;
        let plain = decoder.dimensions() == (width, height)
            && decoder.color_type() == ColorType::Rgb8
            && decoder.total_bytes() == rgb.len() as u64
            && decoder.orientation().unwrap_or(Orientation::NoTransforms) == Orientation::NoTransforms;
        if plain {
            decoder.read_image(rgb)?;
        }
        Ok(plain)
    })
}

/// The size that a picture says it has, before it is turned upright.
pub fn probe(bytes: &[u8]) -> Result<(u32, u32), MediaError> {
    limits::check_file(bytes.len())?;
    let format = Format::of(bytes)?;
    let size = reading(|| {
        let input = Cursor::new(bytes);
        Ok(match format {
            Format::Jpeg => JpegDecoder::new(input)?.dimensions(),
            Format::Png => PngDecoder::with_limits(input, allowance())?.dimensions(),
            Format::WebP => WebPDecoder::new(input)?.dimensions(),
            Format::Gif => GifDecoder::new(input)?.dimensions(),
            Format::Bmp => BmpDecoder::new(input)?.dimensions(),
        })
    })?;
    limits::check_pixels(size.0, size.1, 0)?;
    Ok(size)
}

pub(super) fn decode_with(bytes: &[u8], background: Rgb) -> Result<(Pixels, Decoded), MediaError> {
    limits::check_file(bytes.len())?;
    let format = Format::of(bytes)?;
    if format == Format::Jpeg && !jpeg::is_whole(bytes) {
        return Err(MediaError::Truncated);
    }
    let (image, orientation) = reading(|| {
        let input = Cursor::new(bytes);
        match format {
            Format::Jpeg if jpeg::is_split(bytes) => {
                let orientation = orientation(&mut JpegDecoder::new(input)?);
                Ok((split::read(bytes).map_err(Failure::Media)?, orientation))
            }
            Format::Jpeg => read(JpegDecoder::new(input)?),
            Format::Png => read(PngDecoder::with_limits(input, allowance())?),
            Format::WebP => read(WebPDecoder::new(input)?),
            Format::Gif => read(GifDecoder::new(input)?),
            Format::Bmp => read(BmpDecoder::new(input)?),
        }
    })?;
    let pixels = guarded(|| {
        let mut image = image;
        image.apply_orientation(orientation);
        Ok(without_alpha(image, background))
    })?;
    Ok((pixels, Decoded { format, upright: orientation == Orientation::NoTransforms }))
}

fn reading<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, MediaError> {
    guarded(|| {
        work().map_err(|failure| match failure {
            Failure::Media(error) => error,
            Failure::Image(ImageError::IoError(cause)) if cause.kind() == io::ErrorKind::UnexpectedEof => {
                MediaError::Truncated
            }
            Failure::Image(other) => MediaError::Broken { detail: other.to_string() },
        })
    })
}

enum Failure {
    Media(MediaError),
    Image(ImageError),
}

impl From<ImageError> for Failure {
    fn from(error: ImageError) -> Self {
        Self::Image(error)
    }
}

fn allowance() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(limits::MAX_SIDE);
    limits.max_image_height = Some(limits::MAX_SIDE);
    limits
}

fn read<D: ImageDecoder>(mut decoder: D) -> Result<(DynamicImage, Orientation), Failure> {
    let (width, height) = decoder.dimensions();
    limits::check_pixels(width, height, decoder.total_bytes()).map_err(Failure::Media)?;
    let orientation = orientation(&mut decoder);
    Ok((DynamicImage::from_decoder(decoder)?, orientation))
}

/// A picture whose EXIF block is damaged is shown as it lies.
fn orientation<D: ImageDecoder>(decoder: &mut D) -> Orientation {
    decoder.orientation().unwrap_or(Orientation::NoTransforms)
}

/// Eight bits a channel, without transparency.
fn without_alpha(image: DynamicImage, background: Rgb) -> Pixels {
    let (width, height) = (image.width(), image.height());
    if !image.color().has_alpha() {
        return Pixels { width, height, rgb: image.into_rgb8().into_raw() };
    }
    let rgba = image.into_rgba8().into_raw();
    let mut rgb = Vec::with_capacity(rgba.len() / 4 * 3);
    for pixel in rgba.chunks_exact(4) {
        let alpha = u32::from(pixel[3]);
        let blend = |value: u8, behind: u8| {
            ((u32::from(value) * alpha + u32::from(behind) * (255 - alpha) + 127) / 255) as u8
        };
        let Rgb(r, g, b) = background;
        rgb.extend_from_slice(&[blend(pixel[0], r), blend(pixel[1], g), blend(pixel[2], b)]);
    }
    Pixels { width, height, rgb }
}
