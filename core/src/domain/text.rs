//! The one rule for text that people read, whoever wrote it.
//!
//! An invisible character can still change what is visible: it can reverse a price, hide a word,
//! end a line in a log, or move a terminal's cursor. So no text for people contains one. What
//! follows depends on the source: a signed document that breaks the rule is refused, typed text is
//! cleaned with a warning, and text from another server is cleaned. `docs/FEED.md`, "Text", has the
//! same rule for other programs.

use std::borrow::Cow;

/// Upper bound on the displayed part of a file name, in Unicode scalar values.
const MAX_NAME_CHARS: usize = 80;

/// Why a text breaks the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFault {
    /// It has no visible characters
    Blank,
    /// It contains an invisible character
    Hidden(char),
    /// It has too many characters
    TooLong,
}

/// Checks one line of text; `most` counts Unicode scalar values.
pub fn check_line(text: &str, most: usize) -> Result<(), TextFault> {
    if let Some(hidden) = first_hidden(text) {
        return Err(TextFault::Hidden(hidden));
    }
    if !text.chars().any(is_visible) {
        return Err(TextFault::Blank);
    }
    if text.chars().count() > most { Err(TextFault::TooLong) } else { Ok(()) }
}

/// Returns the first character that one line of text may not contain, including control characters
/// and line ends.
pub fn first_hidden(text: &str) -> Option<char> {
    hidden_chars(text).map(|(_, c)| c).next()
}

/// Returns the text on one line: white space becomes single spaces, and invisible characters are
/// removed.
pub fn one_line(text: &str) -> String {
    visible(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a file name for display: one line of limited length. A name without visible characters is shown
/// as escapes (`\u{200b}`), so that the file can still be found and deleted.
pub fn file_name(name: &str) -> String {
    // Cleaned again after the cut, which may have split an emoji
    let line = one_line(&one_line(name).chars().take(MAX_NAME_CHARS).collect::<String>());
    if check_line(&line, MAX_NAME_CHARS).is_ok() {
        line
    } else {
        name.escape_unicode().take(MAX_NAME_CHARS).collect()
    }
}

/// Returns the text without invisible characters. White space stays; line and paragraph separators
/// become line ends.
pub fn visible(text: &str) -> Cow<'_, str> {
    replace_hidden(text, |c| match c {
        '\u{2028}' | '\u{2029}' | '\u{85}' => Some("\n".into()),
        c if c.is_whitespace() => Some(c.to_string()),
        _ => None,
    })
}

/// Returns the text for a terminal: line ends and tabs stay, and nothing moves the cursor or
/// reverses the text direction.
pub fn for_terminal(text: &str) -> Cow<'_, str> {
    replace_hidden(text, |c| match c {
        '\n' | '\t' => Some(c.to_string()),
        c if c.is_whitespace() => Some(" ".into()),
        _ => None,
    })
}

/// Returns JSON with each invisible character escaped: the same value, but harmless on a terminal.
pub fn escaped_json(json: &str) -> Cow<'_, str> {
    replace_hidden(json, |c| match c {
        // Only between tokens: serde escapes those inside values
        '\n' | '\t' | '\r' => Some(c.to_string()),
        c => Some(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()),
    })
}

/// Whether the author of a typed text should be warned. Copying leaves zero-width marks behind,
/// without which the text reads the same; characters that change the direction or hide text got
/// there otherwise.
pub fn needs_warning(text: &str) -> bool {
    let of_copying = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200E}' | '\u{2060}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
    };
    hidden_chars(text).any(|(_, c)| !of_copying(c))
}

/// Whether a character is invisible, or affects its neighbours.
pub const fn is_hidden(c: char) -> bool {
    matches!(c,
        // Control characters, line and paragraph separators
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}'
        // Direction: marks, embeddings, overrides, isolates
        | '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        // Zero width: spaces, joiners, soft hyphen, fillers, invisible operators, byte order mark
        | '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2065}'
        | '\u{206A}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFA0}'
        // Format characters of single scripts, of annotations and of music
        | '\u{600}'..='\u{605}' | '\u{6DD}' | '\u{70F}' | '\u{890}' | '\u{891}' | '\u{8E2}'
        | '\u{FFF0}'..='\u{FFFC}' | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1345F}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        // Tags, and other default-ignorable code points
        | '\u{E0000}'..='\u{E0FFF}'
        // Private use and noncharacters
        | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}'
        | '\u{FDD0}'..='\u{FDEF}' | '\u{FFFE}' | '\u{FFFF}')
        || (c as u32 & 0xFFFE) == 0xFFFE
}

