//! The pages without a display: mocked time, a clock that a test sets, pictures that a test hands
//! over, and a finger that presses what a screen reader would name.
#![allow(dead_code, reason = "each test program uses a part")]

use cloud_shelf_core::{
    clock::Clock,
    config::Config,
    domain::{
        Binding, Brand, CatalogSnapshot, CatalogSource, DeviceId, Item, ItemHost, ItemId, ItemLink, Picture,
        Price, Rgb, Sha256, StoreId,
    },
    search::Index,
    settings::Settings,
};
use cloud_shelf_screen::{IndexSource, Page, PictureKey, PictureSource, Place, Screen, Urgency};
use cloud_shelf_ui::{Ask, Entry, Network};
use i_slint_backend_testing::{
    AccessibleRole, ElementHandle, ElementQuery, TestingBackend, TestingBackendOptions,
};
use slint::{
    ComponentHandle, PhysicalSize, Rgb8Pixel, SharedPixelBuffer,
    platform::{PointerEventButton, SetPlatformError, WindowEvent},
};
use std::{
    cell::RefCell,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

pub const PORTRAIT: (u32, u32) = (1080, 1920);
pub const LANDSCAPE: (u32, u32) = (1920, 1080);
pub const COMPACT: (u32, u32) = (800, 480);
pub const SHAPES: [(u32, u32); 3] = [PORTRAIT, LANDSCAPE, COMPACT];
/// Panels of other sizes, and turned ones.
pub const ODD: [(u32, u32); 6] =
    [(1024, 600), (1280, 800), (1366, 768), (3840, 2160), (800, 1280), (600, 1024)];

/// Longer than any movement on the pages.
const MOVEMENT: Duration = Duration::from_secs(3);

pub struct Rig {
    pub screen: Rc<Screen>,
    pub asked: Rc<Asked>,
    pub indexes: Rc<AskedIndexes>,
    pub clock: Arc<SetClock>,
}

/// Remembers which pictures were asked for.
#[derive(Default)]
pub struct Asked(pub RefCell<Vec<PictureKey>>);

impl PictureSource for Asked {
    fn request(&self, key: PictureKey, _: Urgency) {
        let mut asked = self.0.borrow_mut();
        asked.retain(|other| *other != key);
        asked.push(key);
    }

    fn forget(&self, key: &PictureKey) {
        self.0.borrow_mut().retain(|other| other != key);
    }
}

/// Remembers of which catalogs an index was asked for.
#[derive(Default)]
pub struct AskedIndexes(pub RefCell<Vec<Arc<CatalogSnapshot>>>);

impl IndexSource for AskedIndexes {
    fn request(&self, catalog: Arc<CatalogSnapshot>) {
        self.0.borrow_mut().push(catalog);
    }
}

/// The time, and whether somebody has set it.
pub struct SetClock(pub AtomicI64, pub AtomicBool);

impl Clock for SetClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    fn is_set(&self) -> bool {
        self.1.load(Ordering::Relaxed)
    }
}

impl Rig {
    /// The shelf page, with these items on it.
    pub fn shelf(size: (u32, u32), items: Vec<Item>) -> Self {
        let rig = Self::new(size);
        rig.screen.set_catalog(Arc::new(catalog(1, items)));
        // An empty shelf has its card instead
        let _ = rig.screen.show(&Place::Shelf);
        rig.pass(Duration::ZERO);
        rig
    }

    pub fn new((width, height): (u32, u32)) -> Self {
        let backend = TestingBackend::new(TestingBackendOptions {
            mock_time: true,
            threading: false,
            renderer_name: Some("software".into()),
        });
        match slint::platform::set_platform(Box::new(backend)) {
            // A test before this one may have run on the same thread
            Ok(()) | Err(SetPlatformError::AlreadySet) => {}
            Err(other) => panic!("{other}"),
        }
        let (asked, clock) =
            (Rc::new(Asked::default()), Arc::new(SetClock(AtomicI64::new(0), AtomicBool::new(true))));
        let indexes = Rc::new(AskedIndexes::default());
        let screen =
            Screen::new(settings(""), asked.clone(), indexes.clone(), 14 << 20, clock.clone()).unwrap();
        screen.window().set_size(PhysicalSize::new(width, height));
        screen.show_window().unwrap();
        screen.resized();
        let rig = Self { screen, asked, indexes, clock };
        rig.pass(Duration::ZERO);
        rig
    }

