//! Errors of the outbox.

use cloud_shelf_core::{disk, domain::Message, sqlite::SqliteError};

#[derive(Debug, thiserror::Error)]
#[error("the outbox: {0}")]
pub struct OutboxError(#[from] pub(in crate::telemetry) SqliteError);

impl From<rusqlite::Error> for OutboxError {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.into())
    }
}

impl OutboxError {
    /// Says what happened and what to do. The screen keeps working in every case.
    pub fn message(&self) -> Message {
        match &self.0 {
            SqliteError::Missing => Message::fixed("还没有统计数据。", "No events have been recorded yet."),
            SqliteError::Busy => Message::fixed(
                "另一个程序正在写入统计数据，请稍后再试。",
                "Another program is writing the events. Try again in a moment.",
            ),
            SqliteError::Damaged { .. } => Message::fixed(
                "统计数据文件已损坏，下次启动时会自动另存并重新开始。请留意存储卡。",
                "The event file is damaged; at the next start it is set aside and a new one is created. Check the SD card.",
            ),
            SqliteError::Newer { found, known } => Message::new(
                format!("统计数据由更新版本的程序写入（结构 {found}，本程序支持到 {known}）。请升级本程序。"),
                format!(
                    "The events were written by a newer version of the program (schema {found}; this one knows {known}). Update this program."
                ),
            ),
            SqliteError::Older { .. } => Message::fixed(
                "统计数据来自旧版本程序，屏幕程序启动一次后会自动升级。",
                "The events were written by an older version of the program; the kiosk migrates them when it starts.",
            ),
            SqliteError::Unreadable(cause) | SqliteError::Unwritable(cause) => {
                let remedy = disk::remedy(cause);
                Message::new(
                    format!("无法读写统计数据（{cause}）。{}。", remedy.zh),
                    format!("The events can't be read or written ({cause}). {}.", remedy.en),
                )
            }
            SqliteError::Full => Message::fixed(
                "存储空间已满，暂时无法保存统计数据。请清理磁盘。",
                "The disk is full; events can't be stored for now. Make room on the disk.",
            ),
            SqliteError::Other(cause) => Message::new(
                format!(
                    "统计数据库出错（{cause}）。请重启屏幕程序；若仍出现，请运行 sudo cloud-shelfctl doctor。"
                ),
                format!(
                    "The event database failed ({cause}). Restart the kiosk; if this goes on, run sudo cloud-shelfctl doctor."
                ),
            ),
        }
    }
}
