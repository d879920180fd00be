//! Drivers that refuse, forget, and answer nonsense.

use super::{
    super::{super::display::Display as _, PROBE},
    HD, Pages, SMALL,
    fake::{Bench, Shown, mode},
    picture, software,
};
use std::time::Duration;

#[test]
fn a_mode_that_the_card_refuses_is_left_for_the_next_best() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", HD);
    bench.card(0, |card| card.refuses = vec![mode(HD[0]), mode(HD[2])]);
    let mut pages = Pages::open(&bench, software());
    pages.assert_shown("HDMI-A-1", (1280, 720));
    // Still so when something else happens
    bench.announce();
    pages.assert_shown("HDMI-A-1", (1280, 720));
}

#[test]
fn a_card_that_refuses_all_modes_is_asked_again() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", HD);
    bench.card(0, |card| card.refuses = HD.iter().map(|text| mode(text)).collect());
    let mut pages = Pages::open(&bench, software());
    pages.follow();
    pages.assert_dark("the screen at HDMI-A-1 names no size that can be shown, or refuses them all");
    bench.card(0, |card| card.refuses.clear());
    pages.pass(PROBE);
    pages.assert_shown("HDMI-A-1", (1920, 1080));
}

#[test]
fn another_programs_panel_is_taken_once_it_is_free() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", HD);
    bench.card(0, |card| card.taken = true);
    let mut pages = Pages::open(&bench, software());
    pages.follow();
    for _ in 0..3 {
        pages.assert_dark("another program has the screen");
        pages.pass(PROBE);
    }
    bench.card(0, |card| card.taken = false);
    pages.pass(PROBE);
    pages.assert_shown("HDMI-A-1", (1920, 1080));
    // And taken while it runs
    bench.card(0, |card| card.taken = true);
    pages.follow();
    pages.paint(0);
    pages.assert_dark("another program has the screen");
}

#[test]
fn a_flip_that_is_never_reported_holds_nothing_up() {
    let second = Duration::from_secs(1);
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", SMALL);
    let mut pages = Pages::open(&bench, software());
    pages.assert_shown("HDMI-A-1", (800, 480));
    pages.follow();
    bench.card(0, |card| card.is_silent = true);
    for missed in 1..=3 {
        let before = bench.card(0, |card| card.modes_set.len());
        pages.paint(missed);
        assert!(!pages.kms.is_ready(), "{missed}");
        let patience = pages.kms.patience();
        assert!(patience.is_some_and(|wait| wait <= second), "{missed}: nobody waits without end");
        pages.pass(second);
        assert!(pages.kms.is_ready(), "{missed}");
        // Shown by way of the mode, though nothing else was painted
        assert_eq!(bench.card(0, |card| card.modes_set.len()), before + 1, "{missed}");
        let expected = Shown { size: (800, 480), pixels: picture((800, 480), missed) };
        assert!(bench.shown("HDMI-A-1") == Some(expected), "{missed}");
    }
    // From then on no frame waits for a report
    let flipped = bench.card(0, |card| card.flipped);
    for color in 10..20 {
        pages.paint(color);
        assert!(pages.kms.is_ready());
        let expected = Shown { size: (800, 480), pixels: picture((800, 480), color) };
        assert!(bench.shown("HDMI-A-1") == Some(expected));
    }
    assert_eq!(bench.card(0, |card| card.flipped), flipped);
}

#[test]
fn a_flip_that_is_late_once_is_forgiven() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", SMALL);
    let mut pages = Pages::open(&bench, software());
    for round in 0..5 {
        pages.assert_shown("HDMI-A-1", (800, 480));
        pages.follow();
        pages.paint(round);
        pages.pass(Duration::from_secs(1));
        assert!(pages.kms.is_ready());
    }
    let flipped = bench.card(0, |card| card.flipped);
    pages.assert_shown("HDMI-A-1", (800, 480));
    assert!(bench.card(0, |card| card.flipped) > flipped);
}

