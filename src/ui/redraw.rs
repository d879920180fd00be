//! Frames: drawing one at once, and counting them.
//!
//! On X11 Slint draws a changed window at its next frame tick, up to 16 ms later; a page that a
//! finger has just asked for is drawn without that wait. On KMS there is no such wait to skip.

use i_slint_backend_winit::{EventResult, WinitWindowAccessor, winit::event::WindowEvent};
use std::{cell::Cell, rc::Rc};

/// Draws what has changed as soon as the present event has been dealt with.
pub fn soon(window: &slint::Window) {
    window.request_redraw();
    window.with_winit_window(|window| window.request_redraw());
}

/// Counts the frames drawn from now on.
pub fn count(window: &slint::Window) -> Rc<Cell<u64>> {
    let frames = Rc::new(Cell::new(0));
    let counter = frames.clone();
    window.on_winit_window_event(move |_, event| {
        if matches!(event, WindowEvent::RedrawRequested) {
            counter.set(counter.get() + 1);
        }
        EventResult::Propagate
    });
    frames
}
