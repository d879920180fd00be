//! The texts of the fault card, one for each fault of the unit's data.

use cloud_shelf::store::StoreError;
use cloud_shelf_core::domain::Message;
use cloud_shelf_screen::Notice;

pub fn starting() -> Notice {
    Notice {
        title: Message::fixed("正在启动", "Starting"),
        detail: Message::fixed("正在读取商品数据……", "Reading the items…"),
        remedy: Message::fixed("请稍候。", "One moment, please."),
    }
}

/// The catalog is held back, and no earlier catalog has ever worked.
pub fn held_back() -> Notice {
    Notice {
        title: Message::fixed("商品暂时不能显示", "The items can't be shown for now"),
        detail: Message::fixed(
            "程序显示这些商品时多次意外退出，已暂时停用它们。",
            "The program ended several times while it showed them, so they are held back.",
        ),
        remedy: Message::fixed(
            "设备会继续同步，有新的商品数据就自动恢复；也可以导入新的表格。详情：sudo cloud-shelfctl status",
            "The unit goes on syncing and recovers by itself once other items come; a table can be imported, too. \
             Details: sudo cloud-shelfctl status",
        ),
    }
}

/// Returns the notice for a store error; `None` for a database that does not exist yet, since the empty shelf
/// page says what to do.
pub fn of_store(error: &StoreError) -> Option<Notice> {
    let title = match error {
        StoreError::Missing => return None,
        StoreError::Damaged { .. } => Message::fixed("商品数据已损坏", "The items' data is damaged"),
        StoreError::Newer { .. } | StoreError::Older { .. } => {
            Message::fixed("程序版本与数据不符", "Program and data do not match")
        }
        _ => Message::fixed("无法读取商品数据", "The items can't be read"),
    };
    Some(Notice {
        title,
        detail: error.message(),
        remedy: Message::fixed(
            "在设备上运行 sudo cloud-shelfctl status 可查看详情；绑定信息不受影响。",
            "Run sudo cloud-shelfctl status on the unit for details; its binding is not affected.",
        ),
    })
}
