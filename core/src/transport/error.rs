//! Why a picture could not be fetched.

use crate::domain::Message;
use std::error::Error;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("not an http or https address")]
    BadUrl,
    #[error("the address is in a private network")]
    PrivateAddress,
    #[error("the server answered {0}")]
    Status(u16),
    #[error("the server sent {content_type} instead of a picture")]
    NotAPicture { content_type: String },
    #[error("the picture is larger than {most} bytes")]
    TooLarge { most: usize },
    #[error("too many redirects")]
    TooManyRedirects,
    #[error("the address redirects to a forbidden target")]
    ForbiddenTarget,
    #[error("the server sent {encoding} compression, which was not requested")]
    UnrequestedEncoding { encoding: String },
    #[error("the server is too slow")]
    TooSlow,
    #[error("the connection ended in the middle of the picture")]
    CutOff,
    #[error("the server cannot be reached: {detail}")]
    Unreachable { detail: String },
}

impl FetchError {
    /// Error code for machine-readable reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadUrl => "picture_bad_url",
            Self::PrivateAddress => "picture_private_address",
            Self::Status(_) => "picture_http_status",
            Self::NotAPicture { .. } => "not_a_picture",
            Self::TooLarge { .. } => "picture_file_too_large",
            Self::TooManyRedirects | Self::ForbiddenTarget => "picture_redirects",
            Self::UnrequestedEncoding { .. } => "picture_encoding",
            Self::TooSlow => "picture_too_slow",
            Self::CutOff => "picture_cut",
            Self::Unreachable { .. } => "picture_unreachable",
        }
    }

    /// Whether the same request may succeed later although nobody changes anything.
    pub const fn retry_helps(&self) -> bool {
        match self {
            Self::Status(status) => *status >= 500 || matches!(*status, 408 | 429),
            Self::TooSlow | Self::CutOff | Self::Unreachable { .. } => true,
            _ => false,
        }
    }

    /// Says what happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::BadUrl => Message::fixed(
                "图片地址不正确，请填写以 http:// 或 https:// 开头的图片地址，或图片文件名。",
                "The picture's address is invalid. Use one that begins with http:// or https://, or a file name.",
            ),
            Self::PrivateAddress => Message::fixed(
                "图片地址指向内部网络，已拒绝。请改用公网地址，或将图片文件放在表格旁边；确实是店内服务器的，导入时加上 --allow-private-addresses。",
                "The picture's address is in a private network and was refused. Use a public address, or put the \
                 file beside the table; for a server in the shop, import with --allow-private-addresses.",
            ),
            Self::Status(404 | 410) => Message::fixed(
                "图片地址已失效（服务器上没有这张图片），请更换地址。",
                "The server does not have this picture. Use another address.",
            ),
            Self::Status(status) => Message::new(
                format!("图片服务器拒绝了请求（{status}）。请稍后重试，或将图片下载后放在表格旁边。"),
                format!(
                    "The picture's server refused ({status}). Try again later, or put the file beside the table."
                ),
            ),
            Self::NotAPicture { content_type } => Message::new(
                format!("该地址打开的是网页，不是图片（{content_type}）。请右键图片，复制图片地址。"),
                format!(
                    "This is the address of a page, not of a picture ({content_type}). Copy the picture's own address."
                ),
            ),
            Self::TooLarge { most } => Message::new(
                format!("图片文件过大（上限 {} MB），请压缩后再用。", most >> 20),
                format!("The picture's file is too large (at most {} MB). Make it smaller.", most >> 20),
            ),
            Self::TooManyRedirects => Message::fixed(
                "图片地址跳转次数过多，请改用图片的最终地址。",
                "The picture's address redirects too often. Use the final address.",
            ),
            Self::ForbiddenTarget => Message::fixed(
                "图片地址被服务器转到了无法使用的地址，请改用图片的最终地址，或将图片下载后放在表格旁边。",
                "The picture's address redirects to a place from which nothing may be fetched. Use the final address, \
                 or put the file beside the table.",
            ),
            Self::UnrequestedEncoding { encoding } => Message::new(
                format!("图片服务器用了没有要求的压缩方式（{encoding}）。请将图片下载后放在表格旁边。"),
                format!(
                    "The picture's server sent {encoding} compression, which was not requested. Put the file beside the \
                     table."
                ),
            ),
            Self::TooSlow => Message::fixed(
                "下载图片超时，请检查网络后重新导入。",
                "The picture took too long. Check the network and import again.",
            ),
            Self::CutOff => Message::fixed(
                "图片下载中断，请检查网络后重新导入。",
                "The download was cut off. Check the network and import again.",
            ),
            Self::Unreachable { .. } => Message::fixed(
                "无法连接图片服务器，请检查网络和地址后重新导入。",
                "The picture's server cannot be reached. Check the network and the address, and import again.",
            ),
        }
    }

    /// Finds our own refusal in the client's chain of causes.
    pub(super) fn from_request(error: &reqwest::Error) -> Self {
        let mut cause: &(dyn Error + 'static) = error;
        loop {
            if let Some(own) = cause.downcast_ref::<Self>() {
                return own.clone();
            }
            match cause.source() {
                Some(deeper) => cause = deeper,
                None if error.is_timeout() => return Self::TooSlow,
                None => return Self::Unreachable { detail: cause.to_string() },
            }
        }
    }
}
