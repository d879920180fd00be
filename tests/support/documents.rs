//! Builds pointers and catalogs member by member. Each member is valid, or invalid in one way that
//! `docs/FEED.md` refuses, and the maker knows which. So a reader can be checked for accepting exactly the
//! valid documents.
//!
//! The bytes of a fuzzer's input are the choices; after their end every choice is the first one, which is
//! valid.

#[path = "documents/catalog.rs"]
mod catalog;
#[path = "documents/pointer.rs"]
mod pointer;

use arbitrary::Unstructured;
use cloud_shelf_core::{
    domain::{DeviceId, StoreId},
    feed::{ObjectRef, Signer, Subject, read_catalog, verify_pointer},
};
use serde_json::json;
use std::{ops::RangeInclusive, sync::LazyLock};

const NOW: i64 = 1_800_000_000;
const MIN_VERSION: u64 = 7;
const TIME: i128 = 253_402_300_799;

/// Builds and signs a pointer from the choices, and checks the reader with it. Returns whether it was valid.
pub fn pointer(choices: &[u8]) -> bool {
    let mut maker = Maker::new(choices);
    let text = maker.pointer();
    let signer = Signer::from_seed(&[1; 32]);
    let subject = Subject::new(StoreId::parse("184454101").unwrap(), DeviceId::parse("8F6A77C73E").unwrap());
    let subject = subject.unwrap();
    let verify =
        |signed: &str| verify_pointer(signed.as_bytes(), &signer.public().into(), &subject, NOW, MIN_VERSION);
    let signed = signer.sign_payload(text.as_bytes());
    if signed.len() > 16 << 10 {
        maker.faults.push("over 16 KiB".into());
    }
    match verify(&signed) {
        Ok(pointer) => {
            assert!(maker.faults.is_empty(), "accepted in spite of {:?}: {text}", maker.faults);
            let again = signer.sign(&pointer).unwrap();
            assert_eq!(*verify(&again).unwrap(), *pointer, "changed by a round trip: {text}");
        }
        Err(error) => assert!(!maker.faults.is_empty(), "a valid document was refused, {error:?}: {text}"),
    }
    maker.faults.is_empty()
}

/// Builds a catalog from the choices, and checks the reader with it. Returns whether it was valid.
pub fn catalog(choices: &[u8]) -> bool {
    let mut maker = Maker::new(choices);
    let text = maker.catalog();
    match read_catalog(text.as_bytes(), &ObjectRef::for_bytes(text.as_bytes())) {
        Ok(catalog) => {
            assert!(maker.faults.is_empty(), "accepted in spite of {:?}: {text}", maker.faults);
            let again = catalog.to_bytes().unwrap();
            let again = read_catalog(&again, &ObjectRef::for_bytes(&again));
            assert_eq!(again, Ok(catalog), "changed by a round trip: {text}");
        }
        Err(error) => assert!(!maker.faults.is_empty(), "a valid document was refused, {error:?}: {text}"),
    }
    maker.faults.is_empty()
}

/// A member: its name, its JSON, and whether it is required.
type Member = (&'static str, String, bool);

struct Maker<'a> {
    choices: Unstructured<'a>,
    /// Each fault of the document, with its place
    faults: Vec<String>,
}

impl<'a> Maker<'a> {
    fn new(choices: &'a [u8]) -> Self {
        Self { choices: Unstructured::new(choices), faults: Vec::new() }
    }

