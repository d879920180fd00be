//! Applies the screen's set-up at the start and whenever its file changes.

use super::{thread, watch::Watch};
use cloud_shelf_core::{
    attempt,
    panel::{Backlight, Renderer, ScreenFile, ScreenSetup},
    paths::Paths,
};
use cloud_shelf_platform as platform;
use std::sync::mpsc::channel;

/// Loads the set-up; falls back to the default if it can't be read, since the screen must show something.
pub fn load(paths: &Paths) -> ScreenSetup {
    load_for(paths, attempt::global().is_careful())
}

fn load_for(paths: &Paths, is_careful: bool) -> ScreenSetup {
    let mut setup = ScreenFile::new(paths.screen()).load().unwrap_or_else(|error| {
        tracing::warn!(%error, "the screen's set-up can't be read");
        ScreenSetup::default()
    });
    // A careful start avoids the GPU, which may have ended the last runs
    if is_careful {
        setup.renderer = Renderer::Software;
    }
    setup
}

/// Sets the backlight of the first set-up and follows the file from there.
pub fn follow(paths: &Paths, first: ScreenSetup) {
    let paths = paths.clone();
    // A careful start keeps its renderer for the whole run, even after the run has proven itself
    let is_careful = attempt::global().is_careful();
    thread::spawn("screen-setup", move || {
        light(&first);
        let mut current = first;
        loop {
            let (changed, changes) = channel();
            let told = move || {
                // The receiver outlives the watch
                let _ = changed.send(());
            };
            let watch = Watch::file(&paths.screen(), told);
            // Read after the watch has begun, so that no change is missed
            let setup = load_for(&paths, is_careful);
            if setup != current {
                light(&setup);
                current = setup.clone();
                if slint::invoke_from_event_loop(move || platform::set_up(&setup)).is_err() {
                    return;
                }
            }
            if let Err(error) = &watch {
                tracing::error!(%error, "a changed screen set-up takes effect only at the next start");
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
        Ok(false) => tracing::info!("the panel's backlight can't be controlled"),
        Err(error) => tracing::warn!(%error, "the panel's backlight could not be set"),
    }
}
