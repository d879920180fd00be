//! Signals that end a command: what it was trying is not to blame.

use super::Attempts;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    low_level::{emulate_default_handler, pipe},
};
use std::{
    io::{self, Read},
    os::unix::net::UnixStream,
    thread,
};

/// Clears this process's attempts before a signal ends it.
pub fn end_on_signals(attempts: &Attempts) -> io::Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        let (mut heard, tells) = UnixStream::pair()?;
        pipe::register(signal, tells)?;
        let attempts = attempts.clone();
        thread::Builder::new().name("signals".into()).spawn(move || {
            if heard.read_exact(&mut [0]).is_ok() {
                attempts.end();
                // Does not return
                let _ = emulate_default_handler(signal);
            }
        })?;
    }
    Ok(())
}
