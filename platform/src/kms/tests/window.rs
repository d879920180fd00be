//! The window with its renderers on a panel: what is drawn is what the panel shows.

use super::{
    super::super::{
        display::Rendering,
        gpu::{NoGpu, tests::fake::driver},
        window,
        window_tests::{GROUND, Rig, TINT},
    },
    Pages, SMALL,
    fake::Bench,
    software,
};
use cloud_shelf_core::panel::{Rotation, ScreenSetup};
use slint::ComponentHandle as _;

/// A page on a panel of 800 × 480.
fn open(setup: ScreenSetup) -> (Rig, Bench) {
    let bench = Bench::new(&["DSI-1"]);
    bench.plug("DSI-1", SMALL);
    let Pages { kms, .. } = Pages::open(&bench, setup);
    (Rig::open(Box::new(kms)), bench)
}

/// Draws until the page rests, while the panel refreshes.
fn settle(rig: &Rig, bench: &Bench) {
    for _ in 0..4 {
        rig.settle();
        bench.refresh();
    }
}

/// The page's first corner, as places on the panel that are within it and just outside.
const CORNERS: [(Rotation, usize, usize); 4] = [
    (Rotation::None, 39 + 29 * 800, 40 + 29 * 800),
    (Rotation::Quarter, 770 + 39 * 800, 769 + 39 * 800),
    (Rotation::Half, 760 + 450 * 800, 759 + 450 * 800),
    (Rotation::ThreeQuarters, 29 + 440 * 800, 30 + 440 * 800),
];

fn assert_pages(bench: &Bench, inside: usize, outside: usize) {
    let shown = bench.shown("DSI-1").expect("a picture");
    assert_eq!((shown.pixels[inside], shown.pixels[outside]), (TINT, GROUND));
}

#[test]
fn software_draws_upright_on_a_panel_that_hangs_in_any_way() {
    for (rotation, inside, outside) in CORNERS {
        // Slint has one platform a thread
        let test = move || {
            let (rig, bench) = open(ScreenSetup { rotation, ..software() });
            settle(&rig, &bench);
            assert_pages(&bench, inside, outside);
            rig.page.set_tint(slint::Color::from_rgb_u8(0xFF, 0, 0));
            settle(&rig, &bench);
            assert_eq!(bench.shown("DSI-1").unwrap().pixels[inside], 0x00FF_0000);
        };
        std::thread::spawn(test).join().unwrap();
    }
}

#[test]
fn pages_outlive_their_panel() {
    let (rig, bench) = open(software());
    settle(&rig, &bench);
    bench.unplug("DSI-1");
    settle(&rig, &bench);
    let frames = window::frames();
    rig.page.set_tint(slint::Color::from_rgb_u8(0xFF, 0, 0));
    settle(&rig, &bench);
    assert!(window::frames() > frames, "frames go on, and the watchdog is content");
    assert_eq!(window::description(), None);
    bench.plug("DSI-1", SMALL);
    settle(&rig, &bench);
    assert_eq!(bench.shown("DSI-1").unwrap().pixels[0], 0x00FF_0000);
}

/// FemtoVG itself, as Slint calls it, has to come to the window by the glBindFramebuffer that it is given.
#[test]
fn the_gpus_renderer_draws_on_the_picture_that_is_turned() {
    for rotation in Rotation::ALL {
        let test = move || {
            let (rig, bench) = open(ScreenSetup { rotation, ..ScreenSetup::default() });
            for _ in 0..3 {
                rig.page.window().request_redraw();
                settle(&rig, &bench);
            }
            assert_eq!(window::rendering(), Some(Rendering::Gpu("V3D 4.2.14.0".to_owned())));
            let frames = driver(|driver| driver.frames.clone());
            assert!(frames.len() >= 3, "{frames:?}");
            for frame in frames {
                let (last, drawn) = frame.split_last().expect("something is drawn");
                assert_eq!(*last, 0, "the window is drawn on last");
                if rotation == Rotation::None {
                    assert!(drawn.iter().all(|framebuffer| *framebuffer == 0), "{frame:?}");
                } else {
                    assert!(
                        !drawn.is_empty() && drawn.iter().all(|framebuffer| *framebuffer != 0),
                        "{frame:?}"
                    );
                }
            }
        };
        std::thread::spawn(test).join().unwrap();
    }
}

#[test]
fn a_renderer_that_misses_the_redirection_is_given_up_after_its_first_frame() {
    driver(|driver| driver.goes_its_own_way = true);
    let (rig, bench) = open(ScreenSetup { rotation: Rotation::Quarter, ..ScreenSetup::default() });
    settle(&rig, &bench);
    let detail = "the renderer does not draw on the picture that is to be turned".to_owned();
    assert_eq!(window::rendering(), Some(Rendering::Software(Some(NoGpu::Failed(detail)))));
    assert_eq!(driver(|driver| (driver.frames.len(), driver.alive)), (0, 0));
    let (_, inside, outside) = CORNERS[1];
    assert_pages(&bench, inside, outside);
}

#[test]
fn a_gpu_that_fails_in_a_frame_leaves_the_pages_to_software() {
    let (rig, bench) = open(ScreenSetup::default());
    settle(&rig, &bench);
    driver(|driver| driver.failing = "eglSwapBuffers");
    rig.page.set_tint(slint::Color::from_rgb_u8(0xFF, 0, 0));
    settle(&rig, &bench);
    assert!(matches!(window::rendering(), Some(Rendering::Software(Some(NoGpu::Failed(_))))));
    assert_eq!(bench.shown("DSI-1").unwrap().pixels[0], 0x00FF_0000);
    assert_eq!(driver(|driver| (driver.alive, driver.locked)), (0, 0));
}
