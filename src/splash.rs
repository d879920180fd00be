//! Splash screen from the first moment that the kernel has a panel until the pages appear: a shelf
//! with three things on it, small and quiet, on the pages' own dark background.
//!
//! It is written to the kernel's framebuffer, which needs neither a GPU driver nor DRM master; the
//! kiosk's first frame covers it.

use cloud_shelf_core::panel::Rotation;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The theme's night colour, used by attract and the closed page
const GROUND: [u8; 3] = [0x12, 0x11, 0x10];
const INK: [u8; 3] = [0x6A, 0x65, 0x5C];

/// Pixel format of the kernel's framebuffer, from `/sys/class/graphics/fb0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Format {
    width: usize,
    height: usize,
    /// Bytes per row
    stride: usize,
    /// Bytes per pixel: 2 (RGB565) or 4 (blue, green, red, unused)
    bytes: usize,
}

/// Shows the splash screen on the first framebuffer, below a root directory (`/`, except in tests).
///
/// # Errors
/// There is no framebuffer, or its pixel format is not supported.
pub fn show(root: &Path, rotation: Rotation) -> io::Result<()> {
    let format = Format::read(&root.join("sys/class/graphics/fb0"))?;
    fs::write(root.join("dev/fb0"), picture(format, rotation))
}

impl Format {
    fn read(folder: &Path) -> io::Result<Self> {
        let text = |name: &str| fs::read_to_string(PathBuf::from(folder).join(name));
        let wrong = || io::Error::other("the framebuffer's pixels are of an unknown kind");
        let number = |text: &str| text.trim().parse::<usize>().map_err(|_| wrong());
        let size = text("virtual_size")?;
        let (width, height) = size.split_once(',').ok_or_else(wrong)?;
        let (width, height, stride) = (number(width)?, number(height)?, number(&text("stride")?)?);
        let bytes = number(&text("bits_per_pixel")?)? / 8;
        let sane = (1..=16_384).contains(&width) && (1..=16_384).contains(&height);
        if !sane || !matches!(bytes, 2 | 4) || !(width * bytes..=1 << 17).contains(&stride) {
            return Err(wrong());
        }
        Ok(Self { width, height, stride, bytes })
    }
}

fn picture(format: Format, rotation: Rotation) -> Vec<u8> {
    let Format { width, height, stride, bytes } = format;
    let unit = width.min(height) as f32 / 60.0;
    let mut row = vec![0; stride];
    let mut all = Vec::with_capacity(stride * height);
    for y in 0..height {
        for (x, pixel) in row.chunks_exact_mut(bytes).take(width).enumerate() {
            let across = (x as f32 + 0.5 - width as f32 / 2.0) / unit;
            let down = (y as f32 + 0.5 - height as f32 / 2.0) / unit;
            // As seen on a rotated panel
            let (across, down) = match rotation {
                Rotation::None => (across, down),
                Rotation::Quarter => (down, -across),
                Rotation::Half => (-across, -down),
                Rotation::ThreeQuarters => (-down, across),
            };
            let ink = shelf(across, down, 1.0 / unit);
            let mut mixed = GROUND;
            for (part, ink_part) in mixed.iter_mut().zip(INK) {
                let ground = f32::from(*part);
                *part = (ground + (f32::from(ink_part) - ground) * ink).round() as u8;
            }
            encode(mixed, pixel);
        }
        all.extend_from_slice(&row);
    }
    all
}

/// Returns the ink coverage of a pixel, from 0 to 1. Lengths are sixtieths of the panel's short
/// side.
fn shelf(across: f32, down: f32, pixel: f32) -> f32 {
    let board = rounded(across, down - 3.0, 6.0, 0.3, 0.3);
    let things = [-4.0, 0.0, 4.0].map(|middle| rounded(across - middle, down, 1.5, 2.0, 0.5));
    let nearest = things.into_iter().fold(board, f32::min);
    (0.5 - nearest / pixel).clamp(0.0, 1.0)
}

/// Returns the distance to a rounded box around the origin; negative inside.
fn rounded(across: f32, down: f32, half_width: f32, half_height: f32, radius: f32) -> f32 {
    let (x, y) = (across.abs() - half_width + radius, down.abs() - half_height + radius);
    x.max(0.0).hypot(y.max(0.0)) + x.max(y).min(0.0) - radius
}

fn encode([red, green, blue]: [u8; 3], into: &mut [u8]) {
    if let [low, high] = into {
        let pixel = u16::from(red >> 3) << 11 | u16::from(green >> 2) << 5 | u16::from(blue >> 3);
        [*low, *high] = pixel.to_le_bytes();
    } else {
        into.copy_from_slice(&[blue, green, red, 0xFF]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Format = Format { width: 120, height: 60, stride: 500, bytes: 4 };

    fn is_ink(picture: &[u8], format: Format, x: usize, y: usize) -> bool {
        let at = y * format.stride + x * format.bytes;
        picture[at..at + 3] == [INK[2], INK[1], INK[0]]
    }

    #[test]
    fn the_shelf_is_below_what_stands_on_it_however_the_panel_hangs() {
        for (rotation, board) in [
            (Rotation::None, (60, 33)),
            (Rotation::Quarter, (56, 30)),
            (Rotation::Half, (60, 26)),
            (Rotation::ThreeQuarters, (63, 30)),
        ] {
            let picture = picture(SMALL, rotation);
            assert_eq!(picture.len(), SMALL.stride * SMALL.height);
            let lit = |x: usize, y: usize| picture[y * SMALL.stride + x * SMALL.bytes] > GROUND[2];
            assert!(lit(board.0, board.1), "{rotation:?}");
            let opposite = (119 - board.0, 59 - board.1);
            assert!(!lit(opposite.0, opposite.1), "{rotation:?}");
            assert!(is_ink(&picture, SMALL, 60, 30), "{rotation:?}: the thing in the middle");
            assert!(!lit(0, 0) && !lit(119, 59), "{rotation:?}");
        }
    }

    #[test]
    fn only_pixels_that_are_known_are_written() {
        let folder = tempfile::tempdir().unwrap();
        for (size, stride, bits, known) in [
            ("1920,1080", "7680", "32", true),
            ("800,480", "1600", "16", true),
            ("800,480", "1600", "32", false),
            ("800,480", "800", "8", false),
            ("0,480", "1600", "16", false),
            ("800", "1600", "16", false),
            ("99999999999999999999,1", "1600", "16", false),
            ("", "", "", false),
        ] {
            for (name, text) in [("virtual_size", size), ("stride", stride), ("bits_per_pixel", bits)] {
                fs::write(folder.path().join(name), format!("{text}\n")).unwrap();
            }
            assert_eq!(Format::read(folder.path()).is_ok(), known, "{size} {stride} {bits}");
        }
        assert!(show(folder.path(), Rotation::None).is_err(), "a machine without a framebuffer");
    }

    #[test]
    fn two_bytes_hold_the_same_colours_roughly() {
        let format = Format { bytes: 2, stride: 240, ..SMALL };
        let picture = picture(format, Rotation::None);
        let at = 30 * format.stride + 60 * 2;
        assert_eq!(u16::from_le_bytes([picture[at], picture[at + 1]]), 0x6B2B);
    }
}
