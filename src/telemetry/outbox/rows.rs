//! SQL statements on single rows, within a transaction.

use cloud_shelf_core::{
    report::{EventKind, EventRecord, LossReason, start_of_day},
    sqlite::SqliteError,
};
use rusqlite::{Connection, Transaction, params};

pub(super) fn subject(db: &Connection) -> Result<String, SqliteError> {
    Ok(db.query_row("SELECT subject FROM state", [], |row| row.get(0))?)
}

pub(super) fn set_subject(transaction: &Transaction<'_>, subject: &str) -> Result<(), SqliteError> {
    transaction.execute("UPDATE state SET subject = ?1", [subject])?;
    Ok(())
}

pub(super) fn forget(transaction: &Transaction<'_>) -> Result<(), SqliteError> {
    transaction.execute_batch(
        "DELETE FROM single; DELETE FROM daily; DELETE FROM outgoing; DELETE FROM batch;
         UPDATE state SET recorded = 0, sent = 0, lost = 0, activation = 'none', activation_reason = '',
            words_zh = '', words_en = '', activation_at = NULL, last_report = NULL, problem = ''",
    )?;
    Ok(())
}

/// Inserts single events, each rounded to its quarter of an hour.
pub(super) fn insert_singles(
    transaction: &Transaction<'_>,
    records: impl Iterator<Item = (EventRecord, i64)>,
) -> Result<(), SqliteError> {
    let sql = "INSERT INTO single (kind, about, at, amount) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = transaction.prepare(sql)?;
    for (record, at) in records {
        insert.execute(params![record.kind.as_str(), record.about, at, record.amount as i64])?;
    }
    Ok(())
}

pub(super) fn add_recorded(transaction: &Transaction<'_>, number: u64) -> Result<(), SqliteError> {
    transaction.execute("UPDATE state SET recorded = recorded + ?1", [number as i64])?;
    Ok(())
}

pub(super) fn add_sent(transaction: &Transaction<'_>, number: u64) -> Result<(), SqliteError> {
    transaction.execute("UPDATE state SET sent = sent + ?1", [number as i64])?;
    Ok(())
}

/// Counts events as lost, and adds an entry that reports the loss.
pub(super) fn lose(
    transaction: &Transaction<'_>,
    reason: LossReason,
    number: u64,
    today: i64,
) -> Result<(), SqliteError> {
    transaction.execute("UPDATE state SET lost = lost + ?1", [number as i64])?;
    transaction.execute(
        "INSERT INTO daily (day, kind, about, count, amount) VALUES (?1, ?2, ?3, 1, ?4) \
         ON CONFLICT (day, kind, about) DO UPDATE SET count = count + 1, amount = amount + excluded.amount",
        params![start_of_day(today), EventKind::Lost.as_str(), reason.as_str(), number as i64],
    )?;
    Ok(())
}
