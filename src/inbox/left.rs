//! Ignored files and the reasons, for `status`, the log and the screen.

use cloud_shelf_core::{
    domain::{Message, text},
    plain_file,
};
use std::{
    io,
    path::{Path, PathBuf},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftAlone {
    pub path: PathBuf,
    pub why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The file does not begin like a bundle
    NoBundle,
    /// The file binds a unit, which works only from a stick
    BindFile,
    /// The bundle was refused, with the reason
    Refused(Message),
    /// The bundle was imported but can't be removed
    Stays(String),
    /// Not a regular file, or unreadable, with the reason
    Unreadable(Message),
    /// The folder has more files than are listed
    Many { listed: usize },
}

impl LeftAlone {
    pub fn new(path: &Path, why: Why) -> Self {
        Self { path: path.into(), why }
    }

    /// Returns the file's name in displayable form.
    pub fn name(&self) -> String {
        text::file_name(&self.path.file_name().unwrap_or_default().to_string_lossy())
    }

    /// Why the file is ignored, and what to do.
    pub fn message(&self) -> Message {
        match &self.why {
            Why::NoBundle => Message::fixed(
                "不是货架数据包，没有采用。商品表格请用 sudo cloud-shelfctl import 导入；不需要的文件请删除",
                "This is not a bundle and was left alone. Import a table with sudo cloud-shelfctl import; delete what is not needed",
            ),
            Why::BindFile => Message::fixed(
                "绑定文件放在 U 盘里才有效，没有采用。请放到 U 盘根目录再插上，或用 sudo cloud-shelfctl bind 绑定",
                "This file binds a unit only from a USB stick and was left alone. Copy it to the top folder of a stick and plug the stick in, or bind with sudo cloud-shelfctl bind",
            ),
            Why::Refused(words) => Message::new(
                format!("数据包没有导入：{}", words.zh),
                format!("The bundle was not taken in: {}", words.en),
            ),
            Why::Stays(error) => Message::new(
                format!("已导入，但文件删不掉（{error}）。请手动删除"),
                format!("The bundle was taken in, but can't be removed ({error}). Delete it"),
            ),
            Why::Unreadable(words) => Message::new(
                format!("读不了，没有采用：{}", words.zh),
                format!("The file can't be read and was left alone: {}", words.en),
            ),
            Why::Many { listed } => Message::new(
                format!(
                    "文件夹里的文件太多，只查看了 {listed} 个。请把数据包单独放在一个 U 盘里，或清理收件文件夹"
                ),
                format!(
                    "The folder has too many files, and {listed} were looked at. Put bundles on a stick of their own, or clear the inbox"
                ),
            ),
        }
    }

    /// Returns a short code for machine-read reports.
    pub const fn code(&self) -> &'static str {
        match self.why {
            Why::NoBundle => "no_bundle",
            Why::BindFile => "bind_file",
            Why::Refused(_) => "refused",
            Why::Stays(_) => "not_removed",
            Why::Unreadable(_) => "unreadable",
            Why::Many { .. } => "too_many_files",
        }
    }
}

impl Why {
    pub(super) fn of(error: &io::Error) -> Self {
        Self::Unreadable(plain_file::describe_error(error))
    }
}
