//! Why a picture can't be used.

use super::limits::{DECODING_BYTES, MAX_FILE_BYTES, MAX_PIXELS, MAX_SIDE};
use crate::domain::Message;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    #[error("the file is empty")]
    Empty,
    #[error("the file has {bytes} bytes, more than {MAX_FILE_BYTES}")]
    FileTooLarge { bytes: usize },
    #[error("{width} × {height} pixels exceed the limit")]
    TooManyPixels { width: u32, height: u32 },
    #[error("decoding {width} × {height} pixels takes {bytes} bytes of memory, more than {DECODING_BYTES}")]
    TooCostly { width: u32, height: u32, bytes: u64 },
    #[error("the decoder needs more memory than the picture's header tells")]
    MemoryExceeded,
    #[error("{name} is not a supported format")]
    Unsupported { name: &'static str },
    #[error("not a picture")]
    NotAPicture,
    #[error("the file is truncated")]
    Truncated,
    #[error("the picture is damaged: {detail}")]
    Broken { detail: String },
    #[error("decoding it ended the program more than once")]
    Crashes,
}

impl MediaError {
    /// Code for machine-readable reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "picture_empty",
            Self::FileTooLarge { .. } => "picture_file_too_large",
            Self::TooManyPixels { .. } => "picture_too_many_pixels",
            Self::TooCostly { .. } | Self::MemoryExceeded => "picture_too_costly",
            Self::Unsupported { .. } => "picture_unsupported",
            Self::NotAPicture => "not_a_picture",
            Self::Truncated => "picture_truncated",
            Self::Broken { .. } => "picture_broken",
            Self::Crashes => "picture_crashes",
        }
    }

    /// Says what happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Empty => Message::fixed(
                "图片文件是空的，请重新导出图片。",
                "The picture's file is empty. Export the picture again.",
            ),
            Self::FileTooLarge { bytes } => {
                let (size, most) = (bytes.div_ceil(1 << 20), MAX_FILE_BYTES >> 20);
                Message::new(
                    format!("图片文件过大（{size} MB，上限 {most} MB），请压缩后再用。"),
                    format!(
                        "The picture's file is too large ({size} MB, at most {most} MB). Make it smaller."
                    ),
                )
            }
            Self::TooManyPixels { width, height } => {
                let most = MAX_PIXELS / 1_000_000;
                Message::new(
                    format!(
                        "图片尺寸过大（{width}×{height}，上限 {most}00 万像素、边长 {MAX_SIDE}），请缩小到 1080×1080 左右。"
                    ),
                    format!(
                        "The picture is too large ({width}×{height}; at most {most} megapixels and {MAX_SIDE} pixels a side). \
                         Scale it to about 1080×1080."
                    ),
                )
            }
            Self::TooCostly { width, height, bytes } => {
                let (needed, most) = (bytes.div_ceil(1 << 20), DECODING_BYTES >> 20);
                Message::new(
                    format!(
                        "打开这张图片（{width}×{height}）需要 {needed} MB 内存，货架最多能用 {most} MB。请缩小到 1080×1080 左右，另存为普通（非渐进式）JPG。"
                    ),
                    format!(
                        "Opening this picture ({width}×{height}) takes {needed} MB of memory, and a unit has {most} MB for it. \
                         Scale it to about 1080×1080, and save it as an ordinary (not progressive) JPG."
                    ),
                )
            }
            Self::MemoryExceeded => Message::fixed(
                "打开这张图片所需的内存远多于它的尺寸所需，已停止打开。请用图片软件重新另存为 JPG。",
                "Opening this picture takes far more memory than its size explains, so it was not opened. Save it again as JPG with an image editor.",
            ),
            Self::Unsupported { name } => Message::new(
                format!("不支持 {name} 格式，请将图片另存为 JPG 或 PNG。"),
                format!("{name} is not supported. Please export the picture as JPG or PNG."),
            ),
            Self::NotAPicture => Message::fixed(
                "这不是图片文件，请换成 JPG 或 PNG 图片。",
                "This is not a picture. Use a JPG or PNG picture.",
            ),
            Self::Truncated => Message::fixed(
                "图片不完整（文件中途截断），请重新下载或导出。",
                "The picture is incomplete: its file ends early. Download or export it again.",
            ),
            Self::Broken { .. } => Message::fixed(
                "图片已损坏，无法打开，请重新导出为 JPG。",
                "The picture is damaged and cannot be opened. Export it again as JPG.",
            ),
            Self::Crashes => Message::fixed(
                "处理这张图片时程序意外退出过两次，已暂时跳过，之后会自动再试。请换一张图片。",
                "The program ended twice while it worked on this picture; it is skipped for now and retried \
                 later. Use another picture.",
            ),
        }
    }
}
