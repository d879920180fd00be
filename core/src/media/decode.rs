//! Decodes all five formats to upright pixels.
//!
//! Each decoder delivers rows to [`Shrinker`]. PNG and GIF deliver row by row, so a picture of any
//! size costs little memory; the other decoders deliver everything at once.

use super::{
    Format, MediaError, Pixels, bands,
    decoder_error::{DecoderError, broken, catch_panic, run_decoder},
    header::{Coding, Frame, Header, SLACK},
    jpeg, limits,
    parts_reader::PartsReader,
    shrink::{self, RowFormat, Shrinker, Transparency, add_rows},
};
use crate::domain::Rgb;
use image::{
    ColorType, DynamicImage, ImageDecoder, RgbImage, RgbaImage,
    codecs::{bmp::BmpDecoder, jpeg::JpegDecoder, webp::WebPDecoder},
};

const WHITE: Rgb = Rgb(255, 255, 255);
/// Memory of the decoders of three more bands.
const BANDS_BYTES: u64 = 4 << 20;
/// Largest table that a decoder allocates between two reads.
const AT_ONCE: u64 = 256 << 10;
/// Limit of the PNG decoder for chunks that are not pixels; it gets three small ones.
const PNG_CHUNK_BYTES: usize = 4 << 20;

/// Decodes a picture at its own size, turns it upright, and blends it onto white.
pub fn decode(bytes: &[u8]) -> Result<Pixels, MediaError> {
    decode_onto(bytes, WHITE)
}

/// Same as [`decode`], but blends onto another colour.
pub fn decode_onto(bytes: &[u8], background: Rgb) -> Result<Pixels, MediaError> {
    let header = Header::parse(bytes)?;
    let ground = Transparency::BlendOnto(background);
    let _lease = header.reserve(header.cost(None, ground))?;
    Ok(decode_pixels(&header, None, ground)?.into_pixels())
}

/// Decodes straight into the caller's buffer: upright RGB of exactly `width` × `height`. Returns
/// false, with garbage in `rgb`, if the picture is not a plain JPEG of that size; then use
/// [`decode`].
pub fn decode_into(bytes: &[u8], width: u32, height: u32, rgb: &mut [u8]) -> Result<bool, MediaError> {
    limits::check_file(bytes.len())?;
    limits::check_pixels(width, height)?;
    if Format::detect(bytes)? != Format::Jpeg {
        return Ok(false);
    }
    let header = Header::parse(bytes)?;
    let is_plain = header.coding == (Coding::Jpeg { colors: 3 })
        && (header.width, header.height) == (width, height)
        && header.is_upright()
        && rgb.len() as u64 == 3 * u64::from(width) * u64::from(height);
    if !is_plain {
        return Ok(false);
    }
    // Each band needs its part of the file twice, and its own rows in progress
    let _lease = header.reserve(header.decoding + 3 * header.file + BANDS_BYTES)?;
    if bands::decode(bytes, (width, height), rgb)? {
        return Ok(true);
    }
    run_decoder(|| read_jpeg(&header, rgb))?;
    Ok(true)
}

/// Upright pixels in three or four channels.
#[derive(Debug)]
pub(super) struct RawPixels {
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
}

impl RawPixels {
    /// Converts blended pixels.
    pub fn into_pixels(self) -> Pixels {
        Pixels { width: self.width, height: self.height, rgb: self.bytes }
    }
}

impl Header<'_> {
    /// Returns the memory that [`decode_pixels`] needs, including the file.
    pub fn cost(&self, side: Option<u32>, ground: Transparency) -> u64 {
        let shrunk = self.shrunk_bytes(side, ground);
        let decoding = match self.whole {
            // The decoder is alive while its rows are consumed
            None => self.decoding + shrunk,
            // The decoder is gone once its pixels are there; if these are the picture already,
            // nothing follows
            Some(_) if self.is_direct(side, ground) => self.decoding,
            Some(whole) => self.decoding.max(whole + shrunk + SLACK),
        };
        let turning = if self.is_upright() { 0 } else { 2 * shrunk };
        self.file + decoding.max(turning)
    }

    /// Returns the size of what [`decode_pixels`] returns, upright.
    pub fn shrunk(&self, side: Option<u32>) -> (u32, u32) {
        let factor = shrink::factor(self.width, self.height, side);
        let (width, height) = self.upright();
        (width.div_ceil(factor), height.div_ceil(factor))
    }

    fn shrunk_bytes(&self, side: Option<u32>, ground: Transparency) -> u64 {
        let factor = shrink::factor(self.width, self.height, side);
        shrink::output_bytes(self.width, self.height, factor, ground)
    }

    /// Whether the decoder's pixels are the final picture.
    fn is_direct(&self, side: Option<u32>, ground: Transparency) -> bool {
        self.coding == (Coding::Jpeg { colors: 3 })
            && ground.channels() == 3
            && shrink::factor(self.width, self.height, side) == 1
    }
}

