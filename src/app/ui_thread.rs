//! The way from any thread to the screen.

use cloud_shelf_screen::{Screen, with_screen};

/// Does something with the screen, on the thread that it lives on.
pub(super) fn to_screen(action: impl FnOnce(&Screen) + Send + 'static) {
    let told = slint::invoke_from_event_loop(move || with_screen(action));
    if told.is_err() {
        tracing::debug!("the screen is gone");
    }
}
