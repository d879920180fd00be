//! What is accepted, and every kind of document that is refused.

mod address;
mod catalog;
mod pointer;
mod property;
mod signature;

use super::{
    CatalogDocument, FeedBrand, FeedSettings, KeySet, ObjectRef, PictureRef, PointerClaims, Signer, Subject,
};
use crate::domain::{DeviceId, Item, ItemLink, Price, Rgb, StoreId};

const NOW: i64 = 1_800_000_000;

fn signer(number: u8) -> Signer {
    Signer::from_seed(&[number; 32])
}

fn keys(signer: &Signer) -> KeySet {
    signer.public().into()
}

fn subject() -> Subject {
    Subject::new(StoreId::parse("184454101").unwrap(), DeviceId::parse("8F6A77C73E").unwrap()).unwrap()
}

fn claims() -> PointerClaims {
    PointerClaims {
        subject: subject(),
        version: 7,
        issued_at: NOW - 60,
        expires_at: NOW + 30 * 86_400,
        brand: FeedBrand {
            name: "启赋".into(),
            primary: Rgb(0x1F, 0x6F, 0x8B),
            accent: Rgb(0xC8, 0x3C, 0x23),
            logo: Some(ObjectRef::for_bytes(b"a logo")),
        },
        catalog: ObjectRef::for_bytes(b"a catalog"),
        settings: FeedSettings::default(),
        keys: None,
    }
}

fn item(number: u64) -> Item<PictureRef> {
    let link = format!("https://detail.tmall.com/item.htm?id={}", 567_812_345_678 + number);
    Item {
        link: ItemLink::from_canonical(&link).unwrap(),
        title: format!("有机奶粉 {number} 段"),
        price: Price::from_fen(19_900).ok(),
        sale_price: Price::from_fen(16_900).ok(),
        selling_points: vec!["有机奶源".into()],
        category: Some(0),
        pictures: vec![PictureRef {
            object: ObjectRef::for_bytes(&number.to_be_bytes()),
            width: 800,
            height: 600,
        }],
        barcode: Some("6901234567892".into()),
        listed_from: Some(NOW - 100),
        listed_until: None,
    }
}

fn catalog(items: u64) -> CatalogDocument {
    CatalogDocument::new(vec!["奶粉".into()], (0..items).map(item).collect()).unwrap()
}
