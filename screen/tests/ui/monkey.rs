//! Twenty thousand random touches on each shape, while the catalog changes and `status` asks: nothing
//! breaks, home is near, and no code is another item's.

use crate::rig::{COMPACT, LANDSCAPE, PORTRAIT, Rig, catalog, item, with_picture};
use cloud_shelf_core::{
    domain::{Brand, CatalogSnapshot, Item, Lang, Picture, Rgb, Sha256},
    qr,
};
use cloud_shelf_screen::Page;
use cloud_shelf_ui::{ItemDetail, Search, Theme};
use slint::{ComponentHandle, LogicalPosition, platform::PointerEventButton, platform::WindowEvent};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

const TOUCHES: u32 = 20_000;
/// The way home is tried after so many touches.
const TRY_HOME: u32 = 23;
/// Codes that another program reads, of each shape.
const SAMPLE: usize = 8;
const ITEMS: u16 = 90;
/// Another catalog comes once in so many touches, on average; ten times as often upon results of a search.
const SWAP_EVERY: u32 = 40;

/// SplitMix64: the same touches every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % u64::from(end)) as u32
    }
}

struct Monkey {
    rig: Rig,
    size: (u32, u32),
    dice: Dice,
    version: u64,
    /// The items of the catalog on the pages, and of all that have been there
    ids: BTreeSet<String>,
    ids_ever: BTreeSet<String>,
    /// Catalogs that came while results of a search were in sight
    swaps_under_results: u32,
    codes: BTreeMap<String, Vec<u8>>,
    pages: BTreeSet<String>,
    read: BTreeSet<String>,
}

/// A full row of pictures, none, or one; a barcode to search for.
fn sample(number: u16) -> Item {
    let mut item = if number % 4 == 3 { item(number) } else { with_picture(item(number)) };
    if number.is_multiple_of(3) && !item.pictures.is_empty() {
        let object = Sha256::digest(&number.to_le_bytes());
        item.pictures.push(Picture { object, ..item.pictures[0] });
    }
    Item { barcode: Some(format!("69012345{number:05}")), ..item }
}

impl Monkey {
    fn new(size: (u32, u32)) -> Self {
        let mut monkey = Self {
            rig: Rig::shelf(size, vec![]),
            size,
            dice: Dice(0xC10D + u64::from(size.0)),
            version: 1,
            ids: BTreeSet::new(),
            ids_ever: BTreeSet::new(),
            swaps_under_results: 0,
            codes: BTreeMap::new(),
            pages: BTreeSet::new(),
            read: BTreeSet::new(),
        };
        monkey.put((0..ITEMS).map(sample).collect());
        monkey
    }

    fn put(&mut self, items: Vec<Item>) {
        self.put_catalog(catalog(0, items));
    }

    fn put_catalog(&mut self, catalog: CatalogSnapshot) {
        self.version += 1;
        self.ids = catalog.items.iter().map(|item| item.link.item.to_string()).collect();
        self.ids_ever.extend(self.ids.iter().cloned());
        self.rig.screen.set_catalog(Arc::new(CatalogSnapshot { version: self.version, ..catalog }));
    }

    /// Another catalog: the same items, fewer, more, in another order, another brand's, or none.
    fn swap(&mut self) {
        let all = || (0..ITEMS).map(sample);
        match self.dice.below(8) {
            0 => self.put(vec![]),
            1 => {
                let (first, count) = (self.dice.below(80) as usize, self.dice.below(6) as usize + 1);
                self.put(all().skip(first).take(count).collect());
            }
            2 => {
                let step = self.dice.below(4) as usize + 2;
                self.put(all().step_by(step).collect());
            }
            3 => self.put(all().rev().collect()),
            4 => self.put((0..ITEMS * 3).map(sample).collect()),
            5 => {
                let items = (500..520).map(|number| Item { category: Some(0), ..sample(number) }).collect();
                let brand =
                    Brand { name: "启赋".into(), primary: Rgb(0xC0, 0x20, 0x30), ..Brand::default() };
                let categories = vec!["奶粉".to_owned()];
                self.put_catalog(CatalogSnapshot { brand, categories, ..catalog(0, items) });
            }
            _ => self.put(all().collect()),
        }
    }

