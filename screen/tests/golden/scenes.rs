//! The pages and their states, one after another, as a brand's shop would show them.

use crate::rig::{self, PORTRAIT, Rig, binding, catalog, id, item, title, with_picture};
use cloud_shelf_core::domain::{Brand, CatalogSnapshot, Item, Lang, Message, Price};
use cloud_shelf_screen::{Banner, Freshness, Notice, Place};
use image::RgbImage;
use std::sync::{Arc, atomic::Ordering};

/// What the pages are looked at in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub lang: Lang,
    pub high_contrast: bool,
}

/// How many of the scenes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenes {
    All,
    /// One of every page
    Main,
}

impl Scenes {
    pub fn looks(self, lang: Lang) -> Vec<Look> {
        let contrasts: &[bool] = if self == Self::All { &[false, true] } else { &[false] };
        contrasts.iter().map(|&high_contrast| Look { lang, high_contrast }).collect()
    }
}

impl Look {
    pub fn name(self) -> String {
        let lang = self.say("zh", "en");
        if self.high_contrast { format!("{lang}-high") } else { lang.into() }
    }

    fn say(self, zh: &'static str, en: &'static str) -> &'static str {
        if self.lang == Lang::Zh { zh } else { en }
    }
}

/// Scenes of one of every page; a shopper chooses high contrast on the shelf page, so that it is not
/// to be had where nobody shops.
const MAIN: [&str; 10] = [
    "setup",
    "fault",
    "shelf",
    "shelf-offline",
    "item",
    "search",
    "search-found",
    "idle",
    "attract",
    "closed",
];
const ALONE: [&str; 8] =
    ["setup", "fault", "fault-notice", "attract", "attract-plain", "closed", "closed-hours", "shelf-old"];
const OTHERS: [&str; 11] = [
    "fault-notice",
    "shelf-old",
    "shelf-many",
    "item-plain",
    "item-long",
    "search-nothing",
    "banner",
    "attract-plain",
    "closed-hours",
    "shelf-large",
    "item-large",
];
const LARGE: [&str; 2] = ["search-large", "idle-large"];
const REACH: [&str; 4] = ["shelf-reach", "item-reach", "search-reach", "idle-reach"];

/// The names of the scenes that [`visit`] shows.
pub fn names(shape: (u32, u32), look: Look, scenes: Scenes) -> impl Iterator<Item = &'static str> {
    let others = OTHERS.into_iter().chain(LARGE).chain(REACH.into_iter().filter(move |_| shape == PORTRAIT));
    MAIN.into_iter()
        .chain(others.filter(move |_| scenes == Scenes::All))
        .filter(move |scene| !look.high_contrast || !ALONE.contains(scene))
}

/// What a brand would send: pictures, sales, long and short titles, an item without a picture.
fn brand_items() -> Vec<Item> {
    let long = "手作白瓷盖碗，三才杯家用轻奢送礼盒装，整套带茶盘与竹制收纳盒";
    let points = ["高温白瓷，薄胎透光", "一碗两用，不烫手", "整套礼盒，送礼体面"];
    let items = (0..12).map(|number| {
        let title = if number % 3 == 1 { long.to_owned() } else { title(number) };
        let sale_price = (number % 4 == 0).then(|| Price::from_fen(9_990).unwrap());
        let selling_points =
            points[..=usize::from(number % 3)].iter().map(|&point| point.to_owned()).collect();
        let item = Item { title, sale_price, selling_points, ..item(number) };
        if number % 5 == 4 { item } else { with_picture(item) }
    });
    let mut items: Vec<_> = items.collect();
    // Three pictures, in a gallery
    let picture = items[8].pictures[0];
    items[8].pictures = vec![picture; 3];
    // As much as a table may say
    items[10].title = long.repeat(3);
    items[10].selling_points = vec!["一碗两用，不烫手，薄胎透光，高温白瓷，".repeat(4); 5];
    items[10].price = Some(Price::from_fen(12_888_850).unwrap());
    items
}

