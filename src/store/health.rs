//! How the database is, for `status` and `doctor`.

use super::{Reader, StoreError};
use crate::{disk, domain::Message, paths::Paths, plain_file::Place, sqlite};
use std::path::PathBuf;

#[derive(Debug)]
pub struct Health {
    pub state: HealthState,
    /// Nobody but another user, or after a remount, can write the database
    pub read_only: bool,
    /// The file system takes no writes from anybody
    pub card_read_only: bool,
    /// Damaged files that were set aside, oldest first
    pub set_aside: Vec<PathBuf>,
}

#[derive(Debug)]
pub enum HealthState {
    /// The version is 0 while nothing was taken in
    Ok {
        version: u64,
    },
    Failed(StoreError),
}

/// Looks at every page; a big database on a slow card takes seconds.
pub fn health(paths: &Paths) -> Health {
    let state = Reader::open(paths)
        .and_then(|reader| reader.check().and_then(|()| reader.catalog_version()))
        .map_or_else(HealthState::Failed, |version| HealthState::Ok { version });
    let database = paths.database();
    // Opened, not written: only the system knows what this user may do here.
    let file = Place::of(&database);
    let read_only = file.length().is_ok() && !file.is_writable();
    let card_read_only = disk::is_read_only(paths.state_dir());
    Health { state, read_only, card_read_only, set_aside: sqlite::found_aside(&database) }
}

impl Health {
    pub fn is_ok(&self) -> bool {
        matches!(self.state, HealthState::Ok { .. })
    }

    /// What a person should know, and do.
    pub fn message(&self) -> Message {
        match &self.state {
            HealthState::Failed(error) => error.message(),
            HealthState::Ok { version: 0 } => StoreError::Missing.message(),
            HealthState::Ok { .. } if self.card_read_only => {
                let words = disk::read_only();
                Message::new(
                    format!("商品数据完好，照常显示，但不能更新。{}。", words.zh),
                    format!("The items' database is sound and shown, but can't be renewed. {}.", words.en),
                )
            }
            HealthState::Ok { .. } if self.read_only => Message::fixed(
                "商品数据完好，但当前用户不能写入。导入和同步请用 sudo 运行。",
                "The items' database is sound, but this user cannot write it. Run imports and syncs with sudo.",
            ),
            HealthState::Ok { .. } if !self.set_aside.is_empty() => Message::new(
                format!("商品数据完好。曾有损坏的文件被另存（{} 个），请留意存储卡。", self.set_aside.len()),
                format!(
                    "The items' database is sound. Damaged files were set aside before ({}); mind the card.",
                    self.set_aside.len()
                ),
            ),
            HealthState::Ok { .. } => Message::fixed("商品数据完好。", "The items' database is sound."),
        }
    }
}
