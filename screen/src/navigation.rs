//! Going from page to page: what each touch does, and what silence does.

use super::{
    desk::Watched,
    idle::{Step, Waiting},
    screen::{Notice, Place, Screen},
};
use cloud_shelf_core::domain::{Lang, Message};
use cloud_shelf_ui::{Banner, Fault, ItemDetail, Navigation, Page, Shelf as ShelfAdapter};
use slint::{ComponentHandle, Timer, TimerMode};
use std::{
    rc::Rc,
    time::{Duration, Instant},
};

thread_local! {
    /// The screen that timers act on; they run on the UI thread only.
    static SCREEN: std::cell::RefCell<std::rc::Weak<Screen>> = const { std::cell::RefCell::new(std::rc::Weak::new()) };
}

/// Does something with the screen, from an event that has come to the UI thread.
pub fn with_screen(action: impl FnOnce(&Screen)) {
    if let Some(screen) = SCREEN.with_borrow(std::rc::Weak::upgrade) {
        action(&screen);
    }
}

impl Screen {
    pub(super) fn connect(self: &Rc<Self>) {
        SCREEN.set(Rc::downgrade(self));
        let act = |action| self.handler(action);
        let act_on = |action: fn(&Self, i32)| self.handler_of(action);
        let navigation = self.window.global::<Navigation>();
        navigation.on_touched(act(Self::touched));
        navigation.on_wake(act(Self::wake));
        navigation.on_back(act(Self::go_back));
        navigation.on_home(act(|screen| screen.enter_shelf(true)));
        navigation.on_resized(act(Self::resized));
        navigation.on_switch_language(act(|screen| {
            screen.set_language(screen.next_language());
            screen.watch.borrow().language_chosen(screen.language());
        }));
        let shelf = self.window.global::<ShelfAdapter>();
        shelf.on_scrolled(act(|screen| {
            screen.drop_stale_requests();
            screen.refill();
        }));
        shelf.on_choose_category(act_on(Self::choose_category));
        shelf.on_open(act_on(|screen, place| {
            let index = screen.shelf.borrow().item_at(place);
            screen.tap(index);
        }));
        let item = self.window.global::<ItemDetail>();
        item.on_open(act_on(|screen, place| {
            let index = screen.item.borrow().more_at(place);
            screen.tap(index);
        }));
        item.on_show_picture(act_on(|screen, picture| {
            let catalog = screen.catalog.borrow().clone();
            screen.item.borrow_mut().show_picture(&screen.window, &catalog, picture);
            screen.refill();
        }));
        self.window.global::<Fault>().on_leave(act(Self::wake));
        self.window.global::<Banner>().on_dismissed(act(|screen| screen.set_banner(None, None)));
    }

