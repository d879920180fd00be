//! Why a picture is missing.

use crate::{domain::Message, media::MediaError, transport::FetchError};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureFault {
    #[error("the file {name} does not exist")]
    Missing { name: String },
    #[error("{name} is outside of the picture directory")]
    Outside { name: String },
    #[error("{name} cannot be read: {detail}")]
    Unreadable { name: String, detail: String },
    #[error(transparent)]
    Media(MediaError),
    #[error(transparent)]
    Fetch(FetchError),
}

impl PictureFault {
    /// Code for machine-readable reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "picture_missing",
            Self::Outside { .. } => "picture_outside",
            Self::Unreadable { .. } => "picture_unreadable",
            Self::Media(error) => error.code(),
            Self::Fetch(error) => error.code(),
        }
    }

    /// Whether the same import may find the picture later.
    pub const fn retry_helps(&self) -> bool {
        matches!(self, Self::Fetch(error) if error.retry_helps())
    }

    /// Says what happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Missing { name } => Message::new(
                format!("找不到图片文件“{name}”。请把图片放在表格旁边，文件名与表格一致。"),
                format!(
                    "The picture “{name}” does not exist. Put it beside the table, under the name given in the table."
                ),
            ),
            Self::Outside { name } => Message::new(
                format!("图片“{name}”不在表格所在的文件夹内。请把图片放在表格旁边，表格中只填文件名。"),
                format!(
                    "The picture “{name}” is not in the table's folder. Put it beside the table and enter only its name."
                ),
            ),
            Self::Unreadable { name, detail } => Message::new(
                format!("无法读取图片“{name}”（{detail}）。请检查文件和 U 盘后重新导入。"),
                format!(
                    "The picture “{name}” cannot be read ({detail}). Check the file and the drive, and import again."
                ),
            ),
            Self::Media(error) => error.message(),
            Self::Fetch(error) => error.message(),
        }
    }
}
