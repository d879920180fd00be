//! Where the screen is, and how it gets elsewhere: applies the effects with which the pages answer, keeps
//! their alarms, and knows when a shopper has left.

mod news;
mod routes;
mod timers;

pub use routes::Place;

use crate::{
    desk::{Desk, Order, Watched},
    effect::{Alarm, Effect},
    idle::{Idle, Patience, Step},
    listing::Listing,
    observer::Visit,
    pages::{
        AskSheet, AttractPage, Banner, ClosedPage, EntrySheet, FaultCard, IndexSource, ItemPage,
        NetworkSheet, News, Pages, SearchPage, ServicePage, SetupPage, ShelfPage,
    },
    panel::{PanelCare, next_drift},
    pictures::{PictureSource, Pictures},
    theme,
};
use cloud_shelf_core::{
    clock::Clock,
    domain::{Brand, CatalogSnapshot, CatalogSource, Lang, Message},
    settings::Settings,
};
use cloud_shelf_ui::{AppWindow, Navigation as Adapter, Page};
use std::{cell::RefCell, rc::Rc, sync::Arc, time::Duration};
use timers::Timers;

/// How long the result of an order is shown.
const NEWS: Duration = Duration::from_secs(20);

/// What a screen needs of the rest of the program.
pub struct Supplies {
    pub pictures: Rc<dyn PictureSource>,
    pub indexes: Rc<dyn IndexSource>,
    /// Ceiling of the decoded pictures held, in a window of the design's size
    pub picture_bytes: usize,
    pub clock: Arc<dyn Clock>,
}

pub struct Navigation {
    pub pages: Pages,
    pub attract: AttractPage,
    pub shelf: ShelfPage,
    pub item: ItemPage,
    pub search: SearchPage,
    pub closed: ClosedPage,
    pub fault: FaultCard,
    pub setup: SetupPage,
    pub service: ServicePage,
    pub network: NetworkSheet,
    pub entry: EntrySheet,
    pub ask: AskSheet,
    pub news: News,
    page: Page,
    /// Where Back leads from an item's page: the shelf, or what was searched for
    way_back: Page,
    idle: Idle,
    pub visit: Visit,
    panel: PanelCare,
    desk: Option<Rc<dyn Desk>>,
    /// What is watched by the desk
    watched: Watched,
    timers: Timers,
}

impl Navigation {
    /// `ring` is called once the time of an alarm has come.
    pub fn new(window: AppWindow, settings: Settings, supplies: Supplies, ring: Box<dyn Fn(Alarm)>) -> Self {
        let idle = Idle::new(Patience::from(&settings));
        let pages = Pages {
            window,
            language: Lang::Zh,
            settings: Rc::new(settings),
            catalog: Listing::none(Arc::new(no_catalog())),
            clock: supplies.clock,
            pictures: RefCell::new(Pictures::new(supplies.pictures, supplies.picture_bytes)),
        };
        let mut navigation = Self {
            attract: AttractPage::default(),
            shelf: ShelfPage::new(&pages),
            item: ItemPage::new(&pages),
            search: SearchPage::new(&pages, supplies.indexes),
            closed: ClosedPage::new(&pages),
            fault: FaultCard::default(),
            setup: SetupPage::default(),
            service: ServicePage::new(&pages),
            network: NetworkSheet::default(),
            entry: EntrySheet::default(),
            ask: AskSheet::default(),
            news: News::default(),
            page: pages.global::<Adapter>().get_page(),
            way_back: Page::Shelf,
            idle,
            visit: Visit::default(),
            panel: PanelCare::default(),
            desk: None,
            watched: Watched::default(),
            timers: Timers::new(ring),
            pages,
        };
        navigation.forget_search();
        // What the pages have in them for previews is no unit's own
        navigation.set_binding(None);
        navigation.set_language(navigation.pages.first_language());
        navigation.show_settings();
        navigation
    }

    pub const fn page(&self) -> Page {
        self.page
    }

    /// Carries out what pages have answered.
    pub fn apply(&mut self, effects: impl IntoIterator<Item = Effect>) {
        effects.into_iter().for_each(|effect| self.apply_one(effect));
    }

