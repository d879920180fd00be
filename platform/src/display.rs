//! What the window asks of whatever shows it: an X server, or the panel itself.

use super::{
    error::DisplayError,
    gpu::{NoGpu, Surface},
    mix::Pixel,
    touch::Contact,
};
use cloud_shelf_core::{domain::Message, panel::ScreenSetup};
use std::{os::fd::BorrowedFd, rc::Rc, time::Duration};

/// What a person or the system did to the window; positions and sizes in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input {
    /// With its moment in milliseconds, by the clock of whoever reports it
    Touched(Contact, u32),
    /// Notches, positive up
    Wheel {
        x: i16,
        y: i16,
        notches: i8,
    },
    Resized {
        width: u16,
        height: u16,
    },
    /// A part of the window has to be shown again
    Exposed,
    Close,
}

/// A rectangle of the window that has been drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    pub x: i16,
    pub y: i16,
    pub width: u16,
    pub height: u16,
}

impl Damage {
    pub const fn whole((width, height): (u16, u16)) -> Self {
        Self { x: 0, y: 0, width, height }
    }
}

/// Who draws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rendering {
    /// With what the driver calls it
    Gpu(String),
    /// With why the GPU does not, where one could
    Software(Option<NoGpu>),
}

impl Rendering {
    /// For programs that read it: `gpu (V3D 4.2)`, `software`.
    pub fn name(&self) -> String {
        match self {
            Self::Gpu(name) => format!("gpu ({name})"),
            Self::Software(_) => "software".to_owned(),
        }
    }

    /// Why the GPU does not draw.
    pub fn reason(&self) -> Option<Message> {
        match self {
            Self::Gpu(_) | Self::Software(None) => None,
            Self::Software(Some(reason)) => Some(reason.message()),
        }
    }
}

/// Memory to draw in, the way it gets before a person's eyes, and what they do there.
pub trait Display {
    fn size(&self) -> (u16, u16);

    /// Whether the pixels may be changed: not while somebody reads them.
    fn is_ready(&self) -> bool;

    /// Row by row, without gaps.
    fn pixels(&self) -> &[Pixel];

    fn pixels_mut(&mut self) -> &mut [Pixel];

    /// New memory for a window of another size; what it holds is to be drawn.
    fn resize(&mut self, size: (u16, u16)) -> Result<(), DisplayError>;

    /// What a GPU draws on instead of the pixels, where there is one; it changes with the size only.
    fn surface(&self) -> Option<Rc<Surface>> {
        None
    }

    /// The GPU has failed: there are pixels to draw in instead, and a size to be told.
    fn give_gpu_up(&mut self, _detail: &str) {}

    fn rendering(&self) -> Rendering {
        Rendering::Software(None)
    }

    /// Shows what was drawn.
    fn present(&mut self, damage: &[Damage]) -> Result<(), DisplayError>;

    /// The next thing that has happened; does not wait. `None` where nothing has, or nothing of
    /// interest: then the sources tell when to ask again.
    fn next_input(&mut self) -> Result<Option<Input>, DisplayError>;

    fn set_shown(&mut self, shown: bool) -> Result<(), DisplayError>;

    /// Readable when something has happened.
    fn sources(&self) -> Vec<BorrowedFd<'_>>;

    /// How long until it is to be asked though no source says so.
    fn patience(&self) -> Option<Duration> {
        None
    }

    /// Switches the panel; false where that is not for this display to do.
    fn set_lit(&mut self, _lit: bool) -> bool {
        false
    }

    /// Takes another set-up on.
    fn set_up(&mut self, _setup: &ScreenSetup) {}

    /// Where the picture is: the output's name and mode. `None`: no screen is connected.
    fn description(&self) -> Option<String>;
}