    /// What a page's callback calls, for as long as there is a screen.
    pub(super) fn handler(self: &Rc<Self>, action: fn(&Self)) -> impl Fn() + 'static {
        let act = self.handler_of(move |screen: &Self, ()| action(screen));
        move || act(())
    }

    /// The same, with what the callback is given.
    pub(super) fn handler_of<T>(
        self: &Rc<Self>,
        action: impl Fn(&Self, T) + 'static,
    ) -> impl Fn(T) + 'static {
        let screen = Rc::downgrade(self);
        move |value| {
            if let Some(screen) = screen.upgrade() {
                action(&screen, value);
            }
        }
    }

    /// Runs an action on the screen after a while, unless the timer is used for something else first.
    pub(super) fn later(&self, timer: &Timer, wait: Duration, action: fn(&Screen)) {
        timer.start(TimerMode::SingleShot, wait, move || with_screen(action));
    }

    pub(super) fn set_language(&self, lang: Lang) {
        self.language.set(lang);
        let name = if lang == Lang::Zh { "zh_CN" } else { "" };
        if let Err(error) = slint::select_bundled_translation(name) {
            tracing::warn!(%error, "the pages have no such language");
        }
        self.window.global::<Navigation>().set_chinese(lang == Lang::Zh);
        self.show_notice();
        self.say_hours();
        self.say_banner();
        self.say_freshness();
        self.say_facts();
        self.say_setup();
        self.say_network();
        self.say_entry();
        self.say_question();
    }

    /// Goes where somebody outside the screen wants it to be.
    pub fn show(&self, place: &Place) -> Result<(), Message> {
        let listed = !self.shelf.borrow().listed().is_empty();
        match place {
            Place::Service => return self.enter_service(),
            Place::TouchTest => self.test_touch(),
            Place::ColorTest => self.test_colors(),
            _ if !listed => {
                self.reopen();
                let message = Message::fixed(
                    "货架上还没有商品，请先导入商品推荐表格。",
                    "There is nothing on the shelf yet; import a product table first.",
                );
                return Err(message);
            }
            Place::Attract => self.enter_attract(),
            Place::Shelf => self.enter_shelf(true),
            Place::Search => self.enter_search(),
            Place::Item(id) => {
                let catalog = self.catalog.borrow().clone();
                let found = self
                    .shelf
                    .borrow()
                    .listed()
                    .iter()
                    .copied()
                    .find(|&index| catalog.items[index].link.item.as_str() == id);
                if found.is_none() {
                    return Err(Message::new(
                        format!("货架上没有编号为 {id} 的商品。"),
                        format!("There is no item {id} on the shelf."),
                    ));
                }
                self.way_back.set(Page::Shelf);
                self.open(found);
            }
        }
        Ok(())
    }

    fn wake(&self) {
        if self.page() == Page::Attract {
            self.watch.borrow().woken();
        }
        self.enter_shelf(true);
    }

    pub(super) fn choose_category(&self, category: i32) {
        let catalog = self.catalog.borrow().clone();
        self.shelf.borrow_mut().choose(&self.window, &catalog, u16::try_from(category).ok());
        self.window.global::<ShelfAdapter>().set_offset(0.0);
        self.drop_stale_requests();
        self.refill();
    }

    /// Opens what a finger asks for.
    pub(super) fn tap(&self, index: Option<usize>) {
        if index.is_some() {
            self.watch.borrow_mut().asked();
            if self.page() != Page::Item {
                self.way_back.set(self.page());
            }
        }
        self.open(index);
    }

    /// Opens an item's page in the very next frame. Its picture is in the one after, as a rule; until
    /// then its mean colour is in its place.
    fn open(&self, index: Option<usize>) {
        let Some(index) = index else { return };
        let catalog = self.catalog.borrow().clone();
        let listed = self.shelf.borrow().listed().to_vec();
        self.item.borrow_mut().open(&self.window, &catalog, &listed, index);
        self.watch.borrow_mut().opened(&catalog.items[index].link.item, Instant::now());
        self.enter(Page::Item);
    }

    /// One page back: from an item to where it was found, else to the shelf.
    fn go_back(&self) {
        if self.page() == Page::Item && self.way_back.get() == Page::Search {
            self.item.borrow_mut().close();
            self.enter(Page::Search);
        } else {
            self.enter_shelf(false);
        }
    }

    pub(super) fn enter_shelf(&self, at_top: bool) {
        self.item.borrow_mut().close();
        if self.shelf.borrow().listed().is_empty() {
            return self.reopen();
        }
        if at_top {
            self.window.global::<ShelfAdapter>().set_offset(0.0);
        }
        self.enter(Page::Shelf);
    }

    /// Nobody is there: forget what the last shopper did.
    pub(super) fn enter_attract(&self) {
        self.item.borrow_mut().close();
        self.forget_assist();
        self.choose_category(-1);
        self.set_language(self.first_language());
        if !self.is_open() {
            return self.enter(Page::Closed);
        }
        let catalog = self.catalog.borrow().clone();
        let listed = self.shelf.borrow().listed().to_vec();
        self.attract.borrow_mut().begin(&self.window, &catalog, &listed);
        self.attract_fresh.set(true);
        self.enter(Page::Attract);
    }

    pub(super) fn enter(&self, page: Page) {
        let navigation = self.window.global::<Navigation>();
        if navigation.get_page() == Page::Attract && page != Page::Attract {
            self.slide_timer.stop();
            self.attract.borrow_mut().end(&self.window);
        }
        if !matches!(page, Page::Service | Page::Setup) {
            self.setup.in_use.set(false);
            self.lock();
        }
        if page == Page::Closed {
            self.hide_hours();
            self.say_hours();
        }
        navigation.set_page(page);
        self.drift_later();
        self.light_panel(page);
        if !self.searches() {
            self.forget_search();
        }
        if page != Page::Item {
            self.watch.borrow_mut().left(Instant::now());
        }
        if page == Page::Setup && !self.is_served() {
            self.watch_for(Watched::Setup);
        }
        if matches!(page, Page::Attract | Page::Fault | Page::Setup | Page::Closed) && !self.is_served() {
            self.step(self.idle.borrow_mut().rest());
        } else {
            self.touched();
        }
        self.drop_stale_requests();
        self.refill();
    }

    /// After the catalog or the notice has changed: stays on the page if there is still something
    /// on it, and goes to the one that is due if not.
    pub(super) fn reopen(&self) {
        self.show_notice();
        if self.is_served() {
            return;
        }
        if self.shelf.borrow().listed().is_empty() {
            // That nothing is listed can wait for the shop to open; what is wrong can't
            let waits = self.page() == Page::Closed && !self.is_open() && self.notice.borrow().is_none();
            if !waits {
                let page =
                    if self.is_new() && self.notice.borrow().is_none() { Page::Setup } else { Page::Fault };
                self.enter(page);
            }
            return;
        }
        match self.page() {
            Page::Fault | Page::Setup if self.notice.borrow().is_none() => self.enter_attract(),
            Page::Closed if self.is_open() => self.enter_attract(),
            Page::Attract => {
                let catalog = self.catalog.borrow().clone();
                let listed = self.shelf.borrow().listed().to_vec();
                self.attract.borrow_mut().renew(&catalog, &listed);
                self.attract_fresh.set(true);
            }
            Page::Item => self.reopen_item(),
            Page::Fault | Page::Setup | Page::Service | Page::Shelf | Page::Search | Page::Closed => {}
        }
    }

    /// Shows the same item of another catalog, or the shelf where it is gone.
    fn reopen_item(&self) {
        let catalog = self.catalog.borrow().clone();
        let listed = self.shelf.borrow().listed().to_vec();
        let link = self.item.borrow().link().cloned();
        match listed.iter().copied().find(|&index| Some(&catalog.items[index].link) == link.as_ref()) {
            Some(index) => self.item.borrow_mut().open(&self.window, &catalog, &listed, index),
            None => self.go_back(),
        }
    }

    fn show_notice(&self) {
        let lang = self.language.get();
        let notice = self.notice.borrow();
        let empty = empty_notice(self.catalog.borrow().items.is_empty());
        let notice = notice.as_ref().unwrap_or(&empty);
        let fault = self.window.global::<Fault>();
        fault.set_title(notice.title.get(lang).into());
        fault.set_detail(notice.detail.get(lang).into());
        fault.set_remedy(notice.remedy.get(lang).into());
        fault.set_can_leave(!self.shelf.borrow().listed().is_empty());
    }

    pub(super) fn touched(&self) {
        if self.page() == Page::Closed {
            return self.show_hours();
        }
        let whom = match self.page() {
            Page::Item => Waiting::Item,
            Page::Shelf | Page::Search => Waiting::Shelf,
            _ if !self.is_served() => return,
            Page::Service if !self.is_unlocked() => Waiting::Shelf,
            _ => Waiting::Staff,
        };
        let step = self.idle.borrow_mut().touched(whom);
        self.step(step);
    }

    pub(super) fn step(&self, step: Step) {
        let navigation = self.window.global::<Navigation>();
        let left = if let Step::Countdown(left) = step { left as i32 } else { 0 };
        navigation.set_countdown(left);
        let wait = match step {
            Step::Wait(wait) => wait,
            Step::Countdown(_) => Duration::from_secs(1),
            Step::Rest => return self.idle_timer.stop(),
            Step::Leave if self.is_served() => return self.leave_service(),
            Step::Leave => return self.enter_attract(),
        };
        self.later(&self.idle_timer, wait, |screen| {
            let step = screen.idle.borrow_mut().elapsed();
            screen.step(step);
        });
    }

    /// The attract page moves on when its time has come and the next picture is there.
    pub(super) fn next_slide_later(&self) {
        if self.shelf.borrow().listed().len() < 2 {
            return;
        }
        let slide = Duration::from_secs(self.settings().slide_s.value.into());
        self.later(&self.slide_timer, slide, |screen| {
            let catalog = screen.catalog.borrow().clone();
            let listed = screen.shelf.borrow().listed().to_vec();
            screen.attract.borrow_mut().advance(&catalog, &listed);
            screen.refill();
        });
    }
}

/// A shelf that nobody has filled yet, or of which nothing is listed at this time.
fn empty_notice(unfilled: bool) -> Notice {
    let title = Message::fixed("货架上还没有商品", "The shelf is empty");
    if unfilled {
        return Notice {
            title,
            detail: Message::fixed("这台设备还没有收到商品。", "No items have come to this unit yet."),
            remedy: Message::fixed(
                "填了数据网址的，连上网络后会自动同步；也可以插入带数据包的 U 盘，或在设备上运行：sudo cloud-shelfctl import \
                 商品推荐表格.xlsx",
                "With a feed's address they come by themselves once there is a network. Or plug in a stick with a bundle, or \
                 run on the unit: sudo cloud-shelfctl import TABLE.xlsx",
            ),
        };
    }
    Notice {
        title,
        detail: Message::fixed(
            "所有商品都不在上架时间内。到了上架时间，这里会自动显示商品。",
            "None of the items is listed at this time. They appear by themselves once they are.",
        ),
        remedy: Message::fixed(
            "请核对表格中的上架时间和下架时间，以及这台设备的时钟。",
            "Check the listing times in the table, and this unit's clock.",
        ),
    }
}
