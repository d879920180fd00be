//! The mark in the corner: the unit is offline, or what it shows is old.

use super::screen::Screen;
use cloud_shelf_core::domain::Message;
use cloud_shelf_ui::Freshness as Adapter;
use slint::ComponentHandle;

/// How old what is shown may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Freshness {
    /// What is shown can't be renewed at the moment
    pub offline: bool,
    /// The day that the items are of, where they are old enough for a shopper to be told
    pub old: Option<Message>,
}

impl Screen {
    /// Marks what is shown as old, or as what it should be.
    pub fn set_freshness(&self, freshness: Freshness) {
        self.freshness.replace(freshness);
        self.say_freshness();
    }

    pub fn freshness(&self) -> Freshness {
        self.freshness.borrow().clone()
    }

    /// In the page's language.
    pub(super) fn say_freshness(&self) {
        let freshness = self.freshness.borrow();
        let adapter = self.window.global::<Adapter>();
        adapter.set_offline(freshness.offline);
        adapter
            .set_day(freshness.old.as_ref().map(|day| day.get(self.language()).into()).unwrap_or_default());
    }
}
