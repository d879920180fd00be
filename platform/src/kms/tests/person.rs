//! What a person in front of the panel sees and touches.

use super::{
    super::{
        super::{
            display::Display as _,
            touch::{Contact, Place},
        },
        SETTLE,
        fingers::{Device, Report, Share},
    },
    HD, MARK, Pages, SMALL,
    fake::{Bench, Shown},
    picture, software,
};
use cloud_shelf_core::panel::{Rotation, ScreenSetup};

#[test]
fn the_picture_and_what_touches_it_turn_together() {
    let share = |x: f64, y: f64| Share::new(x, y, 1);
    // Where the picture's first pixel is on the panel, as its place and as shares of its sides
    for (rotation, at, corner) in [
        (Rotation::None, 0, share(0.0, 0.0)),
        (Rotation::Quarter, 799, share(1.0, 0.0)),
        (Rotation::Half, 800 * 480 - 1, share(1.0, 1.0)),
        (Rotation::ThreeQuarters, 800 * 479, share(0.0, 1.0)),
    ] {
        let bench = Bench::new(&["DSI-1"]);
        bench.plug("DSI-1", SMALL);
        let mut pages = Pages::open(&bench, ScreenSetup { rotation, ..software() });
        let check = |pages: &mut Pages| {
            let shown = pages.show(0x12, "DSI-1").unwrap();
            let marked: Vec<_> =
                (0..shown.pixels.len()).filter(|place| shown.pixels[*place] == MARK).collect();
            assert_eq!((shown.size, marked), ((800, 480), vec![at]), "{rotation}");
            bench.touch(Report::Down { device: Device(1), slot: 0, at: corner }, 5);
            bench.touch(Report::Up { slot: 0 }, 6);
            let first = Place { x: 0, y: 0 };
            let expected = [(Contact::Down { at: first, alone: true }, 5), (Contact::Up(first), 6)];
            assert_eq!(pages.follow(), expected, "{rotation}");
        };
        assert_eq!(pages.kms.size(), rotation.turn_size((800, 480)));
        check(&mut pages);
        // Turned while it runs, once around
        for _ in 0..4 {
            let rotation = pages.kms.setup.rotation.next();
            pages.kms.set_up(&ScreenSetup { rotation, ..software() });
            pages.follow();
            assert_eq!(pages.kms.size(), rotation.turn_size((800, 480)));
        }
        check(&mut pages);
    }
}

#[test]
fn a_dark_panel_shows_nothing_until_it_is_touched() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", SMALL);
    let mut pages = Pages::open(&bench, software());
    pages.assert_shown("HDMI-A-1", (800, 480));
    assert!(pages.kms.set_lit(false));
    assert!(!bench.is_lit("HDMI-A-1"));
    pages.paint(0x99);
    assert_eq!(bench.shown("HDMI-A-1"), None);
    bench.touch(Report::Down { device: Device(1), slot: 0, at: Share::new(0.5, 0.5, 1) }, 0);
    assert_eq!(pages.follow().len(), 1);
    assert!(bench.is_lit("HDMI-A-1"));
    let expected = Shown { size: (800, 480), pixels: picture((800, 480), 0x99) };
    assert!(bench.shown("HDMI-A-1") == Some(expected), "what was painted meanwhile");
    pages.assert_shown("HDMI-A-1", (800, 480));
}

#[test]
fn a_panel_that_is_changed_in_the_dark_is_lit_in_its_own_mode() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", HD);
    let mut pages = Pages::open(&bench, software());
    pages.assert_shown("HDMI-A-1", (1920, 1080));
    pages.kms.set_lit(false);
    bench.unplug("HDMI-A-1");
    pages.follow();
    bench.plug("HDMI-A-1", SMALL);
    pages.follow();
    pages.pass(SETTLE);
    assert_eq!(bench.shown("HDMI-A-1"), None);
    pages.kms.set_lit(true);
    pages.assert_shown("HDMI-A-1", (800, 480));
}
