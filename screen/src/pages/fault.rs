//! The fault card: what is wrong and what to do, instead of a black screen.

use super::Pages;
use crate::listing::Listing;
use cloud_shelf_core::domain::{Binding, Message};
use cloud_shelf_ui::Fault as Adapter;

/// What the fault card says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub title: Message,
    pub detail: Message,
    pub remedy: Message,
}

#[derive(Default)]
pub struct FaultCard {
    notice: Option<Notice>,
}

impl FaultCard {
    pub const fn has_notice(&self) -> bool {
        self.notice.is_some()
    }

    /// Takes what is wrong, or that nothing is. False if it is known already.
    pub fn set_notice(&mut self, notice: Option<Notice>) -> bool {
        if self.notice == notice {
            return false;
        }
        self.notice = notice;
        true
    }

    /// Says which unit this is, to whoever calls for help.
    pub fn show_binding(&self, pages: &Pages, binding: Option<&Binding>) {
        let adapter = pages.global::<Adapter>();
        adapter.set_device(binding.map(|binding| binding.device.as_str().into()).unwrap_or_default());
        adapter.set_store(binding.map(|binding| binding.store.as_str().into()).unwrap_or_default());
    }

    /// Says what is wrong, in the page's language.
    pub fn show(&self, pages: &Pages) {
        let lang = pages.language;
        let empty = empty_notice(&pages.catalog);
        let notice = self.notice.as_ref().unwrap_or(&empty);
        let adapter = pages.global::<Adapter>();
        adapter.set_title(notice.title.get(lang).into());
        adapter.set_detail(notice.detail.get(lang).into());
        adapter.set_remedy(notice.remedy.get(lang).into());
        adapter.set_can_leave(!pages.catalog.is_empty());
    }
}

/// A shelf that nobody has filled yet, or of which nothing is listed at this time.
fn empty_notice(listed: &Listing) -> Notice {
    let title = Message::fixed("货架上还没有商品", "The shelf is empty");
    if listed.snapshot().items.is_empty() {
        return Notice {
            title,
            detail: Message::fixed("这台设备还没有收到商品。", "No items have come to this unit yet."),
            remedy: Message::fixed(
                "填了数据网址的，连上网络后会自动同步；也可以插入带数据包的 U 盘，或在设备上运行：sudo cloud-shelfctl import \
                 商品推荐表格.xlsx",
                "With a feed's address they come by themselves once there is a network. Or plug in a stick with a bundle, or \
                 run on the unit: sudo cloud-shelfctl import TABLE.xlsx",
            ),
        };
    }
    Notice {
        title,
        detail: Message::fixed(
            "所有商品都不在上架时间内。到了上架时间，这里会自动显示商品。",
            "None of the items is listed at this time. They appear by themselves once they are.",
        ),
        remedy: Message::fixed(
            "请核对表格中的上架时间和下架时间，以及这台设备的时钟。",
            "Check the listing times in the table, and this unit's clock.",
        ),
    }
}
