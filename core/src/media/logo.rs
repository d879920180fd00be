//! Scales a brand's logo to its one stored size. Keeps transparency, because the logo is shown on
//! several colours.

use super::{
    Format, MediaError, RenditionKind,
    decode::{RawPixels, decode_pixels},
    decoder_error::{DecoderError, catch_panic, run_decoder},
    header::Header,
    rendition::fit_within,
    scale::resize_bytes,
    shrink::Transparency,
};
use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};

const LOGO_SIDE: u32 = RenditionKind::Logo.max_side();
/// Upper bound for a file that is stored unchanged.
const MAX_KEPT_BYTES: usize = 256 << 10;

/// A logo as stored and published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// Size of the source in pixels, upright
    pub source: (u32, u32),
    pub width: u32,
    pub height: u32,
    /// PNG bytes; the source itself if it is small enough
    pub bytes: Vec<u8>,
}

/// Scales a logo. A small PNG stays as it is, byte for byte.
pub fn prepare_logo(bytes: &[u8]) -> Result<Logo, MediaError> {
    let header = Header::parse(bytes)?;
    let source = header.upright();
    let (width, height) = fit_within(source.0, source.1, LOGO_SIDE);
    // Twice the source: the resampler premultiplies alpha in a copy
    let shrunk = header.shrunk(Some(LOGO_SIDE));
    let copy = 4 * u64::from(shrunk.0) * u64::from(shrunk.1);
    // The PNG encoder's rows, and the growing output
    let made = 3 * 4 * u64::from(width) * u64::from(height);
    let scaling = resize_bytes(shrunk, (width, height), 4) + copy + made;
    let cost = header.cost(Some(LOGO_SIDE), Transparency::Keep).max(header.file + scaling);
    let _lease = header.reserve(cost)?;
    let raw = decode_pixels(&header, Some(LOGO_SIDE), Transparency::Keep)?;
    let is_small = header.format == Format::Png && (width, height) == source && header.is_upright();
    let bytes = if is_small && bytes.len() <= MAX_KEPT_BYTES {
        bytes.to_vec()
    } else {
        encode(&resize_rgba(raw, width, height)?)?
    };
    Ok(Logo { source, width, height, bytes })
}

fn resize_rgba(raw: RawPixels, width: u32, height: u32) -> Result<RawPixels, MediaError> {
    if (raw.width, raw.height) == (width, height) {
        return Ok(raw);
    }
    let broken = |error: String| MediaError::Broken { detail: error };
    let from = ImageRef::new(raw.width, raw.height, &raw.bytes, PixelType::U8x4)
        .map_err(|error| broken(error.to_string()))?;
    let mut to = Image::new(width, height, PixelType::U8x4);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    catch_panic(|| {
        Resizer::new().resize(&from, &mut to, &options).map_err(|error| broken(error.to_string()))
    })?;
    Ok(RawPixels { width, height, bytes: to.into_vec() })
}

fn encode(raw: &RawPixels) -> Result<Vec<u8>, MediaError> {
    run_decoder(|| {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, raw.width, raw.height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&raw.bytes))
            .map_err(unwritten)?;
        Ok(bytes)
    })
}

fn unwritten(error: png::EncodingError) -> DecoderError {
    MediaError::Broken { detail: error.to_string() }.into()
}
