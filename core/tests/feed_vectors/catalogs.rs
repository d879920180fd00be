//! Valid and invalid catalogs, each under its right hash unless the hash is what is wrong.

use super::{CatalogCase, Files};
use cloud_shelf_core::domain::Sha256;
use serde_json::{Value, json};

fn item(number: u32) -> Value {
    json!({
        "link": format!("https://detail.tmall.com/item.htm?id={}", 567_812_345_678_u64 + u64::from(number)),
        "title": format!("有机奶粉 {number} 段 900 克"), "price_fen": 29_900, "sale_price_fen": 26_900,
        "selling_points": ["有机奶源", "原装进口"], "category": 0,
        "pictures": [{"sha256": format!("{number:02x}").repeat(32), "size": 81_920, "width": 800, "height": 800}],
        "barcode": "6901234567892", "listed_from": 1_790_000_000, "listed_until": 1_830_000_000,
    })
}

fn document() -> Value {
    json!({"schema": 1, "categories": ["奶粉", "辅食"], "items": [item(1), item(2)]})
}

/// Returns the document with one value changed, or removed (null).
fn with(at: &str, value: Value) -> String {
    let mut document = document();
    let (parent, name) = at.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        parent.remove(name)
    } else {
        parent.insert(name.into(), value)
    };
    document.to_string()
}

fn first(member: &str, value: Value) -> String {
    with(&format!("/items/0/{member}"), value)
}

