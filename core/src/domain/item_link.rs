//! An item's address: an allow-listed host, the item's id and, where it matters, its SKU.

use super::ItemId;
use std::fmt;

/// Permitted hosts of an item's canonical address. QR codes are shown for these only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemHost {
    /// `detail.tmall.com`, the usual one
    Tmall,
    /// `detail.tmall.hk`, Tmall Global
    TmallHk,
    /// `chaoshi.detail.tmall.com`, the Tmall supermarket
    Chaoshi,
    /// `item.taobao.com`
    Taobao,
}

impl ItemHost {
    pub const ALL: [Self; 4] = [Self::Tmall, Self::TmallHk, Self::Chaoshi, Self::Taobao];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tmall => "detail.tmall.com",
            Self::TmallHk => "detail.tmall.hk",
            Self::Chaoshi => "chaoshi.detail.tmall.com",
            Self::Taobao => "item.taobao.com",
        }
    }
}

/// A canonical item address. It only ever consists of an allow-listed host and digits, so its text
/// is safe in a QR code whatever a table or a feed says.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemLink {
    pub host: ItemHost,
    pub item: ItemId,
    pub sku: Option<ItemId>,
}

impl ItemLink {
    /// Parses exactly what [`ItemLink`]'s `Display` writes, and nothing else.
    pub fn from_canonical(url: &str) -> Option<Self> {
        let rest = url.strip_prefix("https://")?;
        let (host, query) = rest.split_once("/item.htm?id=")?;
        let host = ItemHost::ALL.into_iter().find(|h| h.as_str() == host)?;
        let (item, sku) = match query.split_once("&skuId=") {
            Some((item, sku)) => (item, Some(ItemId::parse(sku).ok()?)),
            None => (query, None),
        };
        Some(Self { host, item: ItemId::parse(item).ok()?, sku })
    }
}

impl fmt::Display for ItemLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}/item.htm?id={}", self.host.as_str(), self.item)?;
        match &self.sku {
            Some(sku) => write!(f, "&skuId={sku}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_text_comes_back_whole() {
        for url in [
            "https://detail.tmall.com/item.htm?id=567812345678",
            "https://detail.tmall.hk/item.htm?id=567812345678&skuId=5012345678901",
            "https://chaoshi.detail.tmall.com/item.htm?id=16016943437",
            "https://item.taobao.com/item.htm?id=1052534376394",
        ] {
            assert_eq!(ItemLink::from_canonical(url).unwrap().to_string(), url);
        }
    }

    #[test]
    fn anything_but_the_canonical_text_is_refused() {
        for url in [
            "http://detail.tmall.com/item.htm?id=567812345678",
            "https://detail.tmall.com.evil.test/item.htm?id=567812345678",
            "https://detail.tmall.com/item.htm?id=567812345678&spm=1",
            "https://user@detail.tmall.com/item.htm?id=567812345678",
            "https://detail.tmall.com:444/item.htm?id=567812345678",
            "https://detail.tmall.com/item.htm?id=",
            "",
        ] {
            assert_eq!(ItemLink::from_canonical(url), None, "{url}");
        }
    }
}
