//! The inputs that can crash the program, and what was done with them.

use crate::domain::{Message, Sha256};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Something from outside that the program is about to work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Input {
    pub kind: InputKind,
    /// SHA-256 of the bytes: the same bytes are the same input, however they arrived
    pub id: Sha256,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// A picture file
    Picture,
    /// A signed pointer
    Pointer,
    /// A catalog as published
    Catalog,
    /// A bundle file
    Bundle,
    /// A catalog as the pages show it, by the digest of its content
    Pages,
}

/// What is done with an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Decoded and made into thumbnails
    Prepare,
    /// Decoded for a page
    Draw,
    /// Verified and read
    Read,
    /// Written into the store
    Store,
    /// Put on the pages
    Load,
}

impl Input {
    pub const fn picture(id: Sha256) -> Self {
        Self { kind: InputKind::Picture, id }
    }

    pub const fn pointer(id: Sha256) -> Self {
        Self { kind: InputKind::Pointer, id }
    }

    pub const fn catalog(id: Sha256) -> Self {
        Self { kind: InputKind::Catalog, id }
    }

    pub const fn bundle(id: Sha256) -> Self {
        Self { kind: InputKind::Bundle, id }
    }

    pub const fn pages(digest: Sha256) -> Self {
        Self { kind: InputKind::Pages, id: digest }
    }
}

impl InputKind {
    /// Returns a short code for machine-read reports.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Picture => "picture_crashes",
            Self::Pointer => "pointer_crashes",
            Self::Catalog => "catalog_crashes",
            Self::Bundle => "bundle_crashes",
            Self::Pages => "pages_crash",
        }
    }

    /// Names the kind for a person.
    pub const fn describe(self) -> Message {
        match self {
            Self::Picture => Message::fixed("图片", "picture"),
            Self::Pointer => Message::fixed("商品数据的签名文件", "signed pointer"),
            Self::Catalog => Message::fixed("商品目录", "catalog"),
            Self::Bundle => Message::fixed("数据包", "bundle"),
            Self::Pages => Message::fixed("要显示的商品", "catalog"),
        }
    }
}

impl Operation {
    /// Names the step for a person.
    pub const fn describe(self) -> Message {
        match self {
            Self::Prepare => Message::fixed("生成缩略图", "making its thumbnails"),
            Self::Draw => Message::fixed("显示", "drawing it"),
            Self::Read => Message::fixed("读取", "reading it"),
            Self::Store => Message::fixed("存入数据库", "storing it"),
            Self::Load => Message::fixed("换上屏幕", "putting it on the screen"),
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            InputKind::Picture => "picture",
            InputKind::Pointer => "pointer",
            InputKind::Catalog => "catalog",
            InputKind::Bundle => "bundle",
            InputKind::Pages => "pages",
        };
        write!(f, "{kind} {}", self.id)
    }
}

/// A [`Input`] as the file holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct InputForm {
    pub kind: InputKind,
    id: String,
}

impl From<Input> for InputForm {
    fn from(input: Input) -> Self {
        Self { kind: input.kind, id: input.id.to_string() }
    }
}

impl InputForm {
    pub fn input(&self) -> Option<Input> {
        Some(Input { kind: self.kind, id: Sha256::from_str(&self.id).ok()? })
    }

    pub fn matches(&self, input: &Input) -> bool {
        self.kind == input.kind && self.id == input.id.to_string()
    }
}
