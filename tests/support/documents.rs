//! Builds pointers and catalogs member by member. Each member is valid, or invalid in one way that
//! `docs/FEED.md` refuses, and the maker knows which. So a reader can be checked for accepting exactly the
//! valid documents.
//!
//! The bytes of a fuzzer's input are the choices; after their end every choice is the first one, which is
//! valid.

use arbitrary::Unstructured;
use cloud_shelf::{
    domain::{DeviceId, StoreId},
    feed::{ObjectRef, Signer, Subject, read_catalog, verify_pointer},
};
use serde_json::json;
use std::{ops::RangeInclusive, sync::LazyLock};

const NOW: i64 = 1_800_000_000;
const MIN_VERSION: u64 = 7;
const TIME: i128 = 253_402_300_799;
const DAY: i128 = 86_400;

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
    match read_catalog(text.as_bytes(), &ObjectRef::of(text.as_bytes())) {
        Ok(catalog) => {
            assert!(maker.faults.is_empty(), "accepted in spite of {:?}: {text}", maker.faults);
            let again = catalog.to_bytes().unwrap();
            let again = read_catalog(&again, &ObjectRef::of(&again));
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

    fn pointer(&mut self) -> String {
        let (iat, exp) = self.times();
        let members = [
            ("schema", self.exactly("schema", "1", &["2", "0", "\"1\"", "1.0", "[1]"]), true),
            (
                "sub",
                self.exactly(
                    "sub",
                    "\"184454101/8F6A77C73E\"",
                    &[
                        "\"184454101/8F6A77C73F\"",
                        "\"184454101/8f6a77c73e\"",
                        "\"184454101/8F6A77C73E/\"",
                        "1",
                    ],
                ),
                true,
            ),
            ("version", self.whole("version", i128::from(MIN_VERSION)..=(1 << 53) - 1), true),
            ("iat", iat, true),
            ("exp", exp, true),
            ("brand", self.brand(), true),
            ("catalog", self.object_ref("catalog", 16 << 20), true),
            ("settings", self.settings(), false),
            ("keys", self.keys(), false),
        ];
        self.document(&members)
    }

    /// Returns `iat` and `exp`; the difference between them has limits, too.
    fn times(&mut self) -> (String, String) {
        let iat = i128::from(NOW) - [60, 0, 399 * DAY, -86_400, i128::from(NOW)][self.choose(5)];
        let life = [30 * DAY, 400 * DAY, 1, 400 * DAY + 1, 0, -1][self.choose(6)];
        let exp = iat + life;
        if !(1..=400 * DAY).contains(&life) {
            self.fault("exp", "not within 400 days after iat");
        }
        if exp <= i128::from(NOW) {
            self.fault("exp", "over");
        }
        if self.seldom() {
            self.fault("iat", "no time");
            return (["-1", "253402300800", "null", "1.8e9"][self.choose(4)].into(), exp.to_string());
        }
        (iat.to_string(), exp.to_string())
    }

    fn brand(&mut self) -> String {
        let members = [
            ("name", self.text("brand.name", 60), true),
            ("logo", self.object_ref("brand.logo", 20 << 20), false),
            ("primary", self.color("brand.primary"), false),
            ("accent", self.color("brand.accent"), false),
        ];
        self.object("brand", &members)
    }

    fn color(&mut self, place: &str) -> String {
        match self.choose(6) {
            0 => "\"#1F6F8B\"".into(),
            1 => "\"#c83c23\"".into(),
            2 => "\"\\u0023000000\"".into(),
            3 => "null".into(),
            _ => {
                self.fault(place, "no colour");
                self.pick(&["\"1F6F8B\"", "\"#1F6F8\"", "\"#1F6F8BFF\"", "\"red\"", "\"#1G6F8B\"", "7"])
                    .into()
            }
        }
    }

    fn object_ref(&mut self, place: &str, most: i128) -> String {
        let members = [
            ("sha256", self.hash(place), true),
            ("size", self.whole(&format!("{place}.size"), 1..=most), true),
        ];
        self.object(place, &members)
    }

    fn hash(&mut self, place: &str) -> String {
        match self.choose(8) {
            7 => {
                self.fault(place, "no hash");
                let hashes =
                    ["0B".repeat(32), "0b".repeat(31), "0b".repeat(33), "zz".repeat(32), String::new()];
                format!("\"{}\"", hashes[self.choose(5)])
            }
            n => format!("\"{}\"", format!("{n:02x}").repeat(32)),
        }
    }

    fn settings(&mut self) -> String {
        let members = [
            ("idle_s", self.whole("settings.idle_s", 1..=864_000), false),
            ("item_s", self.whole("settings.item_s", 1..=864_000), false),
            ("countdown_s", self.whole("settings.countdown_s", 0..=60), false),
            ("slide_s", self.whole("settings.slide_s", 2..=3600), false),
            ("languages", self.languages(), false),
            ("hours", self.hours(), false),
            ("support_phone", self.text("settings.support_phone", 40), false),
            ("qr_mm", self.whole("settings.qr_mm", 15..=150), false),
            ("link_mode", self.exactly("settings.link_mode", "\"app\"", &["1", "{}"]), false),
            ("report_url", self.report_url(), false),
        ];
        self.object("settings", &members)
    }

    fn languages(&mut self) -> String {
        let all = ["zh", "en", "zh-Hant", "de-CH-1996", "x2345678", "fr", "it", "rm"];
        let count = 1 + self.choose(all.len());
        let mut tags: Vec<String> = all[..count].iter().map(|tag| format!("\"{tag}\"")).collect();
        if self.seldom() {
            self.fault("settings.languages", "no list of tags");
            match self.choose(4) {
                0 => tags.clear(),
                1 => tags.resize(9, "\"zh\"".into()),
                2 => return "\"zh\"".into(),
                _ => tags.push(self.pick(&["\"\"", "\"z\"", "\"zh_CN\"", "\"zh-\"", "\"中文\"", "1"]).into()),
            }
        }
        format!("[{}]", tags.join(","))
    }

    /// Returns an object of at most 8 KiB; its content does not matter here.
    fn hours(&mut self) -> String {
        match self.choose(8) {
            0 => r#"{"week":{"mon":["09:00-12:00"]},"zone":"Asia/Shanghai"}"#.into(),
            1 => "{}".into(),
            2 => "null".into(),
            3 => format!("{{\"note\":\"{}\"}}", "x".repeat((8 << 10) - 11)),
            4 => r#"{"week":7,"later":[1,2.5,-3,true]}"#.into(),
            5 => {
                self.fault("settings.hours", "over 8 KiB");
                format!("{{\"note\":\"{}\"}}", "x".repeat((8 << 10) - 10))
            }
            6 => {
                self.fault("settings.hours", "a member twice");
                r#"{"week":{"mon":[],"m\u006fn":[]}}"#.into()
            }
            _ => {
                self.fault("settings.hours", "no object");
                self.pick(&["[]", "\"09:00-21:00\"", "7", "false"]).into()
            }
        }
    }

    fn report_url(&mut self) -> String {
        let text = match self.choose(5) {
            0 => "https://hub.example.com".into(),
            1 => "https://hub.example.com/a/b//".into(),
            2 => "http://192.168.1.9:8080/".into(),
            3 => format!("https://hub.example.com/{}", "x".repeat(999)),
            _ => {
                self.fault("settings.report_url", "no address to report to");
                let long = format!("https://hub.example.com/{}", "x".repeat(1000));
                let longer_when_escaped = format!("https://hub.example.com/{}", "汉".repeat(300));
                let broken = [
                    "ftp://hub.example.com/",
                    "https://user@hub.example.com/",
                    "https://:p@hub.example.com/",
                    "https://hub.example.com/?a=1",
                    "https://hub.example.com/#a",
                    "hub.example.com",
                    "https://",
                    &long,
                    &longer_when_escaped,
                ];
                self.pick(&broken).to_owned()
            }
        };
        json!(text).to_string()
    }

    fn keys(&mut self) -> String {
        let jwk = |seed: u8| {
            let key = Signer::from_seed(&[seed; 32]).public().to_string();
            json!({"kty": "OKP", "crv": "Ed25519", "x": key}).to_string()
        };
        let count = 1 + self.choose(4);
        // The first key is the one that signs
        let mut keys: Vec<String> = (1..=count as u8).map(jwk).collect();
        match self.choose(8) {
            0 => return "null".into(),
            6 => {
                self.fault("keys", "not the keys of a shelf");
                match self.choose(5) {
                    0 => keys.clear(),
                    1 => keys = vec![jwk(2)],
                    2 => keys.push(jwk(1)),
                    3 => keys = (1..=5).map(jwk).collect(),
                    _ => return "{}".into(),
                }
            }
            7 => {
                self.fault("keys", "no public Ed25519 key");
                let key = Signer::from_seed(&[9; 32]).public().to_string();
                // The neutral element in its canonical form and in another one; both keys are weak
                let (one, same_one) =
                    ("AQ".to_owned() + &"A".repeat(41), "7v".to_owned() + &"_".repeat(40) + "8");
                let other = match self.choose(6) {
                    0 => json!({"kty": "EC", "crv": "Ed25519", "x": key}),
                    1 => json!({"kty": "OKP", "crv": "X25519", "x": key}),
                    2 => json!({"kty": "OKP", "crv": "Ed25519", "x": key, "d": key}),
                    3 => json!({"kty": "OKP", "crv": "Ed25519", "x": one}),
                    4 => json!({"kty": "OKP", "crv": "Ed25519", "x": same_one}),
                    _ => json!({"kty": "OKP", "crv": "Ed25519"}),
                };
                keys.push(other.to_string());
            }
            _ => {}
        }
        format!("[{}]", keys.join(","))
    }

    fn catalog(&mut self) -> String {
        let (count, named) = (self.choose(6), self.choose(4));
        let categories: Vec<String> =
            (0..named).map(|n| self.text(&format!("categories[{n}]"), 60)).collect();
        let items: Vec<String> = (0..count).map(|n| self.item(n, named)).collect();
        let members = [
            ("schema", self.exactly("schema", "1", &["2", "0", "\"1\"", "1.0"]), true),
            ("categories", self.list("categories", &categories), true),
            ("items", self.list("items", &items), true),
        ];
        self.document(&members)
    }

    fn item(&mut self, n: usize, categories: usize) -> String {
        let place = format!("items[{n}]");
        let (price, sale) = self.prices(&place);
        let points: Vec<String> =
            (0..self.choose(3)).map(|_| self.text(&format!("{place}.selling_points"), 200)).collect();
        let shown: Vec<String> = (0..self.choose(4)).map(|_| self.picture(&place)).collect();
        let category = match self.choose(4) {
            0 => "null".into(),
            3 => {
                self.fault(&place, "a category that is not there");
                [categories.to_string(), "65535".into(), "-1".into(), "\"0\"".into()][self.choose(4)].clone()
            }
            _ if categories == 0 => "null".into(),
            _ => self.choose(categories).to_string(),
        };
        let members = [
            ("link", self.link(n), true),
            ("title", self.text(&format!("{place}.title"), 200), true),
            ("price_fen", price, false),
            ("sale_price_fen", sale, false),
            ("selling_points", self.list(&format!("{place}.selling_points"), &points), false),
            ("category", category, false),
            ("pictures", self.list(&format!("{place}.pictures"), &shown), false),
            ("barcode", self.text(&format!("{place}.barcode"), 64), false),
            ("listed_from", self.whole(&format!("{place}.listed_from"), 0..=TIME), false),
            ("listed_until", self.whole(&format!("{place}.listed_until"), 0..=TIME), false),
        ];
        self.object(&place, &members)
    }

    fn link(&mut self, n: usize) -> String {
        let hosts = ["detail.tmall.com", "detail.tmall.hk", "chaoshi.detail.tmall.com", "item.taobao.com"];
        let host = self.pick(&hosts);
        let id = 10_000 + n;
        let link = match self.choose(8) {
            5 => format!("https://{host}/item.htm?id={id}&skuId=12345678901234567890"),
            6 if n > 0 => {
                self.fault("link", "an item that was there before");
                // An item is identified by its id, whatever the host
                let first = format!("https://{host}/item.htm?id=10000");
                return json!(
                    [first, "https://detail.tmall.com/item.htm?id=10000".to_owned()][self.choose(2)]
                )
                .to_string();
            }
            7 => {
                self.fault("link", "not an item's canonical address");
                let broken = [
                    format!("http://{host}/item.htm?id={id}"),
                    format!("https://{host}/item.htm?id={id}&spm=a"),
                    format!("https://{host}./item.htm?id={id}"),
                    format!("https://{host}:443/item.htm?id={id}"),
                    format!("https://{host}/item.htm?id=0{id}"),
                    format!("https://{host}/item.htm?id=1234"),
                    format!("https://{host}/item.htm?id=123456789012345678901"),
                    format!("https://{host}/item.htm?id=１２３４５"),
                    format!("https://{host}/item.htm?id={id}&skuId="),
                    format!("https://{host}@example.com/item.htm?id={id}"),
                    format!("https://example.com/item.htm?id={id}"),
                    format!(" https://{host}/item.htm?id={id}"),
                    format!("https://{host}/item.htm?id={id}#"),
                ];
                broken[self.choose(broken.len())].clone()
            }
            _ => format!("https://{host}/item.htm?id={id}"),
        };
        json!(link).to_string()
    }

    /// Returns a price and a sale price; the sale price must be lower.
    fn prices(&mut self, place: &str) -> (String, String) {
        let (price, sale) = match self.choose(8) {
            0 => ("19900", "null"),
            1 => ("999999999", "999999998"),
            2 => ("2", "1"),
            3 => ("null", "1"),
            4 => ("null", "null"),
            5 => ("19900", "9900"),
            6 => {
                self.fault(place, "a sale price that is no smaller");
                [("19900", "19900"), ("1", "2"), ("1", "999999999")][self.choose(3)]
            }
            _ => {
                self.fault(place, "no price");
                [
                    ("0", "null"),
                    ("null", "0"),
                    ("1000000000", "1"),
                    ("-1", "null"),
                    ("19.9", "null"),
                    ("\"1\"", "null"),
                ][self.choose(6)]
            }
        };
        (price.into(), sale.into())
    }

    /// Returns a picture; its sizes follow from its name unless a fault is recorded.
    fn picture(&mut self, place: &str) -> String {
        let n = self.choose(5);
        let (sha256, size, width, height) = (format!("{n:02x}").repeat(32), 100 + n, 16_384, 2_441 - n);
        let (size, width, height) = match self.choose(8) {
            7 => {
                self.fault(place, "a picture beyond the limits");
                // None of these equals the sizes that this name has elsewhere
                [
                    (json!(0), json!(1), json!(1)),
                    (json!((20 << 20) + 1), json!(1), json!(1)),
                    (json!(size), json!(0), json!(1)),
                    (json!(size), json!(16_385), json!(1)),
                    (json!(size), json!(16_384), json!(2_442)),
                    (json!(size), json!(4_294_967_296_u64), json!(1)),
                    (json!(size), json!(-1), json!(1)),
                    (json!(size), json!(1.5), json!(1)),
                ][self.choose(8)]
                .clone()
            }
            _ => (json!(size), json!(width), json!(height)),
        };
        let members = [
            ("sha256", json!(sha256).to_string(), true),
            ("size", size.to_string(), true),
            ("width", width.to_string(), true),
            ("height", height.to_string(), true),
        ];
        self.object(place, &members)
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
            let value = match self.choose(32) {
                30 => None,
                31 => Some("null"),
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
        assert!(ranges.len() > 40, "the list in docs/FEED.md has another form: {ranges:?}");
        ranges
    });
    let code = c as u32;
    code & 0xFFFE == 0xFFFE || LISTED.iter().any(|range| range.contains(&code))
}
