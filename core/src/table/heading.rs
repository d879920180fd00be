//! Finds the heading row, and the field of each column, by the words that people use.

use crate::domain::text;
use std::collections::BTreeMap;

/// Content of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Field {
    Title,
    Link,
    Price,
    SalePrice,
    Picture,
    Category,
    SellingPoint,
    Sort,
    ListedFrom,
    ListedUntil,
    Barcode,
}

impl Field {
    /// Returns the heading used in the template.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Title => "商品",
            Self::Link => "链接",
            Self::Price => "价格",
            Self::SalePrice => "促销价",
            Self::Picture => "图片",
            Self::Category => "分类",
            Self::SellingPoint => "卖点",
            Self::Sort => "排序",
            Self::ListedFrom => "上架时间",
            Self::ListedUntil => "下架时间",
            Self::Barcode => "条码",
        }
    }

    /// Whether several columns may hold it: 卖点1, 卖点2.
    const fn is_many(self) -> bool {
        matches!(self, Self::Picture | Self::SellingPoint)
    }
}

/// Words for each field, most certain first: of two candidate columns, the one with the earlier
/// word wins.
const WORDS: [(Field, &[&str]); 11] = [
    (
        Field::Title,
        &[
            "商品",
            "商品名称",
            "商品标题",
            "商品名",
            "宝贝标题",
            "宝贝名称",
            "宝贝",
            "标题",
            "产品名称",
            "产品",
            "产品名",
            "产品标题",
            "品名",
            "名称",
            "货品名称",
            "推荐商品",
            "商品全称",
            "title",
            "product",
            "productname",
            "producttitle",
            "name",
            "item",
            "itemname",
            "itemtitle",
            "goods",
            "goodsname",
        ],
    ),
    (
        Field::Link,
        &[
            "链接",
            "商品链接",
            "天猫链接",
            "宝贝链接",
            "产品链接",
            "商品链接地址",
            "链接地址",
            "购买链接",
            "详情链接",
            "详情页链接",
            "店铺链接",
            "淘宝链接",
            "商品地址",
            "商品网址",
            "宝贝地址",
            "网址",
            "地址",
            "商品url",
            "url",
            "link",
            "links",
            "productlink",
            "producturl",
            "itemlink",
            "itemurl",
            "href",
            "网页链接",
            "旗舰店链接",
            "天猫商品链接",
            "pc链接",
            "手机链接",
            "商品id",
            "宝贝id",
            "天猫id",
            "淘宝id",
            "itemid",
            "numiid",
            "id",
        ],
    ),
    (
        Field::Price,
        &[
            "价格",
            "原价",
            "售价",
            "单价",
            "零售价",
            "日常价",
            "一口价",
            "标价",
            "吊牌价",
            "市场价",
            "划线价",
            "商品价格",
            "建议零售价",
            "price",
            "originalprice",
            "listprice",
            "regularprice",
            "msrp",
        ],
    ),
    (
        Field::SalePrice,
        &[
            "促销价",
            "活动价",
            "到手价",
            "优惠价",
            "券后价",
            "特价",
            "折扣价",
            "现价",
            "会员价",
            "促销价格",
            "活动价格",
            "大促价",
            "直播价",
            "saleprice",
            "promoprice",
            "promotionprice",
            "discountprice",
            "specialprice",
            "dealprice",
        ],
    ),
    (
        Field::Picture,
        &[
            "图片",
            "主图",
            "商品图片",
            "商品主图",
            "商品图",
            "产品图片",
            "产品图",
            "图",
            "图片链接",
            "主图链接",
            "图片地址",
            "图片文件",
            "图片文件名",
            "照片",
            "配图",
            "宝贝图片",
            "image",
            "images",
            "picture",
            "pictures",
            "photo",
            "img",
            "imagelink",
            "imageurl",
            "pic",
        ],
    ),
    (
        Field::Category,
        &[
            "分类",
            "类目",
            "商品分类",
            "类别",
            "品类",
            "产品分类",
            "系列",
            "商品类目",
            "一级类目",
            "category",
            "categories",
            "type",
            "group",
        ],
    ),
    (
        Field::SellingPoint,
        &[
            "卖点",
            "商品卖点",
            "产品卖点",
            "核心卖点",
            "亮点",
            "推荐理由",
            "推荐语",
            "商品描述",
            "描述",
            "介绍",
            "特点",
            "sellingpoint",
            "sellingpoints",
            "highlight",
            "highlights",
            "description",
            "feature",
            "features",
        ],
    ),
    (
        Field::Sort,
        &["排序", "序号", "顺序", "排序号", "编号", "no", "no.", "sort", "order", "rank", "position", "#"],
    ),
    (
        Field::ListedFrom,
        &[
            "上架时间",
            "上架日期",
            "开始时间",
            "开始日期",
            "上线时间",
            "生效时间",
            "listedfrom",
            "starttime",
            "startdate",
            "start",
            "from",
            "availablefrom",
        ],
    ),
    (
        Field::ListedUntil,
        &[
            "下架时间",
            "下架日期",
            "结束时间",
            "结束日期",
            "下线时间",
            "失效时间",
            "截止时间",
            "截止日期",
            "listeduntil",
            "endtime",
            "enddate",
            "end",
            "until",
            "to",
            "availableuntil",
            "expires",
        ],
    ),
    (
        Field::Barcode,
        &[
            "条码",
            "条形码",
            "商品条码",
            "商品条形码",
            "69码",
            "国际条码",
            "barcode",
            "ean",
            "ean13",
            "gtin",
            "upc",
            "69条码",
        ],
    ),
];

