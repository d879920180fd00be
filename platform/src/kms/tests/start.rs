//! Which panel shows the pages, in which mode.

use super::{
    super::super::display::Display as _,
    HD, Pages, SMALL,
    fake::{Bench, mode},
    on_output, software,
};
use cloud_shelf_core::panel::ScreenSetup;

#[test]
fn the_connected_panel_shows_the_pages_in_the_mode_that_it_prefers() {
    let bench = Bench::new(&["HDMI-A-1", "HDMI-A-2"]);
    bench.plug("HDMI-A-2", HD);
    let mut pages = Pages::open(&bench, software());
    assert_eq!(pages.kms.description().as_deref(), Some("HDMI-A-2 1920x1080@60"));
    pages.assert_shown("HDMI-A-2", (1920, 1080));
    assert_eq!(bench.card(0, |card| card.modes_set.clone()), [mode(HD[0])], "once, then flips");
    assert_eq!(bench.held(), (3, 2, 2), "the card, and two frames");
    drop(pages);
    assert_eq!(bench.held(), (0, 0, 0));
}

#[test]
fn the_mode_and_the_output_that_are_asked_for() {
    let bench = Bench::new(&["HDMI-A-1", "DSI-1"]);
    bench.plug("HDMI-A-1", HD);
    bench.plug("DSI-1", SMALL);
    for (setup, expected) in [
        (software(), "HDMI-A-1 1920x1080@60"),
        (on_output("DSI-1"), "DSI-1 800x480@60"),
        (on_output("DP-9"), "HDMI-A-1 1920x1080@60"),
        (ScreenSetup { mode: Some("1280x720".parse().unwrap()), ..software() }, "HDMI-A-1 1280x720@60"),
        (ScreenSetup { mode: Some("1920x1080@50".parse().unwrap()), ..software() }, "HDMI-A-1 1920x1080@50"),
        (ScreenSetup { mode: Some("640x480".parse().unwrap()), ..software() }, "HDMI-A-1 1920x1080@60"),
    ] {
        let pages = Pages::open(&bench, setup);
        assert_eq!(pages.kms.description().as_deref(), Some(expected));
    }
}

#[test]
fn the_output_that_is_asked_for_may_be_on_another_card() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.add_card(&["DSI-1"]);
    bench.plug("HDMI-A-1", HD);
    bench.plug("DSI-1", SMALL);
    let mut pages = Pages::open(&bench, on_output("DSI-1"));
    pages.assert_shown("DSI-1", (800, 480));
    assert_eq!(bench.shown("HDMI-A-1"), None);
}

#[test]
fn the_output_that_is_asked_for_may_come_later() {
    let bench = Bench::new(&["HDMI-A-1", "DSI-1"]);
    bench.plug("HDMI-A-1", HD);
    let mut pages = Pages::open(&bench, on_output("DSI-1"));
    pages.assert_shown("HDMI-A-1", (1920, 1080));
    bench.plug("DSI-1", SMALL);
    pages.assert_shown("DSI-1", (800, 480));
    assert_eq!(bench.shown("HDMI-A-1"), None);
    // And go again
    bench.unplug("DSI-1");
    pages.assert_shown("HDMI-A-1", (1920, 1080));
}

#[test]
fn a_second_panel_leaves_the_first_in_peace() {
    let bench = Bench::new(&["HDMI-A-1", "HDMI-A-2"]);
    bench.plug("HDMI-A-2", HD);
    let mut pages = Pages::open(&bench, software());
    bench.plug("HDMI-A-1", SMALL);
    pages.assert_shown("HDMI-A-2", (1920, 1080));
}

#[test]
fn another_set_up_moves_the_pages_at_once() {
    let bench = Bench::new(&["HDMI-A-1", "DSI-1"]);
    bench.plug("HDMI-A-1", HD);
    bench.plug("DSI-1", SMALL);
    let mut pages = Pages::open(&bench, software());
    pages.assert_shown("HDMI-A-1", (1920, 1080));
    pages.kms.set_up(&on_output("DSI-1"));
    pages.assert_shown("DSI-1", (800, 480));
    assert_eq!(bench.shown("HDMI-A-1"), None);
    pages.kms.set_up(&ScreenSetup { mode: Some("1280x720".parse().unwrap()), ..software() });
    pages.assert_shown("HDMI-A-1", (1280, 720));
}
