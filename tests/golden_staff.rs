//! The pages for installers and staff, in every shape, held against pictures that a person has looked at:
//! see `tests/golden.rs`.
#![cfg(all(feature = "kiosk", debug_assertions))]

#[path = "ui/rig.rs"]
mod rig;
#[path = "ui/staff.rs"]
mod staff;

use image::{RgbImage, imageops};
use rig::{COMPACT, LANDSCAPE, PORTRAIT, Rig};
use staff::{every_setup_page, every_staff_page, unit};
use std::path::Path;

/// A pixel is another one from this difference of a channel on.
const FAR: u8 = 40;
/// Of a thousand pixels so many may be others: letters differ a little from font to font.
const MOST_PER_MILLE: usize = 3;

fn drawn(rig: &Rig, by: u32) -> RgbImage {
    rig.pass_seconds(0);
    let pixels = rig.screen.window().take_snapshot().unwrap();
    let rgb = pixels.as_slice().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    let whole = RgbImage::from_raw(pixels.width(), pixels.height(), rgb).unwrap();
    imageops::thumbnail(&whole, whole.width() / by, whole.height() / by)
}

fn compare(name: &str, found: &RgbImage) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden_staff").join(name);
    if std::env::var_os("CLOUD_SHELF_ACCEPT_GOLDEN").is_some() {
        found.save(&path).unwrap();
    }
    let expected = match image::open(&path) {
        Ok(expected) => expected.to_rgb8(),
        Err(error) => return Some(format!("{name}: {error}")),
    };
    let far =
        |(a, b): &(&image::Rgb<u8>, &image::Rgb<u8>)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) >= FAR);
    let same_size = expected.dimensions() == found.dimensions();
    let others =
        if same_size { expected.pixels().zip(found.pixels()).filter(far).count() } else { usize::MAX };
    let most = found.pixels().len() * MOST_PER_MILLE / 1000;
    (others > most).then(|| {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        found.save(&kept).unwrap();
        format!("{name}: {others} pixels are others (at most {most}); what was drawn: {}", kept.display())
    })
}

fn pages_look_as_they_did(shape: (u32, u32), by: u32) {
    let mut problems = vec![];
    let mut look = |what: &str, rig: &Rig| {
        problems.extend(compare(&format!("{}x{}-staff-{what}.png", shape.0, shape.1), &drawn(rig, by)));
    };
    let (rig, _) = unit(shape, 12, true, true);
    every_staff_page(&rig, |what| look(what, &rig));
    let (rig, _) = unit(shape, 0, false, false);
    every_setup_page(&rig, |what| look(what, &rig));
    rig.press("English");
    look("setup-en", &rig);
    assert!(
        problems.is_empty(),
        "\n{}\nIf the new look is meant, run again with CLOUD_SHELF_ACCEPT_GOLDEN=1.\n",
        problems.join("\n")
    );
}

#[test]
fn portrait_pages_for_staff_look_as_they_did() {
    pages_look_as_they_did(PORTRAIT, 3);
}

#[test]
fn landscape_pages_for_staff_look_as_they_did() {
    pages_look_as_they_did(LANDSCAPE, 3);
}

#[test]
fn compact_pages_for_staff_look_as_they_did() {
    pages_look_as_they_did(COMPACT, 2);
}
