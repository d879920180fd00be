//! The members of a pointer.

use super::{MIN_VERSION, Maker, NOW};
use cloud_shelf_core::feed::Signer;
use serde_json::json;

const DAY: i128 = 86_400;

impl Maker<'_> {
    pub(super) fn pointer(&mut self) -> String {
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
}
