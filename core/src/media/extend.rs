//! Continues a picture's own backdrop into the bars beside it.

use super::Pixels;

/// Edge pixels averaged for the bar's colour: a single one would carry its grain on.
const DEPTH: usize = 6;
/// Pixels along the edge, each way, over which the colour is smoothed.
const REACH: usize = 12;

type Sum = [u32; 3];

/// Centres the picture in `width` × `height` pixels (no smaller than the picture), surrounded by
/// the colours of its edges.
pub(super) fn extend(inner: &Pixels, width: u32, height: u32) -> Pixels {
    let [w, h, width_px, height_px] = [inner.width, inner.height, width, height].map(|side| side as usize);
    let (left, top) = ((width_px - w) / 2, (height_px - h) / 2);
    let at = |x: usize, y: usize| -> Sum {
        let start = 3 * (y * w + x);
        [0, 1, 2].map(|channel| u32::from(inner.rgb[start + channel]))
    };
    let mut rgb = Vec::with_capacity(3 * width_px * height_px);
    // Left and right, each row continues in its own colour
    let near_left = smooth((0..h).map(|y| mean((0..DEPTH.min(w)).map(|x| at(x, y)))).collect());
    let near_right = smooth((0..h).map(|y| mean((0..DEPTH.min(w)).map(|x| at(w - 1 - x, y)))).collect());
    // Above and below, each column does
    let near_top = smooth((0..w).map(|x| mean((0..DEPTH.min(h)).map(|y| at(x, y)))).collect());
    let near_bottom = smooth((0..w).map(|x| mean((0..DEPTH.min(h)).map(|y| at(x, h - 1 - y)))).collect());
    let bar = |columns: &[[u8; 3]]| -> Vec<u8> {
        let last = columns.len() - 1;
        (0..width_px).flat_map(|x| columns[x.saturating_sub(left).min(last)]).collect()
    };
    let (above, below) = (bar(&near_top), bar(&near_bottom));
    for y in 0..height_px {
        if y < top {
            rgb.extend_from_slice(&above);
        } else if y >= top + h {
            rgb.extend_from_slice(&below);
        } else {
            let row = y - top;
            rgb.extend_from_slice(&near_left[row].repeat(left));
            rgb.extend_from_slice(&inner.rgb[3 * row * w..3 * (row + 1) * w]);
            rgb.extend_from_slice(&near_right[row].repeat(width_px - w - left));
        }
    }
    Pixels { width, height, rgb }
}

fn mean(colors: impl Iterator<Item = Sum>) -> Sum {
    let (mut sum, mut count) = ([0; 3], 0);
    for color in colors {
        (0..3).for_each(|channel| sum[channel] += color[channel]);
        count += 1;
    }
    sum.map(|channel| channel / count.max(1))
}

fn smooth(colors: Vec<Sum>) -> Vec<[u8; 3]> {
    (0..colors.len())
        .map(|at| {
            let around = at.saturating_sub(REACH)..(at + REACH + 1).min(colors.len());
            mean(colors[around].iter().copied()).map(|channel| channel as u8)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Rgb;

    #[test]
    fn the_backdrop_goes_on_and_the_picture_stays() {
        let mut inner = Pixels::filled(20, 30, Rgb(10, 20, 30));
        // Something in the centre
        let at = 3 * (15 * 20 + 10);
        inner.rgb[at..at + 3].copy_from_slice(&[200, 0, 0]);
        for (width, height) in [(40, 30), (20, 50), (41, 53), (20, 30)] {
            let place = extend(&inner, width, height);
            assert_eq!(place.rgb.len(), 3 * (width * height) as usize);
            assert_eq!(place.get(0, 0), Some(Rgb(10, 20, 30)));
            assert_eq!(place.get(width - 1, height - 1), Some(Rgb(10, 20, 30)));
            let (left, top) = ((width - 20) / 2, (height - 30) / 2);
            assert_eq!(place.get(left + 10, top + 15), Some(Rgb(200, 0, 0)));
        }
    }

    #[test]
    fn a_single_pixel_fills_its_place() {
        let place = extend(&Pixels::filled(1, 1, Rgb(1, 2, 3)), 5, 7);
        assert_eq!(place, Pixels::filled(5, 7, Rgb(1, 2, 3)));
    }
}
