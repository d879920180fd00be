//! Why a table was not taken in at all.

use super::PictureFault;
use crate::{domain::Message, store::StoreError, table::Problem};

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("no row of the table is an item")]
    NoItems { problems: Vec<Problem> },
    #[error("the logo cannot be used")]
    Logo(#[source] PictureFault),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ImportError {
    /// What happened and what to do, for a person.
    pub fn message(&self) -> Message {
        match self {
            Self::NoItems { .. } => Message::fixed(
                "表格中没有可用的商品，货架内容保持不变。请按下列提示修改表格后重新导入。",
                "No row of the table is an item, so the shelf stays as it is. Correct the table and import again.",
            ),
            Self::Logo(fault) => {
                let Message { zh, en } = fault.message();
                Message::new(format!("品牌标志无法使用：{zh}"), format!("The logo cannot be used: {en}"))
            }
            Self::Store(error) => error.message(),
        }
    }
}
