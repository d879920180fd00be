//! Each format and each orientation shows the same four fields.

use super::fixture;
use crate::{
    domain::Rgb,
    media::{MediaError, Pixels, decode, prepare_picture},
};

const RED: Rgb = Rgb(220, 20, 30);
const GREEN: Rgb = Rgb(20, 160, 40);
const BLUE: Rgb = Rgb(30, 40, 200);
const YELLOW: Rgb = Rgb(240, 220, 20);
const WHITE: Rgb = Rgb(255, 255, 255);

#[track_caller]
fn check(name: &str, pixels: &Pixels, fields: [Rgb; 4], tolerance: u8) {
    assert_eq!((pixels.width, pixels.height), (64, 48), "{name}");
    assert_eq!(pixels.rgb.len(), 3 * 64 * 48, "{name}");
    for ((x, y), wanted) in [(16, 12), (48, 12), (16, 36), (48, 36)].into_iter().zip(fields) {
        let seen = pixels.get(x, y).unwrap();
        let far = seen.0.abs_diff(wanted.0).max(seen.1.abs_diff(wanted.1)).max(seen.2.abs_diff(wanted.2));
        assert!(far <= tolerance, "{name} at {x},{y}: {seen} instead of {wanted}");
    }
}

#[test]
fn each_format_shows_its_picture() {
    for (name, tolerance) in [
        ("progressive.jpg", 6),
        ("quarter-chroma.jpg", 6),
        ("full-chroma.jpg", 6),
        ("cmyk.jpg", 6),
        ("plain.bmp", 0),
        ("lossy.webp", 12),
        ("lossless.webp", 0),
        ("animated.gif", 4),
        ("sixteen-bits.png", 0),
        ("really-a-png.jpg", 0),
    ] {
        check(name, &decode(&fixture(name)).unwrap(), [RED, GREEN, BLUE, YELLOW], tolerance);
    }
}

#[test]
fn one_scan_a_component_shows_its_picture() {
    for name in ["split.jpg", "split-full-chroma.jpg", "split-restarts.jpg"] {
        check(name, &decode(&fixture(name)).unwrap(), [RED, GREEN, BLUE, YELLOW], 6);
        let prepared = prepare_picture(&fixture(name)).unwrap();
        for made in prepared.renditions {
            check(name, &decode(&made.jpeg).unwrap(), [RED, GREEN, BLUE, YELLOW], 8);
        }
    }
    // The EXIF block of another picture, which is turned by 180 degrees
    let (split, turned) = (fixture("split.jpg"), fixture("orientation-3.jpg"));
    let block = turned.windows(2).position(|pair| pair == [0xFF, 0xE1]).unwrap();
    let length = 2 + usize::from(u16::from_be_bytes([turned[block + 2], turned[block + 3]]));
    let bytes = [&split[..2], &turned[block..block + length], &split[2..]].concat();
    check("turned", &decode(&bytes).unwrap(), [YELLOW, BLUE, GREEN, RED], 6);
    // A truncated picture is not shown half
    let cut = &split[..split.len() / 2];
    assert!(decode(cut).is_err() && decode(&[cut, b"\xFF\xD9"].concat()).is_err());
}

#[test]
fn each_exif_orientation_is_turned_upright() {
    for number in 1..=8 {
        let name = format!("orientation-{number}.jpg");
        check(&name, &decode(&fixture(&name)).unwrap(), [RED, GREEN, BLUE, YELLOW], 6);
    }
}

#[test]
fn transparency_lies_on_white() {
    for name in ["alpha.png", "alpha.webp"] {
        check(name, &decode(&fixture(name)).unwrap(), [WHITE, GREEN, BLUE, YELLOW], 0);
    }
    let half = |Rgb(r, g, b): Rgb| {
        let blend = |v: u8| ((u32::from(v) * 128 + 255 * 127) / 255) as u8;
        Rgb(blend(r), blend(g), blend(b))
    };
    check("half.png", &decode(&fixture("half.png")).unwrap(), [RED, GREEN, BLUE, YELLOW].map(half), 1);
    let palette = decode(&fixture("palette.png")).unwrap();
    assert_eq!(palette.get(16, 12), Some(WHITE));
}

#[test]
fn gray_and_black_and_white_become_colours() {
    let gray = |Rgb(r, g, b): Rgb| {
        let v = ((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000) as u8;
        Rgb(v, v, v)
    };
    for name in ["gray.jpg", "gray.png"] {
        check(name, &decode(&fixture(name)).unwrap(), [RED, GREEN, BLUE, YELLOW].map(gray), 3);
    }
    assert_eq!(decode(&fixture("one-bit.png")).unwrap().rgb.len(), 3 * 64 * 48);
}

#[test]
fn cmyk_that_is_stored_as_ycck_shows_its_colours() {
    // Inverted, as Adobe's programs store it: 255 is no ink
    let cmyk: Vec<u8> = (0..64 * 48).flat_map(|_| [RED.0, RED.1, RED.2, 255]).map(|v| 255 - v).collect();
    for color in [jpeg_encoder::ColorType::CmykAsYcck, jpeg_encoder::ColorType::Cmyk] {
        let mut bytes = Vec::new();
        jpeg_encoder::Encoder::new(&mut bytes, 92).encode(&cmyk, 64, 48, color).unwrap();
        check("ycck", &decode(&bytes).unwrap(), [RED; 4], 8);
        // Optimised tables produce one scan per component
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 92);
        encoder.set_optimized_huffman_tables(true);
        encoder.encode(&cmyk, 64, 48, color).unwrap();
        check("split ycck", &decode(&bytes).unwrap(), [RED; 4], 8);
    }
}

#[test]
fn what_is_not_decoded_says_what_it_is() {
    for (bytes, name) in [
        (b"\0\0\0\x18ftypheic\0\0".as_slice(), "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0", "HEIC"),
        (b"\0\0\0\x18ftypavif\0\0", "AVIF"),
        (b"8BPS\0\x01", "PSD"),
        (b"II*\0....", "TIFF"),
        (b"%PDF-1.7", "PDF"),
        (b"<?xml version=\"1.0\"?>\n<svg xmlns='http", "SVG"),
    ] {
        let error = decode(bytes).unwrap_err();
        assert_eq!(error, MediaError::Unsupported { name });
        assert!(error.message().zh.contains(name) && error.message().zh.contains("JPG"));
    }
    assert_eq!(decode(b""), Err(MediaError::Empty));
    assert_eq!(decode(b"<!DOCTYPE html><html>"), Err(MediaError::NotAPicture));
    assert_eq!(decode("商品".as_bytes()), Err(MediaError::NotAPicture));
}

/// As logos are: few colours, some of them transparent, and so well packed that the decoder has all of it at once.
#[test]
fn a_logo_of_few_colours_is_no_glutton_at_any_size() {
    for side in [1, 16, 64, 200, 512, 1024, 2048, 4096_u32] {
        for colors in [2, 16, 256] {
            let mut file = Vec::new();
            let mut encoder = png::Encoder::new(&mut file, side, side);
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_depth(png::BitDepth::Eight);
            encoder.set_palette(vec![90; 3 * colors]);
            encoder.set_trns(vec![200; colors]);
            let mut writer = encoder.write_header().unwrap();
            writer.write_image_data(&vec![1; (side * side) as usize]).unwrap();
            writer.finish().unwrap();
            crate::media::prepare_logo(&file)
                .unwrap_or_else(|error| panic!("{side}, {colors} colours: {error}"));
        }
    }
    let demo = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/demo/logo.png")).unwrap();
    crate::media::prepare_logo(&demo).unwrap();
}
