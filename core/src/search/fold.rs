//! Folds text for comparison.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// Class of a character. A word begins where the class changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharClass {
    /// A script without spaces: a match may start at each character
    Han,
    Letter,
    Digit,
}

/// A folded character, and whether a word begins with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoldedChar {
    pub char: char,
    pub begins: bool,
}

/// Folds to half-width lower case, without accents, punctuation and spaces.
pub fn fold(text: &str) -> Vec<FoldedChar> {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let mut before = None;
    let mut signs = Vec::with_capacity(text.len() / 2);
    for char in decomposed.chars().flat_map(char::to_lowercase) {
        if matches!(char, '\u{300}'..='\u{36F}') {
            continue;
        }
        let kind = classify(char);
        if let Some(kind) = kind {
            signs.push(FoldedChar { char, begins: before != Some(kind) });
        }
        before = kind;
    }
    signs
}

fn classify(char: char) -> Option<CharClass> {
    match char {
        _ if char.is_numeric() => Some(CharClass::Digit),
        '\u{2E80}'.. if char.is_alphabetic() => Some(CharClass::Han),
        _ if char.is_alphabetic() => Some(CharClass::Letter),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_is_the_same_in_every_form() {
        for (text, folded, begins) in [
            ("奶粉", "奶粉", "10"),
            ("【新品】奶粉 900g", "新品奶粉900g", "10101001"),
            ("Ｌａｎｃôｍｅ １２", "lancome12", "100000010"),
            ("A2奶粉", "a2奶粉", "1110"),
            ("②号㎏", "2号kg", "1110"),
            ("绿·LÜ", "绿lu", "110"),
            ("！…— ", "", ""),
        ] {
            let signs = fold(text);
            assert_eq!(signs.iter().map(|sign| sign.char).collect::<String>(), folded, "{text}");
            let starts: String = signs.iter().map(|sign| if sign.begins { '1' } else { '0' }).collect();
            assert_eq!(starts, begins, "{text}");
        }
    }
}
