//! QR codes: the exact text, in whole pixels, with the quiet zone.

use qrcode::{
    EcLevel, QrCode, QrResult,
    bits::{Bits, encode_auto},
};

/// Width of the quiet zone in modules, by ISO/IEC 18004.
pub const QUIET_MODULES: u32 = 4;

/// A square bitmap of a code, one byte per pixel: 0 dark, 255 light; includes the quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrBitmap {
    /// Pixels per side
    pub side: u32,
    /// Pixels per module
    pub scale: u32,
    pub pixels: Vec<u8>,
}

/// Why a text can't be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    #[error("the text is too long for a QR code")]
    TooLong,
    #[error("the code needs {needed} pixels per side, but has {room}")]
    NoRoom { needed: u32, room: u32 },
}

/// Draws the code of `text` at the largest whole-pixel scale that fits `room` pixels per side.
///
/// The version is the smallest that holds the text at error correction M; then the level is raised
/// as far as that version permits, which costs nothing and tolerates more dirt.
pub fn draw(text: &str, room: u32) -> Result<QrBitmap, QrError> {
    let code = encode(text)?;
    let modules = code.width() as u32;
    let with_quiet = modules + 2 * QUIET_MODULES;
    let scale = room / with_quiet;
    if scale == 0 {
        return Err(QrError::NoRoom { needed: with_quiet, room });
    }
    let side = with_quiet * scale;
    let mut pixels = vec![255; (side * side) as usize];
    let colors = code.to_colors();
    for (row, modules_of_row) in colors.chunks_exact(modules as usize).enumerate() {
        let top = (row as u32 + QUIET_MODULES) * scale;
        let first = (top * side) as usize;
        for (column, color) in modules_of_row.iter().enumerate() {
            if *color == qrcode::Color::Dark {
                let left = (column as u32 + QUIET_MODULES) * scale;
                let start = first + left as usize;
                pixels[start..start + scale as usize].fill(0);
            }
        }
        for line in 1..scale {
            pixels.copy_within(first..first + side as usize, ((top + line) * side) as usize);
        }
    }
    Ok(QrBitmap { side, scale, pixels })
}

fn encode(text: &str) -> Result<QrCode, QrError> {
    let (bits, level) = bits(text.as_bytes()).map_err(|_| QrError::TooLong)?;
    QrCode::with_bits(bits, level).map_err(|_| QrError::TooLong)
}

/// Finds the version and level from the bits alone, because drawing is expensive.
fn bits(text: &[u8]) -> QrResult<(Bits, EcLevel)> {
    let smallest = encode_auto(text, EcLevel::M)?;
    for level in [EcLevel::H, EcLevel::Q] {
        let mut bits = Bits::new(smallest.version());
        if bits.push_optimal_data(text).and_then(|()| bits.push_terminator(level)).is_ok() {
            return Ok((bits, level));
        }
    }
    Ok((smallest, EcLevel::M))
}

#[cfg(test)]
mod tests {
    use super::*;
    use qrcode::Version;

    const URL: &str = "https://detail.tmall.com/item.htm?id=567812345678";

    #[test]
    fn the_code_fills_its_room_in_whole_pixels() {
        for room in [41, 100, 190, 356, 1000] {
            let bitmap = draw(URL, room).unwrap();
            assert_eq!(bitmap.side % bitmap.scale, 0);
            assert!(bitmap.side <= room && bitmap.side + bitmap.side / bitmap.scale > room);
        }
    }

    #[test]
    fn four_modules_around_the_code_are_light() {
        let bitmap = draw(URL, 356).unwrap();
        let quiet = QUIET_MODULES * bitmap.scale;
        for y in 0..bitmap.side {
            for x in 0..bitmap.side {
                let outside = x < quiet || y < quiet || x >= bitmap.side - quiet || y >= bitmap.side - quiet;
                let pixel = bitmap.pixels[(y * bitmap.side + x) as usize];
                assert!(!outside || pixel == 255, "dark at {x},{y}");
            }
        }
        // The finder pattern starts right after it
        assert_eq!(bitmap.pixels[(quiet * bitmap.side + quiet) as usize], 0);
    }

    #[test]
    fn an_item_link_needs_version_4_at_most() {
        let code = encode(&format!("{URL}&skuId=5012345678901")).unwrap();
        assert!(matches!(code.version(), Version::Normal(1..=5)), "{:?}", code.version());
        assert!(matches!(encode(URL).unwrap().version(), Version::Normal(1..=4)));
    }

    #[test]
    fn the_version_is_the_smallest_at_m_and_the_level_all_that_it_has_room_for() {
        let mut levels = [0; 4];
        // Up to version 40; the length field grows at versions 10 and 27
        for length in (0..400).chain((400..2300).step_by(37)).chain(2280..=2340) {
            let text: String =
                "https://detail.tmall.com/item.htm?ID=5678".chars().cycle().take(length).collect();
            let Ok(smallest) = QrCode::with_error_correction_level(&text, EcLevel::M) else {
                assert!(length > 2300 && encode(&text).is_err(), "{length}");
                continue;
            };
            let drawn = [EcLevel::H, EcLevel::Q]
                .into_iter()
                .find_map(|level| QrCode::with_version(&text, smallest.version(), level).ok())
                .unwrap_or(smallest);
            let code = encode(&text).unwrap();
            assert_eq!(code.version(), drawn.version(), "{length}");
            assert_eq!(code.error_correction_level(), drawn.error_correction_level(), "{length}");
            assert!(code.to_colors() == drawn.to_colors(), "{length}");
            levels[code.error_correction_level() as usize] += 1;
        }
        assert!(levels[0] == 0 && levels[1..].iter().all(|count| *count > 4), "{levels:?}");
    }

    #[test]
    fn what_does_not_fit_is_said() {
        assert!(matches!(draw(URL, 30), Err(QrError::NoRoom { .. })));
        assert_eq!(draw(&"x".repeat(5000), 5000), Err(QrError::TooLong));
    }
}
