//! Renditions, exact sizes and corners.

use super::fixture;
use crate::{
    domain::Rgb,
    media::{
        Fit, Pixels, RenditionKind, decode, prepare_picture, rendition::fit_within, round_corners, scale,
    },
};
use proptest::prelude::*;

const WHITE: Rgb = Rgb(255, 255, 255);
const INK: Rgb = Rgb(20, 40, 60);

fn png(width: u32, height: u32) -> Vec<u8> {
    let pixels = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 90]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn renditions_are_made_once_in_each_size() {
    let prepared = prepare_picture(&png(2160, 1080)).unwrap();
    assert_eq!((prepared.width, prepared.height), (2160, 1080));
    let sizes: Vec<_> = prepared.renditions.iter().map(|r| (r.kind, r.width, r.height)).collect();
    assert_eq!(
        sizes,
        [(RenditionKind::Tile, 200, 100), (RenditionKind::Card, 400, 200), (RenditionKind::Page, 1080, 540)]
    );
    for rendition in prepared.renditions {
        let pixels = decode(&rendition.jpeg).unwrap();
        assert_eq!((pixels.width, pixels.height), (rendition.width, rendition.height));
    }
}

#[test]
fn a_small_picture_is_not_enlarged_and_a_light_jpeg_is_kept() {
    let source = fixture("quarter-chroma.jpg");
    let prepared = prepare_picture(&source).unwrap();
    assert_eq!(prepared.renditions[2].jpeg, source);
    assert_eq!((prepared.renditions[1].width, prepared.renditions[1].height), (64, 48));
    for name in ["full-chroma.jpg", "progressive.jpg", "orientation-6.jpg", "cmyk.jpg", "plain.bmp"] {
        let source = fixture(name);
        let page = prepare_picture(&source).unwrap().renditions.remove(2);
        assert_ne!(page.jpeg, source, "{name} decodes slower than a rendition");
        assert_eq!((page.width, page.height), (64, 48), "{name}");
    }
}

#[test]
fn a_picture_of_half_the_page_is_enlarged_to_it() {
    for (width, height, page) in
        [(540, 400, (1080, 800)), (539, 400, (539, 400)), (800, 800, (1080, 1080)), (400, 900, (480, 1080))]
    {
        let made = prepare_picture(&png(width, height)).unwrap().renditions.remove(2);
        assert_eq!((made.kind, made.width, made.height), (RenditionKind::Page, page.0, page.1));
    }
}

#[test]
fn the_mean_is_the_mean() {
    assert_eq!(Pixels::filled(3, 2, INK).mean(), INK);
    let mixed = Pixels { width: 2, height: 1, rgb: vec![0, 10, 255, 100, 20, 255] };
    assert_eq!(mixed.mean(), Rgb(50, 15, 255));
    assert_eq!(Pixels { width: 0, height: 0, rgb: Vec::new() }.mean(), WHITE);
}

#[test]
fn contain_shows_all_with_bars_and_cover_fills() {
    let source = Pixels::filled(40, 20, INK);
    let contained = scale(&source, 40, 40, Fit::Contain(WHITE)).unwrap();
    assert_eq!((contained.get(20, 5), contained.get(20, 20)), (Some(WHITE), Some(INK)));
    assert_eq!((contained.get(0, 9), contained.get(0, 10)), (Some(WHITE), Some(INK)));
    let covered = scale(&source, 30, 60, Fit::Cover).unwrap();
    assert_eq!(covered, Pixels::filled(30, 60, INK));
    assert_eq!(scale(&source, 40, 20, Fit::Cover).unwrap(), source);
    assert!(scale(&source, 0, 20, Fit::Cover).is_err());
}

#[test]
fn cover_cuts_both_sides_alike() {
    let mut source = Pixels::filled(300, 100, INK);
    for row in source.rgb.chunks_exact_mut(900) {
        row[..300].fill(255);
        row[600..].fill(255);
    }
    let covered = scale(&source, 50, 50, Fit::Cover).unwrap();
    assert_eq!((covered.get(3, 25), covered.get(46, 25)), (Some(INK), Some(INK)));
}

#[test]
fn corners_are_round_smooth_and_alike() {
    let mut pixels = Pixels::filled(40, 30, INK);
    round_corners(&mut pixels, 10, WHITE);
    assert_eq!((pixels.get(0, 0), pixels.get(20, 0), pixels.get(0, 15)), (Some(WHITE), Some(INK), Some(INK)));
    let between = pixels.rgb.chunks_exact(3).filter(|p| p[0] != INK.0 && p[0] != 255).count();
    assert!(between >= 4 * 5, "only {between} pixels are between");
    for y in 0..30 {
        for x in 0..40 {
            assert_eq!(pixels.get(x, y), pixels.get(39 - x, y));
            assert_eq!(pixels.get(x, y), pixels.get(x, 29 - y));
        }
    }
    // A radius beyond the half counts as the half: no panic, a capsule
    let mut small = Pixels::filled(5, 3, INK);
    round_corners(&mut small, 1000, WHITE);
    assert_eq!(small.get(2, 1), Some(INK));
}

proptest! {
    #[test]
    fn what_fits_keeps_its_shape(width in 1..16_384_u32, height in 1..16_384_u32) {
        let side = 400;
        let (w, h) = fit_within(width, height, side);
        prop_assert!(w <= side.max(1) && h <= side && w >= 1 && h >= 1);
        prop_assert!(w <= width && h <= height);
        if width.max(height) > side {
            let factor = f64::from(side) / f64::from(width.max(height));
            prop_assert!((f64::from(w) - f64::from(width) * factor).abs() <= 1.0);
            prop_assert!((f64::from(h) - f64::from(height) * factor).abs() <= 1.0);
        }
    }

    #[test]
    fn any_size_to_any_size(sw in 1..60_u32, sh in 1..60_u32, w in 1..90_u32, h in 1..90_u32, radius in 0..60_u32) {
        let source = Pixels::filled(sw, sh, INK);
        for fit in [Fit::Contain(INK), Fit::Cover] {
            let mut scaled = scale(&source, w, h, fit).unwrap();
            prop_assert_eq!(&scaled, &Pixels::filled(w, h, INK));
            round_corners(&mut scaled, radius, INK);
            prop_assert_eq!(&scaled, &Pixels::filled(w, h, INK));
        }
    }
}

#[test]
fn a_crop_by_a_fraction_of_a_pixel_is_no_harm() {
    // Once caused an overflow in the resampler, whose first weight is zero here
    scale(&Pixels::filled(42, 33, INK), 63, 62, Fit::Cover).unwrap();
    scale(&Pixels::filled(42, 33, INK), 63, 62, Fit::Contain(INK)).unwrap();
}
