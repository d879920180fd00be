//! Time to draw the QR codes of 1,000 item pages, at the pages' three sizes; in milliseconds.
//!
//! `cargo bench --no-default-features --bench qr`

use cloud_shelf_core::qr;
use std::{hint::black_box, time::Instant};

const PAGES: u64 = 1_000;

fn main() {
    for room in [206, 329, 370] {
        let start = Instant::now();
        for page in 0..PAGES {
            let url = format!("https://detail.tmall.com/item.htm?id={}", 600_000_000_000 + page);
            black_box(qr::draw(&url, room).expect("a code"));
        }
        println!("{PAGES} codes in {room} pixels {:8.2} ms", start.elapsed().as_secs_f64() * 1000.0);
    }
}
