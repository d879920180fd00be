//! The pages for installers and staff, in every shape, held against pictures that a person has looked at:
//! see `golden.rs`.

use crate::golden::{compare, kept_pictures};
use crate::rig::{COMPACT, LANDSCAPE, PORTRAIT, Rig};
use crate::staff::{every_setup_page, every_staff_page, reach, tell_facts, unit};
use cloud_shelf_screen::{PinAnswer, Place};
use image::RgbImage;
use std::collections::BTreeSet;

/// What a shopper may have chosen before staff come, and the button that chooses it.
const AIDS: [(&str, &str); 2] = [("large", "大字"), ("high", "高对比")];
/// The pages that are looked at in both, in both languages.
const AIDED: [&str; 6] = ["pin-wrong", "service", "network", "pass-phrase", "panel", "keep"];

fn draw(rig: &Rig) -> RgbImage {
    rig.pass_seconds(0);
    let pixels = rig.screen.window().take_snapshot().unwrap();
    let rgb = pixels.as_slice().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    RgbImage::from_raw(pixels.width(), pixels.height(), rgb).unwrap()
}

fn pages_look_as_they_did(shape: (u32, u32), by: u32) {
    let folder = format!("{}x{}/staff/", shape.0, shape.1);
    let (mut problems, mut drawn) = (vec![], BTreeSet::new());
    let mut look = |what: &str, rig: &Rig| {
        let name = format!("{folder}{what}");
        problems.extend(compare(&name, &draw(rig), by));
        drawn.insert(name);
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
    let left = kept_pictures().into_iter().filter(|name| name.starts_with(&folder) && !drawn.contains(name));
    problems.extend(left.map(|name| format!("{name}: no page draws it any more")));
    assert!(
        problems.is_empty(),
        "\n{}\n\nTo see them side by side:       script/goldens\n\
         If the new look is meant, then: script/accept goldens [NAME…]\n",
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
