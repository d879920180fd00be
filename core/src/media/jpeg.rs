//! JPEGs: the markers that the decoder does not expose, and a second decoder for files with one scan per
//! component, for which the first one returns wrong colours without an error.

use super::{
    MediaError,
    decoder_error::DecoderError,
    header::Header,
    parts_reader::PartsReader,
    shrink::{RowFormat, Shrinker, add_rows},
};
use jpeg_decoder::{Decoder, PixelFormat};

/// Frame header, and position of the first scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Sequential, 8 bits, Huffman coded: decodes in one pass
    pub baseline: bool,
    /// Gray, or 4:2:0 colour: decodes fast
    pub light: bool,
    pub colored: bool,
    /// Offset of the entropy-coded data
    pub scan: usize,
    /// Offset of the height, two bytes
    pub height_at: usize,
    /// Offset of the restart interval (in blocks), two bytes
    pub restart_at: Option<usize>,
}

/// Walks the markers up to the first scan.
pub(super) fn find_frame(bytes: &[u8]) -> Option<Frame> {
    let (mut at, mut found, mut restart_at) = (2, None, None);
    loop {
        // Any number of fill bytes may precede a marker
        while bytes.get(at) == Some(&0xFF) && bytes.get(at + 1) == Some(&0xFF) {
            at += 1;
        }
        let [0xFF, marker, high, low] = *bytes.get(at..at + 4)? else { return None };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let body = bytes.get(at + 4..at + 2 + length)?;
        match marker {
            0xDA => {
                let (coding, precision, light, components, height_at) = found?;
                let baseline = coding == 0xC0 && precision == 8;
                let (colored, scan) = (components == 3, at + 2 + length);
                return Some(Frame { baseline, light, colored, scan, height_at, restart_at });
            }
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                let components = body.get(6..)?;
                let sampling = |n: usize| components.get(3 * n + 1).copied();
                let light = match body.get(5)? {
                    1 => true,
                    3 => [sampling(0), sampling(1), sampling(2)] == [Some(0x22), Some(0x11), Some(0x11)],
                    _ => false,
                };
                found = Some((marker, *body.first()?, light, *body.get(5)?, at + 5));
            }
            0xDD if length == 4 => restart_at = Some(at + 4),
            _ => {}
        }
        at += 2 + length;
    }
}

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
