//! `attempts.json`, and one writer of it at a time.

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

/// A full one has some 100 KiB.
const MAX_BYTES: u64 = 1 << 20;
/// How long a writer waits for another one.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone, Debug)]
pub(super) struct RecordFile {
    path: PathBuf,
}

/// How soon a change has to be on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Haste {
    /// Before anything else is done: the machine may stop with the program
    Now,
    /// It outlives this process at once, and the machine in a few seconds
    Soon,
}

impl RecordFile {
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// What is remembered; nothing where that can't be read.
    pub fn read(&self) -> Record {
        match read(&self.path) {
            Ok(record) => record,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Record::default(),
            Err(error) => {
                tracing::warn!(%error, "what was tried before is not known");
                Record::default()
            }
        }
    }

    /// Changes what is remembered, unless `change` says that nothing is to be written.
    pub fn change<T>(&self, haste: Haste, change: impl FnOnce(&mut Record) -> (T, bool)) -> io::Result<T> {
        let dir = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(dir)?;
        let dir = File::open(dir)?;
        lock(&dir);
        let mut record = self.read();
        let (value, changed) = change(&mut record);
        if changed {
            record.schema = SCHEMA;
            let bytes = serde_json::to_vec(&record)?;
            match haste {
                Haste::Now => durable::replace(&self.path, &bytes)?,
                Haste::Soon => durable::replace_soon(&self.path, &bytes)?,
            }
        }
        Ok(value)
    }
}

/// Locks the record's directory: the kiosk and a command may both write. A file system without locks, or a
/// program that holds the lock for longer than any write takes, must not keep the kiosk from starting.
fn lock(dir: &File) {
    if !matches!(dir.try_lock(), Err(TryLockError::WouldBlock)) {
        return;
    }
    // The lock belongs to what was opened, which this thread and the other share. A lock that comes too late
    // goes with the last of both
    let (locked, heard) = channel();
    let waiter = dir.try_clone().and_then(|dir| {
        thread::Builder::new().name("attempt-lock".into()).spawn(move || {
            let _ = locked.send(dir.lock());
        })
    });
    if waiter.is_err() || watchdog::waiting(|| heard.recv_timeout(LOCK_PATIENCE)).is_err() {
        tracing::warn!("another program holds the lock of what is tried; going on without");
    }
}

fn read(path: &Path) -> io::Result<Record> {
    let record: Record = serde_json::from_slice(&plain_file::read(path, MAX_BYTES)?)?;
    if record.schema == SCHEMA { Ok(record) } else { Err(io::Error::other("no such schema")) }
}
