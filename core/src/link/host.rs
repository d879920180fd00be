//! Classifies hosts: item pages, short links, other pages of the platform.

use crate::domain::{ItemHost, ItemId, ItemLink};

/// Kind of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostKind {
    /// Shows items; their address gets this canonical host
    Item(ItemHost),
    /// Short links: only the network knows the target
    Short,
    /// The platform's, but without items
    Platform,
    Foreign,
}

/// Hosts of item pages. Mobile and regional hosts show the same item as the canonical one; Tmall
/// Global and the supermarket are channels of their own.
const ITEM_HOSTS: [(&str, ItemHost); 30] = [
    ("detail.tmall.com", ItemHost::Tmall),
    ("detail.m.tmall.com", ItemHost::Tmall),
    ("item.tmall.com", ItemHost::Tmall),
    ("miao.item.tmall.com", ItemHost::Tmall),
    ("world.tmall.com", ItemHost::Tmall),
    ("taiwan.tmall.com", ItemHost::Tmall),
    ("a.m.tmall.com", ItemHost::Tmall),
    ("h5.m.tmall.com", ItemHost::Tmall),
    ("m.tmall.com", ItemHost::Tmall),
    ("detail.liangxinyao.com", ItemHost::Tmall),
    ("detail.yao.95095.com", ItemHost::Tmall),
    ("traveldetail.fliggy.com", ItemHost::Tmall),
    ("chaoshi.detail.tmall.com", ItemHost::Chaoshi),
    ("chaoshi.detail.m.tmall.com", ItemHost::Chaoshi),
    ("detail.tmall.hk", ItemHost::TmallHk),
    ("detail.m.tmall.hk", ItemHost::TmallHk),
    ("item.taobao.com", ItemHost::Taobao),
    ("item.m.taobao.com", ItemHost::Taobao),
    ("detail.taobao.com", ItemHost::Taobao),
    ("detail.m.taobao.com", ItemHost::Taobao),
    ("detail.ju.taobao.com", ItemHost::Taobao),
    ("world.taobao.com", ItemHost::Taobao),
    ("tw.taobao.com", ItemHost::Taobao),
    ("a.m.taobao.com", ItemHost::Taobao),
    ("h5.m.taobao.com", ItemHost::Taobao),
    ("m.taobao.com", ItemHost::Taobao),
    ("main.m.taobao.com", ItemHost::Taobao),
    ("new.m.taobao.com", ItemHost::Taobao),
    ("m.intl.taobao.com", ItemHost::Taobao),
    ("market.m.taobao.com", ItemHost::Taobao),
];

const SHORT_HOSTS: [&str; 8] = [
    "tb.cn",
    "mashort.cn",
    "s.click.taobao.com",
    "s.click.tmall.com",
    "uland.taobao.com",
    "click.simba.taobao.com",
    "click.mz.simba.taobao.com",
    "dwz.tb.cn",
];

const PLATFORM: [&str; 6] =
    ["tmall.com", "tmall.hk", "taobao.com", "95095.com", "liangxinyao.com", "fliggy.com"];

/// Looks up a host, in lower case as [`url`] returns it.
pub(super) fn classify(host: &str) -> HostKind {
    if let Some((_, item)) = ITEM_HOSTS.iter().find(|(name, _)| *name == host) {
        return HostKind::Item(*item);
    }
    let within =
        |domain: &&str| host.strip_suffix(*domain).is_some_and(|head| head.is_empty() || head.ends_with('.'));
    if SHORT_HOSTS.iter().any(&within) {
        HostKind::Short
    } else if PLATFORM.iter().any(within) {
        HostKind::Platform
    } else {
        HostKind::Foreign
    }
}

/// Returns the address for an item of which only the id is known.
pub(super) const fn link_for_id(item: ItemId) -> ItemLink {
    ItemLink { host: ItemHost::Tmall, item, sku: None }
}
