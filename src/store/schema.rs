//! The numbered steps that bring a file to the schema this program knows.

use super::StoreError;
use rusqlite::{Connection, TransactionBehavior};
use std::time::Duration;

/// `CShf`: tells our file from any other SQLite file.
const APPLICATION_ID: i64 = 0x4353_6866;
/// How long SQLite itself waits for a lock (a reader recovering the log, say).
pub(super) const BUSY_WAIT: Duration = Duration::from_secs(5);

/// A shipped step is never edited: a later one changes what it did.
const STEPS: [&str; 1] = [include_str!("migration/0001.sql")];

/// The schema that this program writes.
pub const KNOWN_SCHEMA: i64 = STEPS.len() as i64;

/// A number beyond this is garbage and no later program's.
const MOST_PLAUSIBLE: i64 = 9_999;

/// What a file says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No table at all: a new file, or one whose writer was cut before its first commit
    Empty,
    Schema(i64),
}

/// Settings of every connection, which guard against a file that was tampered with or torn.
pub(super) fn harden(db: &Connection) -> Result<(), StoreError> {
    db.busy_timeout(BUSY_WAIT)?;
    db.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = OFF;")?;
    Ok(())
}

/// Reads whose file this is and which schema it has.
pub(super) fn find(db: &Connection) -> Result<Found, StoreError> {
    let number = |sql| db.query_row(sql, [], |row| row.get::<_, i64>(0));
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    let application = number("PRAGMA application_id")?;
    let schema = number("PRAGMA user_version")?;
    match (application, schema) {
        (0, 0) if tables == 0 => Ok(Found::Empty),
        (APPLICATION_ID, 1..=MOST_PLAUSIBLE) => Ok(Found::Schema(schema)),
        _ => Err(StoreError::Damaged { detail: "not a shelf's database".into() }),
    }
}

/// Brings the file to [`KNOWN_SCHEMA`] in one transaction.
pub(super) fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    let from = match find(db)? {
        Found::Schema(found) if found > KNOWN_SCHEMA => {
            return Err(StoreError::Newer { found, known: KNOWN_SCHEMA });
        }
        Found::Schema(KNOWN_SCHEMA) => return Ok(()),
        Found::Schema(found) => found,
        Found::Empty => 0,
    };
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in &STEPS[from as usize..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", KNOWN_SCHEMA)?;
    transaction.commit()?;
    Ok(())
}

/// Whether every page is what SQLite wrote.
pub(super) fn check(db: &Connection) -> Result<(), StoreError> {
    let verdict: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged { detail: verdict }) }
}
