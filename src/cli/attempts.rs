//! A command that works on what came from outside notes it first, as the kiosk does.

use super::Context;
use crate::{
    attempt::{Attempts, Role, end_on_signals},
    clock::SystemClock,
};
use std::sync::Arc;

/// Has this command note what it tries, and skip what has ended a program before.
pub(super) fn note(context: &Context) {
    let (attempts, _) = Attempts::open(&context.paths, Role::Command, Arc::new(SystemClock));
    if let Err(error) = end_on_signals(&attempts) {
        tracing::warn!(%error, "a command that is ended by hand looks like one that crashed");
    }
    attempts.adopt();
}
