//! Whole imports, repeated and interrupted.

use super::{Shop, file, fixture_bytes, item};
use crate::{
    import::{BrandChange, ImportError, ImportOptions, PictureDir, Progress, import},
    store::Store,
};
use cloud_shelf_core::{
    domain::{CatalogSource, RenditionKind, Rgb, Sha256},
    media,
    table::{PictureSource, Problem, Table},
};
use std::{fs, sync::Arc};

#[test]
fn a_table_becomes_the_catalog_and_again_changes_nothing() {
    let shop = Shop::new();
    shop.picture("quarter-chroma.jpg", "a.jpg");
    shop.picture("quarter-chroma.jpg", "copy of a.jpg");
    shop.picture("orientation-6.jpg", "b.jpg");
    let pasted =
        PictureSource::Embedded { name: "image1.png".into(), bytes: fixture_bytes("alpha.png").into() };
    let mut items = vec![
        item(2, vec![file("a.jpg"), file("b.jpg")]),
        item(3, vec![file("copy of a.jpg"), pasted]),
        item(4, vec![]),
    ];
    items[0].category = Some("辅食".into());
    items[1].category = Some("奶粉".into());
    items[2].category = Some("辅食".into());
    let mut heard = Vec::new();
    let table = Table { items, problems: Vec::new() };
    let options = ImportOptions::default();
    let report = {
        let mut store = shop.store();
        import(table.clone(), &PictureDir::new(shop.folder()), &mut store, &options, &mut |progress| {
            heard.push(progress)
        })
        .unwrap()
    };
    assert_eq!((report.version, report.changed, report.items), (1, true, 3));
    assert_eq!((report.pictures, report.pictures_missing, report.left_out), (4, 0, 0));
    assert_eq!(heard, (1..=4).map(|done| Progress { done, total: 4 }).collect::<Vec<_>>());

    let reader = Store::open_read_only(&shop.paths()).unwrap();
    let seen = reader.snapshot().unwrap().unwrap();
    assert_eq!(
        (seen.source, seen.categories.as_slice()),
        (CatalogSource::Import, &["辅食".to_owned(), "奶粉".into()][..])
    );
    let [first, second, third] = &seen.items[..] else { panic!("{} items", seen.items.len()) };
    assert_eq!((first.category, second.category, third.category), (Some(0), Some(1), Some(0)));
    assert_eq!(first.pictures[0], second.pictures[0], "the same bytes are one object");
    assert_eq!((first.pictures[1].width, first.pictures[1].height), (64, 48), "upright");
    for picture in first.pictures.iter().chain(&second.pictures) {
        for kind in RenditionKind::ALL {
            let jpeg = reader.rendition(&picture.object, kind).unwrap().unwrap();
            let pixels = media::decode(&jpeg).unwrap();
            assert_eq!((pixels.width, pixels.height), (picture.width, picture.height));
        }
        assert_eq!(Sha256::digest(&reader.object(&picture.object).unwrap().unwrap()), picture.object);
    }

    let again =
        import(table, &PictureDir::new(shop.folder()), &mut shop.store(), &options, &mut |_| {}).unwrap();
    assert_eq!((again.version, again.changed, again.pictures), (1, false, 4));
}

#[test]
fn a_table_without_items_leaves_the_shelf_as_it_is() {
    let shop = Shop::new();
    shop.import(vec![item(2, vec![])]).unwrap();
    assert!(matches!(shop.import(vec![]), Err(ImportError::NoItems { .. })));
    let reader = Store::open_read_only(&shop.paths()).unwrap();
    assert_eq!(reader.snapshot().unwrap().unwrap().items.len(), 1);
}

#[test]
fn the_brand_stays_until_it_is_changed_part_by_part() {
    let shop = Shop::new();
    shop.picture("gray.png", "logo.png");
    let brand = BrandChange {
        name: Some(" 启赋 ".into()),
        primary: Some(Rgb(1, 2, 3)),
        logo: Some(fs::read(shop.folder().join("logo.png")).unwrap()),
        ..BrandChange::default()
    };
    let options = ImportOptions { brand, ..ImportOptions::default() };
    shop.import_with(vec![item(2, vec![])], &options).unwrap();
    let accent = BrandChange { accent: Some(Rgb(7, 8, 9)), ..BrandChange::default() };
    let options = ImportOptions { brand: accent, ..ImportOptions::default() };
    shop.import_with(vec![item(2, vec![]), item(3, vec![])], &options).unwrap();
    let reader = Store::open_read_only(&shop.paths()).unwrap();
    let brand = reader.snapshot().unwrap().unwrap().brand;
    assert_eq!((brand.name.as_str(), brand.primary, brand.accent), ("启赋", Rgb(1, 2, 3), Rgb(7, 8, 9)));
    let logo = brand.logo.unwrap();
    assert_eq!(logo, Sha256::digest(&fixture_bytes("gray.png")));
    assert!(reader.rendition(&logo, RenditionKind::Card).unwrap().is_some());

    let broken = BrandChange { logo: Some(b"no picture".to_vec()), ..BrandChange::default() };
    let options = ImportOptions { brand: broken, ..ImportOptions::default() };
    assert!(matches!(shop.import_with(vec![item(2, vec![])], &options), Err(ImportError::Logo(_))));
}

