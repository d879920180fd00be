//! Why an update failed. The unit keeps running its current version.

use cloud_shelf_core::domain::Message;
use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    #[error("only root may update this unit")]
    NotRoot,
    #[error("{path} is not owned by root alone")]
    Place { path: PathBuf },
    #[error("another update, or dpkg, is running")]
    Busy,
    #[error("the package cloud-shelf is not installed")]
    NotInstalled,
    #[error("no update source is set up: there is no {path}")]
    NoSource { path: PathBuf },
    #[error("{path}: {}", .detail.en)]
    Source { path: PathBuf, detail: Message },
    #[error("the repository can't be reached: {detail}")]
    Unreachable { detail: String },
    #[error("the repository's signature is invalid: {detail}")]
    Signature { detail: String },
    #[error("{needed} bytes are needed, and {free} are free")]
    NoRoom { needed: u64, free: u64 },
    #[error("{file} is not what the repository has signed")]
    Tampered { file: String },
    #[error("the package does not fit the installed ones: {detail}")]
    Unfit { detail: String },
    #[error("dpkg failed: {detail}")]
    Dpkg { detail: String },
    #[error("the disk was full during the installation: {detail}")]
    Full { detail: String },
    #[error("this unit could not install the package: {detail}")]
    Unit { detail: String },
    #[error("{what} did not finish within {minutes} minutes")]
    Slow { what: &'static str, minutes: u64 },
    #[error("the package is only half installed")]
    Broken,
    #[error("the kiosk is not running")]
    NotRunning,
    #[error("the kiosk draws nothing")]
    NothingDrawn,
    #[error("the kiosk opened no database")]
    NoDatabase,
    #[error("the kiosk read no catalog")]
    NoCatalog,
    #[error("{path} can't be read or written: {error}")]
    Ledger { path: PathBuf, error: io::Error },
    #[error("{what} failed: {detail}")]
    Program { what: &'static str, detail: String },
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: io::Error },
}

