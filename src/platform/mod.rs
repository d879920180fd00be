//! Slint's platform on an X server: the window, the event loop, and how pixels are drawn.
//!
//! Slint's own window layer draws each change at the next tick of a free-running clock, up to 16 ms
//! late, and pixel by pixel. Here the first change after a rest is drawn at once, changes that
//! follow come in step with the screen's rate, and the two things that cards are made of, opaque
//! pictures and glyphs, are drawn by loops that a compiler makes fast. Everything else is left to
//! Slint's software renderer.

mod canvas;
mod event_loop;
mod mix;
mod pace;
mod panel;
mod queue;
mod shm;
mod touch;
mod wheel;
mod window;
mod x11;

pub use canvas::Canvas;
pub use mix::Pixel;
pub use panel::{Panel, take_over as take_panel_over};
pub use window::{Snapshot, frames, snapshot};
pub use x11::X11Error;

use event_loop::EventLoop;
use x11::Connected;

/// What keeps the window from being opened.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    #[error(transparent)]
    X11(#[from] X11Error),
    #[error(transparent)]
    Slint(#[from] slint::platform::SetPlatformError),
}

/// Makes this the platform of the calling thread, which becomes the UI thread: call it before the
/// first Slint window. `size` in pixels; without one the window fills the screen.
///
/// Returns false, and leaves the choice to Slint, where `SLINT_BACKEND` names another or there is
/// no X server.
pub fn install(size: Option<(u32, u32)>) -> Result<bool, PlatformError> {
    let asked = std::env::var("SLINT_BACKEND").unwrap_or_default().to_lowercase();
    let display = std::env::var_os("DISPLAY").is_some_and(|display| !display.is_empty());
    if !(asked.is_empty() || asked.starts_with("winit")) || !display {
        return Ok(false);
    }
    let connected = Connected::open(size)?;
    slint::platform::set_platform(Box::new(EventLoop::new(connected)?))?;
    Ok(true)
}
