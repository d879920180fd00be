//! The set-up of the screen: in effect at the start, and again whenever its file changes.

use super::{thread, watch::Watch};
use crate::{
    paths::Paths,
    platform,
    screen::{Backlight, ScreenFile, ScreenSetup},
};
use std::{sync::mpsc::channel, time::Duration};

/// A file that can't be watched is looked at this often: its directory may not be there yet.
const UNWATCHED: Duration = Duration::from_secs(30);

/// The set-up; one that can't be read is no reason to show nothing.
pub fn load(paths: &Paths) -> ScreenSetup {
    ScreenFile::new(paths.screen()).load().unwrap_or_else(|error| {
        tracing::warn!(%error, "the screen's set-up is not known");
        ScreenSetup::default()
    })
}

/// Follows the file from a set-up on that is in effect; the light comes with the first.
pub fn follow(paths: &Paths, first: ScreenSetup) {
    let paths = paths.clone();
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
            let setup = load(&paths);
            if setup != current {
                light(&setup);
                current = setup.clone();
                if slint::invoke_from_event_loop(move || platform::set_up(&setup)).is_err() {
                    return;
                }
            }
            match watch {
                Ok(_watch) => {
                    if changes.recv().is_err() {
                        return;
                    }
                }
                Err(error) => {
                    tracing::debug!(%error, "the screen's set-up is not watched");
                    std::thread::sleep(UNWATCHED);
                }
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
