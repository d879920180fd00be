//! The one window, as the rest of the program knows it: it hands on what happens, and tells what it shows.

use crate::{
    desk::{Desk, FactGroup, NetworkFacts, PanelFacts, PinAnswer, SetupFacts},
    effect::Alarm,
    navigation::{Navigation, Place, Supplies},
    observer::Observer,
    pages::{Banner, Freshness, IndexSource, Notice},
    panel::PanelSwitch,
    pictures::{Fetched, PictureKey, PictureSource},
    touches,
};
use cloud_shelf_core::{
    clock::Clock,
    domain::{Binding, CatalogSnapshot, Lang, Message},
    search::Index,
    settings::Settings,
};
use cloud_shelf_ui::{AppWindow, Page};
use slint::ComponentHandle;
use std::{
    cell::RefCell,
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};

thread_local! {
    /// The screen that events from other threads are for.
    static SCREEN: RefCell<Weak<Screen>> = const { RefCell::new(Weak::new()) };
}

/// Does something with the screen, from an event that has come to the UI thread.
pub fn with_screen(action: impl FnOnce(&Screen)) {
    if let Some(screen) = SCREEN.with_borrow(Weak::upgrade) {
        action(&screen);
    }
}

/// The screen's state; lives on the UI thread.
pub struct Screen {
    window: AppWindow,
    navigation: RefCell<Navigation>,
}

impl Screen {
    /// `picture_bytes` is the ceiling of the decoded pictures held, in a window of the design's size.
    pub fn new(
        settings: Settings,
        pictures: Rc<dyn PictureSource>,
        indexes: Rc<dyn IndexSource>,
        picture_bytes: usize,
        clock: Arc<dyn Clock>,
    ) -> Result<Rc<Self>, slint::PlatformError> {
        let window = AppWindow::new()?;
        let supplies = Supplies { pictures, indexes, picture_bytes, clock };
        let screen = Rc::new_cyclic(|screen: &Weak<Self>| {
            let screen = screen.clone();
            let ring = move |alarm: Alarm| {
                if let Some(screen) = screen.upgrade() {
                    screen.navigation.borrow_mut().ring(alarm);
                }
            };
            let navigation = Navigation::new(window.clone_strong(), settings, supplies, Box::new(ring));
            Self { window, navigation: RefCell::new(navigation) }
        });
        let (window, touched) = (screen.window.clone_strong(), Rc::downgrade(&screen));
        touches::connect(&window, move |touch| {
            if let Some(screen) = touched.upgrade() {
                let mut navigation = screen.navigation.borrow_mut();
                let effects = touch(&mut navigation);
                navigation.apply(effects);
            }
        });
        SCREEN.set(Rc::downgrade(&screen));
        Ok(screen)
    }

    pub fn window(&self) -> &slint::Window {
        self.window.window()
    }

    /// The window's pages, in which tests find what they press.
    pub fn component(&self) -> &AppWindow {
        &self.window
    }

    pub fn show_window(&self) -> Result<(), slint::PlatformError> {
        self.window.show()
    }

    /// Goes where somebody outside the screen wants it to be.
    pub fn show(&self, place: &Place) -> Result<(), Message> {
        self.navigation.borrow_mut().show(place)
    }

    /// Takes the window's size: at the start, and whenever it changes.
    pub fn resized(&self) {
        self.navigation.borrow_mut().take_size();
    }

    /// Takes other settings. Whoever stands before the screen keeps the page and the language as
    /// far as they are still there.
    pub fn set_settings(&self, settings: Settings) {
        self.navigation.borrow_mut().set_settings(settings);
    }

    /// What is wrong with the unit's settings file, or that nothing is.
    pub fn set_config_problem(&self, problem: Option<Message>) {
        let navigation = &mut *self.navigation.borrow_mut();
        navigation.service.set_config_problem(&navigation.pages, problem);
    }

    /// Puts another version of the catalog on the pages; what a shopper looks at stays where it is.
    pub fn set_catalog(&self, catalog: Arc<CatalogSnapshot>) {
        self.navigation.borrow_mut().set_catalog(catalog);
    }

    /// The index of a catalog has been made.
    pub fn set_index(&self, index: Arc<Index>) {
        let navigation = &mut *self.navigation.borrow_mut();
        let effects = navigation.search.set_index(&navigation.pages, index);
        navigation.apply(effects);
    }

    /// Takes finished pictures in, and shows those that are waited for.
    pub fn deliver(&self, finished: Vec<(PictureKey, Fetched)>) {
        self.navigation.borrow_mut().deliver(finished);
    }

    /// Pictures that could not be made may be made now.
    pub fn retry_pictures(&self) {
        self.navigation.borrow_mut().retry_pictures();
    }

    /// Which unit this is, for those who set it up or repair it.
    pub fn set_identity(&self, binding: Option<&Binding>) {
        self.navigation.borrow_mut().set_binding(binding);
    }

    /// Says what is wrong, or that nothing is.
    pub fn set_notice(&self, notice: Option<Notice>) {
        self.navigation.borrow_mut().set_notice(notice);
    }

    /// Marks what is shown as old, or as what it should be.
    pub fn set_freshness(&self, freshness: Freshness) {
        let navigation = &mut *self.navigation.borrow_mut();
        navigation.news.set_freshness(&navigation.pages, freshness);
    }