/// Decodes an admitted picture. With a side, the picture is to be scaled to it afterwards, and is
/// shrunk to what that needs.
pub(super) fn decode_pixels(
    header: &Header<'_>,
    side: Option<u32>,
    ground: Transparency,
) -> Result<RawPixels, MediaError> {
    let raw = run_decoder(|| {
        if header.is_direct(side, ground) {
            let mut rgb = vec![0; 3 * header.width as usize * header.height as usize];
            read_jpeg(header, &mut rgb)?;
            return Ok(RawPixels { width: header.width, height: header.height, bytes: rgb });
        }
        let factor = shrink::factor(header.width, header.height, side);
        // Created after the decoder is gone, if the decoder returns all pixels at once
        let start = || Shrinker::new(header.width, header.height, factor, ground);
        let shrink = match header.coding {
            Coding::Jpeg { colors } => {
                let mut pixels = vec![0; colors as usize * header.width as usize * header.height as usize];
                read_jpeg(header, &mut pixels)?;
                let kind = if colors == 1 { RowFormat::Gray } else { RowFormat::Rgb };
                add_rows(&pixels, header.width, kind, start())
            }
            Coding::SplitJpeg => jpeg::decode_split(header, start)?,
            Coding::Png { interlaced } => read_png(header, interlaced, start())?,
            Coding::Gif(frame) => read_gif(header, frame, start())?,
            Coding::WebP => read_whole(WebPDecoder::new(pieces(header))?, header, start)?,
            Coding::Bmp => read_whole(BmpDecoder::new(pieces(header))?, header, start)?,
        };
        let (width, height, bytes) = shrink.finish().ok_or_else(|| broken("rows are missing"))?;
        Ok(RawPixels { width, height, bytes })
    })?;
    catch_panic(|| Ok(turn_upright(raw, header, ground)))
}

/// Returns the decoder's input. Its memory limit is what was admitted, minus what it may allocate
/// between two reads.
fn pieces<'a>(header: &'a Header<'_>) -> PartsReader<'a> {
    PartsReader::new(&header.parts, header.decoding.saturating_sub(AT_ONCE))
}

fn read_jpeg(header: &Header<'_>, pixels: &mut [u8]) -> Result<(), DecoderError> {
    let decoder = JpegDecoder::new(pieces(header))?;
    check_size(&decoder, header, pixels.len())?;
    Ok(decoder.read_image(pixels)?)
}

fn read_whole<D: ImageDecoder>(
    decoder: D,
    header: &Header<'_>,
    start: impl FnOnce() -> Shrinker,
) -> Result<Shrinker, DecoderError> {
    let kind = match decoder.color_type() {
        ColorType::L8 => RowFormat::Gray,
        ColorType::La8 => RowFormat::GrayAlpha,
        ColorType::Rgb8 => RowFormat::Rgb,
        ColorType::Rgba8 => RowFormat::Rgba,
        _ => return Err(broken("pixels of an unknown kind").into()),
    };
    let length = kind.channels() * header.width as usize * header.height as usize;
    check_size(&decoder, header, length)?;
    let mut pixels = vec![0; length];
    decoder.read_image(&mut pixels)?;
    Ok(add_rows(&pixels, header.width, kind, start()))
}

/// Checks that the decoder found the admitted size.
fn check_size(decoder: &impl ImageDecoder, header: &Header<'_>, length: usize) -> Result<(), DecoderError> {
    let is_same = decoder.dimensions() == (header.width, header.height);
    if is_same && decoder.total_bytes() == length as u64 {
        Ok(())
    } else {
        Err(broken("another size than its header says").into())
    }
}