    /// Lets mocked time pass: timers run, and what is due on the pages is made.
    pub fn pass(&self, time: Duration) {
        i_slint_backend_testing::mock_elapsed_time(time);
        i_slint_backend_testing::mock_elapsed_time(Duration::ZERO);
    }

    pub fn pass_seconds(&self, seconds: u64) {
        self.pass(Duration::from_secs(seconds));
    }

    /// Takes a settings file while it runs.
    pub fn set(&self, file: &str) {
        self.screen.set_settings(settings(file));
        self.pass(Duration::ZERO);
    }

    pub fn swap(&self, version: u64, items: Vec<Item>) {
        self.screen.set_catalog(Arc::new(catalog(version, items)));
        self.pass(Duration::ZERO);
    }

    /// Hands over every picture asked for, in one colour; those that `broken` names can't be made.
    pub fn deliver(&self, color: [u8; 3], broken: impl Fn(&PictureKey) -> bool) {
        let keys = self.asked.0.take();
        let [r, g, b] = color;
        let make = |key: &PictureKey| {
            let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(key.width, key.height);
            pixels.make_mut_slice().fill(Rgb8Pixel { r, g, b });
            pixels
        };
        self.screen.deliver(keys.into_iter().map(|key| (key, (!broken(&key)).then(|| make(&key)))).collect());
        self.pass(Duration::ZERO);
    }

    /// Hands over the indexes asked for.
    pub fn deliver_indexes(&self) {
        for catalog in self.indexes.0.take() {
            self.screen.set_index(Arc::new(Index::new(catalog)));
        }
        self.pass(Duration::ZERO);
    }

    /// Opens the search page from the shelf, and presses these keys.
    pub fn search(&self, keys: &str) {
        self.press(if self.screen.language() == cloud_shelf_core::domain::Lang::Zh {
            "搜索"
        } else {
            "Search"
        });
        self.deliver_indexes();
        self.type_keys(keys);
    }

    /// Presses keys; where the pad shows only letters or only digits, it is switched first.
    pub fn type_keys(&self, keys: &str) {
        for key in keys.chars().map(String::from) {
            if !self.has(&key) {
                self.press(if self.has("123") { "123" } else { "ABC" });
            }
            self.press(&key);
        }
    }

    /// What the page in sight has under this name, in the order of the page.
    pub fn all(&self, label: &str) -> Vec<ElementHandle> {
        let page = self.in_sight();
        let label = label.to_owned();
        ElementQuery::from_root(self.screen.component())
            .match_inherits(page)
            .match_descendants()
            .match_predicate(move |element| element.accessible_label().is_some_and(|other| other == label))
            .find_all()
    }

