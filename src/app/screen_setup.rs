//! The set-up of the screen: in effect at the start, and again whenever its file changes.

use super::{thread, watch::Watch};
use crate::{
    attempt,
    paths::Paths,
    platform,
    screen::{Backlight, Renderer, ScreenFile, ScreenSetup},
};
use std::sync::mpsc::channel;

/// The set-up; one that can't be read is no reason to show nothing.
pub fn load(paths: &Paths) -> ScreenSetup {
    load_for(paths, attempt::own().is_careful())
}

fn load_for(paths: &Paths, is_careful: bool) -> ScreenSetup {
    let mut setup = ScreenFile::new(paths.screen()).load().unwrap_or_else(|error| {
        tracing::warn!(%error, "the screen's set-up is not known");
        ScreenSetup::default()
    });
    // A careful start leaves out whatever may have ended the last ones
    if is_careful {
        setup.renderer = Renderer::Software;
    }
    setup
}

/// Follows the file from a set-up on that is in effect; the light comes with the first.
pub fn follow(paths: &Paths, first: ScreenSetup) {
    let paths = paths.clone();
    // The renderer of a careful start is kept for the whole run, though the start may have proven itself since
    let is_careful = attempt::own().is_careful();
    thread::spawn("screen-setup", move || {
        light(&first);
        let mut current = first;
        loop {
            let (changed, changes) = channel();
            let told = move || {
                // The other side is gone only with the watch itself
                let _ = changed.send(());
            };
            let watch = Watch::file(&paths.screen(), told);
            // Read after the watch has begun, so that nothing is missed in between
            let setup = load_for(&paths, is_careful);
            if setup != current {
                light(&setup);
                current = setup.clone();
                if slint::invoke_from_event_loop(move || platform::set_up(&setup)).is_err() {
                    return;
                }
            }
            if let Err(error) = &watch {
                tracing::error!(%error, "another set-up of the screen will be seen at the next start only");
            }
            if changes.recv().is_err() {
                return;
            }
        }
    });
}

fn light(setup: &ScreenSetup) {
    let Some(percent) = setup.brightness else { return };
    match Backlight::default().set(percent) {
        Ok(true) => {}
        Ok(false) => tracing::info!("the panel's light can't be set from here"),
        Err(error) => tracing::warn!(%error, "the panel's light is not set"),
    }
}
