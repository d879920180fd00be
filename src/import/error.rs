//! Why a table was not imported at all.

use super::PictureFault;
use crate::store::StoreError;
use cloud_shelf_core::{domain::Message, table::Problem};

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
            Self::NoItems { problems } if problems.is_empty() => Message::fixed(
                "表格里还没有商品，货架内容保持不变。请在标题行下面填写“商品”和“链接”，每行一个商品，然后重新导入。",
                "The table holds no product yet, so the shelf stays as it is. Fill in 商品 and 链接 below the heading, one product a row, and import again.",
            ),
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
