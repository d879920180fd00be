//! Why there is no report of an import.

use crate::{import::ImportError, store::StoreError};
use cloud_shelf_core::{
    domain::Message,
    table::{self, TableError},
};
use std::io;

/// What happened instead.
#[derive(Debug)]
pub(super) enum Failure {
    /// The file can't be read
    Source(Message),
    /// The process that reads pictures can't be started
    Servant(io::Error),
    Table(TableError),
    Import(ImportError),
}

impl Failure {
    /// Returns a short code for machine-read reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Source(_) => "source_unreadable",
            Self::Servant(_) => "pictures_unreadable",
            Self::Table(error) => error.code(),
            Self::Import(ImportError::NoItems { .. }) => "no_items",
            Self::Import(ImportError::Logo(fault)) => fault.code(),
            Self::Import(ImportError::Store(StoreError::Busy { .. })) => "store_busy",
            Self::Import(ImportError::Store(_)) => "store_failed",
        }
    }

    pub fn message(&self) -> Message {
        match self {
            Self::Source(message) => message.clone(),
            Self::Servant(error) => Message::new(
                format!("不能启动读取图片的进程（{error}），没有导入。请稍后再试，或重启设备"),
                format!(
                    "The process that reads pictures can't be started ({error}); nothing was imported. Try again, or restart the unit"
                ),
            ),
            Self::Table(error) => error.message(),
            Self::Import(error) => error.message(),
        }
    }

    pub fn problems(&self) -> &[table::Problem] {
        match self {
            Self::Import(ImportError::NoItems { problems }) => problems,
            _ => &[],
        }
    }
}
