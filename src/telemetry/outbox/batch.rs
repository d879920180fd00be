//! Batches: events sent together, under an id by which the server counts a repeat once.

use super::{Outbox, OutboxError, rows};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cloud_shelf_core::{
    report::{DAY_S, EventEntry, EventKind, EventRecord, EventTime, LossReason, start_of_day},
    sqlite::SqliteError,
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::fmt;

/// Entries per batch: about 50 KB once signed.
const MAX_ENTRIES: usize = 500;

/// 128 random bits; 22 characters of base64url as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BatchId([u8; 16]);

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// The batch in flight. However often it is sent, its id and its entries stay the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub id: BatchId,
    pub(in crate::telemetry) entries: Vec<EventEntry>,
}

impl Outbox {
    /// Returns the batch in flight, or else starts one with the oldest events; `None` if nothing
    /// waits, or if the events belong to another subject: see [`Outbox::claim`].
    ///
    /// Entries are sorted by time, kind and item, so a batch does not tell in which order things
    /// were done.
    pub fn batch(&mut self, subject: &str) -> Result<Option<Batch>, OutboxError> {
        let waits = "SELECT EXISTS (SELECT 1 FROM batch) OR EXISTS (SELECT 1 FROM single) OR EXISTS (SELECT 1 FROM daily)";
        if rows::subject(&self.db)? != subject || !self.db.query_row(waits, [], |row| row.get(0))? {
            return Ok(None);
        }
        self.write(|transaction| {
            let id = match under_way(transaction)? {
                Some(id) => id,
                None => begin(transaction)?,
            };
            Ok(Some(Batch { id, entries: entries(transaction)? }))
        })
    }

    /// Deletes the batch, which the operator has accepted. Does nothing if another batch is in
    /// flight.
    pub fn acknowledge(&mut self, id: BatchId) -> Result<(), OutboxError> {
        self.write(|transaction| {
            if under_way(transaction)? == Some(id) {
                rows::add_sent(transaction, events(transaction)?)?;
                end(transaction)?;
            }
            Ok(())
        })?;
        Ok(self.give_back()?)
    }

    /// Counts the events of the batch, which the operator refuses for good, as lost. Its entries on
    /// earlier losses are reported again in another batch.
    pub fn refuse(&mut self, id: BatchId, now: i64) -> Result<(), OutboxError> {
        self.write(|transaction| {
            if under_way(transaction)? != Some(id) {
                return Ok(());
            }
            transaction.execute(
                "INSERT INTO daily (day, kind, about, count, amount) \
                 SELECT at / ?1 * ?1, kind, about, count, amount FROM outgoing WHERE kind = 'lost' \
                 ON CONFLICT (day, kind, about) \
                 DO UPDATE SET count = count + excluded.count, amount = amount + excluded.amount",
                [DAY_S],
            )?;
            let number = events(transaction)?;
            if number > 0 {
                rows::lose(transaction, LossReason::Refused, number, start_of_day(now))?;
            }
            end(transaction)
        })
    }
}

fn under_way(db: &Connection) -> Result<Option<BatchId>, SqliteError> {
    let name: Option<[u8; 16]> = db.query_row("SELECT name FROM batch", [], |row| row.get(0)).optional()?;
    Ok(name.map(BatchId))
}

fn begin(transaction: &Transaction<'_>) -> Result<BatchId, SqliteError> {
    let oldest = "FROM daily ORDER BY day, kind, about LIMIT ?1";
    let days = transaction.execute(
        &format!(
            "INSERT INTO outgoing (kind, about, at, count, amount) SELECT kind, about, day, count, amount {oldest}"
        ),
        [MAX_ENTRIES as i64],
    )?;
    transaction.execute(
        &format!("DELETE FROM daily WHERE (day, kind, about) IN (SELECT day, kind, about {oldest})"),
        [days as i64],
    )?;
    let oldest = "SELECT * FROM single ORDER BY seq LIMIT ?1";
    let left = (MAX_ENTRIES - days) as i64;
    transaction.execute(
        &format!(
            "INSERT INTO outgoing (kind, about, at, amount) \
             SELECT kind, about, at, amount FROM ({oldest}) ORDER BY at, kind, about, amount"
        ),
        [left],
    )?;
    transaction.execute(&format!("DELETE FROM single WHERE seq IN (SELECT seq FROM ({oldest}))"), [left])?;
    let name = "INSERT INTO batch (id, name) VALUES (1, randomblob(16)) RETURNING name";
    Ok(BatchId(transaction.query_row(name, [], |row| row.get(0))?))
}

fn end(transaction: &Transaction<'_>) -> Result<(), SqliteError> {
    Ok(transaction.execute_batch("DELETE FROM outgoing; DELETE FROM batch;")?)
}

/// Returns how many events the batch stands for; entries on losses do not count.
fn events(transaction: &Transaction<'_>) -> Result<u64, SqliteError> {
    let sql = "SELECT coalesce(sum(coalesce(count, 1)), 0) FROM outgoing WHERE kind <> 'lost'";
    Ok(transaction.query_row(sql, [], |row| row.get::<_, i64>(0))? as u64)
}

fn entries(transaction: &Transaction<'_>) -> Result<Vec<EventEntry>, SqliteError> {
    let mut rows =
        transaction.prepare("SELECT kind, about, at, count, amount FROM outgoing ORDER BY position")?;
    let mut rows = rows.query(params![])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(entry(row)?);
    }
    Ok(entries)
}

fn entry(row: &Row<'_>) -> Result<EventEntry, SqliteError> {
    let kind: String = row.get(0)?;
    let kind = EventKind::parse(&kind).ok_or_else(|| SqliteError::damaged("an event of unknown kind"))?;
    let (at, count): (i64, Option<i64>) = (row.get(2)?, row.get(3)?);
    let when = match count {
        Some(count) => EventTime::Day { day: at, count: count as u64 },
        None => EventTime::Quarter(at),
    };
    Ok(EventEntry {
        record: EventRecord { kind, about: row.get(1)?, amount: row.get::<_, i64>(4)? as u64 },
        when,
    })
}
