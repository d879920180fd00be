//! The origin of a setting.

use crate::domain::Message;
use serde::{Deserialize, Serialize};

/// The layer that has set a value, most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The installer, in the unit's settings file
    Config,
    /// The operator, in the feed or in a bundle of it
    Feed,
    /// The person who imported a table on the unit
    Import,
    /// The line that the unit was bound with
    Binding,
    /// Nobody
    Default,
}

impl Origin {
    pub const fn name(self) -> Message {
        match self {
            Self::Config => Message::fixed("本机设置", "this unit's settings"),
            Self::Feed => Message::fixed("商品源", "feed"),
            Self::Import => Message::fixed("导入的表格", "imported table"),
            Self::Binding => Message::fixed("绑定信息", "binding"),
            Self::Default => Message::fixed("默认", "default"),
        }
    }
}

/// A value with its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sourced<T> {
    pub value: T,
    pub from: Origin,
}

impl<T> Sourced<T> {
    /// Converts the value, keeping its origin.
    pub fn map<U>(&self, form: impl FnOnce(&T) -> U) -> Sourced<U> {
        Sourced { value: form(&self.value), from: self.from }
    }
}
