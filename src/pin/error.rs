//! Why the PIN can't be read or stored.

use cloud_shelf_core::{disk, domain::Message, plain_file};
use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum PinFileError {
    #[error("cannot read {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
    #[error("{path} holds no PIN that this program can read")]
    Damaged { path: PathBuf },
    #[error("the PIN cannot be hashed: {0}")]
    Hash(String),
}

impl PinFileError {
    /// What happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Read { path, source } => {
                let (path, why, remedy) =
                    (path.display(), plain_file::describe_error(source), disk::remedy(source));
                Message::new(
                    format!("读不到 PIN 文件 {path}（{}）。{}", why.zh, remedy.zh),
                    format!("Cannot read {path} ({}). {}", why.en, remedy.en),
                )
            }
            Self::Write { path, source } => {
                let (path, why, remedy) =
                    (path.display(), plain_file::describe_error(source), disk::remedy(source));
                Message::new(
                    format!("写不了 PIN 文件 {path}（{}）。{}", why.zh, remedy.zh),
                    format!("Cannot write {path} ({}). {}", why.en, remedy.en),
                )
            }
            Self::Damaged { path } => Message::new(
                format!("PIN 文件 {} 已损坏。请在设备上重新设置：sudo cloud-shelfctl pin", path.display()),
                format!(
                    "The PIN's file {} is damaged. Set another on the unit: sudo cloud-shelfctl pin",
                    path.display()
                ),
            ),
            Self::Hash(what) => Message::new(
                format!("无法计算 PIN（{what}）。内存可能不足，请重启设备后再试"),
                format!(
                    "The PIN can't be checked ({what}). Memory may be short; restart the unit and try again"
                ),
            ),
        }
    }
}
