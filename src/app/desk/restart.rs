//! The program begun anew, because staff want it.

use std::{
    os::unix::process::CommandExt,
    process::Command,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

static RESTART: AtomicBool = AtomicBool::new(false);

/// Ends the event loop, so that the program restarts.
pub(super) fn restart() {
    RESTART.store(true, Relaxed);
    if slint::quit_event_loop().is_err() {
        tracing::debug!("the screen is gone");
    }
}

/// Returns whether a restart was ordered and no systemd is there to do it.
pub(in crate::app) fn is_restart_wanted() -> bool {
    RESTART.load(Relaxed) && std::env::var_os("INVOCATION_ID").is_none()
}

/// Replaces this process with a new run of the program; returns only if that fails.
pub(in crate::app) fn start_anew() -> std::io::Error {
    match std::env::current_exe() {
        Ok(program) => Command::new(program).args(std::env::args_os().skip(1)).exec(),
        Err(error) => error,
    }
}
