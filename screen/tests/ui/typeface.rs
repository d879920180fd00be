//! Type: no boxes, lines that break as Chinese does, figures of one width.

use crate::rig::{PORTRAIT, Rig, item};
use cloud_shelf_core::{domain::Item, table};
use cloud_shelf_screen::{drawable, has_glyph};
use parley::{
    FontContext, Layout, LayoutContext, PositionedLayoutItem,
    style::{FontFamily, FontFamilyName, FontWeight, GenericFamily, OverflowWrap, StyleProperty},
};
use std::{borrow::Cow, path::Path};

const FAMILY: &str = "Noto Sans CJK SC";
const REGULAR: f32 = 400.0;
const BOLD: f32 = 700.0;
/// What must not begin a line, by GB/T 15834 and by the eye.
const CLOSING: &str = "，。、；：！？）》】」』”’…·\u{2027}％%〕〉";
/// What must not end one.
const OPENING: &str = "（《【「『“‘〔〈";

/// Shapes text as Slint's pages do: their family first, then what the system has.
#[derive(Default)]
struct Shaper {
    fonts: FontContext,
    layouts: LayoutContext<[u8; 4]>,
}

impl Shaper {
    fn shape(&mut self, text: &str, weight: f32, width: Option<f32>) -> Layout<[u8; 4]> {
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, text, 1.0, false);
        let families = [
            FontFamilyName::named(FAMILY),
            FontFamilyName::Generic(GenericFamily::SansSerif),
            FontFamilyName::Generic(GenericFamily::SystemUi),
        ];
        builder.push_default(FontFamily::List(Cow::Borrowed(&families)));
        builder.push_default(StyleProperty::FontWeight(FontWeight::new(weight)));
        builder.push_default(StyleProperty::FontSize(28.0));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        let mut layout = builder.build(text);
        layout.break_all_lines(width);
        layout
    }

    /// Glyph numbers with their advances.
    fn glyphs(&mut self, text: &str, weight: f32) -> Vec<(u32, f32)> {
        let layout = self.shape(text, weight, None);
        let runs = layout.lines().flat_map(|line| line.items().collect::<Vec<_>>());
        let mut glyphs = vec![];
        for run in runs {
            if let PositionedLayoutItem::GlyphRun(run) = run {
                glyphs.extend(run.glyphs().map(|glyph| (glyph.id, glyph.advance)));
            }
        }
        glyphs
    }

    /// Glyph 0 is the box that stands for what a font lacks.
    fn has_box(&mut self, text: &str) -> bool {
        [REGULAR, BOLD].iter().any(|weight| self.glyphs(text, *weight).iter().any(|(id, _)| *id == 0))
    }
}

/// What merchants paste.
const NASTY: &[&str] = &[
    "🔥爆款🔥【官方旗舰店】保湿面霜50ml×2瓶装💦",
    "❤️‍🔥限时👨‍👩‍👧‍👦家庭装🇨🇳国货",
    "1️⃣买2️⃣送",
    "𠮷野家同款碗 㐂字杯 𬭚钻",
    "龘靐齉爩 驫羴 囍",
    "繁體中文：臺灣烏龍茶・傳統工藝",
    "한국 화장품 세트 선물용",
    "日本製 カタカナ ひらがな ﾊﾝｶｸ",
    "L'Oréal Crème Brûlée Ångström Ñandú",
    "Škoda Łódź Dvořák İstanbul Şişli",
    "Ελληνικός καφές / Русский чай",
    "Tiếng Việt cà phê sữa đá",
    "กาแฟไทย عربى עברית हिन्दी",
    "①②③ ㊣ ㎡ ℃ ‰ № ™ ® © § ¶ † ‡ • ◆ ★ ☆ ♥ ♡ ✓ ✔ ✿ ❀ ☀ ☎ → ⇒ ➜ ▶",
    "𝓛𝓾𝔁𝓾𝓻𝔂 𝟙𝟚𝟛 ｆｕｌｌ ｗｉｄｔｈ １２３",
    "½ ⅓ ⅛ x² CO₂ 5µm 10Ω ±5% ≥3 ≤9 ≈ ∞ √ ∑",
    "ｶﾞ\u{200b}零宽\u{feff}字\u{202e}符",
    "a\u{300}e\u{301}\u{327} 组合",
    "\u{e000}\u{f8ff}\u{10ffff}\u{fffd}",
    "€ £ ¥ ￥ $ ₩ ₽ ฿ ₿",
    "“引号”‘单’「」『』《》〈〉【】〖〗（）〔〕—…·～",
];

