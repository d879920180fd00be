//! Time of a query among 10,000 items, at each key of realistic queries; time to build the index,
//! and its size.
//!
//! `cargo bench --no-default-features --bench search`

use cloud_shelf_core::{
    domain::{Brand, CatalogSnapshot, CatalogSource, Item, ItemHost, ItemId, ItemLink},
    search::Index,
};
use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

const ITEMS: usize = 10_000;
const ROUNDS: usize = 20;

const WORDS: [&[&str]; 5] = [
    &["启赋", "檐汀", "Lancôme 兰蔻", "重庆老灶", "乐高", "ONE·物", "长白山", "绿野"],
    &["有机", "婴幼儿配方", "手作白瓷", "轻奢真丝", "A2 全脂", "加厚保暖", "便携折叠", "冷萃"],
    &["奶粉", "盖碗", "睡衣", "行李箱", "火锅底料", "香薰蜡烛", "音乐盒", "茶具套装", "数据线"],
    &["900g", "三段", "送礼盒装", "2026 新款", "家用", "（单只）", "6 罐组合", "限量版"],
    &["官方旗舰店正品", "包邮", "适用于宝宝和妈妈", "", "办公室车载两用", "【第二件半价】"],
];

fn main() {
    let items = (0..ITEMS).map(item).collect();
    let catalog = Arc::new(CatalogSnapshot {
        version: 1,
        source: CatalogSource::Import,
        taken_at: 0,
        brand: Brand::default(),
        categories: vec![],
        items,
    });
    let start = Instant::now();
    let index = Index::new(catalog);
    println!("{ITEMS} items: built in {:.2} ms, {} KiB", millis(start.elapsed()), index.bytes() / 1024);
    let mut worst = (Duration::ZERO, String::new());
    for query in [
        "nf",
        "naifen",
        "cqhgdl",
        "chongqinghuoguodiliao",
        "lancome",
        "奶粉900g",
        "xinglixiang",
        "qfyjnf900g",
        "600000009999",
        "6900000069993",
        "2026",
        "zzzzzz",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "yyyy",
        "wenzi",
    ] {
        let chars: Vec<char> = query.chars().collect();
        for length in 1..=chars.len() {
            let typed: String = chars[..length].iter().collect();
            // The fastest of several runs: other load on the machine is not to be measured
            let mut best = Duration::MAX;
            let mut found = 0;
            for _ in 0..ROUNDS {
                let start = Instant::now();
                found = black_box(index.find(&typed)).len();
                best = best.min(start.elapsed());
            }
            if length == chars.len() {
                println!("{query:<32} {:7.2} ms {found:6} found", millis(best));
            }
            worst = worst.max((best, typed));
        }
    }
    println!("worst of all keys {:22.2} ms at {:?}", millis(worst.0), worst.1);
}

fn item(number: usize) -> Item {
    let mut left = number;
    let mut title = String::new();
    // Titles as long as shops write them
    for words in WORDS.iter().chain(&WORDS[1..]) {
        title += words[left % words.len()];
        left = left / words.len() + number % 7;
    }
    Item {
        link: ItemLink {
            host: ItemHost::Tmall,
            item: ItemId::parse(&(600_000_000_000 + number as u64).to_string()).expect("digits"),
            sku: None,
        },
        title,
        price: None,
        sale_price: None,
        selling_points: vec![],
        category: None,
        pictures: vec![],
        barcode: Some(format!("69{:011}", 7 * number)),
        listed_from: None,
        listed_until: None,
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
