//! Reads and writes `attempts.json`; a lock allows one writer at a time.

use super::record::{Record, SCHEMA};
use crate::{durable, plain_file, watchdog};
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::mpsc::channel,
    thread,
    time::Duration,
};

/// Upper bound on the file's size, in bytes; a full record takes about 100 KiB.
const MAX_BYTES: u64 = 1 << 20;
/// How long a writer waits for the lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Clone, Debug)]
pub(super) struct RecordFile {
    path: PathBuf,
}

/// How soon a change must be on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// Synced before anything else happens: the machine may crash with the program
    Synced,
    /// Survives this process at once, and a crash of the machine after a few seconds
    Unsynced,
}

impl RecordFile {
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Returns the record; an empty one if the file can't be read.
    pub fn read(&self) -> Record {
        match read(&self.path) {
            Ok(record) => record,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Record::default(),
            Err(error) => {
                tracing::warn!(%error, "the record of attempts can't be read");
                Record::default()
            }
        }
    }

    /// Changes the record and writes it, unless `change` returns false.
    pub fn change<T>(
        &self,
        durability: Durability,
        change: impl FnOnce(&mut Record) -> (T, bool),
    ) -> io::Result<T> {
        let dir = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(dir)?;
        let dir = File::open(dir)?;
        lock(&dir);
        let mut record = self.read();
        let (value, changed) = change(&mut record);
        if changed {
            record.schema = SCHEMA;
            let bytes = serde_json::to_vec(&record)?;
            match durability {
                Durability::Synced => durable::replace(&self.path, &bytes)?,
                Durability::Unsynced => durable::replace_unsynced(&self.path, &bytes)?,
            }
        }
        Ok(value)
    }
}

/// Locks the record's directory, since the kiosk and a command may write at the same time. Gives up after a
/// timeout: neither a file system without locks nor a program that keeps the lock may stop the kiosk from
/// starting.
fn lock(dir: &File) {
    if !matches!(dir.try_lock(), Err(TryLockError::WouldBlock)) {
        return;
    }
    // Both file descriptors share one lock: a lock taken after the timeout is released when the last of them
    // is closed
    let (locked, heard) = channel();
    let waiter = dir.try_clone().and_then(|dir| {
        thread::Builder::new().name("attempt-lock".into()).spawn(move || {
            let _ = locked.send(dir.lock());
        })
    });
    if waiter.is_err() || watchdog::pause_during(|| heard.recv_timeout(LOCK_TIMEOUT)).is_err() {
        tracing::warn!(
            "another program keeps the lock of the record of attempts; continuing without the lock"
        );
    }
}

fn read(path: &Path) -> io::Result<Record> {
    let record: Record = serde_json::from_slice(&plain_file::read(path, MAX_BYTES)?)?;
    if record.schema == SCHEMA { Ok(record) } else { Err(io::Error::other("no such schema")) }
}