fn demo() -> Vec<String> {
    let bytes =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/demo/demo.xlsx")).unwrap();
    let read = table::read("demo.xlsx", &bytes).unwrap();
    let texts = |item: &table::TableItem| {
        let points = item.selling_points.iter().cloned();
        points.chain([item.title.clone()]).chain(item.category.clone()).collect::<Vec<_>>()
    };
    read.items.iter().flat_map(texts).collect()
}

/// Titles as merchants compose them: promotion, maker, material, thing, size, for whom.
fn titles() -> impl Iterator<Item = String> {
    const PARTS: [&[&str]; 6] = [
        &[
            "",
            "【新品】",
            "【官方正品】",
            "【第2件半价】",
            "（预售）",
            "2027新款 ",
            "[包邮]",
            "「限定」",
            "🔥",
            "★热卖★",
        ],
        &[
            "檐汀",
            "启赋",
            "NESTLÉ ",
            "Häagen-Dazs ",
            "花王/Kao ",
            "乐扣乐扣",
            "膳魔師",
            "SK-II ",
            "资生堂（SHISEIDO）",
            "野象·",
        ],
        &[
            "有机",
            "316不锈钢",
            "手工釉下彩",
            "冻干",
            "双层高硼硅",
            "A2β-酪蛋白",
            "精梳棉",
            "羧甲基",
            "䴙䴘羽",
            "低GI",
        ],
        &[
            "婴儿奶粉",
            "保温杯",
            "香薰蜡烛",
            "隔热垫",
            "电饭煲",
            "饸饹面",
            "护手霜",
            "骨瓷碗碟",
            "猫砂",
            "蓝牙耳机",
        ],
        &[
            "900g×6罐",
            "480ml",
            "30cm*45cm",
            "1.5L～2L",
            "5斤装",
            "100抽/24包",
            "φ18㎝",
            "Ⅱ代",
            "37℃恒温",
            "12粒（30天）",
        ],
        &[
            "，送礼自用",
            "、家用商用两用",
            "；上门安装",
            "！限时",
            "…到手价",
            "：妈妈推荐",
            "（带滤网）",
            "《说明书》",
            "“零”添加",
            " 礼盒装🎁",
        ],
    ];
    (0..5_000_usize).map(|number| {
        let mut left = number.wrapping_mul(0x9E37_79B1) % 1_000_000;
        let mut title = String::new();
        for part in PARTS {
            title.push_str(part[left % part.len()]);
            left /= part.len();
        }
        title
    })
}

/// With the dot that the merchant typed.
fn as_written(drawn: &str) -> String {
    drawn.replace('\u{2027}', "·")
}

#[test]
fn no_text_of_a_catalog_has_a_box_in_it() {
    let mut shaper = Shaper::default();
    assert!(shaper.has_box("\u{e000}"), "a character that no font has must show as glyph 0 here");
    let nasty = NASTY.iter().map(|text| (*text).to_owned());
    let mut altered = 0;
    for text in demo().into_iter().chain(nasty).chain(titles()) {
        let drawn = drawable(&text);
        altered += usize::from(as_written(&drawn) != text);
        assert!(!shaper.has_box(&drawn), "{text} is shown as {drawn}, with a box");
    }
    // Most titles are shown as they are, and all of the demo
    assert!((10..2_500).contains(&altered), "{altered} texts are altered");
    assert!(demo().iter().all(|text| as_written(&drawable(text)) == *text));
}