    fn apply_one(&mut self, effect: Effect) {
        match effect {
            Effect::Touched => self.wait_for_shopper(),
            Effect::Wake => self.wake(),
            Effect::GoBack => self.go_back(),
            Effect::GoHome => self.enter_shelf(true),
            Effect::OpenSearch => self.enter_search(),
            Effect::OpenItem(item) => self.open_touched_item(item),
            Effect::OpenCategory(category) => {
                let effects = self.shelf.choose_category(&self.pages, category);
                self.apply(effects);
                self.enter_shelf(true);
            }
            Effect::Knock => {
                if let Err(words) = self.enter_service() {
                    self.tell(words, None);
                }
            }
            Effect::Unlock => self.unlock(),
            Effect::OpenSetup => self.enter_setup(),
            Effect::LeaveService => self.leave_service(),
            Effect::OpenPanelTest(test) => self.enter_panel_test(test),
            Effect::OpenNetwork => {
                let effects = self.network.open(&self.pages);
                self.apply(effects);
            }
            Effect::SheetClosed => {
                self.watch(if self.page == Page::Setup { Watched::Setup } else { Watched::Service });
            }
            Effect::AskFor(purpose, text) => {
                let effect = self.entry.ask_for(&self.pages, purpose, text);
                self.apply_one(effect);
            }
            Effect::BindingTyped(step, text) => {
                let effects = self.setup.take_typed(step, text);
                self.apply(effects);
            }
            Effect::NetworkTyped(step, text) => {
                let effects = self.network.take_typed(step, text);
                self.apply(effects);
            }
            Effect::Ask(question) => {
                let effects = self.ask.ask(&self.pages, question);
                self.apply(effects);
            }
            Effect::Tell(words) => self.tell(words, None),
            Effect::NewsRead => {
                let effect = self.news.clear_read_banner(&self.pages);
                self.apply(effect);
            }
            Effect::Order(order) => self.order(order),
            Effect::Watch(watched) => self.watch(watched),
            Effect::PicturesDue => self.fill_pictures(),
            Effect::Scrolled => {
                self.drop_stale_requests();
                self.fill_pictures();
            }
            Effect::SearchAgain => self.search_again(),
            Effect::SearchMissed => self.visit.search_empty(),
            Effect::ChooseNextLanguage => {
                self.set_language(self.pages.next_language());
                self.visit.language_chosen(self.pages.language);
            }
            Effect::ToggleAid(aid) => {
                theme::toggle_aid(&self.pages.window, aid);
                self.renew_look();
            }
            Effect::Drift => self.drift(),
            Effect::Resized => self.take_size(),
            Effect::Start(alarm, wait) => self.timers.start(alarm, wait),
            Effect::Stop(alarm) => self.timers.stop(alarm),
        }
    }

    /// The time of an alarm has come.
    pub fn ring(&mut self, alarm: Alarm) {
        match alarm {
            Alarm::Idle => {
                let step = self.idle.elapsed();
                self.take_step(step);
            }
            Alarm::Slide => {
                self.attract.advance(&self.pages);
                self.fill_pictures();
            }
            Alarm::Listing => self.renew_listing(self.pages.catalog.snapshot().clone()),
            Alarm::Drift => self.drift(),
            Alarm::PanelOff => self.panel.switch(false),
            Alarm::Hours => self.check_hours(),
            Alarm::HoursShown => {
                let effect = self.closed.hide_hours(&self.pages);
                self.apply_one(effect);
            }
            Alarm::Banner => self.set_banner(None, None),
            Alarm::PinWait => {
                let effects = self.entry.count_down(&self.pages);
                self.apply(effects);
            }
            Alarm::Question => {
                let effects = self.ask.count_down(&self.pages);
                self.apply(effects);
            }
        }
    }

    /// Whether somebody is at work on the unit, who is not to be sent away by news.
    fn is_served(&self) -> bool {
        self.page == Page::Service || self.page == Page::Setup && self.setup.is_in_use()
    }

    fn order(&self, order: Order) {
        if let Some(desk) = &self.desk {
            desk.order(order);
        }
    }

