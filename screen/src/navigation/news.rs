//! What reaches the screen from outside and concerns several pages: settings, catalogs, faults, binding.

use super::Navigation;
use crate::{
    desk::{Desk, Judge, Order},
    effect::{Alarm, Effect},
    idle::{Patience, Waiting},
    listing::Listing,
    pages::{CLOCK_POLL, Notice},
    panel::PanelSwitch,
    pictures::{Fetched, PictureKey},
    theme,
};
use cloud_shelf_core::{
    domain::{Binding, CatalogSnapshot, Lang, LinkMode},
    settings::Settings,
};
use cloud_shelf_ui::{Fault, ItemDetail, Navigation as Adapter, Page, Setup, Theme};
use slint::ComponentHandle;
use std::{rc::Rc, sync::Arc, time::Duration};

impl Navigation {
    /// Takes other settings. Whoever stands before the screen keeps the page and the language as
    /// far as they are still there.
    pub fn set_settings(&mut self, settings: Settings) {
        let old = std::mem::replace(&mut self.pages.settings, Rc::new(settings));
        let new = self.pages.settings.clone();
        let patience = Patience::from(&*new);
        if self.idle.patience() != patience {
            let whom = match self.page {
                Page::Item => Waiting::Item,
                _ if self.is_served() => Waiting::Staff,
                _ => Waiting::Shelf,
            };
            if let Some(step) = self.idle.set_patience(patience, whom) {
                self.take_step(step);
            }
        }
        if old.slide_s.value != new.slide_s.value && self.timers.is_running(Alarm::Slide) {
            let effect = self.attract.wait_for_next(&self.pages);
            self.apply(effect);
        }
        self.show_settings();
        if old.panel_off.value != new.panel_off.value {
            self.light_panel();
        }
        if (old.diagonal_in.value, old.qr_mm.value) != (new.diagonal_in.value, new.qr_mm.value) {
            self.take_size();
        }
        self.fill_pictures();
    }

    /// Puts on the pages what the settings say of them.
    pub(super) fn show_settings(&mut self) {
        let settings = self.pages.settings.clone();
        let offered = &settings.languages.value;
        self.pages.global::<Adapter>().set_languages(offered.len() as i32);
        self.pages.global::<Theme>().set_reduced_motion(settings.reduced_motion.value);
        let nobody = matches!(self.page, Page::Attract | Page::Closed);
        if nobody || !offered.contains(&self.pages.language) {
            self.set_language(self.pages.first_language());
        }
        let phone = settings.support_phone.value.as_deref().unwrap_or_default();
        self.pages.global::<Fault>().set_phone(phone.into());
        self.pages.global::<Setup>().set_phone(phone.into());
        self.pages.global::<ItemDetail>().set_any_camera(settings.link_mode.value == LinkMode::Web);
        theme::show_brand(&self.pages.window, &self.pages.brand());
        self.check_hours();
    }

    /// Says everything in a language.
    pub(super) fn set_language(&mut self, lang: Lang) {
        self.pages.language = lang;
        let name = if lang == Lang::Zh { "zh_CN" } else { "" };
        if let Err(error) = slint::select_bundled_translation(name) {
            tracing::warn!(%error, "the pages have no such language");
        }
        let pages = &self.pages;
        pages.global::<Adapter>().set_chinese(lang == Lang::Zh);
        self.fault.show(pages);
        self.closed.say_hours(pages);
        self.news.show(pages);
        self.service.show_facts(pages);
        self.setup.show(pages);
        self.network.show(pages);
        self.entry.show(pages);
        self.ask.show(pages);
    }

    /// Works out whether the shop is open, and again when that changes. A shopper is not sent away:
    /// the page closes once they have left.
    pub(super) fn check_hours(&mut self) {
        let effect = self.closed.check_hours(&self.pages);
        self.apply([effect]);
        match self.page {
            Page::Attract if !self.closed.is_open() => self.enter_attract(),
            Page::Closed if self.closed.is_open() => self.reopen(),
            Page::Closed => {
                self.closed.say_hours(&self.pages);
                if !self.panel.is_lit() {
                    // Something else may have lit it: a key, or a driver's whim
                    self.panel.switch(false);
                }
            }
            _ => {}
        }
    }

    pub fn set_panel_switch(&mut self, switch: PanelSwitch) {
        self.panel.set_switch(switch);
        self.light_panel();
    }

