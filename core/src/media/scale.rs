//! Scales pixels to the exact size they take on the screen.

use super::{
    MediaError, Pixels, decode::decode_pixels, decoder_error::catch_panic, extend::extend, header::Header,
    limits, shrink::Transparency,
};
use crate::domain::Rgb;
use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use std::borrow::Cow;

/// How a picture fits a place of another shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Whole picture, with bars of a colour
    Contain(Rgb),
    /// Whole picture, with bars that continue its own edges
    Extend,
    /// Fills the place; two sides of the picture are cut equally
    Cover,
}

/// Decodes a file and scales it to exactly `width` × `height` pixels, on `background`.
pub fn decode_scaled(
    bytes: &[u8],
    (width, height): (u32, u32),
    fit: Fit,
    background: Rgb,
) -> Result<Pixels, MediaError> {
    limits::check_pixels(width, height)?;
    let header = Header::parse(bytes)?;
    let ground = Transparency::BlendOnto(background);
    let (across, down) = header.upright();
    let longest = u64::from(across.max(down));
    let (side, cut) = match fit {
        Fit::Contain(_) | Fit::Extend => (width.max(height), 0),
        // Cover cuts two sides of the picture, and copies the rest
        Fit::Cover => {
            let scaled = |place: u32, of: u32| (u64::from(place) * longest).div_ceil(u64::from(of.max(1)));
            let side = scaled(width, across).max(scaled(height, down));
            (u32::try_from(side).unwrap_or(u32::MAX), 1)
        }
    };
    let side = Some(side);
    let shrunk = header.shrunk(side);
    // The cropped part, and the picture without its bars
    let between =
        3 * u64::from(shrunk.0) * u64::from(shrunk.1) * cut + 2 * 3 * u64::from(width) * u64::from(height);
    let scaling = resize_bytes(shrunk, (width, height), 3) + between;
    let _lease = header.reserve(header.cost(side, ground).max(header.file + scaling))?;
    let source = decode_pixels(&header, side, ground)?.into_pixels();
    if (source.width, source.height) == (width, height) {
        return Ok(source);
    }
    scale(&source, width, height, fit)
}

/// Returns the most memory that resizing needs: both pictures, the intermediate one that has its
/// new width already, and the filter weights.
pub(super) fn resize_bytes(from: (u32, u32), to: (u32, u32), channels: u64) -> u64 {
    let area = |width: u32, height: u32| u64::from(width) * u64::from(height);
    let between = area(to.0, from.1).max(area(from.0, to.1));
    channels * (area(from.0, from.1) + between + area(to.0, to.1)) + (2 << 20)
}

/// Scales a picture to exactly `width` × `height` pixels. Fast, because the screen waits for it.
pub fn scale(source: &Pixels, width: u32, height: u32, fit: Fit) -> Result<Pixels, MediaError> {
    limits::check_pixels(width, height)?;
    limits::check_pixels(source.width, source.height)?;
    if (source.width, source.height) == (width, height) {
        return Ok(source.clone());
    }
    match fit {
        Fit::Contain(bars) => contain(source, width, height, Some(bars)),
        Fit::Extend => contain(source, width, height, None),
        Fit::Cover => resize(&cover(source, width, height), width, height, FilterType::CatmullRom),
    }
}

fn contain(source: &Pixels, width: u32, height: u32, bars: Option<Rgb>) -> Result<Pixels, MediaError> {
    let (inner_width, inner_height) = contained_size(source, width, height);
    let size = (inner_width, inner_height);
    let resized = match size == (source.width, source.height) {
        true => None,
        // When enlarging, a wider filter would keep no more detail, and a shopper waits
        false if inner_width > source.width => {
            Some(resize(source, inner_width, inner_height, FilterType::Bilinear)?)
        }
        false => Some(resize(source, inner_width, inner_height, FilterType::CatmullRom)?),
    };
    if size == (width, height) {
        return Ok(resized.unwrap_or_else(|| source.clone()));
    }
    let inner = resized.as_ref().unwrap_or(source);
    let Some(bars) = bars else { return Ok(extend(inner, width, height)) };
    let mut canvas = Pixels::filled(width, height, bars);
    let (left, top) = ((width - inner_width) / 2, (height - inner_height) / 2);
    let stride = 3 * width as usize;
    let offset = 3 * left as usize;
    let row = 3 * inner_width as usize;
    for (to, from) in canvas.rgb.chunks_exact_mut(stride).skip(top as usize).zip(inner.rgb.chunks_exact(row))
    {
        to[offset..offset + row].copy_from_slice(from);
    }
    Ok(canvas)
}

/// Returns the largest size of the source's shape within the place.
fn contained_size(source: &Pixels, width: u32, height: u32) -> (u32, u32) {
    let [sw, sh, w, h] = [source.width, source.height, width, height].map(u64::from);
    let rounded = |of: u64, by: u64, most: u64| ((of + by / 2) / by).clamp(1, most) as u32;
    if sw * h > sh * w { (width, rounded(sh * w, sw, h)) } else { (rounded(sw * h, sh, w), height) }
}

/// Crops the centre of the source to the place's shape, in whole pixels: the resampler's own
/// cropping reads outside its buffer for some fractions of a pixel (seen in 6.1.0).
fn cover(source: &Pixels, width: u32, height: u32) -> Cow<'_, Pixels> {
    let [sw, sh, w, h] = [source.width, source.height, width, height].map(u64::from);
    let rounded = |of: u64, by: u64, most: u64| ((of + by / 2) / by).clamp(1, most) as u32;
    let (part_width, part_height) = if sw * h > sh * w {
        (rounded(sh * w, h, sw), source.height)
    } else {
        (source.width, rounded(sw * h, w, sh))
    };
    if (part_width, part_height) == (source.width, source.height) {
        return Cow::Borrowed(source);
    }
    let (left, top) = ((source.width - part_width) / 2, (source.height - part_height) / 2);
    let (offset, row) = (3 * left as usize, 3 * part_width as usize);
    let rows =
        source.rgb.chunks_exact(3 * source.width as usize).skip(top as usize).take(part_height as usize);
    let mut rgb = Vec::with_capacity(row * part_height as usize);
    for from in rows {
        rgb.extend_from_slice(&from[offset..offset + row]);
    }
    Cow::Owned(Pixels { width: part_width, height: part_height, rgb })
}

pub(super) fn resize(
    source: &Pixels,
    width: u32,
    height: u32,
    filter: FilterType,
) -> Result<Pixels, MediaError> {
    let broken = |error: String| MediaError::Broken { detail: error };
    let from = ImageRef::new(source.width, source.height, &source.rgb, PixelType::U8x3)
        .map_err(|error| broken(error.to_string()))?;
    let mut to = Image::new(width, height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).use_alpha(false);
    catch_panic(|| {
        Resizer::new().resize(&from, &mut to, &options).map_err(|error| broken(error.to_string()))
    })?;
    Ok(Pixels { width, height, rgb: to.into_vec() })
}