    /// Returns an index below `ways`; zero after the end of the choices.
    fn choose(&mut self, ways: usize) -> usize {
        self.choices.int_in_range(0..=ways - 1).unwrap_or(0)
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.choose(from.len())]
    }

    /// Returns true once in eight times.
    fn seldom(&mut self) -> bool {
        self.choose(8) == 7
    }

    fn fault(&mut self, place: &str, what: &str) {
        self.faults.push(format!("{place}: {what}"));
    }

    fn list(&mut self, place: &str, elements: &[String]) -> String {
        if self.choose(32) == 31 {
            self.fault(place, "no list");
            return self.pick(&["{}", "\"\"", "0", "[null]"]).into();
        }
        let comma = self.pick(&[",", " ,\n", ",\t"]);
        format!("[{}]", elements.join(comma))
    }

    /// Returns the one allowed value, or one of the others.
    fn exactly(&mut self, place: &str, allowed: &str, others: &[&str]) -> String {
        if self.choose(16) != 15 {
            return allowed.into();
        }
        self.fault(place, "another value");
        self.pick(others).into()
    }

    /// Returns an integer within its limits, at them, or beyond.
    fn whole(&mut self, place: &str, limits: RangeInclusive<i128>) -> String {
        let (least, most) = (*limits.start(), *limits.end());
        match self.choose(16) {
            0..=9 => least.to_string(),
            10..=11 => most.to_string(),
            12..=13 => {
                let within = self.choices.arbitrary::<u64>().unwrap_or(0);
                (least + i128::from(within) % (most - least + 1)).to_string()
            }
            14 => {
                self.fault(place, "beyond its limits");
                [most + 1, least - 1, i128::from(u64::MAX), i128::from(u64::MAX) + 1, -1][self.choose(5)]
                    .to_string()
            }
            _ => {
                self.fault(place, "no whole number");
                [
                    format!("{least}.0"),
                    format!("\"{least}\""),
                    format!("{least}e0"),
                    "true".into(),
                    format!("[{least}]"),
                ][self.choose(5)]
                .clone()
            }
        }
    }

    /// Returns a line of text with at most `most` characters.
    fn text(&mut self, place: &str, most: usize) -> String {
        let text = match self.choose(16) {
            0..=5 => self.pick(&["启赋", "a", "\"\\/", "Ａ　Ｂ", "é e\u{301}", "🧴"]).to_owned(),
            6 => "长".repeat(most),
            7 => self
                .pick(&["👨\u{200D}👩\u{200D}👧", "1\u{FE0F}\u{20E3}", "❤\u{FE0F}\u{200D}🔥", "©\u{FE0F}"])
                .to_owned(),
            8..=11 => {
                let any = self.choices.arbitrary::<char>().unwrap_or('甲');
                if is_hidden(any) {
                    self.fault(place, "a character that can't be seen");
                }
                format!("甲{any}乙")
            }
            12 => {
                self.fault(place, "too long");
                "长".repeat(most + 1)
            }
            13 => {
                self.fault(place, "nothing to see");
                self.pick(&["", " ", "\u{3000}", "\u{A0}\u{A0}", "\u{301}", " \u{20E3}"]).to_owned()
            }
            14 => {
                self.fault(place, "a character that can't be seen");
                self.pick(&[
                    "a\u{202E}b",
                    "a\nb",
                    "a\u{2028}",
                    "\u{FEFF}a",
                    "👧\u{200D}",
                    "甲\u{FE0F}",
                    "a\0",
                    "\u{2066}a",
                ])
                .to_owned()
            }
            _ => {
                self.fault(place, "no text");
                return self
                    .pick(&["7", "[\"a\"]", "{\"a\":1}", "\"\\ud800\"", "\"\\udc00\\ud800\"", "true"])
                    .into();
            }
        };
        if self.seldom() {
            let escaped = |unit: u16| format!("\\u{unit:04x}");
            return format!("\"{}\"", text.encode_utf16().map(escaped).collect::<String>());
        }
        json!(text).to_string()
    }

    /// Returns the whole document: an object with nothing but white space around it.
    fn document(&mut self, members: &[Member]) -> String {
        let text = self.object("", members);
        match self.choose(16) {
            13 => format!("\r\n {text}\t"),
            14 => {
                self.fault("", "something beside the object");
                format!("{}{text}{}", self.pick(&["", "\u{FEFF}", "["]), self.pick(&["{}", ",", "\0"]))
            }
            15 => {
                self.fault("", "cut");
                text[..text.len() - 1].to_owned()
            }
            _ => text,
        }
    }

    /// Returns an object of these members, in some order, with additional members, and without some.
    fn object(&mut self, place: &str, members: &[Member]) -> String {
        let mut parts = Vec::new();
        for (name, value, must) in members {
            // What is left out may be what was wrong, so nothing is once something is wrong
            let value = match self.choose(32) {
                30 if self.faults.is_empty() => None,
                31 if self.faults.is_empty() => Some("null"),
                _ => Some(value.as_str()),
            };
            if *must && value.is_none_or(|value| value == "null") {
                self.fault(place, &format!("no {name}"));
            }
            let Some(value) = value else { continue };
            let name =
                if self.seldom() { name.replacen(|_: char| true, &escape(name), 1) } else { (*name).into() };
            parts.push(format!("\"{name}\":{value}"));
        }
        match self.choose(16) {
            11 => parts.reverse(),
            12 => parts.push(r#""later":{"a":[1,null,{"b":1e9}],"":"\u202e"}"#.into()),
            13 => {
                let at = self.choose(parts.len() + 1);
                parts.insert(at, "\"x\":[[[[[[0]]]]]]".into());
            }
            14 if !parts.is_empty() => {
                self.fault(place, "a member twice");
                let again = parts[self.choose(parts.len())].clone();
                parts.push(again);
            }
            15 => {
                self.fault(place, "a member twice where nobody looks");
                parts.push(r#""later":{"a":1,"\u0061":1}"#.into());
            }
            _ => {}
        }
        let comma = self.pick(&[",", ", ", "\n,"]);
        format!("{{{}}}", parts.join(comma))
    }
}

/// Returns the first character of a name as an escape.
fn escape(name: &str) -> String {
    name.chars().take(1).map(|c| format!("\\u{:04X}", c as u32)).collect()
}

/// Whether no text may contain this character, by the list in the specification itself.
fn is_hidden(c: char) -> bool {
    static LISTED: LazyLock<Vec<RangeInclusive<u32>>> = LazyLock::new(|| {
        let listed = include_str!("../../docs/FEED.md").split("### Text").nth(1).unwrap();
        let lines = listed.split("### ").next().unwrap().lines().filter(|line| line.starts_with("- "));
        let number = |text: &str| {
            u32::from_str_radix(
                &text[..text.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(text.len())],
                16,
            )
            .unwrap()
        };
        let mut ranges: Vec<RangeInclusive<u32>> = Vec::new();
        for part in lines.flat_map(|line| line.split([',', ';', ':'])) {
            let ends: Vec<u32> = part.split("U+").skip(1).map(number).collect();
            match ends[..] {
                [] => {}
                [one] => ranges.push(one..=one),
                [from, to] => ranges.push(from..=to),
                _ => panic!("not a range: {part}"),
            }
        }
        assert!(ranges.len() >= 40, "the list in docs/FEED.md has another form: {ranges:?}");
        ranges
    });
    let code = c as u32;
    code & 0xFFFE == 0xFFFE || LISTED.iter().any(|range| range.contains(&code))
}