    /// The name of what is on top.
    pub fn in_sight(&self) -> &'static str {
        let window = self.screen.component();
        match self.screen.page() {
            _ if self.screen.countdown() > 0 => "IdleCard",
            _ if window.global::<Ask>().get_open() => "AskPage",
            _ if window.global::<Entry>().get_open() => "EntryPage",
            _ if window.global::<Network>().get_open() => "NetworkPage",
            Page::Attract => "AttractPage",
            Page::Shelf => "ShelfPage",
            Page::Item => "ItemPage",
            Page::Search => "SearchPage",
            Page::Closed => "ClosedPage",
            Page::Setup => "SetupPage",
            Page::Service => "ServicePage",
            Page::Fault => "FaultPage",
        }
    }

    pub fn has(&self, label: &str) -> bool {
        !self.all(label).is_empty()
    }

    pub fn the(&self, label: &str) -> ElementHandle {
        let found = self.all(label);
        found.into_iter().next().unwrap_or_else(|| panic!("{:?} has no {label:?}", self.screen.page()))
    }

    /// The button of this name; the words on it have the same.
    pub fn button(&self, label: &str) -> ElementHandle {
        let is_button = |element: &ElementHandle| element.accessible_role() == Some(AccessibleRole::Button);
        let found = self.all(label).into_iter().find(is_button);
        found.unwrap_or_else(|| panic!("{:?} has no button {label:?}", self.screen.page()))
    }

    /// A finger on the middle of a button.
    pub fn press(&self, label: &str) {
        let element = self.button(label);
        let [left, top, right, bottom] = place(&element);
        let (x, y) = ((left + right) / 2.0, (top + bottom) / 2.0);
        let size = self.screen.window().size();
        assert!(
            x > 0.0 && y > 0.0 && x < size.width as f32 && y < size.height as f32,
            "{label:?} is out of reach at {x}, {y}"
        );
        element.mock_single_click(PointerEventButton::Left);
        self.lift();
    }

    /// A finger that has left is nowhere any more.
    pub fn lift(&self) {
        self.screen.window().dispatch_event(WindowEvent::PointerExited);
        self.pass(Duration::ZERO);
    }

    /// A finger somewhere on the page.
    pub fn tap(&self) {
        let position = slint::LogicalPosition::new(10.0, 10.0);
        let button = PointerEventButton::Left;
        for event in [
            WindowEvent::PointerPressed { position, button },
            WindowEvent::PointerReleased { position, button },
        ] {
            self.screen.window().dispatch_event(event);
        }
        self.lift();
    }

    /// Turns the wheel over what has this name, and waits until the page is at rest.
    pub fn scroll(&self, label: &str, pixels: f32) {
        self.the(label).scroll(0.0, -pixels);
        // A wheel touches nothing
        self.screen.window().dispatch_event(WindowEvent::PointerExited);
        self.pass(MOVEMENT);
    }

    /// The ids of the cards in sight.
    pub fn cards(&self) -> Vec<String> {
        self.screen.cards_in_sight().into_iter().map(|(id, _)| id).collect()
    }
}

/// Left, top, right, bottom.
pub fn place(element: &ElementHandle) -> [f32; 4] {
    let (at, size) = (element.absolute_position(), element.size());
    [at.x, at.y, at.x + size.width, at.y + size.height]
}

/// What is in effect with this settings file.
pub fn settings(file: &str) -> Settings {
    let mut config = Config::parse(file).unwrap();
    config.support.phone.get_or_insert_with(|| "400-000-0000".into());
    Settings::for_unit(&config, None, Some(&catalog(1, vec![])), None)
}

pub fn binding() -> Binding {
    Binding {
        brand: "檐汀".into(),
        store: StoreId::parse("123456789").unwrap(),
        device: DeviceId::parse("0A1B2C3D4E").unwrap(),
    }
}

pub const CATEGORIES: [&str; 2] = ["茶器", "香氛"];

pub fn catalog(version: u64, items: Vec<Item>) -> CatalogSnapshot {
    CatalogSnapshot {
        version,
        source: CatalogSource::Import,
        taken_at: 0,
        brand: Brand { name: "檐汀".into(), ..Brand::default() },
        categories: CATEGORIES.map(str::to_owned).to_vec(),
        items,
    }
}

/// Item so and so: no picture, a price, and every other one in the second category.
pub fn item(number: u16) -> Item {
    Item {
        link: ItemLink { host: ItemHost::Tmall, item: ItemId::parse(&id(number)).unwrap(), sku: None },
        title: title(number),
        price: Some(Price::from_fen(19_900).unwrap()),
        sale_price: None,
        selling_points: vec!["薄胎透光".into()],
        category: Some(number % 2),
        pictures: vec![],
        barcode: None,
        listed_from: None,
        listed_until: None,
    }
}

pub fn items(count: u16) -> Vec<Item> {
    (0..count).map(item).collect()
}

pub fn with_picture(mut item: Item) -> Item {
    let object = Sha256::digest(item.title.as_bytes());
    item.pictures = vec![Picture { object, width: 900, height: 900, color: Rgb(0x80, 0x90, 0xA0) }];
    item
}

pub fn id(number: u16) -> String {
    (600_000_000_000 + u64::from(number)).to_string()
}

pub fn title(number: u16) -> String {
    format!("手作样品第{number}号")
}
