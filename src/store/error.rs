//! Errors of the store.

use cloud_shelf_core::{
    disk,
    domain::Message,
    plain_file,
    sqlite::{BUSY_TIMEOUT, SqliteError},
};
use std::{io, time::Duration};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no database yet")]
    Missing,
    #[error("another program has been writing the database for {} s", .waited.as_secs())]
    Busy { waited: Duration },
    #[error("the database is damaged: {detail}")]
    Damaged { detail: String },
    #[error("the database has schema {found}, but this program knows {known}")]
    Newer { found: i64, known: i64 },
    #[error("the database has schema {found} and has not been migrated to {known} yet")]
    Older { found: i64, known: i64 },
    #[error("the database cannot be read")]
    Unreadable(#[source] io::Error),
    #[error("the state directory cannot be written")]
    Unwritable(#[source] io::Error),
    #[error("the disk is full")]
    Full,
    #[error("{what} is {size}, over the limit of {most}")]
    TooLarge { what: &'static str, size: usize, most: usize },
    #[error("the database failed")]
    Database(#[source] rusqlite::Error),
}

impl StoreError {
    /// Says what happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Missing => Message::fixed(
                "还没有商品数据。请导入商品推荐表格，或等待同步。",
                "There are no items yet. Import the product table, or wait for the sync.",
            ),
            Self::Busy { .. } => Message::fixed(
                "另一个程序正在写入商品数据，请稍后再试。",
                "Another program is writing the items. Try again in a moment.",
            ),
            Self::Damaged { .. } => Message::fixed(
                "商品数据文件已损坏。重新同步或重新导入表格即可恢复，旧文件会自动另存。",
                "The item database is damaged. Sync or import again to restore it; the damaged file is set aside.",
            ),
            Self::Newer { found, known } => Message::new(
                format!("商品数据由更新版本的程序写入（结构 {found}，本程序支持到 {known}）。请升级本程序。"),
                format!(
                    "The items were written by a newer version of the program (schema {found}; this one knows {known}). Update this program."
                ),
            ),
            Self::Older { .. } => Message::fixed(
                "商品数据来自旧版本程序，尚未升级。请运行一次同步或导入。",
                "The items were written by an older version of the program. Run a sync or an import once.",
            ),
            Self::Unreadable(cause) => {
                let (why, remedy) = (plain_file::describe_error(cause), disk::remedy(cause));
                Message::new(
                    format!("无法读取商品数据（{}）。{}。", why.zh, remedy.zh),
                    format!("The items cannot be read ({}). {}.", why.en, remedy.en),
                )
            }
            Self::Unwritable(cause) => {
                let (why, remedy) = (plain_file::describe_error(cause), disk::remedy(cause));
                Message::new(
                    format!("无法写入状态目录（{}）。{}。", why.zh, remedy.zh),
                    format!("The state directory cannot be written ({}). {}.", why.en, remedy.en),
                )
            }
            Self::Full => Message::fixed(
                "存储空间已满。请清理磁盘后再试；屏幕继续显示原有商品。",
                "The disk is full. Make room and try again; the screen goes on with its current items.",
            ),
            Self::TooLarge { what: "catalog", size, most } => Message::new(
                format!("商品太多（{size} 件，最多 {most} 件）。请减少后再导入。"),
                format!("Too many items ({size}, at most {most}). Remove some and import again."),
            ),
            Self::TooLarge { what, size, most } => Message::new(
                format!("有一个文件过大（{size} 字节，上限 {most}）。请压缩图片后再试。"),
                format!(
                    "A file is too large ({what}: {size} bytes, at most {most}). Make its picture smaller."
                ),
            ),
            Self::Database(cause) => Message::new(
                format!(
                    "商品数据库出错（{cause}）。请重试；若仍失败，请重启设备，再用 sudo cloud-shelfctl status 查看。"
                ),
                format!(
                    "The item database failed ({cause}). Try again; if this goes on, restart the unit and run sudo cloud-shelfctl status."
                ),
            ),
        }
    }

    /// Whether the same request may succeed later although nobody changes anything.
    pub fn retry_helps(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }
}

impl From<SqliteError> for StoreError {
    fn from(fault: SqliteError) -> Self {
        match fault {
            SqliteError::Missing => Self::Missing,
            SqliteError::Busy => Self::Busy { waited: BUSY_TIMEOUT },
            SqliteError::Damaged { detail } => Self::Damaged { detail },
            SqliteError::Newer { found, known } => Self::Newer { found, known },
            SqliteError::Older { found, known } => Self::Older { found, known },
            SqliteError::Unreadable(cause) => Self::Unreadable(cause),
            SqliteError::Unwritable(cause) => Self::Unwritable(cause),
            SqliteError::Full => Self::Full,
            SqliteError::Other(cause) => Self::Database(cause),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        SqliteError::from(error).into()
    }
}
