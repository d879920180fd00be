//! The form that a picture of a page is kept in.

use image::{RgbImage, imageops};
use std::collections::HashMap;

/// So many colours are kept; the others become the nearest of them.
const COLORS: usize = 64;
/// A channel's value is one of sixteen.
const STEP: u8 = 17;

/// A smaller picture of few colours.
pub struct Small {
    size: (u32, u32),
    palette: Vec<[u8; 3]>,
    indices: Vec<u8>,
}

impl Small {
    pub fn of(whole: &RgbImage, by: u32) -> Self {
        let small = imageops::thumbnail(whole, whole.width() / by, whole.height() / by);
        let coarse: Vec<[u8; 3]> =
            small.pixels().map(|pixel| pixel.0.map(|v| (v.saturating_add(STEP / 2)) / STEP * STEP)).collect();
        let mut counts: HashMap<[u8; 3], usize> = HashMap::new();
        coarse.iter().for_each(|color| *counts.entry(*color).or_default() += 1);
        let mut palette: Vec<_> = counts.keys().copied().collect();
        // The same picture always gives the same file
        palette.sort_by_key(|color| (std::cmp::Reverse(counts[color]), *color));
        palette.truncate(COLORS);
        let far = |a: &[u8; 3], b: &[u8; 3]| -> u32 {
            a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum()
        };
        let nearest = |color: &[u8; 3]| {
            let places = 0..palette.len() as u8;
            places.min_by_key(|&place| far(color, &palette[usize::from(place)])).expect("a colour")
        };
        let places: HashMap<[u8; 3], u8> = counts.keys().map(|color| (*color, nearest(color))).collect();
        let indices = coarse.iter().map(|color| places[color]).collect();
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

#[test]
fn what_is_kept_is_close_to_what_was_drawn() {
    let whole = RgbImage::from_fn(400, 200, |x, y| image::Rgb([(x / 2) as u8, (y / 2) as u8, 0x80]));
    let small = Small::of(&whole, 2);
    let kept = small.rgb();
    let exact = imageops::thumbnail(&whole, 200, 100);
    let worst = kept.pixels().zip(exact.pixels()).flat_map(|(a, b)| (0..3).map(|c| a.0[c].abs_diff(b.0[c])));
    assert!(worst.max().unwrap() < crate::FAR, "no pixel becomes another");
    let read = image::load_from_memory(&small.png()).unwrap().to_rgb8();
    assert_eq!(read, kept);
}
