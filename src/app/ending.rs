//! The end in good order, for which systemd asks at an update, a restart and a shutdown: what shoppers
//! did in the last seconds is written first.

use super::thread;
use crate::attempt::{self, Attempts};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};

/// The program ends in good order when this goes, also by an error, and not where a panic ends it.
pub struct InGoodOrder(pub Attempts);

impl Drop for InGoodOrder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.0.end();
        }
    }
}

/// Has the loop that draws end when the program is told to end. If it does not, whoever asked has
/// means of their own.
pub fn await_signals() {
    match Signals::new([SIGINT, SIGTERM]) {
        Ok(mut signals) => thread::spawn("signals", move || {
            for _ in signals.forever() {
                // Whatever is being tried now did not end the program
                attempt::own().end();
                if slint::quit_event_loop().is_err() {
                    tracing::debug!("the loop has ended");
                }
            }
        }),
        Err(error) => tracing::warn!(%error, "this program can't be ended in good order"),
    }
}
