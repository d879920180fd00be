//! The form that a picture of a page is kept in.

use image::{RgbImage, imageops};
use std::collections::HashMap;

/// A pixel is another one from this difference of a channel on.
pub const FAR: u8 = 40;
/// So many colours are kept; the others become the nearest of them.
const COLORS: usize = 64;
/// Colours of which no channel differs by so much may be one.
const STEP: u8 = 8;

/// A smaller picture of few colours.
pub struct Small {
    size: (u32, u32),
    palette: Vec<[u8; 3]>,
    indices: Vec<u8>,
}

impl Small {
    pub fn of(whole: &RgbImage, by: u32) -> Self {
        let small = imageops::thumbnail(whole, whole.width() / by, whole.height() / by);
        // Each colour that is kept is the mean of those it stands for: neighbours, as a rule
        let coarse = |color: [u8; 3]| color.map(|v| v / STEP);
        let mut groups: HashMap<[u8; 3], (usize, [usize; 3])> = HashMap::new();
        for pixel in small.pixels() {
            let (count, sums) = groups.entry(coarse(pixel.0)).or_default();
            *count += 1;
            sums.iter_mut().zip(pixel.0).for_each(|(sum, v)| *sum += usize::from(v));
        }
        let mean = |(count, sums): (usize, [usize; 3])| sums.map(|sum| ((sum + count / 2) / count) as u8);
        // In an order, so that the same picture always gives the same file
        let mut means: Vec<_> = groups.values().map(|group| (mean(*group), group.0 as u64)).collect();
        means.sort_unstable();
        let palette = palette(&means);
        let nearest = |color: [u8; 3]| {
            let places = 0..palette.len() as u8;
            places.min_by_key(|&place| far(color, palette[usize::from(place)])).expect("a colour")
        };
        let places: HashMap<_, _> = groups.iter().map(|(group, sum)| (*group, nearest(mean(*sum)))).collect();
        let indices = small.pixels().map(|pixel| places[&coarse(pixel.0)]).collect();
        Self { size: small.dimensions(), palette, indices }
    }

    pub fn rgb(&self) -> RgbImage {
        let pixels = self.indices.iter().flat_map(|&index| self.palette[usize::from(index)]).collect();
        RgbImage::from_raw(self.size.0, self.size.1, pixels).expect("a pixel an index")
    }

    pub fn png(&self) -> Vec<u8> {
        let mut bytes = vec![];
        let mut encoder = png::Encoder::new(&mut bytes, self.size.0, self.size.1);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(self.palette.concat());
        encoder.set_compression(png::Compression::High);
        encoder.set_filter(png::Filter::NoFilter);
        let mut writer = encoder.write_header().expect("memory takes everything");
        writer.write_image_data(&self.indices).expect("memory takes everything");
        writer.finish().expect("memory takes everything");
        bytes
    }
}

fn far(a: [u8; 3], b: [u8; 3]) -> u64 {
    a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(b)).pow(2)).sum()
}

/// Those colours that matter, of all with their numbers of pixels: what is common, and what is like
/// nothing else.
fn palette(colors: &[([u8; 3], u64)]) -> Vec<[u8; 3]> {
    let mut palette = vec![];
    let mut missing: Vec<u64> = colors.iter().map(|_| 255 * 255 * 3).collect();
    while palette.len() < COLORS {
        let worth = |place: &usize| missing[*place] * colors[*place].1;
        let next = (0..colors.len()).max_by_key(worth).filter(|place| missing[*place] > 0);
        let Some(next) = next.map(|place| colors[place].0) else { break };
        palette.push(next);
        missing
            .iter_mut()
            .zip(colors)
            .for_each(|(missing, color)| *missing = (*missing).min(far(color.0, next)));
    }
    palette
}

#[test]
fn what_is_kept_is_close_to_what_was_drawn() {
    let whole = RgbImage::from_fn(400, 200, |x, y| image::Rgb([(x / 2) as u8, (y / 2) as u8, 0x80]));
    let small = Small::of(&whole, 2);
    let kept = small.rgb();
    let exact = imageops::thumbnail(&whole, 200, 100);
    let worst = kept.pixels().zip(exact.pixels()).flat_map(|(a, b)| (0..3).map(|c| a.0[c].abs_diff(b.0[c])));
    assert!(worst.max().unwrap() < FAR, "no pixel becomes another");
    let read = image::load_from_memory(&small.png()).unwrap().to_rgb8();
    assert_eq!(read, kept);
}
