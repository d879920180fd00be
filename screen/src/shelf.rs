//! The shelf page: which items a category has, and the pool of cards that shows them.

use super::{
    card_grid::CardGrid,
    glyphs::drawable,
    pictures::{PictureKey, Pictures},
    pool::Grid,
};
use cloud_shelf_core::domain::{CatalogSnapshot, Rgb};
use cloud_shelf_ui::{AppWindow, CategoryView, Shelf as Adapter, Theme};
use slint::{ComponentHandle, ModelRc, VecModel};
use std::collections::HashSet;

/// The page behind the cards; their corners are blended against it.
pub const PAGE: Rgb = Rgb(0xF7, 0xF6, 0xF3);

pub struct Shelf {
    /// Indices into the catalog, in the brand's order
    listed: Vec<usize>,
    category: Option<u16>,
    /// Those of the chosen category, or all
    cards: CardGrid,
}

impl Shelf {
    pub fn new(window: &AppWindow) -> Self {
        let cards = CardGrid::new();
        window.global::<Adapter>().set_slots(cards.slots());
        Self { listed: vec![], category: None, cards }
    }

    /// Takes the measures that the theme has worked out for the window.
    pub fn measure(&mut self, window: &AppWindow) {
        let theme = window.global::<Theme>();
        let scale = window.window().scale_factor();
        let grid = Grid {
            columns: theme.get_columns().max(1) as usize,
            row_height: theme.get_row_height().max(1.0),
            view_height: theme.get_window_height() - theme.get_grid_top() - theme.get_footer_height(),
        };
        let picture = (
            (theme.get_card_width() * scale).round().max(1.0) as u32,
            (theme.get_radius_card() * scale).round() as u32,
        );
        self.cards.measure(grid, picture);
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
            .map(|(index, name)| CategoryView { index: index.into(), name: drawable(name).as_ref().into() })
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
        let shown = self
            .listed
            .iter()
            .copied()
            .filter(|&index| category.is_none() || catalog.items[index].category == category)
            .collect();
        self.cards.show(shown);
        let adapter = window.global::<Adapter>();
        adapter.set_category(category.map_or(-1, i32::from));
        adapter.set_count(self.cards.count());
    }

    /// Puts the cards that are due at the present scroll position into their slots.
    pub fn fill(&self, window: &AppWindow, catalog: &CatalogSnapshot, pictures: &mut Pictures) {
        self.cards.fill(offset(window), catalog, pictures);
    }

    /// Pictures that the page may still need where it is scrolled to.
    pub fn keys_in_reach(&self, window: &AppWindow, catalog: &CatalogSnapshot) -> Vec<PictureKey> {
        self.cards.keys_in_reach(offset(window), catalog)
    }

    /// Cards in sight whose picture is due and not there.
    pub fn waiting(&self, window: &AppWindow) -> usize {
        self.cards.waiting(offset(window))
    }

    /// The cards in sight: each item's index in the catalog, and where its picture is on the screen
    /// (left, top, width, height in physical pixels; parts of it may be out of sight).
    pub fn in_sight(&self, window: &AppWindow) -> Vec<(usize, [i32; 4])> {
        let theme = window.global::<Theme>();
        let scale = window.window().scale_factor();
        let offset = offset(window);
        let grid = &self.cards.grid;
        self.cards
            .in_sight(offset)
            .map(|place| {
                let (row, column) = (place / grid.columns, place % grid.columns);
                let left = theme.get_grid_x() + column as f32 * theme.get_card_step();
                let top = theme.get_grid_y() + row as f32 * grid.row_height + offset;
                let side = theme.get_card_width();
                let at = [left, top, side, side].map(|length| (length * scale).round() as i32);
                (self.cards.shown()[place], at)
            })
            .collect()
    }

    /// Index into the catalog of the card at a place of the page.
    pub fn item_at(&self, place: i32) -> Option<usize> {
        self.cards.item_at(place)
    }

    pub fn listed(&self) -> &[usize] {
        &self.listed
    }
}

/// How far the page is scrolled; 0 or less.
fn offset(window: &AppWindow) -> f32 {
    window.global::<Adapter>().get_offset()
}
