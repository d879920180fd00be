//! Rounds corners in the pixels, because the software renderer clips to rectangles only.

use super::Pixels;
use crate::domain::Rgb;

/// Rounds the corners by a radius in pixels, anti-aliased against the background `behind`.
pub fn round_corners(pixels: &mut Pixels, radius: u32, behind: Rgb) {
    let radius = radius.min(pixels.width / 2).min(pixels.height / 2);
    let (width, height) = (pixels.width as usize, pixels.height as usize);
    if radius == 0 || pixels.rgb.len() != 3 * width * height {
        return;
    }
    let r = f64::from(radius);
    for y in 0..radius as usize {
        for x in 0..radius as usize {
            // From the pixel's centre to the circle's centre
            let (dx, dy) = (r - x as f64 - 0.5, r - y as f64 - 0.5);
            let cover = (r - dx.hypot(dy) + 0.5).clamp(0.0, 1.0);
            if cover >= 1.0 {
                // The rest of the row is inside
                break;
            }
            for (x, y) in [(x, y), (width - 1 - x, y), (x, height - 1 - y), (width - 1 - x, height - 1 - y)] {
                let at = 3 * (y * width + x);
                for (value, behind) in pixels.rgb[at..at + 3].iter_mut().zip([behind.0, behind.1, behind.2]) {
                    *value = (f64::from(*value) * cover + f64::from(behind) * (1.0 - cover)).round() as u8;
                }
            }
        }
    }
}
