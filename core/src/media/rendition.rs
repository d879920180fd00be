//! Renditions: the sizes that are made once, when a picture is taken in.

use super::{
    Format, MediaError, Pixels, RenditionKind,
    bands::encode_jpeg,
    decode::decode_pixels,
    header::Header,
    jpeg,
    scale::{resize, resize_bytes},
    shrink::Transparency,
};
use crate::domain::Rgb;
use fast_image_resize::FilterType;

/// A source of at least half the page's size is enlarged to it here, once: when a shopper waits,
/// decoding one picture of the right size is faster than enlarging a smaller one.
const ENLARGED_FROM: u32 = RenditionKind::Page.max_side() / 2;
/// Upper bound for a source that is stored unchanged.
const MAX_KEPT_BYTES: usize = 400 << 10;
const WHITE: Transparency = Transparency::BlendOnto(Rgb(255, 255, 255));
const PAGE_SIDE: u32 = RenditionKind::Page.max_side();

/// One size of a picture, as a baseline JPEG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendition {
    pub kind: RenditionKind,
    pub width: u32,
    pub height: u32,
    pub jpeg: Vec<u8>,
}

/// Everything stored for a picture besides its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedPicture {
    pub format: Format,
    /// Size of the source in pixels, upright
    pub width: u32,
    pub height: u32,
    /// Mean colour
    pub color: Rgb,
    /// One for each kind in [`RenditionKind::ALL`]
    pub renditions: Vec<Rendition>,
}

/// Decodes a picture and makes its renditions. Only the page rendition may be larger than the
/// source.
pub fn prepare_picture(bytes: &[u8]) -> Result<PreparedPicture, MediaError> {
    let header = Header::parse(bytes)?;
    let _lease = header.reserve(cost(&header))?;
    let source = decode_pixels(&header, Some(PAGE_SIDE), WHITE)?.into_pixels();
    let (width, height) = header.upright();
    let page = scale_to_kind(source, RenditionKind::Page)?;
    let page_jpeg = if (page.width, page.height) == (width, height) && is_kept_unchanged(bytes, &header) {
        bytes.to_vec()
    } else {
        encode_jpeg(&page)?
    };
    let page_size = (page.width, page.height);
    // From the page's pixels: a third of the work, and no visible loss
    let card = scale_to_kind(page, RenditionKind::Card)?;
    let color = card.mean();
    let card_rendition = Rendition {
        kind: RenditionKind::Card,
        width: card.width,
        height: card.height,
        jpeg: encode_jpeg(&card)?,
    };
    let tile = scale_to_kind(card, RenditionKind::Tile)?;
    let renditions = vec![
        Rendition {
            kind: RenditionKind::Tile,
            width: tile.width,
            height: tile.height,
            jpeg: encode_jpeg(&tile)?,
        },
        card_rendition,
        Rendition { kind: RenditionKind::Page, width: page_size.0, height: page_size.1, jpeg: page_jpeg },
    ];
    Ok(PreparedPicture { format: header.format, width, height, color, renditions })
}

/// A picture as published: a JPEG that a unit can show unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedPicture {
    pub width: u32,
    pub height: u32,
    pub jpeg: Vec<u8>,
}

/// Decodes a picture and reduces it for publishing: no larger than a page, upright, on white. A
/// source that is all this already stays as it is, byte for byte.
pub fn prepare_published(bytes: &[u8]) -> Result<PublishedPicture, MediaError> {
    let header = Header::parse(bytes)?;
    let _lease = header.reserve(cost(&header))?;
    let source = decode_pixels(&header, Some(PAGE_SIDE), WHITE)?.into_pixels();
    let (width, height) = header.upright();
    let (width, height) = fit_within(width, height, PAGE_SIDE);
    if (width, height) == (source.width, source.height) {
        let jpeg = if is_kept_unchanged(bytes, &header) { bytes.to_vec() } else { encode_jpeg(&source)? };
        return Ok(PublishedPicture { width, height, jpeg });
    }
    let jpeg = encode_jpeg(&resize(&source, width, height, FilterType::Lanczos3)?)?;
    Ok(PublishedPicture { width, height, jpeg })
}

/// Returns the most memory, in bytes, that taking a picture in needs, with its file: for decoding,
/// or then for making renditions.
pub(super) fn cost(header: &Header<'_>) -> u64 {
    let (width, height) = header.upright();
    let page = fit(width, height, PAGE_SIDE);
    // The page's pixels, its growing JPEG, and the smaller renditions
    let made = 3 * 3 * u64::from(page.0) * u64::from(page.1);
    let resizing = resize_bytes(header.shrunk(Some(PAGE_SIDE)), page, 3);
    header.cost(Some(PAGE_SIDE), WHITE).max(header.file + resizing + made)
}

/// Returns the size that the header claims, before orientation. Refuses what no unit could decode.
pub fn probe(bytes: &[u8]) -> Result<(u32, u32), MediaError> {
    let header = Header::parse(bytes)?;
    header.check_budget(cost(&header))?;
    Ok((header.width, header.height))
}

/// Whether a source of the right size also decodes as fast as a rendition.
fn is_kept_unchanged(bytes: &[u8], header: &Header<'_>) -> bool {
    header.format == Format::Jpeg
        && header.is_upright()
        && bytes.len() <= MAX_KEPT_BYTES
        && jpeg::find_frame(bytes).is_some_and(|frame| frame.baseline && frame.light)
}

/// Scales the pixels to fit the kind's square.
fn scale_to_kind(pixels: Pixels, kind: RenditionKind) -> Result<Pixels, MediaError> {
    let longest = pixels.width.max(pixels.height);
    let (width, height) = if kind == RenditionKind::Page && longest >= ENLARGED_FROM {
        fit(pixels.width, pixels.height, kind.max_side())
    } else {
        fit_within(pixels.width, pixels.height, kind.max_side())
    };
    if (width, height) == (pixels.width, pixels.height) {
        return Ok(pixels);
    }
    resize(&pixels, width, height, FilterType::Lanczos3)
}

/// Returns the size that fits a square and keeps the aspect ratio to within a pixel. Never
/// enlarges.
pub(super) fn fit_within(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= side { (width, height) } else { fit(width, height, side) }
}

/// Same as [`fit_within`], but also enlarges.
fn fit(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longest = width.max(height);
    let scaled = |length: u32| {
        let (length, side, longest) = (u64::from(length), u64::from(side), u64::from(longest));
        ((length * side + longest / 2) / longest).max(1) as u32
    };
    (scaled(width), scaled(height))
}