pub fn make(files: &mut Files) -> Vec<CatalogCase> {
    let mut cases = Vec::new();
    let mut add = |name: &str, why: &str, text: &str, problem: Option<&str>| {
        let file = format!("catalogs/{name}.json");
        cases.push(CatalogCase {
            file: file.clone(),
            why: why.into(),
            sha256: Sha256::digest(text.as_bytes()).to_string(),
            size: text.len() as u64,
            accepted: problem.is_none(),
            problem: problem.map(str::to_owned),
        });
        assert!(files.insert(file, text.into()).is_none(), "{name} exists twice");
        cases.len() - 1
    };
    let good = document().to_string();
    add("good", "as a publisher makes it", &good, None);
    add("good-empty", "a brand that shows nothing", r#"{"schema":1,"categories":[],"items":[]}"#, None);
    let least = json!({"link": "https://chaoshi.detail.tmall.com/item.htm?id=16016943437&skuId=5012345678901", "title": "米"});
    add("good-least", "a link and a title", &with("/items", json!([least])), None);
    add("good-unknown", "members that came later are ignored", &with("/later", json!([{}])), None);
    let hash = add(
        "wrong-hash",
        "another file under the name",
        &with("/categories", json!(["奶粉", "其他"])),
        Some("wrong_hash"),
    );
    let size = add("wrong-size", "a byte more than was signed", &format!("{good}\n"), Some("wrong_size"));
    let json_problem = Some("catalog_bad_json");
    add("web-page", "a page under its own hash", "<!DOCTYPE html><html></html>", json_problem);
    add("cut", "cut in the middle, under its own hash", &good[..100], json_problem);
    add(
        "duplicate-link",
        "a link twice in one item",
        &good.replacen(
            "\"link\":",
            "\"link\":\"https://item.taobao.com/item.htm?id=567812345670\",\"link\":",
            1,
        ),
        json_problem,
    );
    add(
        "duplicate-unknown",
        "twice in what nobody reads",
        &good.replacen('{', "{\"later\":{\"a\":1,\"a\":2},", 1),
        json_problem,
    );
    add("array", "no object", "[1,[],[]]", json_problem);
    add(
        "item-array",
        "an item that is no object",
        &with("/items", json!([["https://detail.tmall.com/item.htm?id=567812345678", "米"]])),
        json_problem,
    );
    add(
        "pictures-13",
        "more than 12 pictures",
        &first("pictures", json!(vec![item(1)["pictures"][0].clone(); 13])),
        json_problem,
    );
    add("price-fraction", "half a fen", &first("price_fen", json!(29_900.5)), json_problem);
    add("title-missing", "no title", &first("title", Value::Null), json_problem);
    let mut bare = item(1);
    for member in ["pictures", "price_fen", "sale_price_fen", "selling_points", "category", "barcode"] {
        bare[member] = Value::Null;
    }
    add("members-null", "null is the same as absent", &with("/items", json!([bare])), None);
    add(
        "title-emoji",
        "characters that make one emoji of several",
        &first("title", json!("米 \u{2764}\u{FE0F}")),
        None,
    );
    add("schema-newer", "a later specification's", &with("/schema", json!(2)), Some("other_schema"));
    let mut bad = |name: &str, why: &str, text: &str| {
        add(name, why, text, Some("catalog_bad_value"));
    };
    for (name, why, link) in [
        ("link-foreign", "a host that is not allowed", "https://example.com/item.htm?id=567812345678"),
        (
            "link-look-alike",
            "a host that only looks allowed",
            "https://detail.tmall.com.evil.example/item.htm?id=567812345678",
        ),
        (
            "link-user",
            "a host in the place of a user",
            "https://detail.tmall.com@evil.example/item.htm?id=567812345678",
        ),
        ("link-http", "not https", "http://detail.tmall.com/item.htm?id=567812345678"),
        ("link-port", "a port", "https://detail.tmall.com:8443/item.htm?id=567812345678"),
        (
            "link-more",
            "a parameter beside id and skuId",
            "https://detail.tmall.com/item.htm?id=567812345678&spm=a1z10",
        ),
        ("link-short", "a short link", "https://m.tb.cn/h.UpqbfRK"),
        ("link-app", "an app's own scheme", "taobao://item.taobao.com/item.htm?id=567812345678"),
        ("link-script", "a script", "javascript:alert(1)"),
        ("link-zero", "an id with a leading zero", "https://detail.tmall.com/item.htm?id=067812345678"),
    ] {
        bad(name, why, &first("link", json!(link)));
    }
    bad("item-twice", "an item twice", &with("/items", json!([item(1), item(1)])));
    bad("title-blank", "a blank title", &first("title", json!("  ")));
    bad("title-control", "a control character", &first("title", json!("米\u{0}")));
    bad("title-override", "a price that reads backwards", &first("title", json!("米 \u{202E}991¥")));
    bad("title-invisible", "nothing of it can be seen", &first("title", json!("\u{200B}\u{2800}")));
    bad("point-direction", "a mark of direction", &first("selling_points", json!(["香\u{200F}"])));
    bad("category-tag", "words that nobody sees", &with("/categories", json!(["奶粉\u{E0041}", "其他"])));
    bad("barcode-width", "a character without width", &first("barcode", json!("690\u{FEFF}1")));
    bad("title-long", "over 200 characters", &first("title", json!("米".repeat(201))));
    bad("price-zero", "nothing is free", &first("price_fen", json!(0)));
    bad("sale-above", "a sale price that is no less", &first("sale_price_fen", json!(29_900)));
    bad("category-none", "a category that is not there", &first("category", json!(2)));
    bad("time-negative", "a time before 1970", &first("listed_from", json!(-1)));
    let picture = |name: &str, value: Value| {
        let mut picture = item(1)["pictures"][0].clone();
        picture[name] = value;
        first("pictures", json!([picture]))
    };
    bad("picture-large", "a picture over 20 MiB", &picture("size", json!((20 << 20) + 1)));
    bad("picture-empty", "a picture without bytes", &picture("size", json!(0)));
    bad(
        "picture-bomb",
        "over 40 million pixels",
        &picture("width", json!(16_000)).replace("\"height\":800", "\"height\":16000"),
    );
    bad("picture-flat", "no pixels", &picture("height", json!(0)));
    bad(
        "picture-name",
        "a name that is a path",
        &picture("sha256", json!("../../v1/shelves/184454101/8F6A77C73E.jws")),
    );
    let other = json!({"sha256": "01".repeat(32), "size": 81_921, "width": 800, "height": 800});
    bad(
        "picture-sizes",
        "one object with two sizes",
        &first("pictures", json!([item(1)["pictures"][0], other])),
    );
    let right = |index: usize, cases: &mut Vec<CatalogCase>| {
        (cases[index].sha256, cases[index].size) =
            (Sha256::digest(good.as_bytes()).to_string(), good.len() as u64);
    };
    right(hash, &mut cases);
    right(size, &mut cases);
    cases
}
