//! Shrinks a picture while it is decoded: each square of pixels becomes its mean as the rows
//! arrive, so that a large picture never has to be in memory as a whole.

use crate::domain::Rgb;

/// Side of the largest square. The sums of more pixels would overflow.
const MAX_FACTOR: u32 = 128;

/// Pixel format of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowFormat {
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
}

/// What to do with transparency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transparency {
    /// Blend onto a colour
    BlendOnto(Rgb),
    /// Keep it as a fourth channel
    Keep,
}

impl RowFormat {
    pub const fn channels(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

impl Transparency {
    pub const fn channels(self) -> usize {
        match self {
            Self::BlendOnto(_) => 3,
            Self::Keep => 4,
        }
    }
}

/// Returns the factor by which to divide a picture that is scaled to `side` afterwards. Leaves 1.5
/// times the side, which the last step makes use of. Without a side the picture keeps its size.
pub(super) fn factor(width: u32, height: u32, side: Option<u32>) -> u32 {
    let enough = side.map_or(u32::MAX, |side| side.max(1).saturating_mul(3) / 2);
    (width.max(height) / enough.max(1)).clamp(1, MAX_FACTOR)
}

/// Returns the bytes of the output and of the sums.
pub(super) fn output_bytes(width: u32, height: u32, factor: u32, ground: Transparency) -> u64 {
    let (across, down) = (u64::from(width.div_ceil(factor)), u64::from(height.div_ceil(factor)));
    let channels = ground.channels() as u64;
    across * channels * (down + 4)
}

#[derive(Debug)]
pub(super) struct Shrinker {
    factor: usize,
    ground: Transparency,
    width: usize,
    height: usize,
    /// Sums of the squares that the current rows belong to
    sums: Vec<u32>,
    rows: usize,
    out: Vec<u8>,
}

impl Shrinker {
    pub fn new(width: u32, height: u32, factor: u32, ground: Transparency) -> Self {
        let (across, down) = (width.div_ceil(factor) as usize, height.div_ceil(factor) as usize);
        let channels = ground.channels();
        Self {
            factor: factor as usize,
            ground,
            width: width as usize,
            height: height as usize,
            sums: vec![0; if factor > 1 { across * channels } else { 0 }],
            rows: 0,
            out: Vec::with_capacity(across * down * channels),
        }
    }

    /// Adds the next row. A row that is too long, or one too many, is ignored.
    pub fn row(&mut self, row: &[u8], kind: RowFormat) {
        if self.rows == self.height {
            return;
        }
        match (kind, self.ground) {
            (RowFormat::Gray, Transparency::BlendOnto(_)) => self.add(row.iter().map(|&v| [v, v, v])),
            (RowFormat::Rgb, Transparency::BlendOnto(_)) if self.factor == 1 => {
                self.out.extend_from_slice(&row[..row.len().min(3 * self.width)]);
            }
            (RowFormat::Rgb, Transparency::BlendOnto(_)) => {
                self.add(row.chunks_exact(3).map(|p| [p[0], p[1], p[2]]))
            }
            (RowFormat::GrayAlpha, Transparency::BlendOnto(behind)) => {
                self.add(row.chunks_exact(2).map(|p| blend(behind, [p[0], p[0], p[0]], p[1])));
            }
            (RowFormat::Rgba, Transparency::BlendOnto(behind)) => {
                self.add(row.chunks_exact(4).map(|p| blend(behind, [p[0], p[1], p[2]], p[3])));
            }
            (RowFormat::Gray, Transparency::Keep) => self.add_clear(row.iter().map(|&v| [v, v, v, 255])),
            (RowFormat::GrayAlpha, Transparency::Keep) => {
                self.add_clear(row.chunks_exact(2).map(|p| [p[0], p[0], p[0], p[1]]));
            }
            (RowFormat::Rgb, Transparency::Keep) => {
                self.add_clear(row.chunks_exact(3).map(|p| [p[0], p[1], p[2], 255]));
            }
            (RowFormat::Rgba, Transparency::Keep) => {
                self.add_clear(row.chunks_exact(4).map(|p| [p[0], p[1], p[2], p[3]]));
            }
        }
        self.rows += 1;
        if self.factor > 1 && (self.rows.is_multiple_of(self.factor) || self.rows == self.height) {
            self.emit();
        }
    }

    /// Returns width, height and bytes; `None` if rows are missing.
    pub fn finish(self) -> Option<(u32, u32, Vec<u8>)> {
        let (across, down) = (self.width.div_ceil(self.factor), self.height.div_ceil(self.factor));
        let is_whole = self.out.len() == across * down * self.ground.channels();
        is_whole.then_some((across as u32, down as u32, self.out))
    }

    fn add(&mut self, pixels: impl Iterator<Item = [u8; 3]>) {
        let pixels = pixels.take(self.width);
        if self.factor == 1 {
            return self.out.extend(pixels.flatten());
        }
        let mut pixels = pixels;
        for sums in self.sums.chunks_exact_mut(3) {
            for pixel in pixels.by_ref().take(self.factor) {
                sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(value));
            }
        }
    }

    /// Weights a colour by its alpha.
    fn add_clear(&mut self, pixels: impl Iterator<Item = [u8; 4]>) {
        let pixels = pixels.take(self.width);
        if self.factor == 1 {
            return self.out.extend(pixels.flatten());
        }
        let mut pixels = pixels;
        for sums in self.sums.chunks_exact_mut(4) {
            for [r, g, b, alpha] in pixels.by_ref().take(self.factor) {
                let alpha = u32::from(alpha);
                for (sum, value) in sums.iter_mut().zip([r, g, b]) {
                    *sum += u32::from(value) * alpha;
                }
                sums[3] += alpha;
            }
        }
    }

    /// Writes the completed squares as pixels.
    fn emit(&mut self) {
        let rows = match self.rows % self.factor {
            0 => self.factor,
            rows => rows,
        };
        let channels = self.ground.channels();
        for (place, sums) in self.sums.chunks_exact_mut(channels).enumerate() {
            let columns = self.factor.min(self.width - place * self.factor);
            let count = (rows * columns) as u32;
            let mean = |sum: u32, of: u32| ((sum + of / 2) / of.max(1)).min(255) as u8;
            match self.ground {
                Transparency::BlendOnto(_) => self.out.extend(sums.iter().map(|&sum| mean(sum, count))),
                Transparency::Keep => {
                    let alpha = sums[3];
                    self.out.extend(sums[..3].iter().map(|&sum| mean(sum, alpha)));
                    self.out.push(mean(alpha, count));
                }
            }
            sums.fill(0);
        }
    }
}

fn blend(Rgb(r, g, b): Rgb, pixel: [u8; 3], alpha: u8) -> [u8; 3] {
    let alpha = u32::from(alpha);
    let blend = |value: u8, behind: u8| {
        ((u32::from(value) * alpha + u32::from(behind) * (255 - alpha) + 127) / 255) as u8
    };
    [blend(pixel[0], r), blend(pixel[1], g), blend(pixel[2], b)]
}

/// Takes all rows of a picture in.
pub(super) fn add_rows(pixels: &[u8], width: u32, kind: RowFormat, mut shrink: Shrinker) -> Shrinker {
    pixels.chunks_exact(kind.channels() * width as usize).for_each(|row| shrink.row(row, kind));
    shrink
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shrunk(
        width: u32,
        height: u32,
        factor: u32,
        ground: Transparency,
        row: &[u8],
        kind: RowFormat,
    ) -> Vec<u8> {
        let mut shrink = Shrinker::new(width, height, factor, ground);
        (0..height).for_each(|_| shrink.row(row, kind));
        let (across, down, bytes) = shrink.finish().unwrap();
        assert_eq!((across, down), (width.div_ceil(factor), height.div_ceil(factor)));
        bytes
    }

    #[test]
    fn a_factor_leaves_half_as_much_again() {
        for (size, side, wanted) in [
            ((1080, 1080), Some(1080), 1),
            ((3239, 100), Some(1080), 1),
            ((3240, 100), Some(1080), 2),
            ((100, 6300), Some(1080), 3),
            ((6300, 6300), None, 1),
            ((16_384, 1), Some(1), 128),
            ((1, 1), Some(0), 1),
        ] {
            assert_eq!(factor(size.0, size.1, side), wanted, "{size:?} to {side:?}");
        }
    }

    #[test]
    fn squares_become_their_means_at_the_edges_too() {
        let row = [0, 0, 0, 100, 100, 100, 30, 60, 90];
        let on = Transparency::BlendOnto(Rgb(255, 255, 255));
        assert_eq!(shrunk(3, 3, 2, on, &row, RowFormat::Rgb), [50, 50, 50, 30, 60, 90].repeat(2));
        assert_eq!(shrunk(3, 1, 1, on, &row, RowFormat::Rgb), row);
        assert_eq!(shrunk(3, 1, 1, on, &[7, 8, 9], RowFormat::Gray), [7, 7, 7, 8, 8, 8, 9, 9, 9]);
    }

    #[test]
    fn what_is_not_seen_gives_no_colour() {
        // Fully transparent green beside opaque red
        let row = [255, 0, 0, 255, 0, 255, 0, 0];
        assert_eq!(shrunk(2, 2, 2, Transparency::Keep, &row, RowFormat::Rgba), [255, 0, 0, 128]);
        let white = Transparency::BlendOnto(Rgb(255, 255, 255));
        assert_eq!(shrunk(2, 2, 2, white, &row, RowFormat::Rgba), [255, 128, 128]);
        assert_eq!(shrunk(2, 2, 2, Transparency::Keep, &[9, 0, 9, 0], RowFormat::GrayAlpha), [0, 0, 0, 0]);
    }

    #[test]
    fn rows_that_are_missing_are_no_picture() {
        let mut shrink = Shrinker::new(4, 4, 2, Transparency::Keep);
        shrink.row(&[1; 16], RowFormat::Rgba);
        assert_eq!(shrink.finish(), None);
    }

    proptest! {
        #[test]
        fn a_plain_area_stays_plain_and_takes_what_was_counted(
            width in 1_u32..300, height in 1_u32..60, factor in 1_u32..=128, value: u8, alpha in 1_u8..,
        ) {
            let row = [value, value, value, alpha].repeat(width as usize);
            for ground in [Transparency::Keep, Transparency::BlendOnto(Rgb(value, value, value))] {
                let bytes = shrunk(width, height, factor, ground, &row, RowFormat::Rgba);
                prop_assert!(bytes.len() as u64 <= super::output_bytes(width, height, factor, ground));
                let plain = match ground {
                    Transparency::Keep => vec![value, value, value, alpha],
                    Transparency::BlendOnto(_) => vec![value; 3],
                };
                prop_assert!(bytes.chunks_exact(plain.len()).all(|pixel| pixel == plain));
            }
        }
    }
}
