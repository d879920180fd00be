//! Opaque pixels for the screen.

use crate::domain::Rgb;

/// Rows of RGB triples, top to bottom, without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    /// `3 × width × height` bytes
    pub rgb: Vec<u8>,
}

impl Pixels {
    /// Creates an area of one colour.
    pub fn filled(width: u32, height: u32, color: Rgb) -> Self {
        let rgb = [color.0, color.1, color.2].repeat(width as usize * height as usize);
        Self { width, height, rgb }
    }

    pub fn get(&self, x: u32, y: u32) -> Option<Rgb> {
        if x >= self.width || y >= self.height {
            return None;
        }
        let at = 3 * (y as usize * self.width as usize + x as usize);
        Some(Rgb(*self.rgb.get(at)?, *self.rgb.get(at + 1)?, *self.rgb.get(at + 2)?))
    }

    /// Returns the mean colour; white without pixels.
    pub fn mean(&self) -> Rgb {
        let mut sum = [0_u64; 3];
        for pixel in self.rgb.chunks_exact(3) {
            for (sum, &value) in sum.iter_mut().zip(pixel) {
                *sum += u64::from(value);
            }
        }
        let count = (self.rgb.len() / 3) as u64;
        let mean = |sum: u64| (sum + count / 2).checked_div(count).unwrap_or(255) as u8;
        Rgb(mean(sum[0]), mean(sum[1]), mean(sum[2]))
    }
}

impl std::fmt::Debug for Pixels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pixels({} × {})", self.width, self.height)
    }
}

/// Rounds the corners by a radius in pixels, anti-aliased against the background `behind`: the software
/// renderer clips to rectangles only.
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
