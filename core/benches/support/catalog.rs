//! 500 items with 1,500 pictures of about 80 KB, like a shop's.

use cloud_shelf_core::{
    domain::{ItemLink, Price},
    table::{PictureSource, Table, TableItem},
};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

pub const ITEMS: u32 = 500;
pub const PICTURES: u32 = 3;
const SIDE: u16 = 800;

/// Smooth, with some grain.
pub fn picture() -> Vec<u8> {
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
    let mut encoder = Encoder::new(&mut jpeg, 82);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&pixels, SIDE, SIDE, ColorType::Rgb).expect("a picture");
    jpeg
}

/// Trailing bytes after a picture's end make it a different object.
pub fn table(jpeg: &[u8], title: &str) -> Table {
    let item = |row: u32| {
        let link = format!("https://detail.tmall.com/item.htm?id={}", 600_000_000_000_u64 + u64::from(row));
        let picture = |n: u32| {
            // Trailing bytes make it a different object
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
