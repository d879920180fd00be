//! News over whatever page it is, such as a bundle's progress.

use super::screen::Screen;
use cloud_shelf_core::domain::Message;
use cloud_shelf_ui::Banner as Adapter;
use slint::{ComponentHandle, Timer};
use std::{cell::RefCell, time::Duration};

/// What a banner says.
#[derive(Clone, Debug, PartialEq)]
pub struct Banner {
    pub title: Message,
    pub detail: Option<Message>,
    /// From 0 to 1, where something is going on
    pub done: Option<f32>,
}

/// The banner in sight, and when it goes by itself.
#[derive(Default)]
pub struct Banners {
    shown: RefCell<Option<Banner>>,
    timer: Timer,
}

impl Screen {
    /// Shows a banner, until a touch on it, the next one, or this time; `None` takes it away.
    pub fn set_banner(&self, banner: Option<Banner>, time: Option<Duration>) {
        self.banners.timer.stop();
        if let Some(time) = time {
            self.later(&self.banners.timer, time, |screen| screen.set_banner(None, None));
        }
        self.banners.shown.replace(banner);
        self.say_banner();
    }

    pub fn banner(&self) -> Option<Banner> {
        self.banners.shown.borrow().clone()
    }

    /// In the page's language.
    pub(super) fn say_banner(&self) {
        let adapter = self.window.global::<Adapter>();
        let lang = self.language();
        if let Some(banner) = &*self.banners.shown.borrow() {
            adapter.set_title(banner.title.get(lang).into());
            adapter
                .set_detail(banner.detail.as_ref().map(|detail| detail.get(lang).into()).unwrap_or_default());
            adapter.set_done(banner.done.unwrap_or(-1.0));
        }
        adapter.set_shown(self.banners.shown.borrow().is_some());
    }
}
