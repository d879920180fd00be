//! Every page in every shape, held against a picture of it that a person has looked at.
//!
//! The pictures in `tests/golden` are smaller than the screen, so that the edges of letters count
//! for little and the places of things for much. `CLOUD_SHELF_ACCEPT_GOLDEN=1` writes them anew.
#![cfg(feature = "kiosk")]

#[path = "ui/rig.rs"]
mod rig;

use cloud_shelf::{
    domain::{Item, Message, Price},
    ui::{Freshness, Place},
};
use image::{RgbImage, imageops};
use rig::{COMPACT, LANDSCAPE, PORTRAIT, Rig, id, item, title, with_picture};
use std::path::Path;

/// A pixel is another one from this difference of a channel on.
const FAR: u8 = 40;
/// Of a thousand pixels so many may be others: letters differ a little from font to font.
const MOST_PER_MILLE: usize = 3;

/// What a brand would send: pictures, sales, long and short titles.
fn shelf(shape: (u32, u32)) -> Rig {
    let long = "手作白瓷盖碗，三才杯家用轻奢送礼盒装，整套带茶盘与竹制收纳盒";
    let items = (0..12).map(|number| {
        let title = if number % 3 == 1 { long.to_owned() } else { title(number) };
        let sale_price = (number % 4 == 0).then(|| Price::from_fen(9_990).unwrap());
        let item = Item { title, sale_price, ..item(number) };
        if number % 5 == 4 { item } else { with_picture(item) }
    });
    Rig::shelf(shape, items.collect())
}

/// What is drawn once every picture has come, `by` times smaller.
fn drawn(rig: &Rig, by: u32) -> RgbImage {
    // A page may ask for more once it has the first ones
    for _ in 0..3 {
        rig.deliver([0x7A, 0x9E, 0x9F], |_| false);
        rig.pass_seconds(1);
    }
    let pixels = rig.screen.window().take_snapshot().unwrap();
    let rgb = pixels.as_slice().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    let whole = RgbImage::from_raw(pixels.width(), pixels.height(), rgb).unwrap();
    imageops::thumbnail(&whole, whole.width() / by, whole.height() / by)
}

/// What is wrong with a page, if anything.
fn compare(name: &str, found: &RgbImage) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("CLOUD_SHELF_ACCEPT_GOLDEN").is_some() {
        found.save(&path).unwrap();
    }
    let expected = match image::open(&path) {
        Ok(expected) => expected.to_rgb8(),
        Err(error) => return Some(format!("{name}: {error}")),
    };
    let others = if expected.dimensions() == found.dimensions() {
        let far = |(a, b): &(&image::Rgb<u8>, &image::Rgb<u8>)| {
            a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) >= FAR)
        };
        expected.pixels().zip(found.pixels()).filter(far).count()
    } else {
        usize::MAX
    };
    let most = found.pixels().len() * MOST_PER_MILLE / 1000;
    (others > most).then(|| {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        found.save(&kept).unwrap();
        format!("{name}: {others} pixels are others (at most {most}); what was drawn: {}", kept.display())
    })
}

fn pages_look_as_they_did(shape: (u32, u32), by: u32) {
    let name = |page: &str| format!("{}x{}-{page}.png", shape.0, shape.1);
    let empty = Rig::shelf(shape, vec![]);
    let mut problems = vec![compare(&name("setup"), &drawn(&empty, by))];
    empty.screen.set_identity(Some(&rig::binding()));
    problems.push(compare(&name("fault"), &drawn(&empty, by)));
    let rig = shelf(shape);
    let pages = [("shelf", Place::Shelf), ("item", Place::Item(id(8))), ("attract", Place::Attract)];
    for (page, place) in pages {
        rig.screen.show(&place).unwrap();
        problems.push(compare(&name(page), &drawn(&rig, by)));
    }
    rig.screen.show(&Place::Search).unwrap();
    rig.deliver_indexes();
    problems.push(compare(&name("search"), &drawn(&rig, by)));
    rig.type_keys("SZ");
    problems.push(compare(&name("search-found"), &drawn(&rig, by)));
    rig.type_keys("QX");
    problems.push(compare(&name("search-nothing"), &drawn(&rig, by)));
    rig.screen.show(&Place::Shelf).unwrap();
    rig.press("English");
    rig.search("");
    problems.push(compare(&name("search-en"), &drawn(&rig, by)));
    rig.screen.show(&Place::Shelf).unwrap();
    rig.press("中文");
    let day = Message::fixed("9月12日", "12 September");
    rig.screen.set_freshness(Freshness { offline: true, old: Some(day) });
    rig.screen.show(&Place::Shelf).unwrap();
    rig.pass(std::time::Duration::ZERO);
    problems.push(compare(&name("shelf-offline"), &drawn(&rig, by)));
    rig.screen.set_freshness(Freshness::default());
    let choices = ["大字", "高对比", "够得着"];
    choices[..if shape == PORTRAIT { 3 } else { 2 }].iter().for_each(|choice| rig.press(choice));
    problems.push(compare(&name("shelf-assisted"), &drawn(&rig, by)));
    rig.search("SZ");
    problems.push(compare(&name("search-assisted"), &drawn(&rig, by)));
    rig.screen.show(&Place::Item(id(8))).unwrap();
    problems.push(compare(&name("item-assisted"), &drawn(&rig, by)));
    // Monday, 2027-02-15, 03:00 in China
    rig.clock.0.store(1_802_631_600, std::sync::atomic::Ordering::Relaxed);
    rig.set("[hours.week]\nmon = ['09:00-12:00', '13:00-26:00']\nsat = ['10:00-18:00']");
    rig.screen.show(&Place::Attract).unwrap();
    problems.push(compare(&name("closed"), &drawn(&rig, by)));
    rig.tap();
    problems.push(compare(&name("closed-hours"), &drawn(&rig, by)));
    let problems: Vec<_> = problems.into_iter().flatten().collect();
    assert!(
        problems.is_empty(),
        "\n{}\nIf the new look is meant, run again with CLOUD_SHELF_ACCEPT_GOLDEN=1.\n",
        problems.join("\n")
    );
}

#[test]
fn portrait_pages_look_as_they_did() {
    pages_look_as_they_did(PORTRAIT, 3);
}

#[test]
fn landscape_pages_look_as_they_did() {
    pages_look_as_they_did(LANDSCAPE, 3);
}

#[test]
fn compact_pages_look_as_they_did() {
    pages_look_as_they_did(COMPACT, 2);
}
