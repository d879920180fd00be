//! The pages for installers and staff, in every shape, held against pictures that a person has looked at:
//! see `golden.rs`.

use crate::picture::{FAR, Small};
use crate::rig::{COMPACT, LANDSCAPE, PORTRAIT, Rig};
use crate::staff::{every_setup_page, every_staff_page, reach, tell_facts, unit};
use cloud_shelf_screen::{PinAnswer, Place};
use image::RgbImage;
use std::{fs, path::Path};

/// Of a thousand pixels so many may be others: letters differ a little from font to font.
const MOST_PER_MILLE: usize = 3;

/// What a shopper may have chosen before staff come, and the button that chooses it.
const AIDS: [(&str, &str); 2] = [("large", "大字"), ("high", "高对比")];
/// The pages that are looked at in both, in both languages.
const AIDED: [&str; 6] = ["pin-wrong", "service", "network", "pass-phrase", "panel", "keep"];

fn drawn(rig: &Rig, by: u32) -> Small {
    rig.pass_seconds(0);
    let pixels = rig.screen.window().take_snapshot().unwrap();
    let rgb = pixels.as_slice().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    Small::of(&RgbImage::from_raw(pixels.width(), pixels.height(), rgb).unwrap(), by)
}

fn compare(name: &str, found: &Small) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden_staff").join(name);
    if std::env::var_os("CLOUD_SHELF_ACCEPT_GOLDEN").is_some() {
        fs::write(&path, found.png()).unwrap();
    }
    let expected = match image::open(&path) {
        Ok(expected) => expected.to_rgb8(),
        Err(error) => return Some(format!("{name}: {error}")),
    };
    let (png, found) = (found.png(), found.rgb());
    let far =
        |(a, b): &(&image::Rgb<u8>, &image::Rgb<u8>)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) >= FAR);
    let same_size = expected.dimensions() == found.dimensions();
    let others =
        if same_size { expected.pixels().zip(found.pixels()).filter(far).count() } else { usize::MAX };
    let most = found.pixels().len() * MOST_PER_MILLE / 1000;
    (others > most).then(|| {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&kept, png).unwrap();
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
    for (aid, button) in AIDS {
        let (rig, _) = unit(shape, 12, true, true);
        rig.press(button);
        let mut look = |what: &str| {
            for lang in ["en", "zh"] {
                rig.set(&format!("[screen]\nlanguages = ['{lang}']"));
                rig.set("[screen]\nlanguages = ['zh', 'en']");
                look(&format!("{what}-{aid}-{lang}"), &rig);
            }
        };
        every_staff_page(&rig, |what| {
            if AIDED.contains(&what) {
                look(what);
            }
        });
        // Whoever leaves the page leaves the look
        rig.press(button);
        rig.screen.show(&Place::Service).unwrap();
        rig.screen.pin_tried(PinAnswer::Right);
        tell_facts(&rig);
        reach(&rig, "重新设置").invoke_accessible_default_action();
        rig.pass_seconds(0);
        look("setup");
    }
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
