//! Frames that a GPU draws, on cards and by a driver that exist in memory.

use super::{
    super::{
        super::{
            display::{Display as _, Rendering},
            gpu::{NoGpu, tests::fake::driver},
        },
        PROBE, SETTLE,
    },
    HD, Pages, SMALL,
    fake::{Bench, mode},
    software,
};
use cloud_shelf_core::panel::{Rotation, ScreenSetup};
use std::time::Duration;

fn is_on_gpu(pages: &Pages) -> bool {
    pages.kms.rendering() == Rendering::Gpu("V3D 4.2.14.0".to_owned())
}

/// Draws some frames, and asserts that a connector's panel shows them.
fn assert_drawn(pages: &mut Pages, connector: &str, size: (u16, u16)) {
    for _ in 0..3 {
        let shown = pages.show(0, connector).unwrap_or_else(|| panic!("{connector} is dark"));
        assert_eq!((shown.size, shown.pixels.len()), (size, 0));
        assert!(is_on_gpu(pages));
        assert!(driver(|driver| driver.locked) <= 2, "frames are given back");
    }
}

fn failed(detail: &str) -> Rendering {
    Rendering::Software(Some(NoGpu::Failed(detail.to_owned())))
}

#[test]
fn the_gpus_frames_are_shown_in_turn() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", HD);
    let mut pages = Pages::open(&bench, ScreenSetup::default());
    assert_drawn(&mut pages, "HDMI-A-1", (1920, 1080));
    assert!(pages.kms.pixels().is_empty(), "no memory for what the GPU has");
    drop(pages);
    assert_eq!(driver(|driver| (driver.alive, driver.locked)), (0, 0));
    assert_eq!(bench.held(), (0, 0, 0));
}

#[test]
fn a_panel_that_was_unplugged_is_drawn_for_anew() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", HD);
    let mut pages = Pages::open(&bench, ScreenSetup::default());
    for _ in 0..3 {
        assert_drawn(&mut pages, "HDMI-A-1", (1920, 1080));
        bench.unplug("HDMI-A-1");
        pages.follow();
        assert_eq!(driver(|driver| (driver.alive, driver.locked)), (0, 0));
        pages.pass(SETTLE);
        pages.assert_dark("no screen is connected");
        bench.plug("HDMI-A-1", HD);
        pages.follow();
        pages.pass(PROBE);
    }
    bench.unplug("HDMI-A-1");
    pages.follow();
    bench.plug("HDMI-A-1", SMALL);
    assert_drawn(&mut pages, "HDMI-A-1", (800, 480));
}

#[test]
fn a_panel_may_be_turned_while_the_gpu_draws() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", HD);
    let mut pages = Pages::open(&bench, ScreenSetup::default());
    for rotation in Rotation::ALL {
        pages.kms.set_up(&ScreenSetup { rotation, ..ScreenSetup::default() });
        pages.follow();
        assert_eq!(pages.kms.size(), rotation.turn_size((1920, 1080)));
        assert_drawn(&mut pages, "HDMI-A-1", (1920, 1080));
    }
}

#[test]
fn a_flip_that_is_never_reported_has_the_frame_drawn_again() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", HD);
    let mut pages = Pages::open(&bench, ScreenSetup::default());
    assert_drawn(&mut pages, "HDMI-A-1", (1920, 1080));
    pages.follow();
    bench.card(0, |card| card.is_silent = true);
    for _ in 0..6 {
        pages.paint(0);
        pages.pass(Duration::from_secs(1));
        assert!(pages.kms.is_ready());
        assert!(bench.shown("HDMI-A-1").is_some());
        assert!(is_on_gpu(&pages) && driver(|driver| driver.locked) <= 2);
    }
}

#[test]
fn a_gpu_that_fails_leaves_the_panel_to_software() {
    for (failing, detail) in [
        ("gbm_surface_lock_front_buffer", "gbm_surface_lock_front_buffer gives nothing"),
        ("gbm_bo_get_handle", "a frame without memory"),
    ] {
        let bench = Bench::new(&["HDMI-A-1"]);
        bench.plug("HDMI-A-1", SMALL);
        driver(|driver| driver.failing = "");
        let mut pages = Pages::open(&bench, ScreenSetup::default());
        assert_drawn(&mut pages, "HDMI-A-1", (800, 480));
        pages.follow();
        driver(|driver| driver.failing = failing);
        pages.paint(0);
        pages.follow();
        assert_eq!(pages.kms.rendering(), failed(detail));
        pages.assert_shown("HDMI-A-1", (800, 480));
        assert_eq!(driver(|driver| (driver.alive, driver.locked)), (0, 0));
        // For good, until somebody chooses anew
        driver(|driver| driver.failing = "");
        bench.unplug("HDMI-A-1");
        pages.follow();
        bench.plug("HDMI-A-1", SMALL);
        pages.assert_shown("HDMI-A-1", (800, 480));
        pages.kms.set_up(&software());
        pages.follow();
        pages.kms.set_up(&ScreenSetup::default());
        pages.follow();
        assert_drawn(&mut pages, "HDMI-A-1", (800, 480));
    }
}

#[test]
fn a_mode_that_the_card_refuses_is_found_out_by_software() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", HD);
    bench.card(0, |card| card.refuses = vec![mode(HD[0])]);
    let mut pages = Pages::open(&bench, ScreenSetup::default());
    pages.paint(0);
    pages.assert_shown("HDMI-A-1", (1920, 1080));
    assert_eq!(pages.kms.description().as_deref(), Some("HDMI-A-1 1920x1080@50"));
}

#[test]
fn another_program_that_takes_the_panel_is_not_the_gpus_fault() {
    let bench = Bench::new(&["HDMI-A-1"]);
    bench.plug("HDMI-A-1", HD);
    let mut pages = Pages::open(&bench, ScreenSetup::default());
    assert_drawn(&mut pages, "HDMI-A-1", (1920, 1080));
    bench.card(0, |card| card.taken = true);
    pages.follow();
    pages.paint(0);
    pages.follow();
    assert_eq!(pages.kms.logged.as_deref(), Some("another program has the screen"));
    bench.card(0, |card| card.taken = false);
    pages.pass(PROBE);
    assert_drawn(&mut pages, "HDMI-A-1", (1920, 1080));
}