/// Whether a character is visible by itself: not a space, not hidden, and not a combining mark.
fn is_visible(c: char) -> bool {
    let combines = matches!(c,
        '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{3099}' | '\u{309A}' | '\u{FE20}'..='\u{FE2F}');
    !(c.is_whitespace() || is_hidden(c) || combines)
}

/// Returns the hidden characters with their positions, except those that combine emoji: U+FE0F
/// right after a pictograph, U+200D between two.
fn hidden_chars(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut before = None;
    text.char_indices().filter(move |&(at, c)| {
        let joins = match c {
            '\u{FE0F}' => before.is_some_and(|c| is_pictograph(c) || matches!(c, '0'..='9' | '#' | '*')),
            '\u{200D}' => {
                let next = text[at + c.len_utf8()..].chars().next();
                before.is_some_and(|c| is_pictograph(c) || c == '\u{FE0F}') && next.is_some_and(is_pictograph)
            }
            _ => false,
        };
        // A mark permits the next one only if it is permitted itself
        before = (joins || !is_hidden(c)).then_some(c);
        is_hidden(c) && !joins
    })
}

/// Whether a character can be part of an emoji.
const fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21FF}'
        | '\u{2300}'..='\u{23FF}' | '\u{24C2}' | '\u{25A0}'..='\u{27BF}' | '\u{2934}' | '\u{2935}'
        | '\u{2B00}'..='\u{2BFF}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Replaces each hidden character by `by`'s result; `None` removes it.
