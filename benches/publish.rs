//! How long publishing 500 items with 1,500 pictures to 10,000 shelves takes: at first, again, and
//! with one title changed; in seconds, with what was written.
//!
//! `cargo bench --no-default-features --bench publish`

use cloud_shelf::{
    domain::{DeviceId, ItemLink, Price, StoreId},
    feed::Subject,
    publish::{BrandChange, Feed, TableOptions, verify_dir},
    table::{PictureSource, Table, TableItem},
};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use std::{path::Path, time::Instant};

const ITEMS: u32 = 500;
const PICTURES: u32 = 3;
const SHELVES: u32 = 10_000;
const SIDE: u16 = 800;

/// A picture of some 80 KB, as a shop's would be: smooth, with some grain.
fn picture() -> Vec<u8> {
    let side = u32::from(SIDE);
    let mut noise = 1_u32;
    let mut pixels = Vec::with_capacity((side * side * 3) as usize);
    for at in 0..side * side {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (x, y) = (at % side, at / side);
        let grain = (noise >> 28) as u8;
        pixels.extend_from_slice(&[
            (x / 4) as u8 + grain,
            (y / 4) as u8 + grain,
            ((x + y) / 8) as u8 + grain,
        ]);
    }
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, 72);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&pixels, SIDE, SIDE, ColorType::Rgb).expect("a picture");
    jpeg
}

fn table(jpeg: &[u8], title: &str) -> Table {
    let item = |row: u32| {
        let link = format!("https://detail.tmall.com/item.htm?id={}", 600_000_000_000_u64 + u64::from(row));
        let picture = |n: u32| {
            // Bytes after a picture's end make another object of it
            let mut bytes = jpeg.to_vec();
            bytes.extend_from_slice(&(row * PICTURES + n).to_be_bytes());
            PictureSource::Embedded { name: String::new(), bytes: bytes.into() }
        };
        TableItem {
            sheet: "Sheet1".into(),
            row: row + 2,
            title: format!("{} {row} 段 900 克", if row == 7 { title } else { "启赋有机婴幼儿配方奶粉" }),
            link: ItemLink::from_canonical(&link).expect("a canonical link"),
            price: Price::from_fen(u64::from(row) + 100).ok(),
            sale_price: None,
            selling_points: vec!["有机奶源".into(), "原装进口".into()],
            category: Some(format!("分类 {}", row % 20)),
            pictures: (0..PICTURES).map(picture).collect(),
            sort: None,
            listed_from: None,
            listed_until: None,
            barcode: None,
        }
    };
    Table { items: (0..ITEMS).map(item).collect(), problems: Vec::new() }
}

fn main() {
    let root = tempfile::tempdir().expect("a directory");
    let dir = root.path().join("feed");
    let jpeg = picture();
    println!(
        "{ITEMS} items, {} pictures of {} KB, {SHELVES} shelves in as many stores",
        ITEMS * PICTURES,
        jpeg.len() / 1000
    );
    let shelf = |number: u32| {
        let store = StoreId::parse(&(184_000_000 + number).to_string()).expect("a code");
        Subject::new(store, DeviceId::parse(&format!("{number:010X}")).expect("a code")).expect("a shelf")
    };
    let mut feed = Feed::init(&dir, None).expect("a feed");
    feed.add((0..SHELVES).map(shelf).collect(), 1).expect("shelves");
    let brand = BrandChange { name: Some("启赋".into()), ..BrandChange::default() };
    let options = TableOptions { brand, ..TableOptions::default() };
    let mut now = 1_800_000_000;
    let mut run = |what: &str, title: &str| {
        let table = table(&jpeg, title);
        now += 1;
        let start = Instant::now();
        let published =
            feed.publish(table, Path::new("."), &options, now, &mut |_| {}).expect("a publication");
        let seconds = start.elapsed().as_secs_f64();
        let (pointers, objects) = (published.written.pointers, published.objects);
        println!("{what:<28} {seconds:6.2} s   pointers written {pointers:>5}, objects {objects:>4}");
    };
    run("publish", "一");
    run("again, nothing changed", "一");
    run("again, one title changed", "二");
    let start = Instant::now();
    let clock = cloud_shelf::clock::FixedClock(1_800_000_010);
    let checked = verify_dir(&dir, &clock).expect("a tree");
    let seconds = start.elapsed().as_secs_f64();
    println!("{:<28} {seconds:6.2} s   faults {}", "verify", checked.faults.len());
}