#[test]
fn the_table_says_what_the_font_has() {
    let mut shaper = Shaper::default();
    // All that GB 18030-2022 asks for at level 1: GB 2312 is in it, and the ideographs of extension A
    let han = ('\u{3400}'..='\u{4DB5}').chain('\u{4E00}'..='\u{9FEF}');
    let lacking: String = han.filter(|c| !has_glyph(*c)).collect();
    assert_eq!(lacking, "");
    // A sample of it and of what is around it, against the font itself
    for c in ('\u{20}'..='\u{33FF}').chain(('\u{3400}'..'\u{FFF0}').step_by(37)) {
        if has_glyph(c) {
            assert!(!shaper.has_box(&c.to_string()), "{c:?} is a box: run script/glyphs");
        }
    }
}

#[test]
fn closing_punctuation_begins_no_line_and_opening_ends_none() {
    let mut shaper = Shaper::default();
    let mut lines_seen = 0;
    for title in titles().step_by(7).chain(NASTY.iter().map(|text| (*text).to_owned())) {
        let title = drawable(&title).into_owned();
        // As wide as 10 to 20 characters: cards and pages. A word that is wider than its line is
        // broken anywhere, and at these widths there is none
        for width in [280.0, 320.0, 392.0, 560.0] {
            let layout = shaper.shape(&title, REGULAR, Some(width));
            let lines: Vec<_> = layout.lines().map(|line| title[line.text_range()].trim()).collect();
            lines_seen += lines.len();
            for (number, line) in lines.iter().enumerate() {
                let (first, last) = (line.chars().next(), line.chars().next_back());
                assert!(
                    number == 0 || first.is_none_or(|c| !CLOSING.contains(c)),
                    "{title} at {width}: {lines:?}"
                );
                assert!(
                    number + 1 == lines.len() || last.is_none_or(|c| !OPENING.contains(c)),
                    "{title} at {width}: {lines:?}"
                );
            }
        }
    }
    assert!(lines_seen > 5_000);
}

/// What a card looks like with this title.
fn card(title: &str) -> Vec<u8> {
    let rig = Rig::shelf(PORTRAIT, vec![Item { title: title.into(), ..item(0) }]);
    rig.screen.window().take_snapshot().unwrap().as_bytes().to_vec()
}

#[test]
fn the_pages_break_titles_where_it_is_expected() {
    // Eleven characters fit into a card's line; the comma takes the last of them along
    let wrapped = card("手作白瓷三才杯家用轻奢，送礼盒装");
    assert!(wrapped == card("手作白瓷三才杯家用轻\n奢，送礼盒装"));
    assert!(wrapped != card("手作白瓷三才杯家用轻奢\n，送礼盒装"), "else the comparison says nothing");
}

#[test]
fn a_title_ends_in_an_ellipsis_after_two_lines() {
    let title = "手作白瓷三才杯家用轻奢送礼盒装整套带茶盘与竹制收纳盒可定制刻字";
    let cut = |count: usize| {
        let chars: Vec<char> = title.chars().take(count).collect();
        let (first, second) = chars.split_at(11);
        format!("{}\n{}…", first.iter().collect::<String>(), second.iter().collect::<String>())
    };
    let whole = card(title);
    assert!((19..23).any(|count| card(&cut(count)) == whole), "the second line ends in an ellipsis");
}

#[test]
fn figures_of_a_price_are_of_one_width() {
    let mut shaper = Shaper::default();
    for weight in [REGULAR, BOLD] {
        let digits = shaper.glyphs("0123456789", weight);
        assert_eq!(digits.len(), 10);
        assert!(digits.iter().all(|(_, advance)| *advance == digits[0].1), "{digits:?}");
        // No kerning between them either
        let pairs = shaper.glyphs("11177417471071", weight);
        assert!(pairs.iter().all(|(_, advance)| *advance == digits[0].1), "{pairs:?}");
    }
}