#[test]
fn a_frame_while_another_is_on_its_way_is_shown_all_the_same() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", SMALL);
    let mut pages = Pages::open(&bench, software());
    pages.assert_shown("HDMI-A-1", (800, 480));
    pages.follow();
    pages.paint(0x66);
    pages.paint(0x77);
    let expected = Shown { size: (800, 480), pixels: picture((800, 480), 0x77) };
    assert!(bench.shown("HDMI-A-1") == Some(expected));
}

#[test]
fn a_driver_that_answers_nonsense_costs_its_panel_at_most() {
    type Spoil = fn(&Bench);
    let table: [(&str, Spoil, &str); 9] = [
        (
            "no size",
            |bench| bench.plug("HDMI-A-1", &["0x0@60*", "0x1080@60"]),
            "the screen at HDMI-A-1 names no size that can be shown, or refuses them all",
        ),
        (
            "no mode at all",
            |bench| bench.plug("HDMI-A-1", &[]),
            "the screen at HDMI-A-1 names no size that can be shown, or refuses them all",
        ),
        (
            "an absurd size",
            |bench| bench.plug("HDMI-A-1", &["65535x65535@60*", "16384x8@60"]),
            "the screen at HDMI-A-1 names no size that can be shown, or refuses them all",
        ),
        (
            "no time",
            |bench| bench.plug("HDMI-A-1", &["1920x1080@0*"]),
            "the screen at HDMI-A-1 names no size that can be shown, or refuses them all",
        ),
        (
            "no encoder",
            |bench| bench.set_encoders("HDMI-A-1", &[]),
            "the graphics card can't be used: nothing feeds HDMI-A-1",
        ),
        (
            "an encoder that is not there",
            |bench| bench.set_encoders("HDMI-A-1", &[9]),
            "the graphics card can't be used: nothing feeds HDMI-A-1",
        ),
        (
            "lines that are shorter than the picture",
            |bench| bench.card(0, |card| card.short_by = 64),
            "the graphics card can't be used: 1920 x 1080 pixels do not fit in 8225280 bytes, 7616 a line",
        ),
        (
            "lines of half a pixel",
            |bench| bench.card(0, |card| card.short_by = 2),
            "the graphics card can't be used: 1920 x 1080 pixels do not fit in 8292240 bytes, 7678 a line",
        ),
        (
            "an error for everything",
            |bench| bench.card(0, |card| card.broken = Some(libc::EIO)),
            "the graphics card can't be used: Input/output error (os error 5)",
        ),
    ];
    for (what, spoil, reason) in table {
        let bench = Bench::new(&["HDMI-A-1"]);
        bench.add_card(&["DSI-1"]);
        bench.plug("HDMI-A-1", HD);
        spoil(&bench);
        // The program starts, and says why there is no picture
        let mut pages = Pages::open(&bench, software());
        pages.follow();
        assert_eq!(pages.kms.logged.as_deref(), Some(reason), "{what}");
        pages.assert_dark(reason);
        // Another panel is not affected
        bench.plug("DSI-1", SMALL);
        pages.assert_shown("DSI-1", (800, 480));
        // Nor is this one, once it is as it should be
        drop(pages);
        bench.unplug("DSI-1");
        bench.card(0, |card| (card.broken, card.short_by) = (None, 0));
        bench.set_encoders("HDMI-A-1", &[0]);
        bench.plug("HDMI-A-1", HD);
        Pages::open(&bench, software()).assert_shown("HDMI-A-1", (1920, 1080));
    }
}

#[test]
fn a_driver_that_begins_to_fail_while_it_runs_is_looked_at_again() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", SMALL);
    let mut pages = Pages::open(&bench, software());
    pages.assert_shown("HDMI-A-1", (800, 480));
    bench.card(0, |card| card.broken = Some(libc::ENODEV));
    pages.follow();
    assert_eq!(pages.kms.description(), None);
    assert_eq!(pages.kms.logged.as_deref(), Some("the screen is lost: No such device (os error 19)"));
    bench.card(0, |card| card.broken = None);
    pages.pass(PROBE);
    pages.assert_shown("HDMI-A-1", (800, 480));
}
