//! Time of a picture's way to the screen, in milliseconds.
//!
//! `cargo bench --no-default-features --bench media`

use cloud_shelf_core::{
    domain::Rgb,
    media::{Fit, Pixels, RenditionKind, decode, prepare_picture, round_corners, scale},
};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use std::{hint::black_box, time::Instant};

const RUNS: u32 = 40;

/// Prints the best and the median of many runs.
fn measure<T>(what: &str, mut work: impl FnMut() -> T) {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{what:<58} best {:7.2} ms   median {:7.2} ms", times[0], times[times.len() / 2]);
}

/// An image like a product photo: smooth areas, edges, and grain.
fn photo(width: u32, height: u32) -> Pixels {
    let mut noise = 0x2545_F491_u32;
    let mut rgb = Vec::with_capacity(3 * (width * height) as usize);
    for y in 0..height {
        for x in 0..width {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (fx, fy) = (x as f32 / width as f32, y as f32 / height as f32);
            let disc = (fx - 0.5).hypot(fy - 0.5) < 0.33 + 0.05 * (fx * 40.0).sin();
            let stripe = (x / 7 + y / 11) % 5 == 0;
            let grain = (noise >> 28) as f32 * 0.6;
            let base = if disc { [190.0, 90.0 + 80.0 * fy, 60.0] } else { [236.0, 232.0, 225.0 - 30.0 * fx] };
            let mark = if disc && stripe { 35.0 } else { 0.0 };
            rgb.extend(base.map(|value: f32| (value - mark + grain).clamp(0.0, 255.0) as u8));
        }
    }
    Pixels { width, height, rgb }
}

fn encode(pixels: &Pixels, quality: u8, sampling: SamplingFactor, progressive: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(sampling);
    encoder.set_progressive(progressive);
    let side = |length: u32| u16::try_from(length).unwrap();
    encoder.encode(&pixels.rgb, side(pixels.width), side(pixels.height), ColorType::Rgb).unwrap();
    bytes
}

fn main() {
    for side in [400, 800, 1080] {
        let pixels = photo(side, side);
        for quality in [80, 86, 92] {
            for (name, sampling) in [("4:2:0", SamplingFactor::F_2_2), ("4:4:4", SamplingFactor::F_1_1)] {
                let bytes = encode(&pixels, quality, sampling, false);
                let what =
                    format!("decode {side} x {side}, quality {quality}, {name}, {} KiB", bytes.len() >> 10);
                measure(&what, || decode(&bytes).unwrap());
            }
        }
    }
    let progressive = encode(&photo(1080, 1080), 86, SamplingFactor::F_2_2, true);
    measure("decode 1080 x 1080, quality 86, 4:2:0, progressive", || decode(&progressive).unwrap());

    let source = encode(&photo(3000, 3000), 90, SamplingFactor::F_2_2, false);
    measure("prepare a photo of 3000 x 3000", || prepare_picture(&source).unwrap());
    let source = encode(&photo(800, 800), 90, SamplingFactor::F_1_1, false);
    measure("prepare a picture of 800 x 800", || prepare_picture(&source).unwrap());

    let page = decode(&prepare_picture(&source).unwrap().renditions[1].jpeg).unwrap();
    assert_eq!(prepare_picture(&source).unwrap().renditions[1].kind, RenditionKind::Page);
    measure("scale 800 x 800 to 720 x 720", || scale(&page, 720, 720, Fit::Cover).unwrap());
    measure("scale 800 x 800 to 1080 x 900, contain", || {
        scale(&page, 1080, 900, Fit::Contain(Rgb(255, 255, 255))).unwrap()
    });
    let card = photo(400, 400);
    measure("scale 400 x 400 to 236 x 236", || scale(&card, 236, 236, Fit::Cover).unwrap());
    measure("round the corners of 720 x 720, radius 24", || {
        let mut pixels = scale(&page, 800, 800, Fit::Cover).unwrap();
        round_corners(&mut pixels, 24, Rgb(250, 250, 248));
        pixels
    });
}
