//! The catalog document.

use super::{catalog, item};
use crate::{
    domain::Price,
    feed::{CatalogDocument, FeedError, ObjectRef, PictureRef, limits, read_catalog},
};
use serde_json::{Value, json};

fn read(text: &str) -> Result<CatalogDocument, FeedError> {
    read_catalog(text.as_bytes(), &ObjectRef::for_bytes(text.as_bytes()))
}

fn good() -> Value {
    serde_json::from_slice(&catalog(2).to_bytes().unwrap()).unwrap()
}

/// Returns a valid document with one member set, or removed (null).
fn with(path: &str, value: Value) -> String {
    let mut document = good();
    let (parent, name) = path.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Array(list) => list[name.parse::<usize>().unwrap()] = value,
        Value::Object(object) if value.is_null() => drop(object.remove(name)),
        Value::Object(object) => drop(object.insert(name.into(), value)),
        other => panic!("{other}"),
    }
    document.to_string()
}

#[test]
fn a_catalog_comes_back_whole_and_its_bytes_are_the_same_again() {
    let document = catalog(3);
    let bytes = document.to_bytes().unwrap();
    let read = read_catalog(&bytes, &ObjectRef::for_bytes(&bytes)).unwrap();
    assert_eq!(read, document);
    assert_eq!(read.to_bytes().unwrap(), bytes);
    assert_eq!(read.pictures().count(), 3);
    let (categories, items) = read.into_parts();
    assert_eq!((categories.len(), items.len()), (1, 3));
    insta::assert_snapshot!(String::from_utf8(catalog(1).to_bytes().unwrap()).unwrap());
}

