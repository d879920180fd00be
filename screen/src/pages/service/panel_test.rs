//! The touch test and the colour test of the panel.

use crate::pages::Pages;
use cloud_shelf_ui::{Service as Adapter, Theme, TouchDot, TouchTarget};
use slint::{Model, ModelRc, VecModel};
use std::rc::Rc;

/// Marks that are kept; the oldest go first.
const MAX_DOTS: usize = 300;

pub struct PanelTest {
    targets: Rc<VecModel<TouchTarget>>,
    dots: Rc<VecModel<TouchDot>>,
}

impl PanelTest {
    pub fn new(pages: &Pages) -> Self {
        let test = Self { targets: Rc::default(), dots: Rc::default() };
        let adapter = pages.global::<Adapter>();
        adapter.set_targets(ModelRc::from(test.targets.clone()));
        adapter.set_dots(ModelRc::from(test.dots.clone()));
        test
    }

    pub fn clear(&self) {
        self.dots.set_vec(vec![]);
        self.targets.set_vec(vec![]);
    }

    /// Puts targets in the corners and in the middle.
    pub fn place_targets(&self, pages: &Pages) {
        let theme = pages.global::<Theme>();
        let (width, height) = (theme.get_window_width(), theme.get_window_height());
        let inset = theme.get_touch() / 2.0 + theme.get_gap_1();
        let places = [
            (inset, inset),
            (width - inset, inset),
            (width / 2.0, height / 2.0),
            (inset, height - inset),
            (width - inset, height - inset),
        ];
        self.targets.set_vec(places.map(|(x, y)| TouchTarget { x, y, hit: false }).to_vec());
    }

    /// Marks where a finger is, and the target that it hits.
    pub fn mark_touch(&self, pages: &Pages, x: f32, y: f32) {
        if self.dots.row_count() >= MAX_DOTS {
            self.dots.remove(0);
        }
        self.dots.push(TouchDot { x, y });
        let reach = pages.global::<Theme>().get_touch() / 2.0;
        for (place, target) in self.targets.iter().enumerate() {
            if !target.hit && (target.x - x).hypot(target.y - y) <= reach {
                self.targets.set_row_data(place, TouchTarget { hit: true, ..target });
            }
        }
    }

    pub fn show_first_color(&self, pages: &Pages) {
        pages.global::<Adapter>().set_color(0);
    }

    /// Shows the next colour; false after the last. The shades come after the colours.
    pub fn show_next_color(&self, pages: &Pages) -> bool {
        let adapter = pages.global::<Adapter>();
        let colors = pages.global::<Theme>().get_test_colors().row_count() as i32;
        let is_there = adapter.get_color() < colors;
        if is_there {
            adapter.set_color(adapter.get_color() + 1);
        }
        is_there
    }
}
