//! Stored JPEGs, encoded for fast decoding: in bands, each decoded on a thread of its own, because a
//! shopper waits for an item's picture and even small units have four cores. Our own page pictures have
//! a restart marker between bands; other pictures have none, and are decoded as a whole.

use super::{MediaError, Pixels, decoder_error::catch_panic, jpeg};
use image::{ImageDecoder, codecs::jpeg::JpegDecoder};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};
use std::{io::Cursor, ops::Range, thread};

/// Number of bands of a picture made here.
pub(super) const BANDS: u32 = 4;
/// Upper bound for the headers, of which each band gets a copy; a picture made here has about 600
/// bytes.
const MAX_HEAD: usize = 4 << 10;
/// Side of an MCU in pixels, with 4:2:0 chroma.
const BLOCK: u32 = 16;
const END: [u8; 2] = [0xFF, 0xD9];

/// Returns the restart interval (in blocks) that makes [`BANDS`] bands.
pub(super) fn restart_interval(width: u32, height: u32) -> u16 {
    let lines = height.div_ceil(BLOCK).div_ceil(BANDS);
    u16::try_from(width.div_ceil(BLOCK) * lines).unwrap_or(0)
}

/// Above this, files grow without a visible gain.
const JPEG_QUALITY: u8 = 86;

/// Encodes pixels as a stored JPEG.
pub(super) fn encode_jpeg(pixels: &Pixels) -> Result<Vec<u8>, MediaError> {
    let broken = |detail: String| MediaError::Broken { detail };
    let side = |length: u32| u16::try_from(length).map_err(|_| broken(format!("a side of {length}")));
    let mut jpeg = Vec::with_capacity(pixels.rgb.len() / 12);
    let mut encoder = Encoder::new(&mut jpeg, JPEG_QUALITY);
    // 4:2:0 decodes in half the time, and product photos look the same.
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    // Optimised tables would produce one scan per component, which zune-jpeg 0.5 decodes to green.
    encoder.set_optimized_huffman_tables(false);
    encoder.set_restart_interval(restart_interval(pixels.width, pixels.height));
    let (width, height) = (side(pixels.width)?, side(pixels.height)?);
    catch_panic(|| {
        let encoded = encoder.encode(&pixels.rgb, width, height, ColorType::Rgb);
        encoded.map_err(|error| broken(error.to_string()))
    })?;
    Ok(jpeg)
}

/// A band as a picture of its own.
struct Band {
    jpeg: Vec<u8>,
    lines: u32,
}

/// Decodes into `rgb`, with three bytes per pixel. Returns false, and writes nothing, if the
/// picture is not in bands.
pub(super) fn decode(bytes: &[u8], (width, height): (u32, u32), rgb: &mut [u8]) -> Result<bool, MediaError> {
    let Some(bands) = split(bytes, width, height) else { return Ok(false) };
    let stride = 3 * width as usize;
    let (mut rest, mut parts) = (rgb, Vec::with_capacity(bands.len()));
    for band in &bands {
        let (part, below) = rest.split_at_mut(band.lines as usize * stride);
        parts.push(part);
        rest = below;
    }
    thread::scope(|scope| {
        let mut work = bands.iter().zip(parts);
        let own = work.next();
        let others: Vec<_> =
            work.map(|(band, part)| scope.spawn(|| decode_band(band, width, part))).collect();
        let own = own.map_or(Ok(()), |(band, part)| decode_band(band, width, part));
        let others = others.into_iter().map(|other| {
            other.join().unwrap_or_else(|_| Err(MediaError::Broken { detail: "a band's thread".into() }))
        });
        others.fold(own, Result::and)
    })?;
    Ok(true)
}

fn decode_band(band: &Band, width: u32, rgb: &mut [u8]) -> Result<(), MediaError> {
    let broken = |detail: String| MediaError::Broken { detail };
    catch_panic(|| {
        let decoder = JpegDecoder::new(Cursor::new(&band.jpeg)).map_err(|error| broken(error.to_string()))?;
        if decoder.dimensions() != (width, band.lines) || decoder.total_bytes() != rgb.len() as u64 {
            return Err(broken("a band of another size".into()));
        }
        decoder.read_image(rgb).map_err(|error| broken(error.to_string()))
    })
}

