//! How much may wait, and what gives way near that.

use super::{
    super::{entry::DAY, event::Loss},
    rows,
};
use crate::sqlite::Fault;
use rusqlite::{OptionalExtension, Transaction};

/// What the outbox may grow to.
///
/// Near it, single events are folded into a day's counts of each kind about each item. If that is
/// not enough, the oldest days are dropped, and counted as lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// Single events and folded counts together
    pub rows: u64,
    /// Of what the file holds. The rows stay well below; beyond it nothing more is recorded
    pub bytes: u64,
}

impl Default for Ceiling {
    /// A year without network of a shelf where sixty items are looked at each day.
    fn default() -> Self {
        Self { rows: 50_000, bytes: 8 << 20 }
    }
}

impl Ceiling {
    /// Where folding begins. Above it there is room for what is recorded at a time.
    const fn near(self) -> u64 {
        self.rows / 10 * 9
    }

    /// What is left once days were dropped, so that this is not done for every event.
    const fn kept(self) -> u64 {
        self.rows / 10 * 8
    }

    /// Makes room if it is short.
    pub(super) fn keep(self, transaction: &Transaction<'_>, today: i64) -> Result<(), Fault> {
        if rows(transaction)? > self.near() {
            fold(transaction)?;
        }
        if rows(transaction)? > self.near() {
            drop_oldest(transaction, self.kept(), today)?;
        }
        if bytes(transaction)? > self.bytes { Err(Fault::Full) } else { Ok(()) }
    }
}

fn rows(transaction: &Transaction<'_>) -> Result<u64, Fault> {
    let sql = "SELECT (SELECT count(*) FROM single) + (SELECT count(*) FROM daily)";
    Ok(transaction.query_row(sql, [], |row| row.get::<_, i64>(0))? as u64)
}

fn bytes(transaction: &Transaction<'_>) -> Result<u64, Fault> {
    let number = |sql| transaction.query_row(sql, [], |row| row.get::<_, i64>(0));
    let pages = number("PRAGMA page_count")? - number("PRAGMA freelist_count")?;
    Ok((pages * number("PRAGMA page_size")?) as u64)
}

/// Puts every single event into its day's count.
pub(super) fn fold(transaction: &Transaction<'_>) -> Result<(), Fault> {
    transaction.execute(
        "INSERT INTO daily (day, kind, about, count, amount) \
         SELECT at / ?1 * ?1, kind, about, count(*), sum(amount) FROM single WHERE true GROUP BY 1, 2, 3 \
         ON CONFLICT (day, kind, about) \
         DO UPDATE SET count = count + excluded.count, amount = amount + excluded.amount",
        [DAY],
    )?;
    transaction.execute("DELETE FROM single", [])?;
    Ok(())
}

/// Leaves the newest days, about so many rows of them. What is known of earlier losses is kept.
fn drop_oldest(transaction: &Transaction<'_>, kept: u64, today: i64) -> Result<(), Fault> {
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
        rows::lose(transaction, Loss::Ceiling, dropped as u64, today)?;
    }
    Ok(())
}
