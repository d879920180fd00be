//! Classification of SQLite's errors.

use rusqlite::ErrorCode;
use std::{io, time::Duration};

/// How long SQLite itself waits for a lock (for example while a reader recovers the log).
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Why a file could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum SqliteError {
    #[error("there is no database yet")]
    Missing,
    #[error("another program is writing the database")]
    Busy,
    #[error("the database is damaged: {detail}")]
    Damaged { detail: String },
    #[error("the database has schema {found}, but this program knows {known}")]
    Newer { found: i64, known: i64 },
    #[error("the database has schema {found} and has not been migrated to {known} yet")]
    Older { found: i64, known: i64 },
    #[error("the database cannot be read")]
    Unreadable(#[source] io::Error),
    #[error("the database cannot be written")]
    Unwritable(#[source] io::Error),
    #[error("the disk is full")]
    Full,
    #[error("the database failed")]
    Other(#[source] rusqlite::Error),
}

impl SqliteError {
    pub fn damaged(detail: &str) -> Self {
        Self::Damaged { detail: detail.into() }
    }
}

/// Whether SQLite's generic error is about the content of the file.
fn is_of_the_file(text: &str) -> bool {
    ["no such", "has no column", "unsupported file format", "malformed"]
        .iter()
        .any(|part| text.contains(part))
}

impl From<rusqlite::Error> for SqliteError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { detail: error.to_string() }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly) => Self::Unwritable(io::Error::other(error)),
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure) => {
                Self::Unreadable(io::Error::other(error))
            }
            // A value of another type than the schema's, which SQLite itself would not have stored
            None if matches!(
                error,
                rusqlite::Error::InvalidColumnType(..)
                    | rusqlite::Error::FromSqlConversionFailure(..)
                    | rusqlite::Error::IntegralValueOutOfRange(..)
                    | rusqlite::Error::Utf8Error(..)
            ) =>
            {
                Self::Damaged { detail: error.to_string() }
            }
            // Our statements are fixed, so this error means that the file only claims to have our
            // schema
            Some(ErrorCode::Unknown) if is_of_the_file(&error.to_string()) => {
                Self::Damaged { detail: error.to_string() }
            }
            _ => Self::Other(error),
        }
    }
}
