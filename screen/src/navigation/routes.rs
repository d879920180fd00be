//! The ways from page to page.

use super::Navigation;
use crate::{
    desk::Watched,
    effect::{Effect, Purpose},
    idle::Waiting,
    listing::Listed,
    panel::next_drift,
    theme,
};
use cloud_shelf_core::domain::Message;
use cloud_shelf_ui::{Navigation as Adapter, Page, ServiceView};
use std::time::Instant;

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

impl Navigation {
    /// Goes where somebody outside the screen wants it to be.
    pub fn show(&mut self, place: &Place) -> Result<(), Message> {
        match place {
            Place::Service => return self.enter_service(),
            Place::TouchTest => self.enter_panel_test(ServiceView::Touch),
            Place::ColorTest => self.enter_panel_test(ServiceView::Colors),
            _ if self.pages.catalog.is_empty() => {
                self.reopen();
                return Err(Message::fixed(
                    "货架上还没有商品，请先导入商品推荐表格。",
                    "There is nothing on the shelf yet; import a product table first.",
                ));
            }
            Place::Attract => self.enter_attract(),
            Place::Shelf => self.enter_shelf(true),
            Place::Search => self.enter_search(),
            Place::Item(id) => {
                let Some(item) = self.pages.catalog.item_with_id(id) else {
                    return Err(Message::new(
                        format!("货架上没有编号为 {id} 的商品。"),
                        format!("There is no item {id} on the shelf."),
                    ));
                };
                self.way_back = Page::Shelf;
                self.open_item(item);
            }
        }
        Ok(())
    }

    pub(super) fn wake(&mut self) {
        if self.page == Page::Attract {
            self.visit.woken();
        }
        self.enter_shelf(true);
    }

    /// Opens what a finger asks for.
    pub(super) fn open_touched_item(&mut self, item: Listed) {
        self.visit.asked();
        if self.page != Page::Item {
            self.way_back = self.page;
        }
        self.open_item(item);
    }

    /// Opens an item's page in the very next frame. Its picture is in the one after, as a rule; until
    /// then its mean colour is in its place.
    fn open_item(&mut self, item: Listed) {
        let id = item.link().item.clone();
        if self.item.open(&self.pages, item) {
            self.visit.opened(&id, Instant::now());
            self.enter(Page::Item);
        }
    }

    /// One page back: from an item to where it was found, else to the shelf.
    pub(super) fn go_back(&mut self) {
        if self.page == Page::Item && self.way_back == Page::Search {
            self.item.close();
            self.enter(Page::Search);
        } else {
            self.enter_shelf(false);
        }
    }

    pub(super) fn enter_shelf(&mut self, at_top: bool) {
        self.item.close();
        if self.pages.catalog.is_empty() {
            return self.reopen();
        }
        if at_top {
            self.shelf.scroll_to_top(&self.pages);
        }
        self.enter(Page::Shelf);
    }

    /// Opens the search page with nothing typed yet.
    pub(super) fn enter_search(&mut self) {
        if self.pages.catalog.is_empty() {
            return self.reopen();
        }
        self.forget_search();
        self.search.open(&self.pages);
        self.enter(Page::Search);
    }

    /// Whether the search page is on the screen, or an item that was found there.
    pub(super) fn is_searching(&self) -> bool {
        self.page == Page::Search || self.page == Page::Item && self.way_back == Page::Search
    }

    /// The next shopper finds the search page empty.
    pub(super) fn forget_search(&mut self) {
        let missed = self.search.forget(&self.pages);
        self.apply(missed);
    }

    /// Nobody is there: forgets what the last shopper did.
    pub(super) fn enter_attract(&mut self) {
        self.item.close();
        if theme::clear_aids(&self.pages.window) {
            self.renew_look();
        }
        let effects = self.shelf.choose_category(&self.pages, -1);
        self.apply(effects);
        self.set_language(self.pages.first_language());
        if !self.closed.is_open() {
            return self.enter(Page::Closed);
        }
        self.attract.open(&self.pages);
        self.enter(Page::Attract);
    }

    pub(super) fn enter(&mut self, page: Page) {
        if self.page == Page::Attract && page != Page::Attract {
            let effect = self.attract.close(&self.pages);
            self.apply([effect]);
        }
        if !matches!(page, Page::Service | Page::Setup) {
            self.setup.set_in_use(false);
            self.lock();
        }
        if page == Page::Closed {
            let effect = self.closed.hide_hours(&self.pages);
            self.apply([effect]);
            self.closed.say_hours(&self.pages);
        }
        self.page = page;
        self.pages.global::<Adapter>().set_page(page);
        let light = self.panel.light(&self.pages, page);
        self.apply([next_drift(page), light]);
        if !self.is_searching() {
            self.forget_search();
        }
        if page != Page::Item {
            self.visit.left(Instant::now());
        }
        if page == Page::Setup && !self.is_served() {
            self.watch(Watched::Setup);
        }
        if matches!(page, Page::Attract | Page::Fault | Page::Setup | Page::Closed) && !self.is_served() {
            let step = self.idle.rest();
            self.take_step(step);
        } else {
            self.wait_for_shopper();
        }
        self.apply([Effect::Scrolled]);
    }

