//! Whose file it is, and the numbered steps that bring it to the schema this program knows.

use super::{BUSY_WAIT, Fault};
use crate::watchdog;
use rusqlite::{Connection, TransactionBehavior};

/// Steps of SQLite's machine, of which one reads or writes a page at the most: a few seconds on the slowest card.
const STEPS_BETWEEN_PULSES: i32 = 4_000;
/// A number beyond this is garbage and no later program's.
const MOST_PLAUSIBLE: i64 = 9_999;

/// What one kind of file is, and how it came to be so.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Tells our file from any other SQLite file
    pub application_id: i64,
    /// A shipped step is never edited: a later one changes what it did
    pub steps: &'static [&'static str],
}

/// What a file says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No table at all: a new file, or one whose writer was cut before its first commit
    Empty,
    Schema(i64),
}

impl Schema {
    /// The number of the schema that this program writes.
    pub const fn known(&self) -> i64 {
        self.steps.len() as i64
    }

    /// Reads whose file this is and which schema it has.
    pub(super) fn find(&self, db: &Connection) -> Result<Found, Fault> {
        let number = |sql| db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let tables = number("SELECT count(*) FROM sqlite_schema")?;
        let application = number("PRAGMA application_id")?;
        let schema = number("PRAGMA user_version")?;
        match (application, schema) {
            (0, 0) if tables == 0 => Ok(Found::Empty),
            (id, 1..=MOST_PLAUSIBLE) if id == self.application_id => Ok(Found::Schema(schema)),
            _ => Err(Fault::damaged("not a file of this kind")),
        }
    }

    /// Brings the file to the known schema in one transaction.
    pub(super) fn migrate(&self, db: &mut Connection) -> Result<(), Fault> {
        let from = match self.find(db)? {
            Found::Schema(found) if found > self.known() => {
                return Err(Fault::Newer { found, known: self.known() });
            }
            Found::Schema(found) if found == self.known() => return Ok(()),
            Found::Schema(found) => found,
            Found::Empty => 0,
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

/// Settings of every connection, which guard against a file that was tampered with or torn.
pub(super) fn harden(db: &mut Connection) -> Result<(), Fault> {
    db.busy_timeout(BUSY_WAIT)?;
    // A look at every page of a big file on a slow card takes minutes, and is no hang
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

/// Whether every page is what SQLite wrote.
pub fn check(db: &Connection) -> Result<(), Fault> {
    let verdict: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(Fault::Damaged { detail: verdict }) }
}