    /// Shows a banner, until a touch on it, the next one, or this time; `None` takes it away.
    pub fn set_banner(&self, banner: Option<Banner>, time: Option<Duration>) {
        self.navigation.borrow_mut().set_banner(banner, time);
    }

    /// Says what came of something, over whatever page it is.
    pub fn tell(&self, title: Message, detail: Option<Message>) {
        self.navigation.borrow_mut().tell(title, detail);
    }

    /// How the panel is switched, on a unit that can.
    pub fn set_panel(&self, switch: PanelSwitch) {
        self.navigation.borrow_mut().set_panel_switch(switch);
    }

    /// Whom to tell what shoppers do.
    pub fn set_observer(&self, observer: Rc<dyn Observer>) {
        self.navigation.borrow_mut().visit.set_observer(observer);
    }

    /// Who carries out what the pages for staff ask.
    pub fn set_desk(&self, desk: Rc<dyn Desk>) {
        self.navigation.borrow_mut().set_desk(desk);
    }

    /// Whether the service page has a PIN.
    pub fn set_pin(&self, set: bool) {
        self.navigation.borrow_mut().set_pin(set);
    }

    /// What came of the PIN that was typed.
    pub fn pin_tried(&self, answer: PinAnswer) {
        let navigation = &mut *self.navigation.borrow_mut();
        let effects = navigation.entry.take_pin_answer(&navigation.pages, answer);
        navigation.apply(effects);
    }

    /// This unit was bound on the screen: the PIN is what comes next.
    pub fn bound_by_hand(&self) {
        self.navigation.borrow_mut().take_binding_by_hand();
    }

    pub fn set_facts(&self, facts: Vec<FactGroup>) {
        let navigation = &mut *self.navigation.borrow_mut();
        navigation.service.set_facts(&navigation.pages, facts);
    }

    pub fn set_panel_facts(&self, panel: PanelFacts) {
        let navigation = &mut *self.navigation.borrow_mut();
        navigation.service.set_panel_facts(&navigation.pages, panel);
    }

    /// How the unit is set up, as far as the desk knows.
    pub fn set_setup_facts(&self, facts: SetupFacts) {
        let navigation = &mut *self.navigation.borrow_mut();
        navigation.setup.set_facts(&navigation.pages, facts);
    }

    pub fn set_network_facts(&self, facts: NetworkFacts) {
        let navigation = &mut *self.navigation.borrow_mut();
        navigation.network.set_facts(&navigation.pages, facts);
    }

    pub fn set_logs(&self, lines: Vec<String>) {
        let navigation = self.navigation.borrow();
        navigation.service.set_log(&navigation.pages, &lines);
    }

    pub fn set_syncing(&self, syncing: bool) {
        let navigation = self.navigation.borrow();
        navigation.service.set_syncing(&navigation.pages, syncing);
    }

    /// Whether this program may restart the machine.
    pub fn set_can_restart_unit(&self, can: bool) {
        let navigation = self.navigation.borrow();
        navigation.service.set_can_restart_unit(&navigation.pages, can);
    }

    pub fn page(&self) -> Page {
        self.navigation.borrow().page()
    }

    pub fn language(&self) -> Lang {
        self.navigation.borrow().pages.language
    }

    /// The settings in effect.
    pub fn settings(&self) -> Rc<Settings> {
        self.navigation.borrow().pages.settings.clone()
    }

    pub fn config_problem(&self) -> Option<Message> {
        self.navigation.borrow().service.config_problem().cloned()
    }

    pub fn catalog_version(&self) -> u64 {
        self.navigation.borrow().pages.catalog.snapshot().version
    }

    /// Bytes of pictures held, and their ceiling.
    pub fn picture_bytes(&self) -> (usize, usize) {
        self.navigation.borrow().pages.pictures.borrow().bytes()
    }

    /// Seconds left in "still looking?"; 0 when it is not asked.
    pub fn countdown(&self) -> u32 {
        self.navigation.borrow().countdown()
    }

    /// Id of the item on the item page.
    pub fn item_id(&self) -> Option<String> {
        let navigation = self.navigation.borrow();
        let link = navigation.item.link().filter(|_| navigation.page() == Page::Item);
        link.map(|link| link.item.to_string())
    }

    /// How far the cards of the page are scrolled, in physical pixels.
    pub fn scrolled(&self) -> u32 {
        self.navigation.borrow().scrolled()
    }

    /// Cards in sight that still wait for their picture.
    pub fn cards_waiting(&self) -> usize {
        self.navigation.borrow().cards_waiting()
    }

    /// The cards in sight, on the shelf page and among what was found: item id, and left, top, width,
    /// height in pixels.
    pub fn cards_in_sight(&self) -> Vec<(String, [i32; 4])> {
        self.navigation.borrow().cards_in_sight()
    }

    /// How many characters of a query are typed.
    pub fn typed(&self) -> usize {
        self.navigation.borrow().search.count_typed()
    }

    /// Whether the shop is open, by its hours; one without hours always is.
    pub fn is_open(&self) -> bool {
        self.navigation.borrow().closed.is_open()
    }

    /// Whether staff may see the service page: the PIN was given, or is not needed.
    pub fn is_unlocked(&self) -> bool {
        self.navigation.borrow().service.is_unlocked()
    }

    pub fn banner(&self) -> Option<Banner> {
        self.navigation.borrow().news.banner().cloned()
    }

    pub fn freshness(&self) -> Freshness {
        self.navigation.borrow().news.freshness().clone()
    }
}
