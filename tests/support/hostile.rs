//! A feed of pictures made to exhaust a unit's memory, as another publishing program might sign it:
//! our publisher's checks are bypassed.

use super::pictures::{self, Colors, Form, Png};
use cloud_shelf_core::{
    domain::{DeviceId, Item, ItemLink, Rgb, StoreId},
    feed::{
        CatalogDocument, FeedAddress, FeedBrand, FeedSettings, ObjectRef, PictureRef, PointerClaims, Signer,
        Subject,
    },
};

pub const STORE: &str = "184454101";
pub const DEVICE: &str = "8F6A77C73E";
const QUARTER: &[(u8, u8)] = &[(2, 2), (1, 1), (1, 1)];
const FULL: &[(u8, u8)] = &[(1, 1), (1, 1), (1, 1)];

fn signer() -> Signer {
    Signer::from_seed(&[7; 32])
}

/// The feed address for the unit's binding.
pub fn address() -> FeedAddress {
    FeedAddress::new("https://feed.example.com", signer().public().into()).unwrap()
}

/// Returns title, claimed size and bytes of each item. Some come six times, as in an attack, each a
/// little smaller so that all differ.
fn items() -> Vec<(String, (u32, u32), Vec<u8>)> {
    let mut items = Vec::new();
    let mut item =
        |title: &str, size: (u32, u32), bytes: Vec<u8>| items.push((title.to_owned(), size, bytes));
    for less in 0..6 {
        let side = 6300 - less as u16;
        let size = (side.into(), side.into());
        item("GIF", size, pictures::gif((side, side), (side, side), less % 2 == 1, &[]));
        item("progressive JPEG", size, pictures::jpeg(side, side, Form::Progressive, QUARTER, &[]));
        item("JPEG", size, pictures::jpeg(side, side, Form::Baseline, FULL, &[]));
        item("PNG", size, Png::new(side.into(), side.into(), 8, Colors::Rgba).bytes());
    }
    let square = |side: u32| (side, side);
    let rgba = |side| Png::new(side, side, 8, Colors::Rgba);
    item("profile", square(600), rgba(600).with(b"iCCP", pictures::profile(500 << 20)).bytes());
    item("text", square(601), rgba(601).with(b"zTXt", pictures::text(500 << 20)).bytes());
    item("16 bits", square(6301), Png::new(6301, 6301, 16, Colors::Rgba).bytes());
    item("interlaced", square(6302), Png { interlaced: true, ..rgba(6302) }.bytes());
    item("logo", square(5400), rgba(5400).bytes());
    item("phone", (6000, 4000), pictures::jpeg(6000, 4000, Form::Baseline, QUARTER, &[]));
    item("progressive", (6000, 4000), pictures::jpeg(6000, 4000, Form::Progressive, QUARTER, &[]));
    item("split", square(6303), pictures::jpeg(6303, 6303, Form::Split, FULL, &[]));
    item("lossless", square(6304), pictures::webp(&[(b"VP8L", pictures::lossless(6304, 6304))]));
    item("tables", square(64), pictures::webp(&[(b"VP8L", pictures::lossless_tables(65_536))]));
    item("animated", square(6305), pictures::animated(6305, 6305, (b"VP8L", pictures::lossless(6305, 6305))));
    item("bitmap", square(6306), pictures::bmp(6306, 6306));
    let frames = [(b"acTL", vec![0, 0, 0, 50, 0, 0, 0, 0])];
    item(
        "APNG",
        square(5000),
        Png { before: frames.map(|(kind, body)| (kind as _, body)).into(), ..rgba(5000) }.bytes(),
    );
    // Files of the maximum size
    for number in 0..6 {
        let comments = vec![(0xFE, vec![number; 65_000]); 300];
        item("20 MB", square(1600), pictures::jpeg(1600, 1600, Form::Baseline, QUARTER, &comments));
    }
    items
}

/// Returns the feed as a bundle, and its number of items.
pub fn bundle(now: i64) -> (Vec<u8>, usize) {
    let logo = Png::new(6299, 6299, 8, Colors::Rgba).with(b"iCCP", pictures::profile(500 << 20)).bytes();
    let items = items();
    let document = items.iter().zip(600_000_000..).map(|((title, (width, height), bytes), id)| Item {
        link: ItemLink::from_canonical(&format!("https://detail.tmall.com/item.htm?id={id}")).unwrap(),
        title: title.clone(),
        price: None,
        sale_price: None,
        selling_points: Vec::new(),
        category: None,
        pictures: vec![PictureRef { object: ObjectRef::for_bytes(bytes), width: *width, height: *height }],
        barcode: None,
        listed_from: None,
        listed_until: None,
    });
    let catalog = CatalogDocument::new(Vec::new(), document.collect()).unwrap().to_bytes().unwrap();
    let store = StoreId::parse(STORE).unwrap();
    let subject = Subject::new(store, DeviceId::parse(DEVICE).unwrap()).unwrap();
    let claims = PointerClaims {
        subject: subject.clone(),
        version: 1,
        issued_at: now - 60,
        expires_at: now + 300 * 86_400,
        brand: FeedBrand {
            name: "启赋".into(),
            primary: Rgb(1, 2, 3),
            accent: Rgb(4, 5, 6),
            logo: Some(ObjectRef::for_bytes(&logo)),
        },
        catalog: ObjectRef::for_bytes(&catalog),
        settings: FeedSettings::default(),
        keys: None,
    };
    let mut archive = tar::Builder::new(Vec::new());
    let mut put = |path: String, bytes: &[u8]| {
        let mut header = tar::Header::new_ustar();
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        archive.append_data(&mut header, path, bytes).unwrap();
    };
    put(subject.path(), signer().sign(&claims).unwrap().as_bytes());
    for object in [&catalog, &logo].into_iter().chain(items.iter().map(|(.., bytes)| bytes)) {
        put(ObjectRef::for_bytes(object).path(), object);
    }
    (archive.into_inner().unwrap(), items.len())
}
