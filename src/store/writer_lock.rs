//! Lock file that lets one process write at a time.

use super::StoreError;
use cloud_shelf_core::plain_file;
use std::{
    fs::{File, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
    thread,
    time::{Duration, Instant},
};

const POLL: Duration = Duration::from_millis(20);
/// Content of the lock file while a writer is active; replaced by [`DONE`] after a clean close.
const AT_WORK: &[u8] = b"writing\n";
const DONE: &[u8] = b"done\n";

/// Held until drop; the kernel releases the lock when the process dies.
#[derive(Debug)]
pub(super) struct WriterLock {
    file: File,
    /// The last writer did not close cleanly, so the database needs a check
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
        let unclean = !matches!(was.get(..length), Some(b"" | DONE));
        let lock = Self { file, unclean };
        lock.note(AT_WORK).map_err(StoreError::Unwritable)?;
        Ok(lock)
    }

    /// Marks the database as cleanly closed; without this the next writer checks it.
    pub(super) fn done(&self) {
        // If the mark can't be written, the next writer runs one check too many
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
