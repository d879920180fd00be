//! The touch test and the colour test.

use super::screen::Screen;
use cloud_shelf_ui::{Navigation, Page, Service as Adapter, ServiceView, Theme, TouchDot, TouchTarget};
use slint::{ComponentHandle, Model, ModelRc, VecModel};
use std::rc::Rc;

/// Marks that are kept; the oldest go first.
const MAX_DOTS: usize = 300;

#[derive(Default)]
pub(super) struct ScreenTests {
    targets: Rc<VecModel<TouchTarget>>,
    dots: Rc<VecModel<TouchDot>>,
}

impl Screen {
    pub(super) fn connect_tests(self: &Rc<Self>) {
        let adapter = self.window.global::<Adapter>();
        adapter.set_targets(ModelRc::from(self.service.tests.targets.clone()));
        adapter.set_dots(ModelRc::from(self.service.tests.dots.clone()));
        let act = |action| self.handler(action);
        adapter.on_touch_test(act(Self::test_touch));
        let screen = Rc::downgrade(self);
        adapter.on_drawn(move |x, y| screen.upgrade().into_iter().for_each(|screen| screen.touched_at(x, y)));
        adapter.on_color_test(act(Self::test_colors));
        adapter.on_next_color(act(|screen| {
            let adapter = screen.window.global::<Adapter>();
            let colors = screen.window.global::<Theme>().get_test_colors().row_count() as i32;
            // The shades come after the colours, and then the page
            if adapter.get_color() < colors {
                adapter.set_color(adapter.get_color() + 1);
            } else {
                screen.leave_view();
            }
        }));
    }

    pub(super) fn test_touch(&self) {
        self.enter_test(ServiceView::Touch);
        self.place_targets();
    }

    pub(super) fn test_colors(&self) {
        self.window.global::<Adapter>().set_color(0);
        self.enter_test(ServiceView::Colors);
    }

    /// From the service page, or, without what is behind its PIN, from anywhere.
    fn enter_test(&self, view: ServiceView) {
        if !self.is_unlocked() {
            self.close_sheets();
            self.enter(Page::Service);
        }
        self.view(view);
    }

    /// In the corners and in the middle.
    fn place_targets(&self) {
        let theme = self.window.global::<Theme>();
        let (width, height) = (theme.get_window_width(), theme.get_window_height());
        let inset = theme.get_touch() / 2.0 + theme.get_gap_1();
        let places = [
            (inset, inset),
            (width - inset, inset),
            (width / 2.0, height / 2.0),
            (inset, height - inset),
            (width - inset, height - inset),
        ];
        self.service.tests.targets.set_vec(places.map(|(x, y)| TouchTarget { x, y, hit: false }).to_vec());
    }

    fn touched_at(&self, x: f32, y: f32) {
        let tests = &self.service.tests;
        if tests.dots.row_count() >= MAX_DOTS {
            tests.dots.remove(0);
        }
        tests.dots.push(TouchDot { x, y });
        let reach = self.window.global::<Theme>().get_touch() / 2.0;
        for place in 0..tests.targets.row_count() {
            let Some(target) = tests.targets.row_data(place) else { continue };
            if !target.hit && (target.x - x).hypot(target.y - y) <= reach {
                tests.targets.set_row_data(place, TouchTarget { hit: true, ..target });
            }
        }
        // A long line is a touch all the while
        self.window.global::<Navigation>().invoke_touched();
    }

    pub(super) fn clear_tests(&self) {
        self.service.tests.dots.set_vec(vec![]);
        self.service.tests.targets.set_vec(vec![]);
    }
}
