//! Sample catalogs and pictures.

use crate::store::{
    CatalogDraft, OpenOptions, Opened, PictureDraft, Publication, RenditionDraft, Store, Unusable,
};
use cloud_shelf_core::{
    domain::{Brand, CatalogSource, Item, ItemLink, Message, Picture, Price, RenditionKind, Rgb, Sha256},
    paths::Paths,
};
use std::{path::Path, time::Duration};

pub fn paths(dir: &Path) -> Paths {
    Paths::new(Some(dir.into()), None, None)
}

pub fn open(paths: &Paths) -> Store {
    Store::open(paths).unwrap().store
}

pub fn open_checked(paths: &Paths) -> Opened {
    let options = OpenOptions { check: true, wait: Duration::from_secs(20), ..OpenOptions::default() };
    Store::open_with(paths, &options).unwrap()
}

/// Stores a picture with distinguishable renditions; its bytes depend on `seed`.
pub fn put(store: &mut Store, seed: u64, length: usize) -> Picture {
    let bytes = noise(seed, length);
    let picture = picture(seed, length);
    let rendition = |kind: RenditionKind| RenditionDraft {
        kind,
        width: 3,
        height: 2,
        bytes: format!("{kind:?} of {seed}").into_bytes(),
    };
    let renditions = RenditionKind::ALL.map(rendition).into();
    store.put_picture(&PictureDraft { bytes: &bytes, picture, renditions }).unwrap();
    picture
}

pub fn picture(seed: u64, length: usize) -> Picture {
    let object = Sha256::digest(&noise(seed, length));
    Picture { object, width: 30, height: 20, color: Rgb(seed as u8, 2, 3) }
}

fn noise(seed: u64, length: usize) -> Vec<u8> {
    (0..length as u64).map(|i| ((i + seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect()
}

pub fn publication() -> Publication {
    let why = Unusable { problem: "picture_broken".into(), remedy: Message::new("换一张", "Use another") };
    Publication {
        subject: "184454101/8F6A77C73E".into(),
        version: 7,
        pointer: b"eyJhbGciOiJFZERTQSJ9.e30.c2ln".into(),
        keys: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".into(),
        etag: Some("\"abc\"".into()),
        document: Sha256::digest(b"{}"),
        unusable: [(Sha256::digest(b"x"), why)].into(),
    }
}

/// Creates a catalog of `items` items that all carry the same mark.
pub fn draft(mark: u64, items: usize, pictures: &[Picture]) -> CatalogDraft {
    let item = |n: usize| Item {
        link: ItemLink::from_canonical(&format!("https://detail.tmall.com/item.htm?id={}", 500_000_000 + n))
            .unwrap(),
        title: format!("商品 {n} 第 {mark} 版"),
        price: (!n.is_multiple_of(3)).then(|| Price::from_fen(n as u64 + 100).unwrap()),
        sale_price: (n % 3 == 2).then(|| Price::from_fen(n as u64 + 50).unwrap()),
        selling_points: (0..n % 4).map(|k| format!("卖点 {k}，\"引号\"\n{mark}")).collect(),
        category: (!n.is_multiple_of(5)).then_some((n % 2) as u16),
        pictures: pictures.iter().copied().skip(n % (pictures.len() + 1)).take(2).collect(),
        barcode: n.is_multiple_of(7).then(|| format!("69{n:011}")),
        listed_from: (n % 4 == 1).then_some(n as i64 - 5),
        listed_until: (n % 4 == 2).then_some(n as i64 + 5),
    };
    CatalogDraft {
        source: CatalogSource::Import,
        taken_at: 1_790_000_000,
        brand: Brand { name: format!("启赋 {mark}"), ..Brand::default() },
        categories: vec!["奶粉".into(), format!("辅食 {mark}")],
        items: (0..items).map(item).collect(),
    }
}
