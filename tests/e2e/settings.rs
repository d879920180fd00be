//! The settings file changes under a running kiosk.

use super::{
    kiosk::{COMPACT, Kiosk, PATIENT},
    shelf::{self, Shelf},
};
use cloud_shelf::control::{KioskStatus, PageName};
use cloud_shelf_core::settings::Origin;
use std::{fs, path::Path};

/// Saves as editors do: writes a file beside it, then renames it over.
fn replace(path: &Path, text: &str) {
    let beside = path.with_extension("toml~");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, path).unwrap();
}

fn idle(status: &KioskStatus) -> (u32, Origin) {
    let idle = status.settings.as_ref().unwrap().idle_s;
    (idle.value, idle.from)
}

#[test]
fn good_settings_take_effect_and_bad_ones_keep_the_last_good() {
    let shelf = Shelf::of(&shelf::rows(3));
    let mut kiosk = Kiosk::start_awake(&shelf, COMPACT, PATIENT);
    let path = shelf.folder().join("settings.toml");

    replace(&path, "[idle]\nidle_s = 4321\n[brand]\nname = \"新名\"");
    let good = kiosk.wait("other settings", |status| idle(status) == (4321, Origin::Config));
    assert_eq!((good.page, good.config_problem), (PageName::Shelf, None));

    fs::write(&path, "[idle]\nidle_s = 0").unwrap();
    let bad = kiosk.wait("the mistake", |status| status.config_problem.is_some());
    assert_eq!(idle(&bad), (4321, Origin::Config));
    let said = shelf.json(&["status"]);
    assert_eq!(said["settings"]["idle_s"], serde_json::json!({ "value": 4321, "from": "config" }));
    assert!(said["config_problem"]["zh"].as_str().unwrap().contains("idle.idle_s"), "{said}");

    // A missing settings file is valid, too
    fs::remove_file(&path).unwrap();
    let none = kiosk.wait("the defaults", |status| idle(status) == (45, Origin::Default));
    assert_eq!((none.page, none.config_problem), (PageName::Shelf, None));
}

#[test]
fn a_shop_closes_and_opens_by_its_settings() {
    let shelf = Shelf::of(&shelf::rows(3));
    let mut kiosk = Kiosk::start(&shelf, COMPACT, "[hours]\nweek = {}");
    kiosk.wait("the closed page", |status| status.page == PageName::Closed);
    let picture = kiosk.settled_picture();
    let bright = picture.rgb.iter().filter(|pixel| pixel.iter().any(|channel| *channel > 0xC8)).count();
    assert_eq!(bright, 0, "the closed page must be dark");
    kiosk.press(kiosk.middle());
    // A touch does not open the shelf
    assert_eq!(kiosk.rest().page, PageName::Closed);
    replace(&shelf.folder().join("settings.toml"), "");
    kiosk.wait("opening", |status| status.page == PageName::Attract);
}
