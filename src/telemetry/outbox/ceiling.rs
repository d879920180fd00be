//! Size limit of the outbox, and what is dropped near it.

use super::rows;
use cloud_shelf_core::{
    report::{DAY_S, LossReason},
    sqlite::SqliteError,
};
use rusqlite::{OptionalExtension, Transaction};

/// Size limit of the outbox.
///
/// Near the limit, single events are folded into daily counts by kind and item. If that is not
/// enough, the oldest days are dropped and counted as lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// Single events and daily counts together
    pub rows: u64,
    /// Bytes used in the file. The rows stay well below; beyond this nothing more is recorded
    pub bytes: u64,
}

impl Default for Ceiling {
    /// Enough for a year offline with sixty items viewed each day.
    fn default() -> Self {
        Self { rows: 50_000, bytes: 8 << 20 }
    }
}

impl Ceiling {
    /// Where folding begins; leaves room for one recorded batch.
    const fn near(self) -> u64 {
        self.rows / 10 * 9
    }

    /// Rows left after days were dropped, so that this does not happen for every event.
    const fn kept(self) -> u64 {
        self.rows / 10 * 8
    }

    /// Makes room if necessary.
    pub(super) fn keep(self, transaction: &Transaction<'_>, today: i64) -> Result<(), SqliteError> {
        if rows(transaction)? > self.near() {
            fold(transaction)?;
        }
        if rows(transaction)? > self.near() {
            drop_oldest(transaction, self.kept(), today)?;
        }
        if bytes(transaction)? > self.bytes { Err(SqliteError::Full) } else { Ok(()) }
    }
}

fn rows(transaction: &Transaction<'_>) -> Result<u64, SqliteError> {
    let sql = "SELECT (SELECT count(*) FROM single) + (SELECT count(*) FROM daily)";
    Ok(transaction.query_row(sql, [], |row| row.get::<_, i64>(0))? as u64)
}

fn bytes(transaction: &Transaction<'_>) -> Result<u64, SqliteError> {
    let number = |sql| transaction.query_row(sql, [], |row| row.get::<_, i64>(0));
    let pages = number("PRAGMA page_count")? - number("PRAGMA freelist_count")?;
    Ok((pages * number("PRAGMA page_size")?) as u64)
}

/// Folds all single events into daily counts.
pub(super) fn fold(transaction: &Transaction<'_>) -> Result<(), SqliteError> {
    transaction.execute(
        "INSERT INTO daily (day, kind, about, count, amount) \
         SELECT at / ?1 * ?1, kind, about, count(*), sum(amount) FROM single WHERE true GROUP BY 1, 2, 3 \
         ON CONFLICT (day, kind, about) \
         DO UPDATE SET count = count + excluded.count, amount = amount + excluded.amount",
        [DAY_S],
    )?;
    transaction.execute("DELETE FROM single", [])?;
    Ok(())
}

/// Drops the oldest days, down to about `kept` rows. Counts of earlier losses stay.
fn drop_oldest(transaction: &Transaction<'_>, kept: u64, today: i64) -> Result<(), SqliteError> {
    let sql = "SELECT day FROM daily ORDER BY day DESC LIMIT 1 OFFSET ?1";
    let Some(last): Option<i64> = transaction.query_row(sql, [kept as i64], |row| row.get(0)).optional()?
    else {
        return Ok(());
    };
    let sql = "SELECT coalesce(sum(count), 0) FROM daily WHERE day <= ?1 AND kind <> 'lost'";
    let dropped: i64 = transaction.query_row(sql, [last], |row| row.get(0))?;
    transaction.execute("DELETE FROM daily WHERE day <= ?1 AND kind <> 'lost'", [last])?;
    transaction.execute(
        "INSERT INTO daily (day, kind, about, count, amount) \
         SELECT ?1, kind, about, sum(count), sum(amount) FROM daily WHERE day < ?1 GROUP BY kind, about \
         ON CONFLICT (day, kind, about) \
         DO UPDATE SET count = count + excluded.count, amount = amount + excluded.amount",
        [last],
    )?;
    transaction.execute("DELETE FROM daily WHERE day < ?1", [last])?;
    if dropped > 0 {
        rows::lose(transaction, LossReason::Ceiling, dropped as u64, today)?;
    }
    Ok(())
}
