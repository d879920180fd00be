//! Time to import 10,000 rows without pictures, to import them again, and to load them; in
//! milliseconds.
//!
//! `cargo bench --no-default-features --bench import_10k`

use cloud_shelf::{
    import::{ImportOptions, PictureDir, import},
    store::Store,
};
use cloud_shelf_core::{
    domain::{ItemLink, Price},
    paths::Paths,
    table::{Table, TableItem},
};
use std::{path::Path, time::Instant};

const ROWS: u32 = 10_000;

fn table(mark: &str) -> Table {
    let item = |row: u32| {
        let link = format!("https://detail.tmall.com/item.htm?id={}", 600_000_000_000_u64 + u64::from(row));
        TableItem {
            sheet: "Sheet1".into(),
            row: row + 2,
            title: format!("启赋有机婴幼儿配方奶粉 {mark} {row} 段 900 克"),
            link: ItemLink::from_canonical(&link).expect("a canonical link"),
            price: Price::from_fen(u64::from(row) + 100).ok(),
            sale_price: Price::from_fen(u64::from(row) + 50).ok(),
            selling_points: vec!["有机奶源".into(), "原装进口".into()],
            category: Some(format!("分类 {}", row % 20)),
            pictures: Vec::new(),
            sort: None,
            listed_from: None,
            listed_until: None,
            barcode: Some(format!("69{row:011}")),
        }
    };
    Table { items: (0..ROWS).map(item).collect(), problems: Vec::new() }
}

fn main() {
    let dir = tempfile::tempdir().expect("a directory");
    let paths = Paths::new(Some(dir.path().into()), None, None);
    let run = |what: &str, mark: &str| {
        let table = table(mark);
        let start = Instant::now();
        let mut store = Store::open(&paths).expect("a store").store;
        let report = import(
            table,
            &PictureDir::new(Path::new(".")),
            &mut store,
            &ImportOptions::default(),
            &mut |_| {},
        );
        let changed = report.expect("a report").changed;
        println!("{what:<40} {:8.2} ms   changed: {changed}", start.elapsed().as_secs_f64() * 1000.0);
    };
    run("import", "一");
    run("import the same", "一");
    run("import another", "二");
    for _ in 0..5 {
        let start = Instant::now();
        let reader = Store::open_read_only(&paths).expect("a reader");
        let opened = start.elapsed();
        let items = reader.snapshot().expect("a catalog").map_or(0, |snapshot| snapshot.items.len());
        let total = start.elapsed().as_secs_f64() * 1000.0;
        println!("open {:.2} ms and load {items} items {total:19.2} ms", opened.as_secs_f64() * 1000.0);
    }
    let reader = Store::open_read_only(&paths).expect("a reader");
    let start = Instant::now();
    for _ in 0..1000 {
        reader.catalog_version().expect("a version");
    }
    println!("ask for the version {:26.4} ms", start.elapsed().as_secs_f64());
}
