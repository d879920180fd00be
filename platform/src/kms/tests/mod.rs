//! The panel as it comes, goes and misbehaves, on cards that exist in memory.

mod anything;
pub mod fake;
mod faults;
mod gpu;
mod hotplug;
mod person;
mod start;
mod window;

use super::{
    super::{
        display::{Damage, Display as _, Input},
        gpu::{
            GpuChoice,
            tests::{end_frame, fake as driver},
        },
        mix::Pixel,
        touch::Contact,
    },
    Kms, PROBE,
};
use cloud_shelf_core::panel::{GpuTrial, Renderer, ScreenSetup};
use fake::{Bench, FakeTouch, Shown};
use std::time::Duration;
use tempfile::TempDir;

const HD: &[&str] = &["1920x1080@60*", "1280x720@60", "1920x1080@50"];
const SMALL: &[&str] = &["800x480@60*"];

/// A panel's pages, as far as the panel is concerned: a picture of one colour with a mark in its first corner.
pub struct Pages {
    pub bench: Bench,
    pub kms: Kms,
    _state: TempDir,
}

const MARK: u32 = 0x00FF_0000;

/// A picture of a size, row by row.
fn picture((width, height): (u16, u16), color: u32) -> Vec<u32> {
    let mut pixels = vec![color; usize::from(width) * usize::from(height)];
    pixels[0] = MARK;
    pixels
}

impl Pages {
    pub fn open(bench: &Bench, setup: ScreenSetup) -> Self {
        let state = tempfile::tempdir().unwrap();
        let trial = GpuTrial::new(state.path().join("gpu-tries"));
        let gpu = GpuChoice::new(driver::stack(&state, true), setup.renderer, trial);
        let touch = Box::new(FakeTouch(bench.clone()));
        let kms = Kms::on_machine(Box::new(bench.clone()), setup, gpu, Some(touch));
        Self { bench: bench.clone(), kms, _state: state }
    }

    /// Takes what has happened, as the window does; returns the contacts.
    fn follow(&mut self) -> Vec<(Contact, u32)> {
        let mut contacts = vec![];
        while let Some(input) = self.kms.next_input().unwrap() {
            match input {
                Input::Resized { width, height } => {
                    self.kms.resize((width, height)).unwrap();
                    self.paint(0);
                }
                Input::Touched(contact, ms) => contacts.push((contact, ms)),
                other => panic!("{other:?}"),
            }
        }
        contacts
    }

    fn paint(&mut self, color: u32) {
        if let Some(surface) = self.kms.surface() {
            end_frame(&surface).unwrap();
        }
        let picture = picture(self.kms.size(), color);
        for (to, from) in self.kms.pixels_mut().iter_mut().zip(picture) {
            *to = Pixel(from);
        }
        self.kms.present(&[Damage::whole(self.kms.size())]).unwrap();
    }

    /// Paints as soon as the panel takes a frame, and returns what a connector's panel then shows.
    fn show(&mut self, color: u32, connector: &str) -> Option<Shown> {
        self.follow();
        self.bench.refresh();
        self.follow();
        assert!(self.kms.is_ready(), "a frame that was shown is reported");
        self.paint(color);
        self.bench.refresh();
        self.bench.shown(connector)
    }

    /// Asserts that a connector's panel shows the pages upright in a size.
    fn assert_shown(&mut self, connector: &str, size: (u16, u16)) {
        for color in [0x11, 0x22, 0x33] {
            let shown = self.show(color, connector).unwrap_or_else(|| panic!("{connector} is dark"));
            assert!(
                shown == Shown { size, pixels: picture(size, color) },
                "{connector} shows something else"
            );
        }
    }

    /// Asserts that there is no picture, for a reason, and that a panel is looked for again.
    fn assert_dark(&mut self, reason: &str) {
        self.follow();
        assert_eq!(self.kms.description(), None);
        assert_eq!(self.kms.logged.as_deref(), Some(reason));
        assert!(self.kms.patience().is_some_and(|wait| wait <= PROBE));
        assert_eq!(self.bench.held(), (0, 0, 0), "nothing is held of a card that shows nothing");
        // The pages live on
        assert!(self.kms.is_ready());
        self.paint(0x44);
    }

    fn pass(&mut self, time: Duration) {
        self.bench.pass(time);
        self.follow();
    }
}

pub fn software() -> ScreenSetup {
    ScreenSetup { renderer: Renderer::Software, ..ScreenSetup::default() }
}

fn on_output(name: &str) -> ScreenSetup {
    ScreenSetup { output: Some(name.to_owned()), ..software() }
}
