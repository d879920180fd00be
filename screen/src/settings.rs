//! The settings in effect, on the pages: taken at the start and again whenever one changes.

use super::{
    brand,
    idle::{Patience, Waiting},
    screen::Screen,
};
use cloud_shelf_core::{
    domain::{Brand, Lang, LinkMode, Message},
    settings::Settings,
};
use cloud_shelf_ui::{Fault, ItemDetail, Navigation, Page, Setup, Theme};
use slint::ComponentHandle;
use std::{rc::Rc, time::Duration};

impl Screen {
    /// The settings in effect.
    pub fn settings(&self) -> Rc<Settings> {
        self.settings.borrow().clone()
    }

    /// Takes other settings. Whoever stands before the screen keeps the page and the language as
    /// far as they are still there.
    pub fn set_settings(&self, settings: Settings) {
        let old = self.settings.replace(Rc::new(settings));
        let new = self.settings();
        let patience = patience(&new);
        if self.idle.borrow().patience() != patience {
            let whom = match self.page() {
                Page::Item => Waiting::Item,
                _ if self.is_served() => Waiting::Staff,
                _ => Waiting::Shelf,
            };
            let step = self.idle.borrow_mut().set_patience(patience, whom);
            step.into_iter().for_each(|step| self.step(step));
        }
        if old.slide_s.value != new.slide_s.value && self.slide_timer.running() {
            self.next_slide_later();
        }
        self.put_settings();
        if old.panel_off.value != new.panel_off.value {
            self.light_panel(self.page());
        }
        if (old.diagonal_in.value, old.qr_mm.value) != (new.diagonal_in.value, new.qr_mm.value) {
            self.resized();
        }
        self.refill();
    }

    /// Puts on the pages what the settings say of them.
    pub(super) fn put_settings(&self) {
        let settings = self.settings();
        let offered = &settings.languages.value;
        self.window.global::<Navigation>().set_languages(offered.len() as i32);
        self.window.global::<Theme>().set_reduced_motion(settings.reduced_motion.value);
        let nobody = matches!(self.page(), Page::Attract | Page::Closed);
        if nobody || !offered.contains(&self.language()) {
            self.set_language(self.first_language());
        }
        let phone = settings.support_phone.value.as_deref().unwrap_or_default();
        self.window.global::<Fault>().set_phone(phone.into());
        self.window.global::<Setup>().set_phone(phone.into());
        self.window.global::<ItemDetail>().set_any_camera(settings.link_mode.value == LinkMode::Web);
        brand::show(&self.window, &self.brand());
        self.keep_hours();
    }

    /// What is wrong with the unit's settings file, or that nothing is.
    pub fn set_config_problem(&self, problem: Option<Message>) {
        *self.config_problem.borrow_mut() = problem;
        self.say_facts();
    }

    pub fn config_problem(&self) -> Option<Message> {
        self.config_problem.borrow().clone()
    }

    /// The language that a new shopper finds.
    pub(super) fn first_language(&self) -> Lang {
        self.settings().languages.value.first().copied().unwrap_or(Lang::Zh)
    }

    /// The language after the one on the pages.
    pub(super) fn next_language(&self) -> Lang {
        let settings = self.settings();
        let offered = &settings.languages.value;
        let place = offered.iter().position(|lang| *lang == self.language());
        offered[place.map_or(0, |place| (place + 1) % offered.len())]
    }

    /// The brand as the settings have it, with the mark that came with the catalog.
    pub(super) fn brand(&self) -> Brand {
        let settings = self.settings();
        Brand {
            name: settings.brand_name.value.clone(),
            primary: settings.primary.value,
            accent: settings.accent.value,
            logo: self.catalog.borrow().brand.logo,
        }
    }

    /// Tells the theme how large a millimetre is, for the sizes that have to hold on the real panel.
    pub(super) fn measure_panel(&self) {
        let settings = self.settings();
        let theme = self.window.global::<Theme>();
        let size = self.window().size();
        let scale = self.window().scale_factor();
        if size.width > 0 && size.height > 0 {
            // Before the window is shown, the pages have not heard of its size
            theme.set_window_width(size.width as f32 / scale);
            theme.set_window_height(size.height as f32 / scale);
        }
        let diagonal = f64::from(size.width).hypot(f64::from(size.height)) as f32;
        let per_inch = settings.diagonal_in.value.map_or(0.0, |inches| diagonal / inches);
        theme.set_pixels_per_mm(per_inch / 25.4 / scale);
        theme.set_code_mm(settings.qr_mm.value.map_or(0.0, |mm| mm as f32));
    }
}

pub(super) fn patience(settings: &Settings) -> Patience {
    Patience {
        shelf: Duration::from_secs(settings.idle_s.value.into()),
        item: Duration::from_secs(settings.item_s.value.into()),
        countdown_s: settings.countdown_s.value,
    }
}