    /// Tells the desk what is in sight.
    fn watch(&mut self, watched: Watched) {
        if self.watched != watched {
            self.watched = watched;
            self.order(Order::Watch(watched));
        }
    }

    /// Says what came of something, over whatever page it is.
    pub fn tell(&mut self, title: Message, detail: Option<Message>) {
        self.set_banner(Some(Banner { title, detail, done: None }), Some(NEWS));
    }

    pub fn set_banner(&mut self, banner: Option<Banner>, time: Option<Duration>) {
        let effect = self.news.set_banner(&self.pages, banner, time);
        self.apply_one(effect);
    }

    fn drift(&mut self) {
        self.panel.drift(&self.pages);
        self.apply_one(next_drift(self.page));
    }

    /// Does what the idle clock says.
    fn take_step(&mut self, step: Step) {
        let left = if let Step::Countdown(left) = step { left as i32 } else { 0 };
        self.pages.global::<Adapter>().set_countdown(left);
        match step {
            Step::Wait(wait) => self.timers.start(Alarm::Idle, wait),
            Step::Countdown(_) => self.timers.start(Alarm::Idle, Duration::from_secs(1)),
            Step::Rest => self.timers.stop(Alarm::Idle),
            Step::Leave if self.is_served() => self.leave_service(),
            Step::Leave => self.enter_attract(),
        }
    }

    /// Puts the pictures that are there where they are due, and asks for the others.
    fn fill_pictures(&mut self) {
        let pages = &self.pages;
        theme::fill_marks(&pages.window, &pages.brand(), &mut pages.pictures.borrow_mut());
        match self.page {
            Page::Shelf => self.shelf.fill(pages),
            Page::Search => self.search.fill(pages),
            Page::Item => self.item.fill(pages),
            Page::Attract => {
                let effects = self.attract.fill(pages);
                self.apply(effects);
            }
            Page::Fault | Page::Setup | Page::Service | Page::Closed => {}
        }
    }

    /// Lets go of requests that the page in sight has no use for.
    fn drop_stale_requests(&self) {
        let pages = &self.pages;
        let wanted = match self.page {
            Page::Shelf => self.shelf.keys_in_reach(pages),
            Page::Search => self.search.keys_in_reach(pages),
            Page::Item => self.item.keys(pages),
            Page::Attract => self.attract.key(pages).into_iter().collect(),
            Page::Fault | Page::Setup | Page::Service | Page::Closed => vec![],
        };
        pages.pictures.borrow_mut().retain_pending(|key| key.mark || wanted.contains(key));
    }

    /// Seconds left in "still looking?"; 0 when it is not asked.
    pub fn countdown(&self) -> u32 {
        self.pages.global::<Adapter>().get_countdown().max(0) as u32
    }

    /// How far the cards of the page are scrolled, in physical pixels.
    pub fn scrolled(&self) -> u32 {
        let pages = &self.pages;
        let offset =
            if self.page == Page::Search { self.search.offset(pages) } else { self.shelf.offset(pages) };
        pages.pixels(-offset.min(0.0))
    }

    /// Cards in sight that still wait for their picture.
    pub fn cards_waiting(&self) -> usize {
        match self.page {
            Page::Shelf => self.shelf.count_waiting(&self.pages),
            Page::Search => self.search.count_waiting(&self.pages),
            _ => 0,
        }
    }

    /// The cards in sight, on the shelf page and among what was found: item id, and left, top, width,
    /// height in physical pixels.
    pub fn cards_in_sight(&self) -> Vec<(String, [i32; 4])> {
        match self.page {
            Page::Shelf => self.shelf.cards_in_sight(&self.pages),
            Page::Search => self.search.cards_in_sight(&self.pages),
            _ => vec![],
        }
    }
}

/// What a shelf shows before it has a catalog.
fn no_catalog() -> CatalogSnapshot {
    CatalogSnapshot {
        version: 0,
        source: CatalogSource::Import,
        taken_at: 0,
        brand: Brand::default(),
        categories: vec![],
        items: vec![],
    }
}
