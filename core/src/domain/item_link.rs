//! An item's address: an allow-listed host, the item's id and, where it matters, its SKU. Ids are strings
//! of digits, never numbers, so that no digit is lost.

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

/// Why a text is not an item id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ItemIdError {
    #[error("an item id consists of digits only")]
    NotDigits,
    #[error("an item id has {MIN_DIGITS} to {MAX_DIGITS} digits")]
    Length,
}

/// Known ids have 10 to 13 digits; older ones had fewer, newer ones may have more.
const MIN_DIGITS: usize = 5;
const MAX_DIGITS: usize = 20;

/// Id of an item or of one of its SKUs: 5 to 20 digits, no leading zero.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId(Box<str>);

impl ItemId {
    pub fn parse(text: &str) -> Result<Self, ItemIdError> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) || text.starts_with('0') {
            return Err(ItemIdError::NotDigits);
        }
        if !(MIN_DIGITS..=MAX_DIGITS).contains(&text.len()) {
            return Err(ItemIdError::Length);
        }
        Ok(Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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

    #[test]
    fn only_digits_of_a_sane_length_are_an_id() {
        assert_eq!(ItemId::parse("1052534376394").unwrap().as_str(), "1052534376394");
        for bad in ["", "1234", "123456789012345678901", "12345a", "１２３４５６", "-12345", "012345"] {
            assert!(ItemId::parse(bad).is_err(), "{bad:?}");
        }
    }
}