impl UpdateError {
    /// Returns a short code for machine-read reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotRoot => "update_not_root",
            Self::Place { .. } => "update_place",
            Self::Busy => "update_busy",
            Self::NotInstalled => "update_not_installed",
            Self::NoSource { .. } => "update_no_source",
            Self::Source { .. } => "update_bad_source",
            Self::Unreachable { .. } => "update_unreachable",
            Self::Signature { .. } => "update_bad_signature",
            Self::NoRoom { .. } => "update_no_room",
            Self::Tampered { .. } => "update_tampered",
            Self::Unfit { .. } => "update_unfit",
            Self::Dpkg { .. } => "update_dpkg",
            Self::Full { .. } => "update_disk_full",
            Self::Unit { .. } => "update_unit",
            Self::Slow { .. } => "update_slow",
            Self::Broken => "update_broken",
            Self::NotRunning => "update_not_running",
            Self::NothingDrawn => "update_nothing_drawn",
            Self::NoDatabase => "update_no_database",
            Self::NoCatalog => "update_no_catalog",
            Self::Ledger { .. } => "update_ledger",
            Self::Program { .. } => "update_program",
            Self::Io { .. } => "update_io",
        }
    }

    /// Returns whether the version is to blame, not this unit or the network.
    pub const fn blames_version(&self) -> bool {
        matches!(
            self,
            Self::Dpkg { .. }
                | Self::Slow { .. }
                | Self::Broken
                | Self::NotRunning
                | Self::NothingDrawn
                | Self::NoDatabase
                | Self::NoCatalog
        )
    }

    /// Returns whether an installation that ended with this error has failed for good, so that the old
    /// version is put back. Otherwise the installation is retried.
    pub const fn is_over(&self) -> bool {
        matches!(
            self,
            Self::Dpkg { .. }
                | Self::Full { .. }
                | Self::Unit { .. }
                | Self::Tampered { .. }
                | Self::Io { .. }
        )
    }

    /// Returns whether a later retry may succeed without anybody's help.
    pub const fn retry_helps(&self) -> bool {
        matches!(self, Self::Busy | Self::Unreachable { .. })
    }

    /// What happened and what to do, for a person.
    pub fn message(&self) -> Message {
        match self {
            Self::NotRoot => Message::fixed(
                "升级需要管理员权限。请加上 sudo 再运行一次",
                "Updating needs root. Run the command again with sudo",
            ),
            Self::Place { path } => Message::new(
                format!(
                    "升级记录的文件夹 {} 不完全归 root 所有，没有升级。请把它（和它的上级文件夹）改归 root，或删除这里的链接",
                    path.display()
                ),
                format!(
                    "{}, where updates keep their files, is not owned by root alone; nothing was updated. Make root the owner of it and of the folder above, or delete the link in its place",
                    path.display()
                ),
            ),
            Self::Busy => Message::fixed(
                "另一个升级或安装正在进行。请过几分钟再试",
                "Another update or installation is running. Try again in a few minutes",
            ),
            Self::NotInstalled => Message::fixed(
                "cloud-shelf 没有用软件包安装，或者没有装完整。请用 .deb 重新安装",
                "The package cloud-shelf is not installed, or only partly. Install the .deb again",
            ),
            Self::NoSource { path } => Message::new(
                format!(
                    "这台设备没有设置更新源（缺少文件 {}），不会升级。需要升级时，请向运营方索取更新源文件和公钥文件",
                    path.display()
                ),
                format!(
                    "No update source is set up on this unit ({} is missing), so it is not updated. To have updates, ask the operator for this file and the public key",
                    path.display()
                ),
            ),
            Self::Source { path, detail } => Message::new(
                format!("更新源 {} 不能用（{}）。请向运营方索取这个文件", path.display(), detail.zh),
                format!(
                    "The update source {} can't be used ({}). Ask the operator for this file",
                    path.display(),
                    detail.en
                ),
            ),
            Self::Unreachable { detail } => Message::new(
                format!("连不上更新服务器（{detail}）。请检查网络；以后会自动再试"),
                format!(
                    "The update server can't be reached ({detail}). Check the network; the unit retries automatically"
                ),
            ),
            Self::Signature { detail } => Message::new(
                format!("更新服务器的签名不正确，没有采用（{detail}）。请联系运营方"),
                format!(
                    "The update server's signature is invalid, so nothing was installed ({detail}). Tell the operator"
                ),
            ),
            Self::NoRoom { needed, free } => {
                let (needed, free) = (needed.div_ceil(1 << 20), free >> 20);
                Message::new(
                    format!("存储空间不足：升级需要 {needed} MiB，剩余 {free} MiB。请清理存储卡"),
                    format!(
                        "There is not enough room: the update needs {needed} MiB, and {free} MiB are free. Make room on the card"
                    ),
                )
            }
            Self::Tampered { file } => Message::new(
                format!("{file} 与运营方签名的不一致，没有安装。请再试一次；仍然如此，请联系运营方"),
                format!(
                    "{file} is not what the operator has signed, and was not installed. Try again; if the problem persists, tell the operator"
                ),
            ),
            Self::Unfit { detail } => Message::new(
                format!("新版本不能装在这台设备上（{detail}）。请联系运营方"),
                format!("The new version does not fit this unit ({detail}). Tell the operator"),
            ),
            Self::Dpkg { detail } => Message::new(
                format!("新版本安装失败（{detail}）。已退回原来的版本"),
                format!("The new version could not be installed ({detail}). The old one is back"),
            ),
            Self::Full { detail } => Message::new(
                format!("安装时存储空间用完了（{detail}）。请清理存储卡，以后会再试"),
                format!(
                    "The disk was full during the installation ({detail}). Make room on the card; the unit retries automatically"
                ),
            ),
            Self::Unit { detail } => Message::new(
                format!(
                    "安装时这台设备本身出了问题（{detail}）。已退回原来的版本，以后会再试；仍然如此，请运行 sudo cloud-shelfctl doctor"
                ),
                format!(
                    "This unit itself had a problem during the installation ({detail}). The old version is back, and the new one is retried later; if the problem persists, run sudo cloud-shelfctl doctor"
                ),
            ),
            Self::Slow { what, minutes } => Message::new(
                format!("{what} 在 {minutes} 分钟内没有结束，已中止；以后会自动接着做"),
                format!(
                    "{what} did not finish within {minutes} minutes and was stopped; the unit continues automatically"
                ),
            ),
            Self::Broken => Message::fixed(
                "新版本没有装完整，已退回原来的版本",
                "The new version could not be installed completely; the old one is back",
            ),
            Self::NotRunning => Message::fixed(
                "新版本的屏幕程序没有运行起来，已退回原来的版本",
                "The new version's kiosk did not run; the old one is back",
            ),
            Self::NothingDrawn => Message::fixed(
                "新版本的屏幕程序没有画面，已退回原来的版本",
                "The new version's kiosk drew nothing; the old one is back",
            ),
            Self::NoDatabase => Message::fixed(
                "新版本打不开商品数据，已退回原来的版本",
                "The new version did not open the item database; the old one is back",
            ),
            Self::NoCatalog => Message::fixed(
                "新版本读不出商品，已退回原来的版本",
                "The new version did not read the items; the old one is back",
            ),
            Self::Ledger { path, error } => Message::new(
                format!(
                    "升级记录 {} 不能读写（{error}）。请检查磁盘；确认无误后可删除该文件重新开始",
                    path.display()
                ),
                format!(
                    "The record of updates, {}, can't be read or written ({error}). Check the disk; to start afresh, delete the file",
                    path.display()
                ),
            ),
            Self::Program { what, detail } => Message::new(
                format!("{what} 出错（{detail}）。请再试一次，或运行 sudo cloud-shelfctl doctor"),
                format!("{what} failed ({detail}). Try again, or run sudo cloud-shelfctl doctor"),
            ),
            Self::Io { path, error } => Message::new(
                format!("{} 不能读写（{error}）。请检查磁盘是否已满", path.display()),
                format!("{} can't be read or written ({error}). Check for a full disk", path.display()),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<UpdateError> {
        let detail = || "x".to_owned();
        let path = || PathBuf::from("/x");
        let io = || io::Error::from(io::ErrorKind::StorageFull);
        vec![
            UpdateError::NotRoot,
            UpdateError::Busy,
            UpdateError::NotInstalled,
            UpdateError::NoSource { path: path() },
            UpdateError::Source { path: path(), detail: Message::fixed("没有", "none") },
            UpdateError::Unreachable { detail: detail() },
            UpdateError::Signature { detail: detail() },
            UpdateError::NoRoom { needed: 2, free: 1 },
            UpdateError::Tampered { file: detail() },
            UpdateError::Unfit { detail: detail() },
            UpdateError::Dpkg { detail: detail() },
            UpdateError::Full { detail: detail() },
            UpdateError::Unit { detail: detail() },
            UpdateError::Slow { what: "dpkg", minutes: 45 },
            UpdateError::Broken,
            UpdateError::NotRunning,
            UpdateError::NothingDrawn,
            UpdateError::NoDatabase,
            UpdateError::NoCatalog,
            UpdateError::Ledger { path: path(), error: io() },
            UpdateError::Program { what: "dpkg", detail: detail() },
            UpdateError::Io { path: path(), error: io() },
        ]
    }

    #[test]
    fn a_person_is_told_what_a_person_can_run() {
        let mut of_doctor = 0;
        for error in all() {
            let message = error.message();
            for text in [&message.zh, &message.en] {
                let commands = text.matches("cloud-shelfctl doctor").count();
                assert_eq!(text.matches("sudo cloud-shelfctl doctor").count(), commands, "{text}");
                of_doctor += commands;
            }
        }
        assert_eq!(of_doctor, 4, "two errors name it, in two languages");
    }

    #[test]
    fn a_version_is_blamed_for_its_own_faults_only() {
        let codes = |is: fn(&UpdateError) -> bool| -> Vec<&'static str> {
            all().iter().filter(|error| is(error)).map(UpdateError::code).collect()
        };
        assert_eq!(
            codes(UpdateError::blames_version),
            [
                "update_dpkg",
                "update_slow",
                "update_broken",
                "update_not_running",
                "update_nothing_drawn",
                "update_no_database",
                "update_no_catalog"
            ]
        );
        assert_eq!(
            codes(UpdateError::is_over),
            ["update_tampered", "update_dpkg", "update_disk_full", "update_unit", "update_io"]
        );
    }

    #[test]
    fn a_missing_source_is_said_in_each_language_alone() {
        let message =
            UpdateError::NoSource { path: "/etc/apt/sources.list.d/cloud-shelf.sources".into() }.message();
        let zh = message.zh.replace("/etc/apt/sources.list.d/cloud-shelf.sources", "");
        assert!(zh.contains("运营方") && !zh.contains(|c: char| c.is_ascii_alphabetic()), "{zh}");
        assert!(message.en.contains("No update source is set up") && message.en.contains("operator"));
    }
}
