//! The pages, and what all of them share. Each page owns its state, is given [`Pages`], and answers a
//! touch or news with effects. None knows another, or what holds them.

mod ask;
mod attract;
mod closed;
mod entry;
mod fault;
mod item;
mod network;
mod news;
mod search;
mod service;
mod setup;
mod shelf;

pub use ask::AskSheet;
pub use attract::AttractPage;
pub use closed::ClosedPage;
pub use entry::EntrySheet;
pub use fault::{FaultCard, Notice};
pub use item::ItemPage;
pub use network::NetworkSheet;
pub use news::{Banner, Freshness, News};
pub use search::{IndexSource, SearchPage};
pub use service::ServicePage;
pub use setup::SetupPage;
pub use shelf::ShelfPage;

use crate::{
    listing::Listing,
    pictures::{Found, PictureKey, Pictures, Urgency},
    theme::PAGE,
};
use cloud_shelf_core::{
    clock::Clock,
    domain::{Brand, Lang, Picture},
    settings::Settings,
};
use cloud_shelf_ui::{AppWindow, Theme};
use slint::{ComponentHandle, Global};
use std::{cell::RefCell, rc::Rc, sync::Arc, time::Duration};

/// A clock that is set is noticed within this.
pub const CLOCK_POLL: Duration = Duration::from_secs(60);

/// What all pages share.
pub struct Pages {
    pub window: AppWindow,
    pub language: Lang,
    pub settings: Rc<Settings>,
    /// The catalog of now: what of it is listed at this time
    pub catalog: Listing,
    pub clock: Arc<dyn Clock>,
    pub pictures: RefCell<Pictures>,
}

impl Pages {
    /// The properties and callbacks of a page.
    pub fn global<'a, T: Global<'a, AppWindow>>(&'a self) -> T {
        self.window.global::<T>()
    }

    /// A logical length in physical pixels.
    pub fn pixels(&self, length: f32) -> u32 {
        (length * self.window.window().scale_factor()).round().max(0.0) as u32
    }

    /// A rectangle of logical lengths in physical pixels; it may begin outside the window.
    pub fn pixels_of_rectangle(&self, rectangle: [f32; 4]) -> [i32; 4] {
        rectangle.map(|length| (length * self.window.window().scale_factor()).round() as i32)
    }

    /// A picture if it is there; else it is asked for.
    pub fn get_picture(&self, key: PictureKey, urgency: Urgency) -> Found {
        self.pictures.borrow_mut().get(key, urgency)
    }

    /// An item's large picture, at the size that the item page and the attract page have for it.
    pub fn large_picture_key(&self, picture: &Picture) -> PictureKey {
        let theme = self.global::<Theme>();
        PictureKey {
            object: picture.object,
            width: self.pixels(theme.get_hero_width()),
            height: self.pixels(theme.get_hero_height()),
            radius: 0,
            around: PAGE,
            mark: false,
        }
    }

    /// The brand as the settings have it, with the mark that came with the catalog.
    pub fn brand(&self) -> Brand {
        Brand {
            name: self.settings.brand_name.value.clone(),
            primary: self.settings.primary.value,
            accent: self.settings.accent.value,
            logo: self.catalog.snapshot().brand.logo,
        }
    }

    /// The language that a new shopper finds.
    pub fn first_language(&self) -> Lang {
        self.settings.languages.value.first().copied().unwrap_or(Lang::Zh)
    }

    /// The language after the one on the pages.
    pub fn next_language(&self) -> Lang {
        let offered = || self.settings.languages.value.iter().copied();
        offered().skip_while(|lang| *lang != self.language).nth(1).unwrap_or(self.first_language())
    }

    /// Tells the theme how large a millimetre is, for the sizes that have to hold on the real panel.
    pub fn measure_panel(&self) {
        let theme = self.global::<Theme>();
        let size = self.window.window().size();
        let scale = self.window.window().scale_factor();
        if size.width > 0 && size.height > 0 {
            // Before the window is shown, the pages have not heard of its size
            theme.set_window_width(size.width as f32 / scale);
            theme.set_window_height(size.height as f32 / scale);
        }
        let diagonal = f64::from(size.width).hypot(f64::from(size.height)) as f32;
        let per_inch = self.settings.diagonal_in.value.map_or(0.0, |inches| diagonal / inches);
        theme.set_pixels_per_mm(per_inch / 25.4 / scale);
        theme.set_code_mm(self.settings.qr_mm.value.map_or(0.0, |mm| mm as f32));
    }
}
