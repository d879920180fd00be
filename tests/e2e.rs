//! The main job, whole: the real programs, the demo brand's table, a real X server, real presses.
//!
//! For every item of the demo, at all three sizes and in both languages: scroll to it, press it,
//! and hold what an independent decoder reads off the screen against the table's link.
#![cfg(feature = "kiosk")]

use std::{path::Path, process::Command};

fn every_code_is_right(shape: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = tempfile::tempdir().unwrap();
    let ctl = Path::new(env!("CARGO_BIN_EXE_cloud-shelfctl"));
    let imported = Command::new(ctl)
        .arg("--state")
        .arg(out.path().join("state"))
        .arg("import")
        .arg(root.join("assets/demo/demo.xlsx"))
        .output()
        .unwrap();
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let kiosk = Path::new(env!("CARGO_BIN_EXE_cloud-shelf"));
    let toured = Command::new("python3")
        .arg(root.join("script/tour.py"))
        .args([kiosk.parent().unwrap(), out.path()])
        .arg(shape)
        .output()
        .expect("python3 is there: script/test installs what the tests need");
    let said = String::from_utf8_lossy(&toured.stdout);
    assert!(toured.status.success(), "{said}{}", String::from_utf8_lossy(&toured.stderr));
    for language in ["zh", "en"] {
        assert!(said.contains(&format!("{shape} {language}: 40 items opened, 40 codes right")), "{said}");
    }
}

#[test]
fn every_code_is_right_on_a_portrait_screen() {
    every_code_is_right("1080x1920");
}

#[test]
fn every_code_is_right_on_a_landscape_screen() {
    every_code_is_right("1920x1080");
}

#[test]
fn every_code_is_right_on_the_small_panel() {
    every_code_is_right("800x480");
}
