//! A command that somebody ends did not end at what it was trying.

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

/// Has a signal that ends this process clear its note first.
pub fn end_on_signals(attempts: &Attempts) -> io::Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        let (mut heard, tells) = UnixStream::pair()?;
        pipe::register(signal, tells)?;
        let attempts = attempts.clone();
        thread::Builder::new().name("signals".into()).spawn(move || {
            if heard.read_exact(&mut [0]).is_ok() {
                attempts.end();
                // It does not come back
                let _ = emulate_default_handler(signal);
            }
        })?;
    }
    Ok(())
}
