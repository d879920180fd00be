//! What the pages' font can draw. A box in place of a character tells a shopper that something is
//! broken, so what the font lacks is shown as something that it has, or not at all.

use icu_normalizer::DecomposingNormalizerBorrowed;
use std::{borrow::Cow, ops::Range, sync::LazyLock};

/// The characters of Noto Sans CJK SC: gaps and runs in turn, as `script/glyphs` writes them.
static COVERED: LazyLock<Vec<Range<u32>>> = LazyLock::new(|| runs(include_bytes!("glyphs.bin")));

/// Between the parts of a name. Unicode lets a line begin with it, Chinese does not.
const DOT: char = '·';
/// The same glyph, which begins no line.
const DOT_THAT_STAYS: char = '\u{2027}';

/// What typesetters put where a character is missing.
const MISSING: char = '〓';

fn runs(table: &[u8]) -> Vec<Range<u32>> {
    let mut bytes = table.iter();
    let mut number = || {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = *bytes.next()?;
            value |= u32::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
            shift += 7;
        }
    };
    let (mut found, mut end) = (vec![], 0);
    while let (Some(gap), Some(length)) = (number(), number()) {
        let start = end + gap;
        end = start + length;
        found.push(start..end);
    }
    found
}

/// Whether the font has a character.
pub fn has(c: char) -> bool {
    let code = u32::from(c);
    let next = COVERED.partition_point(|run| run.start <= code);
    next.checked_sub(1).and_then(|last| COVERED.get(last)).is_some_and(|run| run.contains(&code))
}

/// A text as it can be drawn: letters lose the accents that the font lacks, a rare hanzi becomes 〓,
/// emoji and the like are left out. A text that can be drawn is left alone.
pub fn drawable(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| (has(c) && c != DOT) || c == '\n') {
        return Cow::Borrowed(text);
    }
    let mut drawn = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            DOT => drawn.push(DOT_THAT_STAYS),
            '\n' => drawn.push(c),
            _ if has(c) => drawn.push(c),
            _ if is_han(c) => drawn.push(MISSING),
            _ => {
                let parts = c.encode_utf8(&mut [0; 4]).to_owned();
                let parts = DecomposingNormalizerBorrowed::new_nfkd().normalize(&parts).into_owned();
                drawn.extend(parts.chars().map(plain).filter(|c| has(*c) && !is_mark(*c)));
            }
        }
    }
    // What is left out leaves no gap
    let words: Vec<_> = drawn.split(' ').filter(|word| !word.is_empty()).collect();
    let drawn = words.join(" ");
    Cow::Owned(if drawn.is_empty() { MISSING.into() } else { drawn })
}

/// Letters with a stroke, which Unicode takes for letters of their own.
const fn plain(c: char) -> char {
    match c {
        DOT => DOT_THAT_STAYS,
        'Đ' => 'D',
        'đ' => 'd',
        'Ħ' => 'H',
        'ħ' => 'h',
        'ı' => 'i',
        'Ł' => 'L',
        'ł' => 'l',
        'Ŧ' => 'T',
        'ŧ' => 't',
        other => other,
    }
}

/// An accent without its letter.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_the_font_lacks_is_never_a_box() {
        for (text, drawn) in [
            ("手作白瓷盖碗 ¥128.50", "手作白瓷盖碗 ¥128.50"),
            ("新品🔥🔥上市", "新品上市"),
            ("送礼 🎁 礼盒", "送礼 礼盒"),
            ("👨‍👩‍👧 亲子装", "亲子装"),
            ("1️⃣ 第一步", "1 第一步"),
            ("❤️", MISSING.encode_utf8(&mut [0; 4])),
            ("Citroën Škoda Łódź Işık", "Citroën Skoda Lódz Isik"),
            ("𝓛𝓾𝔁 香水", "Lux 香水"),
            ("圣·罗兰", "圣‧罗兰"),
            ("𠀃𠀄面", "〓〓面"),
            ("𰻝𰻝面", "𰻝𰻝面"),
            ("繁體中文、한국어、カタカナ", "繁體中文、한국어、カタカナ"),
            ("กาแฟไทย 咖啡", "咖啡"),
            ("两行\n文字😀", "两行\n文字"),
            ("", ""),
        ] {
            assert_eq!(drawable(text), drawn);
        }
    }

    #[test]
    fn a_text_that_can_be_drawn_is_not_copied() {
        assert!(matches!(drawable("玻璃茶壶（带滤网）"), Cow::Borrowed(_)));
    }

    #[test]
    fn the_table_ends_where_it_should() {
        assert_eq!(runs(&[65, 2, 0x80, 1, 1]), [65..67, 195..196]);
        assert!(has('A') && has('龘') && has('€') && !has('\u{0}') && !has('😀') && !has(char::MAX));
        let count: usize = COVERED.iter().map(|run| run.len()).sum();
        assert!((40_000..60_000).contains(&count), "{count}");
    }

    proptest! {
        #[test]
        fn anything_becomes_drawable(text: String) {
            let drawn = drawable(&text);
            prop_assert!(drawn.chars().all(|c| has(c) || c == '\n'), "{drawn:?}");
            prop_assert_eq!(drawn.is_empty(), text.is_empty());
            prop_assert_eq!(drawable(&drawn), drawn.clone());
        }
    }
}
