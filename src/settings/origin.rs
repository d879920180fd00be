//! Who has set a setting.

use crate::domain::Message;
use serde::{Deserialize, Serialize};

/// Who speaks; whoever comes first is the more important.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The installer, in the unit's settings file
    Config,
    /// The operator, in the feed or a bundle of it
    Feed,
    /// Whoever has imported a table on the unit
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

/// A value, and who has set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sourced<T> {
    pub value: T,
    pub from: Origin,
}

impl<T> Sourced<T> {
    /// Another form of the value, from the same.
    pub fn map<U>(&self, form: impl FnOnce(&T) -> U) -> Sourced<U> {
        Sourced { value: form(&self.value), from: self.from }
    }
}
