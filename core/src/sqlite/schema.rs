//! Ownership check and migrations of a SQLite file.

use super::{BUSY_TIMEOUT, SqliteError};
use crate::watchdog;
use rusqlite::{Connection, TransactionBehavior};

/// SQLite VM instructions between watchdog pulses. Each reads or writes one page at most: a few
/// seconds on the slowest SD card.
const STEPS_BETWEEN_PULSES: i32 = 4_000;
/// A schema number above this is garbage, not a newer program's.
const MAX_PLAUSIBLE: i64 = 9_999;

/// Identity and migrations of one kind of file.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Distinguishes our file from any other SQLite file
    pub application_id: i64,
    /// SQL of the migrations. A shipped migration is never edited; a later one corrects it
    pub steps: &'static [&'static str],
}

/// What a file is, by its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FoundSchema {
    /// No table at all: a new file, or one whose writer was cut off before its first commit
    Empty,
    Schema(i64),
}

impl Schema {
    /// Returns the schema number that this version of the program writes.
    pub const fn known(&self) -> i64 {
        self.steps.len() as i64
    }

    /// Reads the file's owner and schema.
    pub(super) fn find(&self, db: &Connection) -> Result<FoundSchema, SqliteError> {
        let number = |sql| db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let tables = number("SELECT count(*) FROM sqlite_schema")?;
        let application = number("PRAGMA application_id")?;
        let schema = number("PRAGMA user_version")?;
        match (application, schema) {
            (0, 0) if tables == 0 => Ok(FoundSchema::Empty),
            (id, 1..=MAX_PLAUSIBLE) if id == self.application_id => Ok(FoundSchema::Schema(schema)),
            _ => Err(SqliteError::damaged("not a database of this kind")),
        }
    }

    /// Migrates the file to the known schema in one transaction.
    pub(super) fn migrate(&self, db: &mut Connection) -> Result<(), SqliteError> {
        let from = match self.find(db)? {
            FoundSchema::Schema(found) if found > self.known() => {
                return Err(SqliteError::Newer { found, known: self.known() });
            }
            FoundSchema::Schema(found) if found == self.known() => return Ok(()),
            FoundSchema::Schema(found) => found,
            FoundSchema::Empty => 0,
        };
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for step in &self.steps[from as usize..] {
            transaction.execute_batch(step)?;
        }
        transaction.pragma_update(None, "application_id", self.application_id)?;
        transaction.pragma_update(None, "user_version", self.known())?;
        transaction.commit()?;
        Ok(())
    }
}

/// Hardens a connection against files that were tampered with or corrupted.
pub(super) fn harden(db: &mut Connection) -> Result<(), SqliteError> {
    db.busy_timeout(BUSY_TIMEOUT)?;
    // Checking every page of a big file on a slow SD card takes minutes, and is not a hang
    db.progress_handler(
        STEPS_BETWEEN_PULSES,
        Some(|| {
            watchdog::pulse();
            false
        }),
    )?;
    db.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = OFF;")?;
    Ok(())
}

/// Checks every page.
pub fn check_pages(db: &Connection) -> Result<(), SqliteError> {
    let verdict: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(SqliteError::Damaged { detail: verdict }) }
}