fn replace_hidden(text: &str, by: impl Fn(char) -> Option<String>) -> Cow<'_, str> {
    let mut plain = String::new();
    let mut from = 0;
    for (at, c) in hidden_chars(text) {
        plain.push_str(&text[from..at]);
        plain.extend(by(c));
        from = at + c.len_utf8();
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    plain.push_str(&text[from..]);
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_cannot_be_seen_is_found() {
        for hidden in [
            '\0',
            '\u{7}',
            '\u{1B}',
            '\n',
            '\t',
            '\u{7F}',
            '\u{85}',
            '\u{91}',
            '\u{9F}',
            '\u{AD}',
            '\u{34F}',
            '\u{61C}',
            '\u{115F}',
            '\u{180E}',
            '\u{200B}',
            '\u{200C}',
            '\u{200D}',
            '\u{200E}',
            '\u{200F}',
            '\u{2028}',
            '\u{2029}',
            '\u{202A}',
            '\u{202B}',
            '\u{202C}',
            '\u{202D}',
            '\u{202E}',
            '\u{2060}',
            '\u{2064}',
            '\u{2066}',
            '\u{2067}',
            '\u{2068}',
            '\u{2069}',
            '\u{206A}',
            '\u{206F}',
            '\u{2800}',
            '\u{3164}',
            '\u{E000}',
            '\u{F8FF}',
            '\u{FDD0}',
            '\u{FE0F}',
            '\u{FEFF}',
            '\u{FFA0}',
            '\u{FFF9}',
            '\u{FFFC}',
            '\u{FFFE}',
            '\u{1D173}',
            '\u{1FFFE}',
            '\u{E0001}',
            '\u{E0041}',
            '\u{E007F}',
            '\u{E0100}',
            '\u{F0000}',
            '\u{10FFFF}',
        ] {
            let text = format!("有机{hidden}奶粉");
            assert_eq!(check_line(&text, 60), Err(TextFault::Hidden(hidden)), "{text:?}");
            let line = one_line(&text);
            assert!(line == "有机奶粉" || line == "有机 奶粉", "{line:?}");
            assert_eq!(first_hidden(&for_terminal(&text).replace(['\n', '\t'], "")), None, "{text:?}");
        }
    }

    #[test]
    fn what_people_write_stays() {
        for text in [
            "启赋",
            "雀巢（Nestlé）",
            "A.O.史密斯",
            "Wyeth/惠氏",
            "400-820-8888",
            "有机奶粉　900 克",
            "𠮷野家",
            "❤️ 爱他美",
            "👨‍👩‍👧 家庭装",
            "1️⃣ 段",
            "🏳️‍🌈",
            "©️",
            "한국 분유",
            "नमस्ते",
            "Δ",
            "é",
        ] {
            assert_eq!(check_line(text, 60), Ok(()), "{text:?}");
            assert_eq!(visible(text), text);
            assert_eq!(for_terminal(text), text);
        }
    }

    #[test]
    fn nothing_to_see_is_no_text() {
        for text in ["", " ", "\u{3000}\u{A0}", "\u{301}\u{302}", " \u{20DD} "] {
            assert_eq!(check_line(text, 60), Err(TextFault::Blank), "{text:?}");
        }
        assert_eq!(check_line("启赋", 1), Err(TextFault::TooLong));
        assert_eq!(one_line("\u{200B}\u{202E}\u{FEFF} "), "");
    }

    #[test]
    fn the_name_of_a_file_can_always_be_seen() {
        for (name, shown) in [
            ("货架 1.tar", "货架 1.tar"),
            (" a \n\u{1B}b\t.jpg ", "a b .jpg"),
            ("gnp\u{202E}rat.exe", "gnprat.exe"),
            ("\u{202E}\u{200B}", r"\u{202e}\u{200b}"),
            (" \u{3000}", r"\u{20}\u{3000}"),
            ("\u{301}", r"\u{301}"),
            ("", ""),
        ] {
            assert_eq!(file_name(name), shown, "{name:?}");
        }
        assert_eq!(file_name(&"长".repeat(500)), "长".repeat(80));
        assert_eq!(file_name(&"\u{202E}".repeat(500)).len(), 80);
        assert_eq!(
            file_name(&"👨\u{200D}".repeat(500)).chars().count(),
            79,
            "no joiner may be left at the end"
        );
    }

    #[test]
    fn joiners_join_pictures_and_nothing_else() {
        for text in ["a\u{200D}b", "❤\u{200D}", "\u{200D}❤", "❤\u{FE0F}\u{FE0F}", "a\u{FE0F}", "❤\u{200D}a"]
        {
            assert!(matches!(check_line(text, 60), Err(TextFault::Hidden(_))), "{text:?}");
        }
    }

    #[test]
    fn lines_are_kept_where_there_may_be_lines() {
        assert_eq!(visible("一\n二\u{2028}三\u{202E}四"), "一\n二\n三四");
        assert_eq!(one_line("一\r\n 二\u{2029}\t三 "), "一 二 三");
        assert_eq!(for_terminal("a\r\u{1B}[2Jb\nc\u{9B}31m"), "a [2Jb\nc31m");
    }

    #[test]
    fn only_what_changes_a_reading_is_worth_telling() {
        for (text, told) in [
            ("启赋", false),
            ("\u{FEFF}启赋", false),
            ("启\n赋\t", false),
            ("启\u{200B}\u{200E}赋\u{FE0F}", false),
            ("\u{202E}赋启", true),
            ("启\u{7}赋", true),
        ] {
            assert_eq!(needs_warning(text), told, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_cleaned_text_holds_to_the_rule(text in "\\PC{0,20}[\u{200B}-\u{202E}\u{2028}\n\u{E0001}\u{FE0F}❤a]{0,12}") {
            let line = one_line(&text);
            prop_assert_eq!(first_hidden(&line), None);
            prop_assert_eq!(one_line(&line), line.clone());
            prop_assert!(line.is_empty() || matches!(check_line(&line, 100), Ok(()) | Err(TextFault::Blank)));
            let name = file_name(&text);
            prop_assert!(name.is_empty() && text.is_empty() || check_line(&name, MAX_NAME_CHARS) == Ok(()), "{:?}", name);
        }

        #[test]
        fn escaped_json_says_the_same(text in any::<String>()) {
            let json = serde_json::to_string_pretty(&[&text]).unwrap();
            let escaped = escaped_json(&json);
            prop_assert_eq!(serde_json::from_str::<Vec<String>>(&escaped).unwrap(), vec![text]);
            prop_assert_eq!(first_hidden(&escaped.replace('\n', "")), None);
        }
    }
}