    fn light_panel(&mut self) {
        let effect = self.panel.light(&self.pages, self.page);
        self.apply([effect]);
    }

    /// Takes the window's size: at the start, and whenever it changes.
    pub fn take_size(&mut self) {
        self.pages.measure_panel();
        let size = self.pages.window.window().size();
        self.pages.pictures.borrow_mut().fit_window(size.width, size.height);
        self.shelf.measure(&self.pages);
        if self.is_searching() {
            self.search.measure(&self.pages);
        }
        self.renew_listing(self.pages.catalog.snapshot().clone());
    }

    /// Lengths and colours are others now.
    pub(super) fn renew_look(&mut self) {
        theme::show_brand(&self.pages.window, &self.pages.brand());
        self.take_size();
    }

    /// Puts another version of the catalog on the pages; what a shopper looks at stays where it is.
    pub fn set_catalog(&mut self, catalog: Arc<CatalogSnapshot>) {
        self.pages.pictures.borrow_mut().forget_broken();
        self.renew_listing(catalog);
    }

    /// Works out what of a catalog is listed at this time of day, and again when that changes.
    pub(super) fn renew_listing(&mut self, catalog: Arc<CatalogSnapshot>) {
        let clock = &self.pages.clock;
        let mut now = clock.now();
        if !clock.is_set() {
            // It is certainly later than when these items came
            now = now.max(catalog.taken_at);
        }
        self.pages.catalog = Listing::at_time(catalog, now);
        self.shelf.renew(&self.pages);
        let next = self.pages.catalog.next_change(now);
        self.apply([next.map_or(Effect::Stop(Alarm::Listing), |time| {
            let wait = Duration::from_secs(now.abs_diff(time).max(1)).min(CLOCK_POLL);
            Effect::Start(Alarm::Listing, wait)
        })]);
        self.setup.show(&self.pages);
        self.reopen();
        self.search_again();
        self.fill_pictures();
    }

    /// Another catalog, another time of day, other measures or another query: the results are worked
    /// out again, where there are any.
    pub(super) fn search_again(&mut self) {
        if self.is_searching() {
            self.search.find_items(&self.pages);
            self.apply([Effect::Scrolled]);
        }
    }

    /// Which unit this is, for those who set it up or repair it.
    pub fn set_binding(&mut self, binding: Option<&Binding>) {
        self.setup.set_bound(&self.pages, binding.is_some());
        self.service.set_bound(&self.pages, binding.is_some());
        self.fault.show_binding(&self.pages, binding);
        if matches!(self.page, Page::Fault | Page::Setup) {
            self.reopen();
        }
    }

    /// Whether the service page has a PIN. With the last thing that it lacked a unit that was set up by
    /// hand is left as it is; one that nobody is at goes on by itself.
    pub fn set_pin(&mut self, set: bool) {
        self.service.set_pin_set(&self.pages, set);
        self.setup.set_pin_set(&self.pages, set);
        if self.page == Page::Setup && !self.is_served() {
            self.reopen();
        }
    }

    /// Who carries out what the pages for staff ask.
    pub fn set_desk(&mut self, desk: Rc<dyn Desk>) {
        // The setup page may be in sight already
        desk.order(Order::Watch(self.watched));
        let judge = Judge::new(desk.clone());
        self.desk = Some(desk);
        self.entry.set_judge(judge.clone());
        self.setup.set_judge(&self.pages, judge);
    }

    /// This unit was bound on the screen.
    pub fn take_binding_by_hand(&mut self) {
        if self.page == Page::Setup {
            let effect = self.setup.ask_for_missing_pin();
            self.apply(effect);
        }
    }

    /// Says what is wrong, or that nothing is.
    pub fn set_notice(&mut self, notice: Option<Notice>) {
        if self.fault.set_notice(notice) {
            self.reopen();
            self.fill_pictures();
        }
    }

    /// Takes finished pictures in, and shows those that are waited for.
    pub fn deliver(&mut self, finished: Vec<(PictureKey, Fetched)>) {
        for (key, fetched) in finished {
            self.pages.pictures.borrow_mut().deliver(key, fetched);
        }
        self.fill_pictures();
    }

    /// Pictures that could not be made may be made now.
    pub fn retry_pictures(&mut self) {
        self.pages.pictures.borrow_mut().forget_broken();
        self.fill_pictures();
    }
}
