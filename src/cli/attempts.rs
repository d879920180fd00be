//! Attempts of commands: like the kiosk, a command records what came from outside before it works on it.

use super::Context;
use cloud_shelf_core::{
    attempt::{Attempts, Role, end_on_signals},
    clock::SystemClock,
};
use std::sync::Arc;

/// Has this command record its attempts, and skip what has crashed a program before.
pub(super) fn note(context: &Context) {
    let (attempts, _) = Attempts::open(&context.paths, Role::Command, Arc::new(SystemClock));
    if let Err(error) = end_on_signals(&attempts) {
        tracing::warn!(%error, "interrupting this command will look like a crash");
    }
    attempts.set_global();
}
