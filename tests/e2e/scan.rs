//! The QR code as phones may see it: item pages of the real screen, degraded in all the ways of `tests/scan`,
//! and read by two independent decoders.

use super::{
    kiosk::{COMPACT, Kiosk, LANDSCAPE, PATIENT, PORTRAIT, Shape},
    shelf::{self, Shelf},
};
use serde_json::Value;
use std::{path::Path, process::Command};

/// Item pages per panel; the codes differ only in their middle.
const PAGES: usize = 2;

fn what_must_scan_does(shape: Shape) {
    let shelf = Shelf::demo();
    let rows = shelf.rows(&shelf::demo_table());
    let mut kiosk = Kiosk::start(&shelf, shape, PATIENT);
    let mut screens = vec![];
    for row in rows.iter().step_by(rows.len() / PAGES).take(PAGES) {
        assert!(shelf.ctl(&["show", "item", &row.item_id]).status.success());
        kiosk.wait("the item", |status| status.item_id.as_ref() == Some(&row.item_id));
        let picture = kiosk.settled_picture();
        let path = shelf.folder().join(format!("{}.png", row.item_id));
        let rgb = picture.rgb.concat();
        let (width, height) = (picture.width as u32, picture.height as u32);
        image::save_buffer(&path, &rgb, width, height, image::ExtendedColorType::Rgb8).unwrap();
        screens.push(format!("{}={}", path.display(), row.url));
    }
    drop(kiosk);
    let found = scan(&screens);
    let cases = found.as_object().unwrap();
    assert!(cases.len() > 20);
    let mut problems = vec![];
    for (name, case) in cases {
        let [tries, any] = ["tries", "any"].map(|key| case[key].as_u64().unwrap());
        assert!(tries >= PAGES as u64);
        let must = case["must"].as_f64().unwrap();
        if (any as f64) < must * tries as f64 {
            problems.push(format!("{name}: {any} of {tries} are read, {must} of all must be"));
        }
        // An unread code is unfortunate, a misread code is a fault
        if case["wrong"] != Value::Array(vec![]) {
            problems.push(format!("{name}: read as {}", case["wrong"]));
        }
    }
    assert!(problems.is_empty(), "{shape:?}\n{}", problems.join("\n"));
}

fn scan(screens: &[String]) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let made = Command::new(root.join("script/venv")).output().unwrap();
    assert!(made.status.success(), "script/venv: {}", String::from_utf8_lossy(&made.stderr));
    let python = String::from_utf8(made.stdout).unwrap();
    let read =
        Command::new(python.trim()).arg(root.join("tests/scan/scan.py")).args(screens).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    serde_json::from_slice(&read.stdout).unwrap()
}

#[test]
fn what_must_scan_does_on_a_portrait_screen() {
    what_must_scan_does(PORTRAIT);
}

#[test]
fn what_must_scan_does_on_a_landscape_screen() {
    what_must_scan_does(LANDSCAPE);
}

#[test]
fn what_must_scan_does_on_the_small_panel() {
    what_must_scan_does(COMPACT);
}
