//! Health of the database, for `status` and `doctor`.

use super::{Reader, StoreError};
use cloud_shelf_core::{disk, domain::Message, paths::Paths, plain_file::PlainPath, sqlite};
use std::path::PathBuf;

#[derive(Debug)]
pub struct Health {
    pub state: HealthState,
    /// This user can't write the database; another user, or a remount, is needed
    pub read_only: bool,
    /// The file system is read-only for everybody
    pub card_read_only: bool,
    /// Damaged files that were set aside, oldest first
    pub set_aside: Vec<PathBuf>,
}

#[derive(Debug)]
pub enum HealthState {
    /// `version` is 0 if there is no catalog yet
    Ok {
        version: u64,
    },
    Failed(StoreError),
}

/// Checks every page; a big database on a slow SD card takes seconds.
pub fn health(paths: &Paths) -> Health {
    let state = Reader::open(paths)
        .and_then(|reader| reader.check().and_then(|()| reader.catalog_version()))
        .map_or_else(HealthState::Failed, |version| HealthState::Ok { version });
    let database = paths.database();
    // Opened, not written: only the kernel knows what this user may do
    let file = PlainPath::new(&database);
    let read_only = file.length().is_ok() && !file.is_writable();
    let card_read_only = disk::is_read_only(paths.state_dir());
    Health { state, read_only, card_read_only, set_aside: sqlite::list_set_aside(&database) }
}

impl Health {
    pub fn is_ok(&self) -> bool {
        matches!(self.state, HealthState::Ok { .. })
    }

    /// Says what the state is and what to do.
    pub fn message(&self) -> Message {
        match &self.state {
            HealthState::Failed(error) => error.message(),
            HealthState::Ok { version: 0 } => StoreError::Missing.message(),
            HealthState::Ok { .. } if self.card_read_only => {
                let words = disk::read_only_message();
                Message::new(
                    format!("商品数据完好，照常显示，但不能更新。{}。", words.zh),
                    format!("The item database is intact and shown, but can't be updated. {}.", words.en),
                )
            }
            HealthState::Ok { .. } if self.read_only => Message::fixed(
                "商品数据完好，但当前用户不能写入。导入和同步请用 sudo 运行。",
                "The item database is intact, but this user can't write it. Run imports and syncs with sudo.",
            ),
            HealthState::Ok { .. } if !self.set_aside.is_empty() => Message::new(
                format!("商品数据完好。曾有损坏的文件被另存（{} 个），请留意存储卡。", self.set_aside.len()),
                format!(
                    "The item database is intact. Damaged files were set aside before ({}); check the SD card.",
                    self.set_aside.len()
                ),
            ),
            HealthState::Ok { .. } => Message::fixed("商品数据完好。", "The item database is intact."),
        }
    }
}
