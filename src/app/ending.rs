//! Graceful shutdown, as systemd requests at an update, a restart and a power-off: the shoppers' events of
//! the last seconds are written before the program ends.

use super::thread;
use cloud_shelf_core::attempt::{self, Attempts};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};

/// Marks the run as ended gracefully when dropped: on return and on an error, but not on a panic.
pub struct InGoodOrder(pub Attempts);

impl Drop for InGoodOrder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.0.end();
        }
    }
}

/// Ends the event loop on SIGINT or SIGTERM. If the loop hangs, the sender of the signal escalates (systemd
/// sends SIGKILL).
pub fn await_signals() {
    match Signals::new([SIGINT, SIGTERM]) {
        Ok(mut signals) => thread::spawn("signals", move || {
            for _ in signals.forever() {
                // A signal ends the program, so what is being tried now is not to blame
                attempt::global().end();
                if slint::quit_event_loop().is_err() {
                    tracing::debug!("the event loop has already ended");
                }
            }
        }),
        Err(error) => tracing::warn!(%error, "no signal handler: the program can't shut down gracefully"),
    }
}
