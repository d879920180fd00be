//! Slint's platform, on the bare panel or on an X server: the window, the event loop, and how
//! pixels are drawn.
//!
//! Slint's own window layer draws each change at the next tick of a free-running clock, up to 16 ms
//! late, and pixel by pixel. Here the first change after a rest is drawn at once, changes that
//! follow come in step with the screen's rate, and the two things that cards are made of, opaque
//! pictures and glyphs, are drawn by loops that a compiler makes fast. Everything else is left to
//! Slint's software renderer; on a panel with a GPU, all is left to Slint's renderer for it.

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod canvas;
mod display;
mod drawing;
mod error;
mod event_loop;
mod gpu;
mod kms;
mod mix;
mod pace;
mod queue;
mod touch;
mod wheel;
mod window;
#[cfg(test)]
pub mod window_tests;
mod x11;

pub use canvas::Canvas;
pub use display::Rendering;
pub use error::{DisplayError, PlatformError, X11Error};
pub use gpu::NoGpu;
pub use mix::Pixel;
pub use window::{
    Snapshot, description, draws_in_time, frames, rendering, set_lit, set_up, snapshot, when_first_shown,
};
pub use x11::Panel;

use cloud_shelf_core::panel::{GpuTrial, ScreenSetup};
use display::Display;
use event_loop::EventLoop;
use kms::Kms;
use x11::XWindow;

/// Who shows the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A window of this size on an X server, or over its whole screen
    Windowed,
    /// The panel itself
    Console,
    /// One of Slint's own back ends, which `SLINT_BACKEND` names
    Slint,
}

/// Takes the panel of the X server over: it no longer goes dark by itself. `None` where it can't be switched.
pub fn take_panel_over() -> Result<Option<Box<dyn Panel>>, X11Error> {
    x11::take_panel_over(None)
}

/// Makes this the platform of the calling thread, which becomes the UI thread: call it before the
/// first Slint window. `size` in pixels, for a window on somebody's desktop; without one it fills the
/// screen. Without an X server, or with `SLINT_BACKEND=kms`, it is on the panel itself, as `setup`
/// says; `trial` remembers how the GPU has done.
pub fn install(
    size: Option<(u32, u32)>,
    setup: &ScreenSetup,
    trial: GpuTrial,
) -> Result<Shown, PlatformError> {
    let asked = std::env::var("SLINT_BACKEND").unwrap_or_default().to_lowercase();
    let server = std::env::var_os("DISPLAY").is_some_and(|display| !display.is_empty());
    let ours = asked.is_empty() || asked.starts_with("winit");
    let (display, shown): (Box<dyn Display>, _) = if ours && server {
        (Box::new(XWindow::open(None, size).map_err(DisplayError::from)?), Shown::Windowed)
    } else if ours || asked == "kms" {
        (Box::new(Kms::open(setup.clone(), trial).map_err(DisplayError::from)?), Shown::Console)
    } else {
        return Ok(Shown::Slint);
    };
    slint::platform::set_platform(Box::new(EventLoop::new(display)?))?;
    Ok(shown)
}
