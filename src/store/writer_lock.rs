//! The lock that lets one process write at a time.

use super::StoreError;
use crate::plain_file;
use std::{
    fs::{File, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
    thread,
    time::{Duration, Instant},
};

const POLL: Duration = Duration::from_millis(20);
/// What the file holds while a writer is at work, and after it has gone in good order.
const AT_WORK: &[u8] = b"writing\n";
const DONE: &[u8] = b"done\n";

/// Held until dropped; the system lets go of it when the process dies.
#[derive(Debug)]
pub(super) struct WriterLock {
    file: File,
    /// The last writer did not come to its end, so the database wants a check
    pub(super) unclean: bool,
}

impl WriterLock {
    pub(super) fn take(path: &Path, wait: Duration) -> Result<Self, StoreError> {
        let mut file = plain_file::open_to_write(path).map_err(StoreError::Unwritable)?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if start.elapsed() >= wait => {
                    return Err(StoreError::Busy { waited: wait });
                }
                Err(TryLockError::WouldBlock) => thread::sleep(POLL),
                Err(TryLockError::Error(cause)) => return Err(StoreError::Unwritable(cause)),
            }
        }
        let mut was = [0; 16];
        let length = file.read(&mut was).map_err(StoreError::Unwritable)?;
        let unclean = !matches!(&was[..length], b"" | DONE);
        let lock = Self { file, unclean };
        lock.note(AT_WORK).map_err(StoreError::Unwritable)?;
        Ok(lock)
    }

    /// Says that the database is as it should be; without this the next writer checks it.
    pub(super) fn done(&self) {
        // A note that cannot be written costs the next writer a check, no more.
        let _ = self.note(DONE);
    }

    fn note(&self, text: &[u8]) -> std::io::Result<()> {
        let mut file = &self.file;
        file.rewind()?;
        file.set_len(0)?;
        file.write_all(text)?;
        file.sync_data()
    }
}