#[test]
fn an_item_needs_a_link_and_a_title_only() {
    let document = read(
        r#"{"schema":1,"categories":[],"items":[{"link":"https://detail.tmall.hk/item.htm?id=567812345678&skuId=5012345678901","title":"米","later":{}}],"later":1}"#,
    );
    let document = document.unwrap();
    let [item] = document.items() else { panic!() };
    assert_eq!((item.price, item.category, item.pictures.len()), (None, None, 0));
    assert!(read(r#"{"schema":1,"categories":[],"items":[]}"#).is_ok(), "a brand may remove all items");
}

#[test]
fn only_what_was_named_is_read() {
    let bytes = catalog(1).to_bytes().unwrap();
    let name = ObjectRef::for_bytes(&bytes);
    let mut changed = bytes.clone();
    changed[40] ^= 1;
    assert_eq!(read_catalog(&changed, &name).unwrap_err().code(), "wrong_hash");
    assert_eq!(read_catalog(&bytes[1..], &name).unwrap_err().code(), "wrong_size");
    assert_eq!(read_catalog(b"", &name).unwrap_err().code(), "wrong_size");
    let large = vec![b' '; limits::CATALOG_BYTES + 1];
    assert_eq!(read_catalog(&large, &ObjectRef::for_bytes(&large)).unwrap_err().code(), "catalog_too_large");
}

#[test]
fn one_bad_value_refuses_the_document_by_its_place() {
    let hash = "ab".repeat(32);
    let long = |count: usize| json!("长".repeat(count));
    let sized = |sha256: &str, size: u64, side: [u32; 2]| json!({"sha256": sha256, "size": size, "width": side[0], "height": side[1]});
    for (text, place) in [
        (with("/schema", Value::Null), "schema"),
        (with("/categories/0", json!("")), "categories[0]"),
        (with("/categories/0", long(61)), "categories[0]"),
        (with("/items/1/link", json!("https://example.com/item.htm?id=567812345678")), "items[1].link"),
        (
            with("/items/1/link", json!("https://detail.tmall.com.evil.test/item.htm?id=567812345678")),
            "items[1].link",
        ),
        (
            with("/items/1/link", json!("https://detail.tmall.com/item.htm?id=567812345678&spm=1")),
            "items[1].link",
        ),
        (with("/items/1/link", json!("taobao://item.taobao.com/item.htm?id=567812345678")), "items[1].link"),
        (with("/items/1/link", json!("javascript:alert(1)")), "items[1].link"),
        (with("/items/1/link", json!("567812345679")), "items[1].link"),
        (with("/items/1/link", good()["items"][0]["link"].clone()), "items[1].link"),
        (with("/items/0/title", json!("\t")), "items[0].title"),
        (with("/items/0/title", json!("a\nb")), "items[0].title"),
        (with("/items/0/title", long(201)), "items[0].title"),
        (with("/items/0/price_fen", json!(0)), "items[0].price_fen"),
        (with("/items/0/price_fen", json!(1_000_000_000)), "items[0].price_fen"),
        (with("/items/0/sale_price_fen", json!(19_900)), "items[0].sale_price_fen"),
        (with("/items/0/selling_points", json!(["好", ""])), "items[0].selling_points[1]"),
        (with("/items/0/category", json!(1)), "items[0].category"),
        (with("/items/0/barcode", json!("6".repeat(65))), "items[0].barcode"),
        (with("/items/0/listed_from", json!(-1)), "items[0].listed_from"),
        (with("/items/0/listed_until", json!(i64::MAX)), "items[0].listed_until"),
        (with("/items/0/pictures", json!([sized("..", 1, [1, 1])])), "items[0].pictures[0].sha256"),
        (with("/items/0/pictures", json!([sized(&hash, 0, [1, 1])])), "items[0].pictures[0].size"),
        (
            with("/items/0/pictures", json!([sized(&hash, (20 << 20) + 1, [1, 1])])),
            "items[0].pictures[0].size",
        ),
        (with("/items/0/pictures", json!([sized(&hash, 1, [0, 1])])), "items[0].pictures[0]"),
        (with("/items/0/pictures", json!([sized(&hash, 1, [16_385, 1])])), "items[0].pictures[0]"),
        (with("/items/0/pictures", json!([sized(&hash, 1, [10_000, 10_000])])), "items[0].pictures[0]"),
        (
            with("/items/0/pictures", json!([sized(&hash, 1, [1, 1]), sized(&hash, 2, [1, 1])])),
            "items[0].pictures[1]",
        ),
    ] {
        let error = read(&text).unwrap_err();
        assert_eq!(error.code(), "catalog_bad_value", "{text}: {error}");
        assert!(error.message().en.contains(&format!("catalog, {place} is wrong")), "{place}: {error}");
    }
}

#[test]
fn what_is_no_sound_json_or_too_much_is_refused() {
    let good = good().to_string();
    let picture = json!({"sha256": "ab".repeat(32), "size": 1, "width": 1, "height": 1});
    for text in [
        "<html></html>",
        "[1,[],[]]",
        &good.replacen("\"title\"", "\"link\":\"https://detail.tmall.com/item.htm?id=1\",\"title\"", 1),
        &good.replacen("\"title\"", "\"x\":1,\"x\":2,\"title\"", 1),
        &with("/items/0", json!(["https://detail.tmall.com/item.htm?id=567812345678", "米"])),
        &with("/items/0/title", Value::Null),
        &with("/items/0/price_fen", json!(199.5)),
        &with("/items/0/category", json!(-1)),
        &with("/items/0/category", json!(65_536)),
        &with("/items/0/pictures", json!(vec![picture; 13])),
        &with("/items/0/selling_points", json!(vec!["好"; 11])),
        &with("/categories", json!(vec!["类"; 1001])),
        &with("/items", json!({})),
    ] {
        let error = read(text).unwrap_err();
        assert_eq!(error.code(), "catalog_bad_json", "{text}: {error}");
    }
    let many = format!(r#"{{"schema":1,"categories":[],"items":[{}{{}}]}}"#, "{},".repeat(10_000));
    assert_eq!(read(&many).unwrap_err().code(), "catalog_bad_json");
    assert_eq!(read(&with("/schema", json!(2))).unwrap_err().code(), "other_schema");
}

#[test]
fn a_publisher_is_held_to_the_same_rules() {
    let made = |change: &dyn Fn(&mut crate::domain::Item<PictureRef>)| {
        let mut item = item(0);
        change(&mut item);
        CatalogDocument::new(vec!["奶粉".into()], vec![item]).map(drop)
    };
    assert_eq!(made(&|_| {}), Ok(()));
    let picture = item(0).pictures[0];
    for change in [
        &(|item: &mut crate::domain::Item<PictureRef>| item.title.clear())
            as &dyn Fn(&mut crate::domain::Item<PictureRef>),
        &|item| item.sale_price = Price::from_fen(20_000).ok(),
        &|item| item.category = Some(1),
        &|item| item.pictures = vec![picture; 13],
        &|item| item.selling_points = vec!["好".into(); 11],
    ] {
        assert_eq!(made(change).unwrap_err().code(), "catalog_bad_value");
    }
    assert!(CatalogDocument::new(vec![], vec![]).is_ok());
    assert!(CatalogDocument::new(vec!["类".into(); 1001], vec![]).is_err());
    let most = limits::ITEMS as u64;
    assert_eq!(catalog(most).items().len(), limits::ITEMS);
    let beyond = (0..=most).map(item).collect();
    assert!(CatalogDocument::new(vec!["奶粉".into()], beyond).is_err());
}
