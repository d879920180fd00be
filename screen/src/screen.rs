//! The one window: its pages, what it shows, and what reaches it from the rest of the program.

use super::{
    ask::AskSheet,
    attract::Attract,
    banner::Banners,
    brand,
    closed::{CLOCK_LOOK, ClosedPage},
    entry::EntrySheet,
    freshness::Freshness,
    idle::Idle,
    item::ItemPage,
    network::NetworkSheet,
    observer::{Observer, Watch},
    pictures::{Fetched, PictureKey, PictureSource, Pictures},
    search::{IndexSource, SearchPage},
    service::ServicePage,
    settings::patience,
    setup::SetupPage,
    shelf::Shelf,
};
use cloud_shelf_core::{
    clock::Clock,
    domain::{Binding, Brand, CatalogSnapshot, CatalogSource, Lang, Message},
    settings::Settings,
};
use cloud_shelf_ui::{AppWindow, Fault, Navigation, Page, Search as SearchAdapter, Shelf as ShelfAdapter};
use slint::{ComponentHandle, Timer};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

/// What the fault card says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub title: Message,
    pub detail: Message,
    pub remedy: Message,
}

/// A page that can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Attract,
    Shelf,
    Search,
    /// By item id
    Item(String),
    /// As far as its PIN
    Service,
    /// Without a PIN: there is nothing in it but circles, and the shelf behind it
    TouchTest,
    ColorTest,
}

