//! News over whatever page it is: the banner, such as a bundle's progress, and the mark in the corner
//! that says that the unit is offline, or that what it shows is old.

use super::Pages;
use crate::effect::{Alarm, Effect};
use cloud_shelf_core::domain::Message;
use cloud_shelf_ui::{Banner as BannerAdapter, Freshness as FreshnessAdapter};
use std::time::Duration;

/// What a banner says.
#[derive(Clone, Debug, PartialEq)]
pub struct Banner {
    pub title: Message,
    pub detail: Option<Message>,
    /// From 0 to 1, where something is going on
    pub done: Option<f32>,
}

/// How old what is shown may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Freshness {
    /// What is shown can't be renewed at the moment
    pub offline: bool,
    /// The day that the items are of, where they are old enough for a shopper to be told
    pub old: Option<Message>,
}

#[derive(Default)]
pub struct News {
    banner: Option<Banner>,
    freshness: Freshness,
}

impl News {
    /// Shows a banner, until a touch on it, the next one, or this time; `None` takes it away.
    pub fn set_banner(&mut self, pages: &Pages, banner: Option<Banner>, time: Option<Duration>) -> Effect {
        self.banner = banner;
        self.show_banner(pages);
        time.map_or(Effect::Stop(Alarm::Banner), |time| Effect::Start(Alarm::Banner, time))
    }

    /// Takes a banner away, unless it says that something is going on.
    pub fn clear_read_banner(&mut self, pages: &Pages) -> Option<Effect> {
        let read = self.banner.as_ref().is_some_and(|banner| banner.done.is_none());
        read.then(|| self.set_banner(pages, None, None))
    }

    pub const fn banner(&self) -> Option<&Banner> {
        self.banner.as_ref()
    }

    /// Marks what is shown as old, or as what it should be.
    pub fn set_freshness(&mut self, pages: &Pages, freshness: Freshness) {
        self.freshness = freshness;
        self.show_freshness(pages);
    }

    pub const fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    /// In the page's language.
    pub fn show(&self, pages: &Pages) {
        self.show_banner(pages);
        self.show_freshness(pages);
    }

    fn show_banner(&self, pages: &Pages) {
        let adapter = pages.global::<BannerAdapter>();
        let lang = pages.language;
        if let Some(banner) = &self.banner {
            adapter.set_title(banner.title.get(lang).into());
            adapter
                .set_detail(banner.detail.as_ref().map(|detail| detail.get(lang).into()).unwrap_or_default());
            adapter.set_done(banner.done.unwrap_or(-1.0));
        }
        adapter.set_shown(self.banner.is_some());
    }

    fn show_freshness(&self, pages: &Pages) {
        let Freshness { offline, old } = &self.freshness;
        let adapter = pages.global::<FreshnessAdapter>();
        adapter.set_offline(*offline);
        adapter.set_day(old.as_ref().map(|day| day.get(pages.language).into()).unwrap_or_default());
    }
}
