//! Encodes pixels as stored JPEGs, which are made for fast decoding.

use super::{MediaError, Pixels, bands, guard::catch_panic};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

/// Above this, files grow without a visible gain.
const QUALITY: u8 = 86;

pub(super) fn encode(pixels: &Pixels) -> Result<Vec<u8>, MediaError> {
    let broken = |detail: String| MediaError::Broken { detail };
    let side = |length: u32| u16::try_from(length).map_err(|_| broken(format!("a side of {length}")));
    let mut jpeg = Vec::with_capacity(pixels.rgb.len() / 12);
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    // 4:2:0 decodes in half the time, and product photos look the same.
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    // Optimised tables would produce one scan per component, which zune-jpeg 0.5 decodes to green.
    encoder.set_optimized_huffman_tables(false);
    encoder.set_restart_interval(bands::restart_interval(pixels.width, pixels.height));
    let (width, height) = (side(pixels.width)?, side(pixels.height)?);
    catch_panic(|| {
        let encoded = encoder.encode(&pixels.rgb, width, height, ColorType::Rgb);
        encoded.map_err(|error| broken(error.to_string()))
    })?;
    Ok(jpeg)
}
