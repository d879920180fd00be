//! Reads and writes `attempts.json`; a lock allows one writer at a time.

use super::record::{Record, SCHEMA};
use crate::{disk, domain::Message, durable, plain_file, watchdog};
use serde::Deserialize;
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

/// Why the record can't be read. It then counts as empty.
#[derive(Debug, thiserror::Error)]
pub(super) enum RecordProblem {
    #[error("it can't be read: {0}")]
    Unreadable(#[source] io::Error),
    #[error("it is damaged: {0}")]
    Damaged(#[source] serde_json::Error),
    #[error("it has schema {schema}, which another version of this program wrote")]
    Newer { schema: u32 },
}

impl RecordProblem {
    /// What happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Unreadable(cause) => {
                let (why, remedy) = (plain_file::describe_error(cause), disk::remedy(cause));
                Message::new(
                    format!("读不到意外退出的记录（{}），按没有记录处理。{}", why.zh, remedy.zh),
                    format!(
                        "The record of crashes can't be read ({}) and counts as empty. {}",
                        why.en, remedy.en
                    ),
                )
            }
            Self::Damaged(_) => Message::fixed(
                "意外退出的记录已损坏，按没有记录处理，下次写入时自动重建。请留意存储卡",
                "The record of crashes is damaged and counts as empty; the next write renews it. Check the SD card",
            ),
            Self::Newer { schema } => Message::new(
                format!(
                    "意外退出的记录由另一版本的软件写入（结构 {schema}），按没有记录处理；写入前会自动另存。请把软件升级到最新版本"
                ),
                format!(
                    "The record of crashes was written by another version of this program (schema {schema}) and counts as empty;                      it is kept aside before anything is written. Update this program"
                ),
            ),
        }
    }
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

    /// Returns the record; an empty one, and why, if the file can't be read.
    pub fn read(&self) -> (Record, Option<RecordProblem>) {
        match read(&self.path) {
            Ok(record) => (record, None),
            Err(problem) => (Record::default(), Some(problem)),
        }
    }

    /// Like [`read`](Self::read); logs the problem.
    pub fn read_logged(&self) -> Record {
        let (record, problem) = self.read();
        if let Some(problem) = problem {
            tracing::warn!(%problem, "the record of attempts can't be read and counts as empty");
        }
        record
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
        let (mut record, problem) = self.read();
        let (value, changed) = change(&mut record);
        if changed {
            self.make_way(problem.as_ref())?;
            record.schema = SCHEMA;
            let bytes = serde_json::to_vec(&record)?;
            match durability {
                Durability::Synced => durable::replace(&self.path, &bytes)?,
                Durability::Unsynced => durable::replace_unsynced(&self.path, &bytes)?,
            }
        }
        Ok(value)
    }

    /// Keeps the record of a newer program under another name, since this program is about to write its own. A
    /// damaged record is replaced: nothing can be learnt from it.
    fn make_way(&self, problem: Option<&RecordProblem>) -> io::Result<()> {
        match problem {
            None => {}
            Some(RecordProblem::Newer { schema }) => {
                let aside = durable::set_newer_aside(&self.path, *schema)?;
                tracing::warn!(
                    schema, aside = %aside.display(),
                    "a newer program wrote the record of attempts: it is kept aside, and an empty one is begun"
                );
            }
            Some(problem) => tracing::warn!(%problem, "the record of attempts is replaced by an empty one"),
        }
        Ok(())
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

fn read(path: &Path) -> Result<Record, RecordProblem> {
    #[derive(Deserialize)]
    struct Version {
        schema: u32,
    }
    let Some(bytes) = plain_file::read_if_exists(path, MAX_BYTES).map_err(RecordProblem::Unreadable)? else {
        return Ok(Record::default());
    };
    // Checked first: a newer record may have another form
    let Version { schema } = serde_json::from_slice(&bytes).map_err(RecordProblem::Damaged)?;
    match schema {
        SCHEMA => serde_json::from_slice(&bytes).map_err(RecordProblem::Damaged),
        schema => Err(RecordProblem::Newer { schema }),
    }
}
