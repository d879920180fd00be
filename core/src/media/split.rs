//! Decodes JPEGs with one scan per component, with a second decoder: the first one returns wrong
//! colours for them, without an error.

use super::{
    MediaError,
    failure::DecoderError,
    header::Header,
    parts_reader::PartsReader,
    shrink::{RowFormat, Shrinker, add_rows},
};
use jpeg_decoder::{Decoder, PixelFormat};

/// Returns the pixels as stored, neither turned nor blended.
pub(super) fn decode_split(
    header: &Header<'_>,
    start: impl FnOnce() -> Shrinker,
) -> Result<Shrinker, DecoderError> {
    // Its threads free what this one allocates, which the reader's own limit would never see
    let mut decoder = Decoder::new(PartsReader::new(&header.parts, u64::MAX));
    decoder.read_info()?;
    let broken = |detail: &str| MediaError::Broken { detail: detail.to_owned() };
    let info = decoder.info().ok_or_else(|| broken("no frame"))?;
    if (u32::from(info.width), u32::from(info.height)) != (header.width, header.height) {
        return Err(broken("another size than its header says").into());
    }
    let (kind, row) = match info.pixel_format {
        PixelFormat::L8 => (RowFormat::Gray, header.width as usize),
        PixelFormat::RGB24 => (RowFormat::Rgb, 3 * header.width as usize),
        PixelFormat::CMYK32 => (RowFormat::Rgba, 4 * header.width as usize),
        PixelFormat::L16 => return Err(broken("pixels of an unknown kind").into()),
    };
    decoder.set_max_decoding_buffer_size(row * header.height as usize);
    let pixels = decoder.decode()?;
    let mut shrink = start();
    if info.pixel_format != PixelFormat::CMYK32 {
        return Ok(add_rows(&pixels, header.width, kind, shrink));
    }
    pixels.chunks_exact(row).for_each(|inks| shrink.row(&from_inks(inks), RowFormat::Rgb));
    Ok(shrink)
}

/// Converts CMYK (255 is full ink) to RGB.
fn from_inks(inks: &[u8]) -> Vec<u8> {
    let light =
        |ink: u8, black: u8| (u32::from(255 - ink) * u32::from(255 - black)).div_ceil(255).min(255) as u8;
    inks.chunks_exact(4).flat_map(|inks| [0, 1, 2].map(|ink| light(inks[ink], inks[3]))).collect()
}