    /// Anywhere, and often near the edges, where the buttons are.
    fn place(&mut self) -> LogicalPosition {
        let (width, height) = self.size;
        let mut x = self.dice.below(width);
        let mut y = self.dice.below(height);
        match self.dice.below(6) {
            0 => y = self.dice.below(height / 8),
            1 => y = height - 1 - self.dice.below(height / 8),
            2 => x = self.dice.below(width / 6),
            _ => {}
        }
        LogicalPosition::new(x as f32, y as f32)
    }

    fn send(&self, event: WindowEvent) {
        self.rig.screen.window().dispatch_event(event);
    }

    fn wait(&mut self, at_most_ms: u32) {
        let wait = self.dice.below(at_most_ms);
        self.rig.pass(Duration::from_millis(wait.into()));
    }

    /// A shopper who knows what they want: a key of the pad under which most items are, or the way to it.
    fn search(&mut self) {
        let keys = ["S", "Z", "Y", "P", "6", "9"];
        let key = keys[self.dice.below(keys.len() as u32) as usize];
        if self.rig.screen.countdown() > 0 {
            return;
        }
        match self.rig.screen.page() {
            Page::Search if self.rig.has(key) => self.rig.press(key),
            Page::Shelf if self.rig.has("搜索") => self.rig.press("搜索"),
            Page::Shelf if self.rig.has("Search") => self.rig.press("Search"),
            _ => {}
        }
    }

    fn touch(&mut self) {
        if self.dice.below(8) == 0 {
            return self.search();
        }
        let button = PointerEventButton::Left;
        let mut position = self.place();
        self.send(WindowEvent::PointerMoved { position });
        self.send(WindowEvent::PointerPressed { position, button });
        match self.dice.below(10) {
            // A drag, quick or slow
            0..=2 => {
                let to = self.place();
                let steps = 2 + self.dice.below(6);
                for step in 1..=steps {
                    let part = step as f32 / steps as f32;
                    let between = |from: f32, to: f32| from + (to - from) * part;
                    let position = LogicalPosition::new(between(position.x, to.x), between(position.y, to.y));
                    self.wait(60);
                    self.send(WindowEvent::PointerMoved { position });
                }
                position = to;
            }
            3 => self.wait(2_000),
            4 => {}
            _ => self.wait(200),
        }
        if self.dice.below(40) > 0 {
            self.send(WindowEvent::PointerReleased { position, button });
        }
        self.send(WindowEvent::PointerExited);
        match self.dice.below(30) {
            0 => self.leave_alone(),
            1..=6 => self.wait(3_000),
            _ => self.wait(400),
        }
    }

    /// Long enough for the countdown, and now and then for the attract page.
    fn leave_alone(&mut self) {
        self.rig.pass(Duration::from_secs(150));
        for _ in 0..self.dice.below(30) {
            self.rig.pass_seconds(1);
        }
    }

    /// What comes from outside comes when it likes.
    fn provide(&mut self) {
        let found = self.rig.screen.page() == Page::Search && !self.rig.cards().is_empty();
        if self.dice.below(if found { SWAP_EVERY / 10 } else { SWAP_EVERY }) == 0 {
            self.swaps_under_results += u32::from(found);
            self.swap();
        }
        self.ask_status();
        if self.dice.below(3) > 0 {
            let broken = self.dice.below(20) == 0;
            self.rig.deliver([90, 120, 90], |_| broken);
        }
        if self.dice.below(3) == 0 {
            self.rig.deliver_indexes();
        }
    }

    /// All that `status` asks of the screen, at a moment when nothing is ready for it.
    fn ask_status(&self) {
        let screen = &self.rig.screen;
        assert_eq!(screen.catalog_version(), self.version);
        let cards = screen.cards_in_sight();
        assert!(screen.cards_waiting() <= cards.len());
        // What was found stays until the index of the new catalog has come
        let waits = screen.page() == Page::Search && !screen.component().global::<Search>().get_done();
        let known = if waits { &self.ids_ever } else { &self.ids };
        for (id, [_, _, width, height]) in &cards {
            assert!(known.contains(id) && *width > 0 && *height > 0, "{id} on {:?}", screen.page());
        }
        assert!(screen.item_id().is_none_or(|id| self.ids.contains(&id)));
        assert!(self.ids.is_empty() || !matches!(screen.page(), Page::Fault | Page::Setup));
        let most = screen.settings().countdown_s.value;
        assert!(screen.countdown() <= most && screen.typed() <= 20);
        let _ = (screen.scrolled(), screen.language(), screen.freshness(), screen.config_problem());
        let _ = (screen.banner(), screen.is_open(), screen.is_unlocked());
    }

