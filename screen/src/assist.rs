//! What makes the pages easier to see and to reach: a shopper's choices, forgotten when they leave.

use super::{brand, screen::Screen};
use cloud_shelf_ui::{Assist as Adapter, Theme};
use slint::ComponentHandle;
use std::rc::Rc;

impl Screen {
    pub(super) fn connect_assist(self: &Rc<Self>) {
        let adapter = self.window.global::<Adapter>();
        let toggle = |change: fn(&Theme<'_>)| {
            let screen = Rc::downgrade(self);
            move || {
                if let Some(screen) = screen.upgrade() {
                    change(&screen.window.global::<Theme>());
                    screen.assist_changed();
                }
            }
        };
        adapter.on_toggle_reach(toggle(|theme| theme.set_reach(!theme.get_reach())));
        adapter.on_toggle_large_text(toggle(|theme| theme.set_large_text(!theme.get_large_text())));
        adapter.on_toggle_high_contrast(toggle(|theme| theme.set_high_contrast(!theme.get_high_contrast())));
    }

    /// The next shopper finds the pages as they are for everybody.
    pub(super) fn forget_assist(&self) {
        let theme = self.window.global::<Theme>();
        if theme.get_reach() || theme.get_large_text() || theme.get_high_contrast() {
            theme.set_reach(false);
            theme.set_large_text(false);
            theme.set_high_contrast(false);
            self.assist_changed();
        }
    }

    /// Lengths and colours are others now.
    fn assist_changed(&self) {
        brand::show(&self.window, &self.brand());
        self.resized();
    }
}
