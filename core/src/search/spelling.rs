//! Spellings of Chinese characters on a letter keypad (pinyin).

use pinyin::ToPinyinMulti;

/// Length of the longest syllable ("zhuang").
pub const MAX_LETTERS: usize = 6;

/// Returns all distinct spellings of a character: every reading without its tone, with ü as v and
/// as u. After j, q, x and y, u stands for ü, and some people type v there.
pub fn spellings(char: char) -> Vec<String> {
    let mut found = vec![];
    for reading in char.to_pinyin_multi().into_iter().flatten() {
        let plain = reading.plain();
        let mut add = |spelling: String| {
            let typed = (1..=MAX_LETTERS).contains(&spelling.len())
                && spelling.bytes().all(|byte| byte.is_ascii_lowercase());
            if typed && !found.contains(&spelling) {
                found.push(spelling);
            }
        };
        if plain.contains('ü') {
            add(plain.replace('ü', "v"));
            add(plain.replace('ü', "u"));
            continue;
        }
        add(plain.to_owned());
        if let Some((first, rest)) = plain.split_at_checked(1)
            && matches!(first, "j" | "q" | "x" | "y")
            && let Some(rest) = rest.strip_prefix('u')
        {
            add(format!("{first}v{rest}"));
        }
    }
    found
}

/// Returns the initials of a word's first readings; `None` if a character has none.
pub fn initials(word: &str) -> Option<String> {
    word.chars().map(|char| spellings(char).first()?.chars().next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reading_is_typed_in_every_way() {
        for (char, expected) in [
            ('重', &["zhong", "chong"][..]),
            ('长', &["zhang", "chang"]),
            ('行', &["xing", "hang"]),
            ('单', &["dan", "shan", "chan"]),
            ('乐', &["le", "yue", "yve"]),
            ('绿', &["lv", "lu"]),
            ('女', &["nv", "nu"]),
            ('略', &["lve", "lue"]),
            ('区', &["qu", "qv", "ou"]),
            ('茶', &["cha"]),
        ] {
            let found = spellings(char);
            for spelling in expected {
                assert!(
                    found.iter().any(|other| other == spelling),
                    "{char}: {spelling} is not in {found:?}"
                );
            }
        }
        assert_eq!(initials("奶粉").as_deref(), Some("nf"));
        assert_eq!(initials("a粉"), None);
        assert!(spellings('a').is_empty() && spellings('あ').is_empty());
    }
}