    fn check(&mut self, touch: u32) {
        let screen = &self.rig.screen;
        self.pages.insert(format!("{:?}", screen.page()));
        let (held, most) = screen.picture_bytes();
        assert!(held <= most, "touch {touch}: {held} bytes of pictures, {most} allowed");
        let Some(shown) = screen.item_id().filter(|_| screen.page() == Page::Item) else { return };
        let app = screen.component();
        let room = app.global::<Theme>().get_code_size() as u32;
        let expected = self.codes.entry(shown.clone()).or_insert_with(|| {
            let url = format!("https://detail.tmall.com/item.htm?id={shown}");
            qr::draw(&url, room).unwrap().pixels
        });
        let code = app.global::<ItemDetail>().get_code().to_rgb8().expect("an item page has a code");
        let drawn: Vec<u8> = code.as_slice().iter().map(|pixel| pixel.g).collect();
        assert!(drawn == *expected, "touch {touch}: the code on the page of {shown} is another one");
        if self.read.len() < SAMPLE && self.read.insert(shown.clone()) {
            let text = zbar(code.width(), code.height(), &drawn);
            assert_eq!(text.trim(), format!("https://detail.tmall.com/item.htm?id={shown}"));
        }
    }

    /// Home is where all is: the shelf page. From any page it takes two touches at most.
    fn go_home(&mut self, touch: u32) {
        if self.ids.is_empty() {
            // Nothing leads away from an empty shelf but items
            self.put((0..ITEMS).map(sample).collect());
        }
        let mut touches = 0;
        while self.rig.screen.page() != Page::Shelf || self.rig.screen.countdown() > 0 {
            assert!(touches < 2, "touch {touch}: not home from {:?}", self.rig.screen.page());
            let home = if self.rig.screen.language() == Lang::Zh { "首页" } else { "Home" };
            if self.rig.has(home) {
                self.rig.press(home)
            } else {
                self.rig.tap()
            }
            touches += 1;
        }
    }

    fn play(mut self) {
        for touch in 1..=TOUCHES {
            self.touch();
            self.provide();
            self.ask_status();
            self.check(touch);
            if touch % TRY_HOME == 0 {
                self.go_home(touch);
            }
            if touch % 1000 == 0 {
                // Drawing must stand it, too
                self.rig.screen.window().take_snapshot().unwrap();
            }
        }
        assert_eq!(self.pages.len(), 5, "the monkey has been on {:?} only", self.pages);
        assert!(self.swaps_under_results > 20, "{} catalogs under results", self.swaps_under_results);
        assert!(self.codes.len() > 20, "{} items opened", self.codes.len());
        assert_eq!(self.read.len(), SAMPLE);
    }
}

/// What an independent decoder reads.
fn zbar(width: u32, height: u32, pixels: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::with_suffix(".pgm").unwrap();
    writeln!(file, "P5 {width} {height} 255").and_then(|()| file.write_all(pixels)).unwrap();
    let read = Command::new("zbarimg")
        .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
        .arg(file.path())
        .stderr(Stdio::null())
        .output()
        .expect("zbarimg is installed by script/test");
    String::from_utf8(read.stdout).unwrap()
}

#[test]
fn a_monkey_breaks_nothing_on_a_portrait_screen() {
    Monkey::new(PORTRAIT).play();
}

#[test]
fn a_monkey_breaks_nothing_on_a_landscape_screen() {
    Monkey::new(LANDSCAPE).play();
}

#[test]
fn a_monkey_breaks_nothing_on_the_small_panel() {
    Monkey::new(COMPACT).play();
}