/// The screen's state; lives on the UI thread.
pub struct Screen {
    pub(super) window: AppWindow,
    pub(super) settings: RefCell<Rc<Settings>>,
    pub(super) config_problem: RefCell<Option<Message>>,
    pub(super) catalog: RefCell<Arc<CatalogSnapshot>>,
    pub(super) notice: RefCell<Option<Notice>>,
    pub(super) shelf: RefCell<Shelf>,
    pub(super) item: RefCell<ItemPage>,
    pub(super) search: RefCell<SearchPage>,
    pub(super) attract: RefCell<Attract>,
    pub(super) closed: ClosedPage,
    pub(super) banners: Banners,
    pub(super) freshness: RefCell<Freshness>,
    pub(super) bound: Cell<bool>,
    pub(super) service: ServicePage,
    pub(super) setup: SetupPage,
    pub(super) network: NetworkSheet,
    pub(super) entry: RefCell<EntrySheet>,
    pub(super) asking: RefCell<AskSheet>,
    pub(super) pictures: RefCell<Pictures>,
    pub(super) idle: RefCell<Idle>,
    pub(super) watch: RefCell<Watch>,
    pub(super) idle_timer: Timer,
    pub(super) slide_timer: Timer,
    pub(super) listing_timer: Timer,
    pub(super) drift_timer: Timer,
    pub(super) drift_step: Cell<u32>,
    /// The attract page has not shown a slide since it was opened
    pub(super) attract_fresh: Cell<bool>,
    /// Where Back leads from an item's page: the shelf, or what was searched for
    pub(super) way_back: Cell<Page>,
    pub(super) language: Cell<Lang>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Screen {
    /// `picture_bytes` is the ceiling of the decoded pictures held, in a window of the design's size.
    pub fn new(
        settings: Settings,
        source: Rc<dyn PictureSource>,
        indexes: Rc<dyn IndexSource>,
        picture_bytes: usize,
        clock: Arc<dyn Clock>,
    ) -> Result<Rc<Self>, slint::PlatformError> {
        let window = AppWindow::new()?;
        let screen = Rc::new(Self {
            shelf: RefCell::new(Shelf::new(&window)),
            item: RefCell::new(ItemPage::new(&window)),
            search: RefCell::new(SearchPage::new(&window, indexes)),
            attract: RefCell::default(),
            closed: ClosedPage::new(&window),
            banners: Banners::default(),
            freshness: RefCell::default(),
            bound: Cell::default(),
            service: ServicePage::default(),
            setup: SetupPage::default(),
            network: NetworkSheet::default(),
            entry: RefCell::default(),
            asking: RefCell::default(),
            pictures: RefCell::new(Pictures::new(source, picture_bytes)),
            idle: RefCell::new(Idle::new(patience(&settings))),
            catalog: RefCell::new(Arc::new(nothing())),
            notice: RefCell::default(),
            watch: RefCell::default(),
            idle_timer: Timer::default(),
            slide_timer: Timer::default(),
            listing_timer: Timer::default(),
            drift_timer: Timer::default(),
            drift_step: Cell::default(),
            attract_fresh: Cell::new(true),
            way_back: Cell::new(Page::Shelf),
            language: Cell::new(Lang::Zh),
            clock,
            settings: RefCell::new(Rc::new(settings)),
            config_problem: RefCell::default(),
            window,
        });
        screen.connect();
        screen.connect_search();
        screen.connect_assist();
        screen.connect_service();
        screen.connect_setup();
        screen.connect_network();
        screen.connect_entry();
        screen.connect_ask();
        screen.forget_search();
        // What the pages have in them for previews is no unit's own
        screen.set_identity(None);
        screen.set_language(screen.first_language());
        screen.put_settings();
        Ok(screen)
    }

    pub fn window(&self) -> &slint::Window {
        self.window.window()
    }

    /// Whom to tell what shoppers do.
    pub fn set_observer(&self, observer: Rc<dyn Observer>) {
        self.watch.borrow_mut().set_observer(observer);
    }

    /// The window's pages, in which tests find what they press.
    pub fn component(&self) -> &AppWindow {
        &self.window
    }

    pub fn show_window(&self) -> Result<(), slint::PlatformError> {
        self.window.show()
    }

    pub fn language(&self) -> Lang {
        self.language.get()
    }

    pub fn catalog_version(&self) -> u64 {
        self.catalog.borrow().version
    }

    /// Bytes of pictures held, and their ceiling.
    pub fn picture_bytes(&self) -> (usize, usize) {
        self.pictures.borrow().bytes()
    }

    pub fn page(&self) -> Page {
        self.window.global::<Navigation>().get_page()
    }

    /// Seconds left in "still looking?"; 0 when it is not asked.
    pub fn countdown(&self) -> u32 {
        self.window.global::<Navigation>().get_countdown().max(0) as u32
    }

    /// Id of the item on the item page.
    pub fn item_id(&self) -> Option<String> {
        let shown = self.page() == Page::Item;
        self.item.borrow().link().filter(|_| shown).map(|link| link.item.to_string())
    }

    /// How far the cards of the page are scrolled, in physical pixels.
    pub fn scrolled(&self) -> u32 {
        let offset = if self.page() == Page::Search {
            self.window.global::<SearchAdapter>().get_offset()
        } else {
            self.window.global::<ShelfAdapter>().get_offset()
        };
        (-offset.min(0.0) * self.window().scale_factor()).round() as u32
    }

    /// Cards in sight that still wait for their picture.
    pub fn cards_waiting(&self) -> usize {
        match self.page() {
            Page::Shelf => self.shelf.borrow().waiting(&self.window),
            Page::Search => self.search.borrow().waiting(&self.window),
            _ => 0,
        }
    }

    /// The cards in sight, on the shelf page and among what was found: item id, and left, top, width,
    /// height in pixels.
    pub fn cards_in_sight(&self) -> Vec<(String, [i32; 4])> {
        let cards = match self.page() {
            Page::Shelf => self.shelf.borrow().in_sight(&self.window),
            Page::Search => self.search.borrow().in_sight(&self.window),
            _ => vec![],
        };
        let catalog = self.catalog.borrow();
        cards.into_iter().map(|(index, at)| (catalog.items[index].link.item.to_string(), at)).collect()
    }

    /// Takes the window's size: at the start, and whenever it changes.
    pub fn resized(&self) {
        self.measure_panel();
        let size = self.window().size();
        self.pictures.borrow_mut().fit_window(size.width, size.height);
        self.shelf.borrow_mut().measure(&self.window);
        self.measure_search();
        let catalog = self.catalog.borrow().clone();
        self.relist(&catalog);
    }

    /// Puts another version of the catalog on the pages; what a shopper looks at stays where it is.
    pub fn set_catalog(&self, catalog: Arc<CatalogSnapshot>) {
        let old = self.catalog.replace(catalog);
        self.pictures.borrow_mut().forget_broken();
        self.relist(&old);
    }

    /// Works out what is listed at this time of day, and again when that changes.
    pub(super) fn relist(&self, old: &CatalogSnapshot) {
        let catalog = self.catalog.borrow().clone();
        let mut now = self.clock.now();
        if !self.clock.is_set() {
            // It is certainly later than when these items came
            now = now.max(catalog.taken_at);
        }
        self.shelf.borrow_mut().set_catalog(&self.window, old, &catalog, now);
        let next = catalog
            .items
            .iter()
            .flat_map(|item| [item.listed_from, item.listed_until])
            .flatten()
            .filter(|&time| time > now)
            .min();
        match next {
            Some(time) => {
                let wait = Duration::from_secs(now.abs_diff(time).max(1)).min(CLOCK_LOOK);
                self.later(&self.listing_timer, wait, |screen| {
                    let catalog = screen.catalog.borrow().clone();
                    screen.relist(&catalog);
                });
            }
            None => self.listing_timer.stop(),
        }
        self.say_setup();
        self.reopen();
        self.search_again();
        self.refill();
    }

    /// Which unit this is, for those who set it up or repair it.
    pub fn set_identity(&self, binding: Option<&Binding>) {
        self.bound.set(binding.is_some());
        self.say_setup();
        self.say_facts();
        let fault = self.window.global::<Fault>();
        fault.set_device(binding.map(|b| b.device.as_str().into()).unwrap_or_default());
        fault.set_store(binding.map(|b| b.store.as_str().into()).unwrap_or_default());
        if matches!(self.page(), Page::Fault | Page::Setup) {
            self.reopen();
        }
    }

    /// Says what is wrong, or that nothing is.
    pub fn set_notice(&self, notice: Option<Notice>) {
        if self.notice.replace(notice.clone()) == notice {
            return;
        }
        self.reopen();
        self.refill();
    }

    /// Takes finished pictures in, and shows those that are waited for.
    pub fn deliver(&self, finished: Vec<(PictureKey, Fetched)>) {
        for (key, fetched) in finished {
            self.pictures.borrow_mut().deliver(key, fetched);
        }
        self.refill();
    }

    /// Pictures that could not be made may be made now.
    pub fn retry_pictures(&self) {
        self.pictures.borrow_mut().forget_broken();
        self.refill();
    }

    /// Puts the pictures that are there where they are due, and asks for the others.
    pub(super) fn refill(&self) {
        let catalog = self.catalog.borrow().clone();
        let mut pictures = self.pictures.borrow_mut();
        brand::fill(&self.window, &self.brand(), &mut pictures);
        match self.page() {
            Page::Shelf => self.shelf.borrow().fill(&self.window, &catalog, &mut pictures),
            Page::Search => self.search.borrow().fill(&self.window, &catalog, &mut pictures),
            Page::Item => self.item.borrow().fill(&self.window, &catalog, &mut pictures),
            Page::Attract => {
                let first = self.attract_fresh.get();
                if self.attract.borrow_mut().fill(&self.window, &catalog, &mut pictures, first) {
                    self.attract_fresh.set(false);
                    if !first {
                        self.drift();
                    }
                    self.next_slide_later();
                }
            }
            Page::Fault | Page::Setup | Page::Service | Page::Closed => {}
        }
    }

    /// Lets go of requests that the page in sight has no use for.
    pub(super) fn drop_stale_requests(&self) {
        let catalog = self.catalog.borrow().clone();
        let wanted = match self.page() {
            Page::Shelf => self.shelf.borrow().keys_in_reach(&self.window, &catalog),
            Page::Search => self.search.borrow().keys_in_reach(&self.window, &catalog),
            Page::Item => self.item.borrow().keys(&self.window, &catalog),
            Page::Attract => self.attract.borrow().key(&self.window, &catalog).into_iter().collect(),
            Page::Fault | Page::Setup | Page::Service | Page::Closed => vec![],
        };
        self.pictures.borrow_mut().retain_pending(|key| key.mark || wanted.contains(key));
    }
}

/// What a shelf shows before it has a catalog.
fn nothing() -> CatalogSnapshot {
    CatalogSnapshot {
        version: 0,
        source: CatalogSource::Import,
        taken_at: 0,
        brand: Brand::default(),
        categories: vec![],
        items: vec![],
    }
}
