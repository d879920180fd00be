//! Time to publish 500 items with 1,500 pictures to 10,000 units: first, again, and with one title
//! changed; in seconds, with what was written.
//!
//! `cargo bench --no-default-features --bench publish`

#[path = "support/catalog.rs"]
mod catalog;

use catalog::{ITEMS, PICTURES, picture, table};
use cloud_shelf_core::{
    domain::{DeviceId, StoreId},
    feed::Subject,
    publish::{BrandChange, FeedFolder, TableOptions, verify_dir},
};
use std::{path::Path, time::Instant};

const SHELVES: u32 = 10_000;

fn main() {
    let root = tempfile::tempdir().expect("a directory");
    let dir = root.path().join("feed");
    let jpeg = picture();
    println!(
        "{ITEMS} items, {} pictures of {} KB, {SHELVES} units in as many stores",
        ITEMS * PICTURES,
        jpeg.len() / 1000
    );
    let shelf = |number: u32| {
        let store = StoreId::parse(&(184_000_000 + number).to_string()).expect("a code");
        Subject::new(store, DeviceId::parse(&format!("{number:010X}")).expect("a code")).expect("a shelf")
    };
    let mut feed = FeedFolder::init(&dir, None).expect("a feed");
    feed.add_shelves((0..SHELVES).map(shelf).collect(), 1).expect("shelves");
    let brand = BrandChange { name: Some("启赋".into()), ..BrandChange::default() };
    let options = TableOptions { brand, ..TableOptions::default() };
    let mut now = 1_800_000_000;
    let mut run = |what: &str, title: &str| {
        let table = table(&jpeg, title);
        now += 1;
        let start = Instant::now();
        let published =
            feed.publish_table(table, Path::new("."), &options, now, &mut |_| {}).expect("a publication");
        let seconds = start.elapsed().as_secs_f64();
        let (pointers, objects) = (published.written.pointers, published.objects);
        println!("{what:<28} {seconds:6.2} s   pointers written {pointers:>5}, objects {objects:>4}");
    };
    run("publish", "一");
    run("again, nothing changed", "一");
    run("again, one title changed", "二");
    let start = Instant::now();
    let clock = cloud_shelf_core::clock::FixedClock(1_800_000_010);
    let checked = verify_dir(&dir, &clock).expect("a tree");
    let seconds = start.elapsed().as_secs_f64();
    println!("{:<28} {seconds:6.2} s   faults {}", "verify", checked.faults.len());
}