/// Upper bound for a heading, which is a word or two; longer text is a title or a note.
const MAX_CHARS: usize = 40;

/// Columns of the fields in a heading row.
#[derive(Clone, Debug, Default)]
pub(super) struct Headings {
    /// Columns of each field, from the left
    columns: BTreeMap<Field, Vec<u32>>,
}

impl Headings {
    /// Whether both mandatory columns are there.
    pub fn is_complete(&self) -> bool {
        self.has(Field::Title) && self.has(Field::Link)
    }

    pub fn has(&self, field: Field) -> bool {
        self.columns.contains_key(&field)
    }

    /// Returns a field's columns, from the left.
    pub fn columns(&self, field: Field) -> &[u32] {
        self.columns.get(&field).map_or(&[], Vec::as_slice)
    }
}

/// Interprets a row as a heading row.
pub(super) fn find<'a>(cells: impl Iterator<Item = (u32, &'a str)>) -> Headings {
    let mut best: BTreeMap<Field, Vec<(usize, u32)>> = BTreeMap::new();
    for (column, text) in cells {
        if let Some((field, rank)) = field(text) {
            best.entry(field).or_default().push((rank, column));
        }
    }
    let columns = best.into_iter().map(|(field, mut found)| {
        if !field.is_many() {
            // Keeps the most certain column, the leftmost on a tie
            found.sort_unstable();
            found.truncate(1);
        }
        (field, found.into_iter().map(|(_, column)| column).collect())
    });
    Headings { columns: columns.collect() }
}

/// Returns the field that a heading names, and the certainty of the match (0 is most certain).
pub(super) fn field(text: &str) -> Option<(Field, usize)> {
    let word = normalise(text)?;
    let find = |word: &str| {
        WORDS
            .iter()
            .find_map(|(field, words)| words.iter().position(|w| *w == word).map(|rank| (*field, rank)))
    };
    find(&word).or_else(|| {
        // 卖点1, 图片二
        let stem = word.trim_end_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
        find(stem).filter(|(field, _)| stem.len() < word.len() && field.is_many())
    })
}

/// Normalizes a heading: drops white space, punctuation, notes in brackets, and full-width forms.
fn normalise(text: &str) -> Option<String> {
    if text.chars().take(4 * MAX_CHARS).filter(|c| !c.is_whitespace()).count() > MAX_CHARS {
        return None;
    }
    let mut word = String::new();
    let mut brackets = 0_u32;
    for c in text.chars() {
        let c = match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            _ => c,
        };
        match c {
            '(' | '[' | '【' | '〔' | '<' | '《' => brackets += 1,
            ')' | ']' | '】' | '〕' | '>' | '》' => brackets = brackets.saturating_sub(1),
            _ if brackets > 0 || c.is_whitespace() || text::is_hidden(c) => {}
            '*' | '★' | '☆' | '●' | '※' | ':' | '_' | '-' | '"' | '\'' | '“' | '”' | '/' | '、' | '▲'
            | '▼' | '!' => {}
            _ => word.extend(c.to_lowercase()),
        }
    }
    for note in ["必填", "选填", "可选"] {
        word = word.trim_end_matches(note).trim_start_matches(note).to_owned();
    }
    (!word.is_empty()).then_some(word)
}