fn read_png(header: &Header<'_>, interlaced: bool, mut shrink: Shrinker) -> Result<Shrinker, DecoderError> {
    let limits = png::Limits { bytes: PNG_CHUNK_BYTES };
    let mut decoder = png::Decoder::new_with_limits(pieces(header), limits);
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info()?;
    let kind = match reader.output_color_type() {
        (png::ColorType::Grayscale, png::BitDepth::Eight) => RowFormat::Gray,
        (png::ColorType::GrayscaleAlpha, png::BitDepth::Eight) => RowFormat::GrayAlpha,
        (png::ColorType::Rgb, png::BitDepth::Eight) => RowFormat::Rgb,
        (png::ColorType::Rgba, png::BitDepth::Eight) => RowFormat::Rgba,
        _ => return Err(broken("pixels of an unknown kind").into()),
    };
    if reader.info().size() != (header.width, header.height) || reader.info().interlaced != interlaced {
        return Err(broken("another size than its header says").into());
    }
    if interlaced {
        let mut pixels = vec![0; kind.channels() * header.width as usize * header.height as usize];
        reader.next_frame(&mut pixels)?;
        return Ok(add_rows(&pixels, header.width, kind, shrink));
    }
    while let Some(row) = reader.next_row()? {
        shrink.row(row.data(), kind);
    }
    Ok(shrink)
}

/// Decodes the first frame, onto a picture that is transparent around it.
fn read_gif(header: &Header<'_>, frame: Frame, mut shrink: Shrinker) -> Result<Shrinker, DecoderError> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::Indexed);
    let mut decoder = options.read_info(pieces(header))?;
    let found = decoder.next_frame_info()?.ok_or_else(|| broken("no frame"))?;
    let transparent = found.transparent;
    let size = (u32::from(found.width), u32::from(found.height), found.interlaced);
    let place = (u32::from(found.left), u32::from(found.top));
    if size != (frame.width, frame.height, frame.interlaced) || place != (frame.left, frame.top) {
        return Err(broken("another size than its header says").into());
    }
    let palette = decoder.palette()?.to_vec();
    let color = |index: u8| match palette.get(3 * usize::from(index)..3 * usize::from(index) + 3) {
        Some(&[r, g, b]) if transparent != Some(index) => [r, g, b, 255],
        _ => [0; 4],
    };
    let width = frame.width as usize;
    let mut whole = vec![0; if frame.interlaced { width * frame.height as usize } else { 0 }];
    if frame.interlaced {
        decoder.read_into_buffer(&mut whole)?;
    }
    let mut coded = vec![0; width];
    let mut row = vec![0; 4 * header.width as usize];
    for y in 0..header.height {
        row.fill(0);
        if let Some(line) = y.checked_sub(frame.top).filter(|line| *line < frame.height) {
            let indices = if frame.interlaced {
                whole.get(line as usize * width..(line as usize + 1) * width).unwrap_or_default()
            } else if decoder.fill_buffer(&mut coded)? {
                &coded
            } else {
                return Err(MediaError::Truncated.into());
            };
            let places = row.chunks_exact_mut(4).skip(frame.left as usize);
            places.zip(indices).for_each(|(pixel, index)| pixel.copy_from_slice(&color(*index)));
        }
        shrink.row(&row, RowFormat::Rgba);
    }
    Ok(shrink)
}

fn turn_upright(raw: RawPixels, header: &Header<'_>, ground: Transparency) -> RawPixels {
    if header.is_upright() {
        return raw;
    }
    let RawPixels { width, height, bytes } = raw;
    let image = match ground {
        Transparency::BlendOnto(_) => RgbImage::from_raw(width, height, bytes).map(DynamicImage::from),
        Transparency::Keep => RgbaImage::from_raw(width, height, bytes).map(DynamicImage::from),
    };
    // `Shrinker` returns as many bytes as there are pixels
    let mut image = image.unwrap_or_default();
    image.apply_orientation(header.orientation);
    RawPixels { width: image.width(), height: image.height(), bytes: image.into_bytes() }
}