    /// After the catalog or the notice has changed: stays on the page if there is still something
    /// on it, and goes to the one that is due if not.
    pub(super) fn reopen(&mut self) {
        self.fault.show(&self.pages);
        if self.is_served() {
            return;
        }
        let has_notice = self.fault.has_notice();
        if self.pages.catalog.is_empty() {
            // That nothing is listed can wait for the shop to open; what is wrong can't
            let waits = self.page == Page::Closed && !self.closed.is_open() && !has_notice;
            if !waits {
                let is_new = self.setup.is_unit_new(&self.pages);
                self.enter(if is_new && !has_notice { Page::Setup } else { Page::Fault });
            }
            return;
        }
        match self.page {
            Page::Fault | Page::Setup if !has_notice => self.enter_attract(),
            Page::Closed if self.closed.is_open() => self.enter_attract(),
            Page::Attract => self.attract.renew(&self.pages),
            Page::Item => {
                if !self.item.renew(&self.pages) {
                    self.go_back();
                }
            }
            Page::Fault | Page::Setup | Page::Service | Page::Shelf | Page::Search | Page::Closed => {}
        }
    }

    /// Asks for the PIN, and opens the page where there is none and the unit is unbound or still new.
    pub(super) fn enter_service(&mut self) -> Result<(), Message> {
        if self.service.is_unlocked() {
            self.enter(Page::Service);
            self.watch(Watched::Service);
            return Ok(());
        }
        self.service.check_entrance(self.desk.is_some(), self.setup.is_unit_new(&self.pages))?;
        self.close_sheets();
        self.enter(Page::Service);
        if self.service.has_pin() {
            self.apply([Effect::AskFor(Purpose::Pin, String::new())]);
        } else {
            self.unlock();
        }
        Ok(())
    }

    pub(super) fn unlock(&mut self) {
        if self.page != Page::Service {
            return;
        }
        self.service.unlock(&self.pages);
        self.setup.set_unlocked(true);
        self.watch(Watched::Service);
        self.wait_for_shopper();
    }

    /// The staff pages are left by whatever way: the next one has to give the PIN again.
    fn lock(&mut self) {
        self.close_sheets();
        self.service.lock(&self.pages);
        self.setup.set_unlocked(false);
        self.watch(Watched::Nothing);
    }

    /// Nothing that staff have opened stays over the pages.
    fn close_sheets(&mut self) {
        self.entry.close(&self.pages);
        let effects = self.ask.answer(&self.pages, false);
        self.apply(effects);
        self.network.close(&self.pages);
    }

    /// From the service page, which stays open to who is there.
    pub(super) fn enter_setup(&mut self) {
        self.setup.set_in_use(true);
        self.wait_for_shopper();
        self.enter(Page::Setup);
        self.watch(Watched::Setup);
        self.setup.show(&self.pages);
    }

    /// To the shelf, or to what stands in its place.
    pub(super) fn leave_service(&mut self) {
        self.setup.set_in_use(false);
        self.lock();
        if self.pages.catalog.is_empty() {
            // Where it leads depends on what the unit lacks
            self.enter(Page::Fault);
            self.reopen();
        } else {
            self.enter_attract();
        }
    }

    /// From the service page, or, without what is behind its PIN, from anywhere.
    pub(super) fn enter_panel_test(&mut self, test: ServiceView) {
        if !self.service.is_unlocked() {
            self.close_sheets();
            self.enter(Page::Service);
        }
        self.service.show_view(&self.pages, test);
    }

    /// A finger is on the glass, or a page has just been opened: nobody has left.
    pub(super) fn wait_for_shopper(&mut self) {
        let whom = match self.page {
            Page::Closed => {
                let light = self.panel.light(&self.pages, Page::Closed);
                let hide = self.closed.show_hours(&self.pages);
                return self.apply([light].into_iter().chain(hide));
            }
            Page::Item => Waiting::Item,
            Page::Shelf | Page::Search => Waiting::Shelf,
            _ if !self.is_served() => return,
            Page::Service if !self.service.is_unlocked() => Waiting::Shelf,
            _ => Waiting::Staff,
        };
        let step = self.idle.touched(whom);
        self.take_step(step);
    }
}