/// A brand with more categories than fit, and a long name.
fn many() -> CatalogSnapshot {
    let categories = [
        "茶器",
        "香氛",
        "花器",
        "餐具",
        "酒具",
        "咖啡器具",
        "文房",
        "灯具",
        "布艺",
        "收纳与整理",
        "厨房用品",
        "礼盒",
    ];
    CatalogSnapshot {
        brand: Brand { name: "明前山房手作器物".into(), ..Brand::default() },
        categories: categories.map(str::to_owned).to_vec(),
        items: brand_items()
            .into_iter()
            .zip(0..)
            .map(|(item, number)| Item { category: Some(number % 12), ..item })
            .collect(),
        ..catalog(2, vec![])
    }
}

/// What is drawn once every picture has come.
fn drawn(rig: &Rig) -> RgbImage {
    // A page may ask for more once it has the first ones
    for _ in 0..3 {
        rig.deliver([0x7A, 0x9E, 0x9F], |_| false);
        rig.pass_seconds(1);
    }
    let pixels = rig.screen.window().take_snapshot().unwrap();
    let rgb = pixels.as_slice().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    RgbImage::from_raw(pixels.width(), pixels.height(), rgb).unwrap()
}

/// A screen on the shelf page, where the look has been chosen.
fn shelf(shape: (u32, u32), look: Look, items: Vec<Item>) -> Rig {
    let rig = Rig::shelf(shape, items);
    rig.set(settings(look));
    // The language is the first one's again
    rig.screen.show(&Place::Attract).unwrap();
    rig.screen.show(&Place::Shelf).unwrap();
    rig.pass_seconds(0);
    assert_eq!(rig.screen.language(), look.lang);
    if look.high_contrast {
        rig.press(look.say("高对比", "High contrast"));
    }
    rig
}

fn settings(look: Look) -> &'static str {
    look.say("[screen]\nlanguages = ['zh', 'en']", "[screen]\nlanguages = ['en', 'zh']")
}

/// Shows each scene in turn.
pub fn visit(shape: (u32, u32), look: Look, scenes: Scenes, mut show: impl FnMut(&str, &RgbImage)) {
    let wanted: Vec<_> = names(shape, look, scenes).collect();
    let mut seen = vec![];
    let mut scene = |name: &'static str, rig: &Rig| {
        if wanted.contains(&name) {
            seen.push(name);
            show(name, &drawn(rig));
        }
    };
    if !look.high_contrast {
        without_items(shape, look, &mut scene);
    }
    let rig = shelf(shape, look, brand_items());
    shopping(&rig, look, &mut scene);
    if scenes == Scenes::All {
        assisted(&rig, shape, look, &mut scene);
    }
    if !look.high_contrast {
        nobody_there(&rig, look, &mut scene);
    }
    seen.sort_unstable();
    let mut wanted = wanted;
    wanted.sort_unstable();
    assert_eq!(seen, wanted, "every scene was shown, and once");
}

