//! Why a text names no item, and what to enter instead.

use crate::domain::{Message, text};

/// Kind of a problem; reports contain its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkProblemKind {
    /// A short or promotion link: only the network knows the target
    ShortLink,
    /// A 淘口令 without an address
    TokenOnly,
    /// A page of the platform that is not an item's, or no address at all
    NotAnItem,
    /// An address outside Tmall and Taobao
    ForeignHost,
    /// No item id, a mangled one, or several
    NoId,
    /// An address made to deceive
    UnsafeUrl,
    Empty,
}

impl LinkProblemKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::ShortLink => "short_link",
            Self::TokenOnly => "token_only",
            Self::NotAnItem => "not_an_item",
            Self::ForeignHost => "foreign_host",
            Self::NoId => "no_id",
            Self::UnsafeUrl => "unsafe_url",
            Self::Empty => "empty",
        }
    }

    /// Ranks the problems of one text: the problem of the address that comes closest to an item is
    /// reported.
    pub(super) const fn weight(self) -> u8 {
        match self {
            Self::NoId => 6,
            Self::UnsafeUrl => 5,
            Self::ShortLink => 4,
            Self::NotAnItem => 3,
            Self::ForeignHost => 2,
            Self::TokenOnly => 1,
            Self::Empty => 0,
        }
    }
}

/// A text that names no item.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", kind.code(), remedy.en)]
pub struct LinkProblem {
    pub kind: LinkProblemKind,
    /// What is wrong and what to do
    pub remedy: Message,
}

impl LinkProblem {
    const fn fixed(kind: LinkProblemKind, zh: &'static str, en: &'static str) -> Self {
        Self { kind, remedy: Message::fixed(zh, en) }
    }

    pub(super) const fn empty() -> Self {
        Self::fixed(
            LinkProblemKind::Empty,
            "链接是空的。请在电脑浏览器里打开商品页，复制地址栏里的完整链接填进来",
            "The link is empty. Open the item's page in a computer's browser and copy the whole address here",
        )
    }

    pub(super) const fn too_long() -> Self {
        Self::fixed(
            LinkProblemKind::NotAnItem,
            "内容太长，不是一条商品链接。每格只填一条链接",
            "The text is too long for a link. Enter one link per cell",
        )
    }

    pub(super) const fn short_link() -> Self {
        Self::fixed(
            LinkProblemKind::ShortLink,
            "这是短链接，看不出是哪个商品。请在电脑浏览器里打开它，等商品页出现后，复制地址栏里的完整链接填进来",
            "This is a short link, which does not say which item it is. Open it in a computer's browser, wait for \
             the item's page, and copy the whole address here",
        )
    }

    pub(super) const fn token_only() -> Self {
        Self::fixed(
            LinkProblemKind::TokenOnly,
            "这是淘口令，里面没有链接。请在电脑浏览器里打开这个商品，复制地址栏里的完整链接填进来",
            "This is a Taobao share code without a link. Open the item in a computer's browser and copy the whole \
             address here",
        )
    }

    pub(super) fn no_link(text: &str) -> Self {
        let text = excerpt(text);
        Self {
            kind: LinkProblemKind::NotAnItem,
            remedy: Message::new(
                format!(
                    "“{text}”不是链接。请填商品页的完整链接，例如 https://detail.tmall.com/item.htm?id=商品ID"
                ),
                format!(
                    "“{text}” is not a link. Enter the item's whole address, such as \
                     https://detail.tmall.com/item.htm?id=NUMBER"
                ),
            ),
        }
    }

    pub(super) fn not_an_item(host: &str) -> Self {
        let host = excerpt(host);
        Self {
            kind: LinkProblemKind::NotAnItem,
            remedy: Message::new(
                format!(
                    "这是 {host} 上的网页，但不是商品页（可能是店铺首页或搜索页）。请打开具体的商品，复制它的链接"
                ),
                format!(
                    "This is a page of {host}, but not an item's page (perhaps a shop's home or a search). Open the \
                     item itself and copy its address"
                ),
            ),
        }
    }

    pub(super) fn foreign_host(host: &str) -> Self {
        let host = excerpt(host);
        Self {
            kind: LinkProblemKind::ForeignHost,
            remedy: Message::new(
                format!("这不是天猫或淘宝的链接（{host}）。请换成天猫商品页的链接"),
                format!(
                    "This is not a link to Tmall or Taobao ({host}). Replace it with the item's address on Tmall"
                ),
            ),
        }
    }

    pub(super) const fn no_id() -> Self {
        Self::fixed(
            LinkProblemKind::NoId,
            "链接里没有商品 ID（id=一串数字），可能没有复制完整。请重新打开商品页，复制地址栏里的完整链接",
            "The link has no item number (id=digits); perhaps it was copied incompletely. Open the item's page again \
             and copy the whole address",
        )
    }

    pub(super) fn two_items(one: &str, other: &str) -> Self {
        let (one, other) = (excerpt(one), excerpt(other));
        Self {
            kind: LinkProblemKind::NoId,
            remedy: Message::new(
                format!(
                    "这一格里有两个不同的商品 ID（{one} 和 {other}），不知道要哪一个。每格只留一个商品的链接"
                ),
                format!(
                    "There are two different item numbers here ({one} and {other}). Keep the link of one item only"
                ),
            ),
        }
    }

    pub(super) fn scientific(text: &str) -> Self {
        let text = excerpt(text);
        Self {
            kind: LinkProblemKind::NoId,
            remedy: Message::new(
                format!(
                    "商品 ID 被表格改成了“{text}”，原来的数字已经丢失。请先选中这一列，把单元格格式设为“文本”，\
                     再重新粘贴完整的商品 ID 或链接"
                ),
                format!(
                    "The spreadsheet turned the item number into “{text}” and its digits are lost. Select this \
                     column, set its cell format to “Text”, then paste the whole item number or link again"
                ),
            ),
        }
    }

    pub(super) fn not_an_item_id(text: &str) -> Self {
        let text = excerpt(text);
        Self {
            kind: LinkProblemKind::NoId,
            remedy: Message::new(
                format!("“{text}”不是商品 ID（商品 ID 是 5 到 20 位数字）。请填商品页的完整链接"),
                format!("“{text}” is not an item number (5 to 20 digits). Enter the item's whole address"),
            ),
        }
    }

    pub(super) fn unsafe_scheme(scheme: &str) -> Self {
        let scheme = excerpt(scheme);
        Self {
            kind: LinkProblemKind::UnsafeUrl,
            remedy: Message::new(
                format!("“{scheme}:”开头的不是网页链接，不能使用。请填以 https:// 开头的天猫商品链接"),
                format!(
                    "An address that begins with “{scheme}:” is not a web address. Use the item's https:// address on Tmall"
                ),
            ),
        }
    }

    pub(super) const fn unsafe_url() -> Self {
        Self::fixed(
            LinkProblemKind::UnsafeUrl,
            "链接的写法不正常，可能是仿冒链接（带有 @、端口号或特殊字符），不能使用。请重新打开商品页，复制地址栏里的链接",
            "The link is written the way fake links are (an @, a port or odd characters). Open the item's page \
             again and copy the address",
        )
    }
}

/// Returns the beginning of a text, to identify it in a message.
fn excerpt(text: &str) -> String {
    const CHARS: usize = 40;
    let line = text::one_line(text);
    let mut short: String = line.chars().take(CHARS).collect();
    if line.chars().nth(CHARS).is_some() {
        short.push('…');
    }
    short
}
