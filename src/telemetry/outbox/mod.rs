//! Events that wait to be reported, in a SQLite file of their own.
//!
//! The file is separate from `shelf.db`, so that damage to the catalog does not affect events, and
//! setting the catalog aside does not either. One process writes, the kiosk; `status` reads beside
//! it.
//!
//! No event disappears silently: it waits, was sent, or is counted as lost.

mod answered;
mod batch;
mod ceiling;
mod error;
mod rows;
mod standing;

pub use batch::{Batch, BatchId};
pub use ceiling::Ceiling;
pub use error::OutboxError;
pub use standing::{Activation, Standing};

use cloud_shelf_core::{
    clock::Clock,
    paths::Paths,
    report::{Event, EventKind, EventRecord, LossReason, start_of_day, start_of_quarter},
    sqlite::{self, Schema, SqliteError},
};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::{fs, path::PathBuf};

const SCHEMA: Schema = Schema {
    // `CSho`
    application_id: 0x4353_686F,
    steps: &[include_str!("migration/0001.sql")],
};

/// Free pages beyond this are returned to the file system.
const KEPT_FREE_BYTES: i64 = 1 << 20;

/// The outbox, opened for writing.
#[derive(Debug)]
pub struct Outbox {
    db: Connection,
    path: PathBuf,
    ceiling: Ceiling,
}

impl Outbox {
    /// Opens the file, or creates it. A damaged file is set aside, and its events are counted as
    /// lost as far as their number can still be read.
    pub fn open(paths: &Paths, ceiling: Ceiling, clock: &dyn Clock) -> Result<Self, OutboxError> {
        fs::create_dir_all(paths.state_dir()).map_err(SqliteError::Unwritable)?;
        let path = paths.outbox();
        // Checks every page: the file has a few MiB at most
        match sqlite::open(&path, &SCHEMA, true).and_then(|db| sound(&db).map(|()| db)) {
            Ok(db) => Ok(Self { db, path, ceiling }),
            Err(SqliteError::Damaged { detail }) => Self::afresh(path, ceiling, &detail, clock.now()),
            Err(other) => Err(other.into()),
        }
    }

    /// Starts a new file after damage was found in this one.
    pub fn replace(self, detail: &str, now: i64) -> Result<Self, OutboxError> {
        let Self { db, path, ceiling } = self;
        drop(db);
        Self::afresh(path, ceiling, detail, now)
    }

    fn afresh(path: PathBuf, ceiling: Ceiling, detail: &str, now: i64) -> Result<Self, OutboxError> {
        let lost = sqlite::open_damaged(&path).ok().and_then(|db| standing::waiting(&db).ok()).unwrap_or(0);
        let aside = sqlite::set_aside(&path, now).map_err(SqliteError::Unwritable)?;
        tracing::warn!(detail, lost, aside = %aside.display(), "the damaged outbox was set aside; starting a new one");
        let mut outbox = Self { db: sqlite::open(&path, &SCHEMA, false)?, path, ceiling };
        outbox.record(&[], &[(LossReason::Damaged, lost)], now)?;
        Ok(outbox)
    }

    /// Sets the owner of the events from now on. Events of another unit, or of this one before it
    /// got other codes or another key, are dropped: nobody may report them.
    pub fn claim(&mut self, subject: &str) -> Result<(), OutboxError> {
        if rows::subject(&self.db)? == subject {
            return Ok(());
        }
        self.write(|transaction| {
            if !rows::subject(transaction)?.is_empty() {
                rows::forget(transaction)?;
            }
            rows::set_subject(transaction, subject)
        })
    }

    /// Stores events, each with its Unix time, and counts the events that were lost before they
    /// arrived here. One transaction.
    pub fn record(
        &mut self,
        events: &[(Event, i64)],
        lost: &[(LossReason, u64)],
        now: i64,
    ) -> Result<(), OutboxError> {
        let ceiling = self.ceiling;
        self.write(|transaction| {
            let records =
                events.iter().map(|(event, time)| (EventRecord::from(event), start_of_quarter(*time)));
            rows::insert_singles(transaction, records)?;
            rows::add_recorded(transaction, events.len() as u64)?;
            for &(reason, number) in lost {
                rows::add_recorded(transaction, number)?;
                rows::lose(transaction, reason, number, start_of_day(now))?;
            }
            ceiling.keep(transaction, start_of_day(now))
        })
    }

    fn write<T>(
        &mut self,
        with: impl FnOnce(&Transaction<'_>) -> Result<T, SqliteError>,
    ) -> Result<T, OutboxError> {
        let transaction =
            self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(SqliteError::from)?;
        let value = with(&transaction)?;
        transaction.commit().map_err(SqliteError::from)?;
        Ok(value)
    }

    fn give_back(&self) -> Result<(), SqliteError> {
        let number = |sql| self.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        if number("PRAGMA freelist_count")? * number("PRAGMA page_size")? > KEPT_FREE_BYTES {
            self.db.execute_batch("PRAGMA incremental_vacuum")?;
        }
        Ok(())
    }
}

/// Checks that the rows are such as this program writes, which SQLite's own check can't know.
fn sound(db: &Connection) -> Result<(), SqliteError> {
    standing::read(db)?;
    let mut kinds =
        db.prepare("SELECT kind FROM single UNION SELECT kind FROM daily UNION SELECT kind FROM outgoing")?;
    let mut kinds = kinds.query([])?;
    while let Some(row) = kinds.next()? {
        let kind: String = row.get(0)?;
        if EventKind::parse(&kind).is_none() {
            return Err(SqliteError::damaged(&format!("an event of unknown kind: {kind:?}")));
        }
    }
    Ok(())
}
