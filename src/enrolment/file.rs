//! `bind.toml`: a file on a USB stick that binds a unit without typing.
//!
//! ```toml
//! line = "启赋品牌，门店id：184454101，设备id:8F6A77C73E"   # as the brand sent it; or store and device
//! feed = "https://cdn.example.com/shelves#k=…"            # may be left out
//! pin = "…"                                                # taken by a unit that has none yet
//! ```

use super::{feed_address, only};
use crate::pin::{Pin, PinProblem};
use cloud_shelf_core::{
    binding::{self, BindingLine},
    domain::Message,
};
use serde::Deserialize;

/// Upper bound on the file's size, in bytes; a real one has a few lines.
pub const MAX_BYTES: u64 = 16 * 1024;

/// A valid file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindFile {
    pub found: BindingLine,
    pub feed: Option<String>,
    pub pin: Option<Pin>,
}

/// What is wrong with the file, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.en)]
pub struct BindFileProblem(pub Message);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    line: Option<String>,
    brand: Option<String>,
    store: Option<String>,
    device: Option<String>,
    feed: Option<String>,
    pin: Option<String>,
}

impl BindFile {
    /// Parses the file's bytes: UTF-8, with or without a byte order mark.
    pub fn parse(bytes: &[u8]) -> Result<Self, BindFileProblem> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(problem("文件太大", "it is too large"));
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Err(problem("编码不是 UTF-8，请另存为 UTF-8", "it is not UTF-8; save it as UTF-8"));
        };
        // Skip the byte order mark that some editors write
        let document: Document = toml::from_str(text.trim_start_matches('\u{FEFF}')).map_err(|error| {
            let (line, what) =
                (error.span().map_or(1, |span| line_of(text, span.start)), error.message().to_owned());
            problem(format!("第 {line} 行：{what}"), format!("line {line}: {what}"))
        })?;
        let Document { line, brand, store, device, feed, pin } = document;
        let lines = match (line, store, device) {
            (Some(line), None, None) if brand.is_none() => binding::parse(&line),
            (None, Some(store), Some(device)) => {
                binding::from_parts(brand.as_deref().unwrap_or_default(), &store, &device)
            }
            _ => {
                return Err(problem(
                    "请写 line = \"品牌发来的那一行\"，或写 store 和 device 两项",
                    "write either line = \"what the brand sent\", or both store and device",
                ));
            }
        };
        let found = only(lines).map_err(|problems| {
            let join = |say: fn(&Message) -> &str| {
                problems.iter().map(|(_, words)| say(words).to_owned()).collect::<Vec<_>>().join(" ")
            };
            problem(join(|words| &words.zh), join(|words| &words.en))
        })?;
        let feed = feed.map(|feed| feed_address(&feed)).transpose().map_err(BindFileProblem)?;
        let pin = pin
            .map(|pin| Pin::parse(&pin))
            .transpose()
            .map_err(|found: PinProblem| BindFileProblem(found.message()))?;
        Ok(Self { found, feed, pin })
    }
}

fn problem(zh: impl Into<String>, en: impl Into<String>) -> BindFileProblem {
    BindFileProblem(Message::new(zh.into(), en.into()))
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LINE: &str = "line = \"启赋品牌，门店id：184454101，设备id:8F6A77C73E\"";

    #[test]
    fn a_line_or_two_codes_bind() {
        for text in [
            LINE.to_owned(),
            format!("\u{FEFF}# 给前台那台\r\n{LINE}\r\n"),
            "brand = \"启赋\"\nstore = \"184454101\"\ndevice = \"8f6a77c73e\"".to_owned(),
        ] {
            let file = BindFile::parse(text.as_bytes()).unwrap();
            assert_eq!(file.found.binding.store.as_str(), "184454101");
            assert_eq!(file.found.binding.device.as_str(), "8F6A77C73E");
            assert_eq!(file.found.binding.brand, "启赋");
            assert_eq!((file.feed, file.pin), (None, None));
        }
        let whole = format!("{LINE}\nfeed = \"https://cdn.example.com/shelves/\"\npin = \"4711\"");
        let file = BindFile::parse(whole.as_bytes()).unwrap();
        assert_eq!(file.feed.as_deref(), Some("https://cdn.example.com/shelves"));
        assert_eq!(file.pin, Some(Pin::parse("4711").unwrap()));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, part) in [
            ("", "store"),
            ("line = 184454101", "line 1"),
            ("\n\nrun = \"reboot\"", "line 3"),
            ("store = \"184454101\"", "device"),
            ("line = \"hello\"", "no store code"),
            ("store = \"xxx\"\ndevice = \"8F6A77C73E\"", "template"),
            (&format!("{LINE}\nstore = \"1\""), "either"),
            (&format!("{LINE}\nfeed = \"ftp://a\""), "feed's address"),
            (&format!("{LINE}\npin = \"1234\""), "easily guessed"),
            (&format!("{LINE}\npin = 4711"), "line 2"),
            ("line = \"门店id：1，设备id:2\n门店id：3，设备id:4\"", "line 2"),
            ("line = \"\"\"门店id：1，设备id:2\n门店id：3，设备id:4\"\"\"", "2 devices"),
        ] {
            let problem = BindFile::parse(text.as_bytes()).unwrap_err();
            assert!(problem.0.en.contains(part), "{text:?}: {}", problem.0.en);
            assert!(!problem.0.zh.is_ascii(), "{text:?}: {}", problem.0.zh);
        }
        assert!(BindFile::parse(&[b'#'; MAX_BYTES as usize + 1]).is_err());
        assert!(
            BindFile::parse(
                "line = \"门店\"".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice()
            )
            .is_err()
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = BindFile::parse(&bytes);
        }

        #[test]
        fn any_value_is_judged(value in "\\PC{0,40}", name in "line|store|device|feed|pin") {
            let text = toml::to_string(&std::collections::BTreeMap::from([(name, value)])).unwrap();
            let _ = BindFile::parse(text.as_bytes());
        }
    }
}
