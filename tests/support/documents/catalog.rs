//! The members of a catalog.

use super::{Maker, TIME};
use serde_json::json;

impl Maker<'_> {
    pub(super) fn catalog(&mut self) -> String {
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
            5 if n > 0 => format!("https://{host}/item.htm?id={id}&skuId=12345678901234567890"),
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
}
