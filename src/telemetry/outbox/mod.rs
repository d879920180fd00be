//! Events that wait to be reported, in a SQLite file of their own.
//!
//! Apart from `shelf.db`, so that whatever happens to the catalog they are not harmed; and not
//! among what is set aside with it. One process writes, the kiosk; `status` reads beside it.
//!
//! Nothing disappears silently: what was recorded waits, was sent, or is counted as lost.

mod batch;
mod ceiling;
mod error;
mod rows;
mod standing;

pub use batch::{Batch, BatchId};
pub use ceiling::Ceiling;
pub use error::OutboxError;
pub use standing::{Activation, Standing, Words};

use super::{
    entry::{Kind, Record, day, quarter},
    event::{Event, Loss},
};
use crate::{
    clock::Clock,
    paths::Paths,
    sqlite::{self, Fault, Schema},
};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::{fs, path::PathBuf};

const SCHEMA: Schema = Schema {
    // `CSho`
    application_id: 0x4353_686F,
    steps: &[include_str!("migration/0001.sql")],
};

/// Pages that lie free beyond this are given back once events are gone.
const KEPT_FREE_BYTES: i64 = 1 << 20;

/// The outbox, opened to be written.
#[derive(Debug)]
pub struct Outbox {
    db: Connection,
    path: PathBuf,
    ceiling: Ceiling,
}

impl Outbox {
    /// Opens the file and makes it where there is none. A damaged one is set aside, and the events
    /// that were in it are counted as lost, as far as their number can still be read.
    pub fn open(paths: &Paths, ceiling: Ceiling, clock: &dyn Clock) -> Result<Self, OutboxError> {
        fs::create_dir_all(paths.state_dir()).map_err(Fault::Unwritable)?;
        let path = paths.outbox();
        // Every page is looked at: the file has a few MiB at most
        match sqlite::open(&path, &SCHEMA, true).and_then(|db| sound(&db).map(|()| db)) {
            Ok(db) => Ok(Self { db, path, ceiling }),
            Err(Fault::Damaged { detail }) => Self::afresh(path, ceiling, &detail, clock.now()),
            Err(other) => Err(other.into()),
        }
    }

    /// Goes on with a new file after damage was met in this one.
    pub fn replace(self, detail: &str, now: i64) -> Result<Self, OutboxError> {
        let Self { db, path, ceiling } = self;
        drop(db);
        Self::afresh(path, ceiling, detail, now)
    }

    fn afresh(path: PathBuf, ceiling: Ceiling, detail: &str, now: i64) -> Result<Self, OutboxError> {
        let lost = sqlite::open_damaged(&path).ok().and_then(|db| standing::waiting(&db).ok()).unwrap_or(0);
        let aside = sqlite::set_aside(&path, now).map_err(Fault::Unwritable)?;
        tracing::warn!(detail, lost, aside = %aside.display(), "the outbox was damaged and starts afresh");
        let mut outbox = Self { db: sqlite::open(&path, &SCHEMA, false)?, path, ceiling };
        outbox.record(&[], &[(Loss::Damaged, lost)], now)?;
        Ok(outbox)
    }

    /// Whose events these are from now on. What another unit has left, or this one before it was
    /// bound to other codes or got another key, is dropped: it is nobody's to report.
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

    /// Keeps events, each with the Unix time at which it happened, and counts those that got lost
    /// before they came here. One transaction.
    pub fn record(
        &mut self,
        events: &[(Event, i64)],
        lost: &[(Loss, u64)],
        now: i64,
    ) -> Result<(), OutboxError> {
        let ceiling = self.ceiling;
        self.write(|transaction| {
            let records = events.iter().map(|(event, time)| (Record::from(event), quarter(*time)));
            rows::insert_singles(transaction, records)?;
            rows::add_recorded(transaction, events.len() as u64)?;
            for &(reason, number) in lost {
                rows::add_recorded(transaction, number)?;
                rows::lose(transaction, reason, number, day(now))?;
            }
            ceiling.keep(transaction, day(now))
        })
    }

    fn write<T>(
        &mut self,
        with: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, OutboxError> {
        let transaction =
            self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(Fault::from)?;
        let value = with(&transaction)?;
        transaction.commit().map_err(Fault::from)?;
        Ok(value)
    }

    fn give_back(&self) -> Result<(), Fault> {
        let number = |sql| self.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        if number("PRAGMA freelist_count")? * number("PRAGMA page_size")? > KEPT_FREE_BYTES {
            self.db.execute_batch("PRAGMA incremental_vacuum")?;
        }
        Ok(())
    }
}

/// Whether the rows are such as this program writes; SQLite's own check knows nothing of that.
fn sound(db: &Connection) -> Result<(), Fault> {
    standing::read(db)?;
    let mut kinds =
        db.prepare("SELECT kind FROM single UNION SELECT kind FROM daily UNION SELECT kind FROM outgoing")?;
    let mut kinds = kinds.query([])?;
    while let Some(row) = kinds.next()? {
        let kind: String = row.get(0)?;
        if Kind::parse(&kind).is_none() {
            return Err(Fault::damaged(&format!("an event of no kind: {kind:?}")));
        }
    }
    Ok(())
}