/// Splits the picture into bands; `None` if it was not made that way.
fn split(bytes: &[u8], width: u32, height: u32) -> Option<Vec<Band>> {
    let frame = jpeg::find_frame(bytes)?;
    let restart_at = frame.restart_at?;
    if !(frame.baseline && frame.light && frame.colored) || frame.scan > MAX_HEAD {
        return None;
    }
    let interval = u32::from(u16::from_be_bytes([*bytes.get(restart_at)?, *bytes.get(restart_at + 1)?]));
    let across = width.div_ceil(BLOCK);
    if interval == 0 || interval % across != 0 {
        return None;
    }
    let lines = interval / across * BLOCK;
    // Another program's picture may have a marker after each row: do not start a thread for each
    if height.div_ceil(lines) > BANDS {
        return None;
    }
    let scans = scans(bytes, frame.scan)?;
    if scans.len() < 2 || scans.len() as u32 != height.div_ceil(lines) {
        return None;
    }
    let mut head = bytes[..frame.scan].to_vec();
    head[restart_at..restart_at + 2].fill(0);
    let bands = scans.into_iter().enumerate().map(|(number, scan)| {
        let lines = lines.min(height - number as u32 * lines);
        head[frame.height_at..frame.height_at + 2].copy_from_slice(&(lines as u16).to_be_bytes());
        Band { jpeg: [&head, &bytes[scan], &END].concat(), lines }
    });
    Some(bands.collect())
}

/// Returns the parts of a scan between its restart markers, up to the end of the picture.
fn scans(bytes: &[u8], from: usize) -> Option<Vec<Range<usize>>> {
    let (mut parts, mut start, mut at) = (vec![], from, from);
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == 0xFF)?;
        match *bytes.get(at + 1)? {
            // A stuffed byte of the code
            0x00 => at += 2,
            0xFF => at += 1,
            0xD0..=0xD7 => {
                parts.push(start..at);
                at += 2;
                start = at;
            }
            0xD9 => {
                parts.push(start..at);
                return Some(parts);
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::decode as decode_whole;
    use proptest::prelude::*;

    fn picture(width: u32, height: u32) -> Pixels {
        let at = |x: u32, y: u32| [(x * 3) as u8, (y * 2) as u8, (x + y) as u8];
        let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| at(x / 2, y / 2))).collect();
        Pixels { width, height, rgb }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn bands_together_are_the_picture(width in 1_u32..200, height in 1_u32..300) {
            let jpeg = encode_jpeg(&picture(width, height)).unwrap();
            let whole = decode_whole(&jpeg).unwrap();
            let mut rgb = vec![0; whole.rgb.len()];
            let in_bands = decode(&jpeg, (width, height), &mut rgb).unwrap();
            // A single band does not count
            prop_assert_eq!(in_bands, height > BLOCK);
            if in_bands {
                // At the seam of two bands the chroma is not smoothed
                let far = whole.rgb.iter().zip(&rgb).filter(|(a, b)| a.abs_diff(**b) > 24).count();
                prop_assert!(far * 200 <= rgb.len(), "{far} of {} bytes differ", rgb.len());
            }
        }

        #[test]
        fn damage_is_an_error_or_a_picture_never_a_panic(at in 0_usize..4000, byte: u8, cut in 0_usize..4000) {
            let mut jpeg = encode_jpeg(&picture(96, 96)).unwrap();
            let (length, mut rgb) = (jpeg.len(), vec![0; 96 * 96 * 3]);
            jpeg[at % length] = byte;
            jpeg.truncate(length - cut % length);
            let _ = decode(&jpeg, (96, 96), &mut rgb);
        }
    }

    #[test]
    fn a_picture_from_elsewhere_has_no_bands() {
        let bytes = crate::media::tests::fixture("quarter-chroma.jpg");
        assert_eq!(decode(&bytes, (64, 48), &mut vec![0; 64 * 48 * 3]), Ok(false));
    }
}
