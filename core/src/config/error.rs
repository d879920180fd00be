//! Why the settings file can't be used, and what to do.

use crate::{domain::Message, hours::HoursError};
use std::{io, path::PathBuf};

/// Upper bound on the settings file, in bytes.
pub(super) const MAX_BYTES: u64 = 256 * 1024;

/// Why the settings can't be used. `Display` is in English.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the settings file can't be read: {0}")]
    Io(#[from] io::Error),
    #[error("the settings file is larger than {MAX_BYTES} bytes")]
    TooLarge,
    #[error("the settings file has a mistake: {0}")]
    Syntax(#[from] toml::de::Error),
    #[error("setting {name}: {}", .expected.en)]
    Value { name: &'static str, expected: Message },
    #[error("setting network.ca_file: {}: {error}", .path.display())]
    CaFile { path: PathBuf, error: io::Error },
    #[error("setting hours: {0}")]
    Hours(#[from] HoursError),
}

impl ConfigError {
    /// What happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Io(error) => Message::new(
                format!("读不到设置文件（{error}）。请检查这个文件和它的权限"),
                format!("The settings file can't be read ({error}). Check the file and its rights"),
            ),
            Self::TooLarge => Message::new(
                format!("设置文件超过 {MAX_BYTES} 字节。请从示例文件重新开始"),
                format!("The settings file is larger than {MAX_BYTES} bytes. Start again from the sample"),
            ),
            Self::Syntax(error) => {
                // The parser's message is English, but it quotes the person's own text
                let what = error.to_string();
                Message::new(
                    format!("设置文件写法有误，改正后保存即可：\n{what}"),
                    format!("The settings file has a mistake; correct it and save:\n{what}"),
                )
            }
            Self::Value { name, expected } => Message::new(
                format!("设置 {name}：{}", expected.zh),
                format!("Setting {name}: {}", expected.en),
            ),
            Self::CaFile { path, error } => Message::new(
                format!("读不到证书文件 {}（{error}）。请检查设置 network.ca_file", path.display()),
                format!(
                    "The certificates in {} can't be read ({error}). Check the setting network.ca_file",
                    path.display()
                ),
            ),
            Self::Hours(error) => error.message(),
        }
    }
}
