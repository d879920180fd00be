//! JPEG segments and scans.

use super::form::{self, Coding, Header, SLACK, be};
use crate::media::{Format, MediaError, decoder_error::broken, limits};
use image::metadata::Orientation;

/// Upper bound on parts; no file has as many once comments are left out.
const MAX_PARTS: usize = 4096;
/// Upper bound for the application segments that a decoder needs: JFIF's and Adobe's.
const MAX_KEPT_SEGMENT: usize = 256;

/// Frame header.
struct Frame {
    progressive: bool,
    width: u32,
    height: u32,
    /// Horizontal and vertical sampling factors per component
    sampling: Vec<(u64, u64)>,
}

/// Parts of a file to hand to the decoder, collected while walking it.
struct Parts<'a> {
    bytes: &'a [u8],
    parts: Vec<&'a [u8]>,
    from: usize,
}

impl Parts<'_> {
    /// Leaves out a range.
    fn leave_out(&mut self, from: usize, to: usize) -> Result<(), MediaError> {
        if self.parts.len() >= MAX_PARTS {
            return Err(broken("endless comments"));
        }
        self.parts.extend(self.bytes.get(self.from..from).filter(|part| !part.is_empty()));
        self.from = to;
        Ok(())
    }
}

pub(super) fn header(bytes: &[u8]) -> Result<Header<'_>, MediaError> {
    let (mut frame, mut orientation, mut scans, mut is_split) = (None::<Frame>, None, 0, false);
    let mut kept = Parts { bytes, parts: Vec::new(), from: 0 };
    let mut at = 2;
    loop {
        let next = marker(bytes, at).ok_or(MediaError::Truncated)?;
        if next > at {
            kept.leave_out(at, next)?;
        }
        at = next;
        let code = *bytes.get(at + 1).ok_or(MediaError::Truncated)?;
        match code {
            0xD9 => break,
            // Another SOI, a restart marker or a reserved one, outside of a scan
            0x01 | 0xD0..=0xD8 => {
                kept.leave_out(at, at + 2)?;
                at += 2;
                continue;
            }
            _ => {}
        }
        let length = be(bytes.get(at + 2..at + 4)).ok_or(MediaError::Truncated)? as usize;
        let end = at + 2 + length;
        let body = match bytes.get(at + 4..end) {
            Some(body) => body,
            None if length < 2 => return Err(broken("a segment without length")),
            None => return Err(MediaError::Truncated),
        };
        match code {
            0xC4 | 0xC8 | 0xCC => {}
            0xC0..=0xCF => {
                // With two, the decoder might use another size than the one that was admitted
                if frame.is_some() {
                    return Err(broken("two frames"));
                }
                let found = frame_of(code, body).ok_or_else(|| broken("a frame's header"))?;
                limits::check_pixels(found.width, found.height)?;
                frame = Some(found);
            }
            0xDE | 0xDF => return Err(broken("a picture in layers")),
            0xE1 => {
                let block = body.strip_prefix(b"Exif\0\0").filter(|_| orientation.is_none());
                orientation = orientation.or_else(|| block.and_then(form::exif_orientation));
                kept.leave_out(at, end)?;
            }
            // JFIF and Adobe describe the colour encoding
            0xE0 | 0xEE if length <= MAX_KEPT_SEGMENT => {}
            0xE0..=0xEF | 0xFE => kept.leave_out(at, end)?,
            0xDA => {
                let frame = frame.as_ref().ok_or_else(|| broken("a scan without a frame"))?;
                let components = frame.sampling.len();
                is_split |= !frame.progressive && usize::from(*body.first().unwrap_or(&0)) < components;
                scans += 1;
                let passed = u64::from(scans) * u64::from(frame.width) * u64::from(frame.height);
                if scans > limits::MAX_SCANS || scans > 1 && passed > limits::MAX_SCANNED_PIXELS {
                    return Err(broken("too many scans"));
                }
                at = scan_end(bytes, end).ok_or(MediaError::Truncated)?;
                continue;
            }
            _ => {}
        }
        at = end;
    }
    // Data after the end (some phones append a video) does not matter
    kept.leave_out(at + 2, at + 2)?;
    let frame = frame.filter(|_| scans > 0).ok_or_else(|| broken("no picture"))?;
    let length = kept.parts.iter().map(|part| part.len() as u64).sum();
    let components = frame.sampling.len() as u64;
    let colors = if components == 1 { 1 } else { 3 };
    let samples = if is_split { components } else { colors };
    Ok(Header {
        format: Format::Jpeg,
        width: frame.width,
        height: frame.height,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
        parts: kept.parts,
        coding: match is_split {
            true => Coding::SplitJpeg,
            false => Coding::Jpeg { colors },
        },
        decoding: cost(&frame, is_split, length),
        whole: Some(samples * u64::from(frame.width) * u64::from(frame.height)),
        file: bytes.len() as u64,
    })
}