fn without_items(shape: (u32, u32), look: Look, scene: &mut impl FnMut(&'static str, &Rig)) {
    let rig = Rig::shelf(shape, vec![]);
    if look.lang == Lang::En {
        rig.press("English");
    }
    scene("setup", &rig);
    rig.screen.set_identity(Some(&binding()));
    scene("fault", &rig);
    let rig = shelf(shape, look, vec![item(4)]);
    rig.screen.show(&Place::Attract).unwrap();
    scene("attract-plain", &rig);
    rig.swap(2, vec![]);
    rig.screen.set_notice(Some(Notice {
        title: Message::fixed("货架数据库已损坏", "The shelf's database was damaged"),
        detail: Message::fixed(
            "这台设备的货架数据库读不出来了，已经另存。商品会在下次同步时自动回来。",
            "This unit's database can't be read any more and was set aside. The items come back with the next sync.",
        ),
        remedy: Message::fixed(
            "如果十分钟后仍是这样，请在设备上运行：cloud-shelfctl import 商品推荐表格.xlsx",
            "If this is still here in ten minutes, run on the unit: cloud-shelfctl import TABLE.xlsx",
        ),
    }));
    rig.screen.set_identity(Some(&binding()));
    rig.swap(3, vec![item(4)]);
    scene("fault-notice", &rig);
}

fn shopping(rig: &Rig, look: Look, scene: &mut impl FnMut(&'static str, &Rig)) {
    let open = |place: &Place| {
        rig.screen.show(place).unwrap();
        rig.pass_seconds(0);
    };
    scene("shelf", rig);
    let day = Message::fixed("9月12日", "12 September");
    rig.screen.set_freshness(Freshness { offline: true, old: Some(day.clone()) });
    scene("shelf-offline", rig);
    rig.screen.set_freshness(Freshness { offline: false, old: Some(day) });
    scene("shelf-old", rig);
    rig.screen.set_freshness(Freshness::default());
    rig.screen.set_banner(
        Some(Banner {
            title: Message::fixed(
                "正在导入 U 盘数据包，请勿拔出",
                "Taking in the bundle on the stick; leave it plugged in",
            ),
            detail: Some(Message::fixed("12 件商品，还差 7 张图片", "12 items, 7 pictures to go")),
            done: Some(0.4),
        }),
        None,
    );
    scene("banner", rig);
    rig.screen.set_banner(None, None);
    for (name, number) in [("item", 8), ("item-plain", 9), ("item-long", 10)] {
        open(&Place::Item(id(number)));
        scene(name, rig);
    }
    open(&Place::Shelf);
    rig.search("");
    scene("search", rig);
    rig.type_keys("SZ");
    scene("search-found", rig);
    rig.type_keys("QX");
    scene("search-nothing", rig);
    open(&Place::Shelf);
    while rig.screen.countdown() == 0 {
        rig.pass_seconds(1);
    }
    scene("idle", rig);
    rig.screen.set_catalog(Arc::new(many()));
    open(&Place::Shelf);
    scene("shelf-many", rig);
    rig.screen.set_catalog(Arc::new(catalog(3, brand_items())));
    open(&Place::Shelf);
    assert_eq!(rig.screen.language(), look.lang);
}

/// With large text, then with what matters further down, too.
fn assisted(rig: &Rig, shape: (u32, u32), look: Look, scene: &mut impl FnMut(&'static str, &Rig)) {
    let choices =
        [(look.say("大字", "Large text"), ["shelf-large", "item-large", "search-large", "idle-large"])];
    let reach = (look.say("够得着", "Within reach"), REACH);
    for (choice, [on_shelf, on_item, on_search, on_idle]) in
        choices.into_iter().chain((shape == PORTRAIT).then_some(reach))
    {
        rig.press(choice);
        scene(on_shelf, rig);
        rig.search("SZ");
        scene(on_search, rig);
        rig.screen.show(&Place::Item(id(8))).unwrap();
        rig.pass_seconds(0);
        scene(on_item, rig);
        while rig.screen.countdown() == 0 {
            rig.pass_seconds(1);
        }
        scene(on_idle, rig);
        rig.screen.show(&Place::Shelf).unwrap();
        rig.pass_seconds(0);
        // Each choice by itself
        rig.press(choice);
    }
}

fn nobody_there(rig: &Rig, look: Look, scene: &mut impl FnMut(&'static str, &Rig)) {
    rig.screen.show(&Place::Attract).unwrap();
    scene("attract", rig);
    // Monday, 2027-02-15, 03:00 in China
    rig.clock.0.store(1_802_631_600, Ordering::Relaxed);
    let hours = "[hours.week]\nmon = ['09:00-12:00', '13:00-26:00']\nsat = ['10:00-18:00']";
    rig.set(&format!("{}\n{hours}", settings(look)));
    rig.screen.show(&Place::Attract).unwrap();
    scene("closed", rig);
    rig.tap();
    scene("closed-hours", rig);
    rig::place(&rig.the(look.say("营业时间", "Opening hours")));
}
