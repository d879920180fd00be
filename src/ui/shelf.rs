//! The shelf page: which items a category has, and the pool of cards that shows them.

use super::{
    card,
    pictures::{Found, PictureKey, Pictures, Urgency},
    pool::Grid,
};
use crate::domain::{CatalogSnapshot, Rgb};
use cloud_shelf_ui::{AppWindow, CardView, CategoryView, Shelf as Adapter, Theme};
use slint::{ComponentHandle, Model, ModelRc, VecModel};
use std::{collections::HashSet, ops::Range, rc::Rc};

/// The page behind the cards; their corners are blended against it.
pub const PAGE: Rgb = Rgb(0xF7, 0xF6, 0xF3);

pub struct Shelf {
    /// Indices into the catalog, in the brand's order
    listed: Vec<usize>,
    /// Of the chosen category, or of all
    shown: Vec<usize>,
    category: Option<u16>,
    slots: Rc<VecModel<CardView>>,
    grid: Grid,
    /// Physical pixels a side, and of the corner
    picture: (u32, u32),
}

impl Shelf {
    pub fn new(window: &AppWindow) -> Self {
        let slots = Rc::new(VecModel::default());
        window.global::<Adapter>().set_slots(ModelRc::from(slots.clone()));
        Self {
            listed: vec![],
            shown: vec![],
            category: None,
            slots,
            grid: Grid { columns: 1, row_height: 1.0, view_height: 1.0 },
            picture: (1, 0),
        }
    }

    /// Takes the measures that the theme has worked out for the window.
    pub fn measure(&mut self, window: &AppWindow) {
        let theme = window.global::<Theme>();
        let scale = window.window().scale_factor();
        self.grid = Grid {
            columns: theme.get_columns().max(1) as usize,
            row_height: theme.get_row_height().max(1.0),
            view_height: theme.get_window_height() - theme.get_grid_top(),
        };
        self.picture = (
            (theme.get_card_width() * scale).round().max(1.0) as u32,
            (theme.get_radius_card() * scale).round() as u32,
        );
        self.slots.set_vec(vec![CardView { index: -1, ..CardView::default() }; self.grid.pool_size()]);
    }

    /// Takes a catalog, or the same one at another time of day. A chosen category stays chosen
    /// where the new catalog has it.
    pub fn set_catalog(
        &mut self,
        window: &AppWindow,
        old: &CatalogSnapshot,
        new: &CatalogSnapshot,
        now: i64,
    ) {
        let name = self.category.and_then(|index| old.categories.get(usize::from(index)));
        let kept = name.and_then(|name| new.categories.iter().position(|other| other == name));
        self.listed = (0..new.items.len()).filter(|&index| new.items[index].is_listed_at(now)).collect();
        let filled = self.show_categories(window, new);
        let kept = kept.and_then(|index| u16::try_from(index).ok()).filter(|kept| filled.contains(kept));
        self.choose(window, new, kept);
    }

    /// A category in which nothing is listed would be a dead end.
    fn show_categories(&mut self, window: &AppWindow, catalog: &CatalogSnapshot) -> HashSet<u16> {
        let filled: HashSet<u16> =
            self.listed.iter().filter_map(|&index| catalog.items[index].category).collect();
        let views: Vec<CategoryView> = (0_u16..)
            .zip(&catalog.categories)
            .filter(|(index, _)| filled.contains(index))
            .map(|(index, name)| CategoryView { index: index.into(), name: name.into() })
            .collect();
        let theme = window.global::<Theme>();
        if theme.get_has_chips() == views.is_empty() {
            // The grid begins where the chips end
            theme.set_has_chips(!views.is_empty());
            self.measure(window);
        }
        window.global::<Adapter>().set_categories(ModelRc::new(VecModel::from(views)));
        filled
    }

