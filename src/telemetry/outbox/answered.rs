//! What the operator has answered, kept and told.

use super::{
    Outbox, OutboxError, SCHEMA,
    standing::{Activation, Standing, read},
};
use cloud_shelf_core::{
    paths::Paths,
    report::OperatorMessage,
    sqlite::{self, SqliteError},
};
use rusqlite::params;

impl Outbox {
    /// Reads the status beside the kiosk that writes. Writes and creates nothing.
    pub fn look(paths: &Paths) -> Result<Standing, OutboxError> {
        match sqlite::open_read_only(&paths.outbox(), &SCHEMA) {
            Ok(db) => Ok(read(&db)?),
            Err(SqliteError::Missing) => Ok(Standing::default()),
            Err(other) => Err(other.into()),
        }
    }

    pub fn standing(&self) -> Result<Standing, OutboxError> {
        Ok(read(&self.db)?)
    }

    /// Stores the operator's decision; writes nothing if it is unchanged.
    pub fn set_activation(&mut self, activation: &Activation, now: i64) -> Result<(), OutboxError> {
        if read(&self.db)?.activation == *activation {
            return Ok(());
        }
        let nothing = OperatorMessage::default();
        let (name, reason, words) = match activation {
            Activation::None => ("none", "", &nothing),
            Activation::Pending(words) => ("pending", "", words),
            Activation::Active => ("active", "", &nothing),
            Activation::Refused { reason, words } => ("refused", reason.as_str(), words),
        };
        self.write(|transaction| {
            transaction.execute(
                "UPDATE state SET activation = ?1, activation_reason = ?2, words_zh = ?3, words_en = ?4, \
                 activation_at = ?5",
                params![name, reason, words.zh, words.en, now],
            )?;
            Ok(())
        })
    }

    /// Stores the outcome of reporting: the time of success, or the error code.
    pub fn set_outcome(&mut self, outcome: Result<i64, &str>) -> Result<(), OutboxError> {
        let before = read(&self.db)?;
        match outcome {
            Err(problem) if before.problem.as_deref() == Some(problem) => Ok(()),
            Err(problem) => self.write(|transaction| {
                transaction.execute("UPDATE state SET problem = ?1", [problem])?;
                Ok(())
            }),
            Ok(now) => self.write(|transaction| {
                transaction.execute("UPDATE state SET problem = '', last_report = ?1", [now])?;
                Ok(())
            }),
        }
    }
}