/// Returns the offset of the next marker from a place between segments. Skips garbage, as decoders
/// do.
fn marker(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == 0xFF)?;
        match *bytes.get(at + 1)? {
            0x00 => at += 2,
            0xFF => at += 1,
            _ => return Some(at),
        }
    }
}

/// Returns the first marker that does not belong to the scan.
fn scan_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at = marker(bytes, at)?;
        match bytes.get(at + 1)? {
            0xD0..=0xD7 => at += 2,
            _ => return Some(at),
        }
    }
}

fn frame_of(code: u8, body: &[u8]) -> Option<Frame> {
    let components = body.get(6..6 + 3 * usize::from(*body.get(5)?))?;
    let sampling = components.chunks_exact(3).map(|of| (u64::from(of[1] >> 4), u64::from(of[1] & 15)));
    let sampling: Vec<_> = sampling.collect();
    let is_sound = |&(across, down): &(u64, u64)| (1..=4).contains(&across) && (1..=4).contains(&down);
    if !(1..=4).contains(&sampling.len()) || !sampling.iter().all(is_sound) {
        return None;
    }
    Some(Frame {
        progressive: matches!(code, 0xC2 | 0xC6 | 0xCA | 0xCE),
        width: be(body.get(3..5))?,
        height: be(body.get(1..3))?,
        sampling,
    })
}

fn cost(frame: &Frame, is_split: bool, length: u64) -> u64 {
    let most = |of: fn(&(u64, u64)) -> u64| frame.sampling.iter().map(of).max().unwrap_or(1);
    let (across, down) = (most(|sampling| sampling.0), most(|sampling| sampling.1));
    let (width, height) = (u64::from(frame.width), u64::from(frame.height));
    let blocks_across = width.div_ceil(8 * across) * across;
    let blocks = blocks_across * height.div_ceil(8 * down) * down;
    let components = frame.sampling.len() as u64;
    let share = |sampling: &(u64, u64)| (blocks * sampling.0 * sampling.1).div_ceil(across * down);
    // Per block of 64 samples
    let coded: u64 = frame.sampling.iter().map(share).sum();
    let colors = if components == 1 { 1 } else { 3 };
    let pixels = width * height;
    // Rows of blocks in progress: coefficients, upsampled, and the previous row
    let rows = 8 * blocks_across * 8 * down * components * 8;
    if is_split {
        // jpeg-decoder: planes, pixels of one byte per component, and the coefficients that its
        // threads have not processed yet
        return SLACK + 64 * coded * 3 + components * pixels + rows;
    }
    // zune-jpeg: pixels, two bytes per coefficient of a progressive picture, and the copy of the
    // input that `image` keeps
    let coefficients = if frame.progressive { 2 * 64 * coded } else { 0 };
    SLACK + colors * pixels + coefficients + rows + length
}

#[cfg(test)]
mod tests {
    use super::*;
    use jpeg_encoder::{ColorType, Encoder};

    #[test]
    fn one_scan_a_component_is_noticed() {
        for (optimized, progressive, split) in
            [(false, false, false), (true, false, true), (true, true, false)]
        {
            let mut bytes = Vec::new();
            let mut encoder = Encoder::new(&mut bytes, 80);
            encoder.set_optimized_huffman_tables(optimized);
            encoder.set_progressive(progressive);
            encoder.encode(&[200; 3 * 32 * 32], 32, 32, ColorType::Rgb).unwrap();
            let coding = header(&bytes).unwrap().coding;
            assert_eq!(coding == Coding::SplitJpeg, split, "{coding:?}");
        }
    }
}
