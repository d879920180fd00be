//! A brand's mark, in the one size that is kept of it. It lies on several colours, so what is transparent
//! in it stays so.

use super::{
    Format, MediaError, RenditionKind,
    decode::{Failure, Raw, pixels, reading},
    guard::guarded,
    header::Header,
    rendition::fit_within,
    scale::resize_bytes,
    shrink::Ground,
};
use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};

const MARK_SIDE: u32 = RenditionKind::Mark.max_side();
/// A file that is kept as it is weighs no more.
const MAX_KEPT_BYTES: usize = 256 << 10;

/// A mark as it is kept and published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Pixels of the source, upright
    pub source: (u32, u32),
    pub width: u32,
    pub height: u32,
    /// Its bytes: a PNG, or the source itself where that is small already
    pub bytes: Vec<u8>,
}

/// Scales a picture to what is shown of a mark. A small PNG stays as it is, byte for byte.
pub fn mark(bytes: &[u8]) -> Result<Mark, MediaError> {
    let header = Header::of(bytes)?;
    let source = header.upright();
    let (width, height) = fit_within(source.0, source.1, MARK_SIDE);
    // Twice the source: the resampler weighs colours by what is seen of them, in a copy
    let shrunk = header.shrunk(Some(MARK_SIDE));
    let copy = 4 * u64::from(shrunk.0) * u64::from(shrunk.1);
    // The PNG's own rows, and its bytes while they grow
    let made = 3 * 4 * u64::from(width) * u64::from(height);
    let scaling = resize_bytes(shrunk, (width, height), 4) + copy + made;
    let cost = header.cost(Some(MARK_SIDE), Ground::Kept).max(header.file + scaling);
    let _lease = header.admit(cost)?;
    let raw = pixels(&header, Some(MARK_SIDE), Ground::Kept)?;
    let is_small = header.format == Format::Png && (width, height) == source && header.is_upright();
    let bytes = if is_small && bytes.len() <= MAX_KEPT_BYTES {
        bytes.to_vec()
    } else {
        encode(&resized(raw, width, height)?)?
    };
    Ok(Mark { source, width, height, bytes })
}

fn resized(raw: Raw, width: u32, height: u32) -> Result<Raw, MediaError> {
    if (raw.width, raw.height) == (width, height) {
        return Ok(raw);
    }
    let broken = |error: String| MediaError::Broken { detail: error };
    let from = ImageRef::new(raw.width, raw.height, &raw.bytes, PixelType::U8x4)
        .map_err(|error| broken(error.to_string()))?;
    let mut to = Image::new(width, height, PixelType::U8x4);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    guarded(|| Resizer::new().resize(&from, &mut to, &options).map_err(|error| broken(error.to_string())))?;
    Ok(Raw { width, height, bytes: to.into_vec() })
}

fn encode(raw: &Raw) -> Result<Vec<u8>, MediaError> {
    reading(|| {
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

fn unwritten(error: png::EncodingError) -> Failure {
    MediaError::Broken { detail: error.to_string() }.into()
}
