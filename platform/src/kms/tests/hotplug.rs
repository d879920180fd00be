//! Panels, connectors and cards that come and go.

use super::{
    super::{super::display::Display as _, PROBE, SETTLE},
    HD, Pages, SMALL,
    fake::{Bench, Shown},
    picture, software,
};

#[test]
fn a_panel_that_comes_later_is_found_by_what_the_kernel_says() {
    let bench = Bench::new(&["HDMI-A-1"]);
    let mut pages = Pages::open(&bench, software());
    pages.assert_dark("no screen is connected");
    assert_eq!(pages.kms.size(), (1920, 1080));
    bench.plug("HDMI-A-1", SMALL);
    pages.assert_shown("HDMI-A-1", (800, 480));
}

#[test]
fn a_panel_that_says_nothing_is_found_by_looking() {
    let bench = Bench::new(&["HDMI-A-1"]);
    let mut pages = Pages::open(&bench, software());
    bench.plug("HDMI-A-1", HD);
    pages.kms.machine.has_news();
    pages.follow();
    assert_eq!(pages.kms.description(), None);
    pages.pass(PROBE);
    pages.assert_shown("HDMI-A-1", (1920, 1080));
    // Then it rests until something happens
    bench.refresh();
    pages.follow();
    assert_eq!(pages.kms.patience(), None);
}

#[test]
fn a_card_that_comes_later_is_found() {
    let bench = Bench::new(&[]);
    bench.card(0, |card| card.has_no_outputs = true);
    let mut pages = Pages::open(&bench, software());
    pages.assert_dark("no screen is connected");
    bench.add_card(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", HD);
    pages.assert_shown("HDMI-A-1", (1920, 1080));
}

#[test]
fn a_panel_that_was_unplugged_shows_the_pages_when_it_is_back() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", SMALL);
    let mut pages = Pages::open(&bench, software());
    for _ in 0..5 {
        pages.assert_shown("HDMI-A-1", (800, 480));
        bench.unplug("HDMI-A-1");
        pages.assert_dark("no screen is connected");
        assert_eq!(pages.kms.size(), (800, 480), "pages keep their size");
        bench.plug("HDMI-A-1", SMALL);
        pages.follow();
        // Without a frame drawn anew: what was painted while it was away
        let expected = Shown { size: (800, 480), pixels: picture((800, 480), 0x44) };
        assert!(bench.shown("HDMI-A-1") == Some(expected));
    }
    assert_eq!(bench.held(), (3, 2, 2));
}

#[test]
fn a_panel_that_is_unplugged_while_a_frame_is_on_its_way() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", SMALL);
    let mut pages = Pages::open(&bench, software());
    pages.assert_shown("HDMI-A-1", (800, 480));
    pages.follow();
    pages.paint(0x55);
    bench.unplug("HDMI-A-1");
    pages.assert_dark("no screen is connected");
    bench.refresh();
    bench.plug("HDMI-A-1", SMALL);
    pages.assert_shown("HDMI-A-1", (800, 480));
}

#[test]
fn a_connector_that_disappears_is_left() {
    let bench = Bench::new(&["DP-1", "HDMI-A-1"]);
    bench.plug("DP-1", HD);
    bench.plug("HDMI-A-1", SMALL);
    let mut pages = Pages::open(&bench, software());
    pages.assert_shown("DP-1", (1920, 1080));
    bench.remove_connector("DP-1");
    pages.assert_shown("HDMI-A-1", (800, 480));
}

#[test]
fn another_panel_at_the_same_connector_gets_a_mode_of_its_own() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", HD);
    let mut pages = Pages::open(&bench, software());
    pages.assert_shown("HDMI-A-1", (1920, 1080));
    bench.plug("HDMI-A-1", SMALL);
    pages.assert_shown("HDMI-A-1", (800, 480));
    // One of the same size that takes no more than 50 pictures a second
    bench.plug("HDMI-A-1", &["800x480@50*"]);
    pages.assert_shown("HDMI-A-1", (800, 480));
    assert_eq!(pages.kms.description().as_deref(), Some("HDMI-A-1 800x480@50"));
}

#[test]
fn a_panel_that_has_lost_its_signal_gets_it_again() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", HD);
    let mut pages = Pages::open(&bench, software());
    pages.assert_shown("HDMI-A-1", (1920, 1080));
    bench.refresh();
    pages.follow();
    bench.announce();
    pages.follow();
    assert_eq!(bench.card(0, |card| card.modes_set.len()), 2);
    pages.pass(SETTLE);
    assert_eq!(bench.card(0, |card| card.modes_set.len()), 2, "once");
    pages.assert_shown("HDMI-A-1", (1920, 1080));
}