    pub fn choose(&mut self, window: &AppWindow, catalog: &CatalogSnapshot, category: Option<u16>) {
        self.category = category;
        self.shown = self
            .listed
            .iter()
            .copied()
            .filter(|&index| category.is_none() || catalog.items[index].category == category)
            .collect();
        let adapter = window.global::<Adapter>();
        adapter.set_category(category.map_or(-1, i32::from));
        adapter.set_count(i32::try_from(self.shown.len()).unwrap_or(i32::MAX));
        for slot in 0..self.slots.row_count() {
            self.slots.set_row_data(slot, CardView { index: -1, ..CardView::default() });
        }
    }

    /// Puts the cards that are due at the present scroll position into their slots.
    pub fn fill(&mut self, window: &AppWindow, catalog: &CatalogSnapshot, pictures: &mut Pictures) {
        let size = self.slots.row_count();
        if size == 0 {
            return;
        }
        let (sight, reach) = self.ranges(window);
        for place in reach {
            let slot = place % size;
            let Some(present) = self.slots.row_data(slot) else { continue };
            let fresh = present.index == place as i32;
            if fresh && (present.has_picture || present.designed) {
                continue;
            }
            let item = &catalog.items[self.shown[place]];
            let mut card = if fresh { present.clone() } else { card::view(place, item) };
            let urgency = if sight.contains(&place) { Urgency::Now } else { Urgency::Soon };
            if let Some(key) = self.key_at(catalog, place) {
                match pictures.get(key, urgency) {
                    Found::Ready(image) => (card.picture, card.has_picture) = (image, true),
                    Found::Broken => card.designed = true,
                    Found::Pending => {}
                }
            }
            if card != present {
                self.slots.set_row_data(slot, card);
            }
        }
    }

    /// The picture of the card at a place of the page.
    fn key_at(&self, catalog: &CatalogSnapshot, place: usize) -> Option<PictureKey> {
        let item = &catalog.items[*self.shown.get(place)?];
        let (side, radius) = self.picture;
        item.pictures.first().map(|picture| PictureKey {
            object: picture.object,
            width: side,
            height: side,
            radius,
            around: PAGE,
            mark: false,
        })
    }

    /// Pictures that the page may still need where it is scrolled to.
    pub fn keys_in_reach(&self, window: &AppWindow, catalog: &CatalogSnapshot) -> Vec<PictureKey> {
        let (_, reach) = self.ranges(window);
        reach.filter_map(|place| self.key_at(catalog, place)).collect()
    }

    /// Cards in sight whose picture is due and not there.
    pub fn waiting(&self, window: &AppWindow) -> usize {
        let (sight, _) = self.ranges(window);
        let size = self.slots.row_count().max(1);
        sight
            .filter_map(|place| Some((place, self.slots.row_data(place % size)?)))
            .filter(|(place, card)| card.index != *place as i32 || !(card.has_picture || card.designed))
            .count()
    }

    fn ranges(&self, window: &AppWindow) -> (Range<usize>, Range<usize>) {
        let offset = -window.global::<Adapter>().get_offset();
        (self.grid.in_sight(offset, self.shown.len()), self.grid.in_reach(offset, self.shown.len()))
    }

    /// The cards in sight: each item's index in the catalog, and where its picture is on the screen
    /// (left, top, width, height in physical pixels; parts of it may be out of sight).
    pub fn in_sight(&self, window: &AppWindow) -> Vec<(usize, [i32; 4])> {
        let theme = window.global::<Theme>();
        let scale = window.window().scale_factor();
        let offset = window.global::<Adapter>().get_offset();
        let (sight, _) = self.ranges(window);
        sight
            .map(|place| {
                let (row, column) = (place / self.grid.columns, place % self.grid.columns);
                let left = theme.get_grid_x() + column as f32 * theme.get_card_step();
                let top = theme.get_grid_y() + row as f32 * self.grid.row_height + offset;
                let side = theme.get_card_width();
                (self.shown[place], [left, top, side, side].map(|length| (length * scale).round() as i32))
            })
            .collect()
    }

    /// Index into the catalog of the card at a place of the page.
    pub fn item_at(&self, place: i32) -> Option<usize> {
        self.shown.get(usize::try_from(place).ok()?).copied()
    }

    pub fn listed(&self) -> &[usize] {
        &self.listed
    }
}