#[test]
fn the_tables_problems_come_first_and_rows_left_out_are_counted_once() {
    let shop = Shop::new();
    let problem = |row, leaves_out| Problem {
        sheet: "Sheet1".into(),
        row,
        column: None,
        kind: "short_link",
        remedy: cloud_shelf_core::domain::Message::fixed("改", "change"),
        leaves_out,
    };
    let table = Table {
        items: vec![item(2, vec![file("none.jpg")])],
        problems: vec![problem(3, true), problem(3, true), problem(4, true), problem(2, false)],
    };
    let options = ImportOptions::default();
    let report =
        import(table, &PictureDir::new(shop.folder()), &mut shop.store(), &options, &mut |_| {}).unwrap();
    assert_eq!((report.left_out, report.problems.len(), report.problems[4].kind), (2, 5, "picture_missing"));
}

#[test]
fn many_pictures_of_all_kinds_go_through_the_short_channels() {
    let shop = Shop::new();
    let bytes: Arc<[u8]> = fixture_bytes("quarter-chroma.jpg").into();
    let mut items = Vec::new();
    for row in 0..120_u32 {
        // Extra bytes after a picture's end make a different object of the same picture.
        let mut other = bytes.to_vec();
        other.extend_from_slice(&(row / 2).to_be_bytes());
        let pasted = PictureSource::Embedded { name: String::new(), bytes: other.into() };
        items.push(item(row + 2, vec![pasted, file(&format!("none {row}"))]));
    }
    let report = shop.import(items).unwrap();
    assert_eq!((report.items, report.pictures, report.pictures_missing), (120, 120, 120));
}

#[test]
fn a_store_that_fails_ends_the_import_and_its_threads_and_keeps_the_shelf() {
    let shop = Shop::new();
    shop.import(vec![item(2, vec![])]).unwrap();
    let db = rusqlite::Connection::open(shop.paths().database()).unwrap();
    db.execute_batch(
        "CREATE TRIGGER refuse BEFORE INSERT ON picture BEGIN SELECT RAISE(ABORT, 'refused'); END;",
    )
    .unwrap();
    drop(db);
    for number in 1..=8 {
        shop.picture(&format!("orientation-{number}.jpg"), &format!("{number}.jpg"));
    }
    let names = (0..60_u32).map(|n| item(n + 2, vec![file(&format!("{}.jpg", n % 8 + 1)), file("none")]));
    assert!(matches!(shop.import(names.collect()), Err(ImportError::Store(_))));
    let reader = Store::open_read_only(&shop.paths()).unwrap();
    assert_eq!(reader.snapshot().unwrap().unwrap().items.len(), 1);
}

#[test]
fn a_picture_that_is_stored_is_not_decoded_again() {
    let shop = Shop::new();
    shop.picture("quarter-chroma.jpg", "a.jpg");
    shop.import(vec![item(2, vec![file("a.jpg")])]).unwrap();
    // A change that only a second decoding would undo
    let db = rusqlite::Connection::open(shop.paths().database()).unwrap();
    db.execute_batch("UPDATE picture SET color = 7").unwrap();
    drop(db);
    shop.import(vec![item(2, vec![file("a.jpg")]), item(3, vec![file("a.jpg")])]).unwrap();
    let seen = Store::open_read_only(&shop.paths()).unwrap().snapshot().unwrap().unwrap();
    assert_eq!(seen.items[1].pictures[0].color, Rgb(0, 0, 7));
    // A lost rendition is made again.
    let db = rusqlite::Connection::open(shop.paths().database()).unwrap();
    db.execute_batch("DELETE FROM rendition WHERE kind = 1").unwrap();
    drop(db);
    shop.import(vec![item(2, vec![file("a.jpg")])]).unwrap();
    let reader = Store::open_read_only(&shop.paths()).unwrap();
    let object = reader.snapshot().unwrap().unwrap().items[0].pictures[0].object;
    assert!(reader.rendition(&object, RenditionKind::Card).unwrap().is_some());
}
