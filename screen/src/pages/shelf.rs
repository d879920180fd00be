//! The shelf page: which items a category has, and the pool of cards that shows them.

use super::Pages;
use crate::{
    cards::{CardGrid, Grid},
    effect::Effect,
    glyphs::drawable,
    pictures::PictureKey,
};
use cloud_shelf_ui::{CategoryView, Shelf as Adapter, Theme};
use slint::{ModelRc, VecModel};

pub struct ShelfPage {
    category: Option<u16>,
    /// Those of the chosen category, or all
    cards: CardGrid,
}

impl ShelfPage {
    pub fn new(pages: &Pages) -> Self {
        let cards = CardGrid::new(pages.catalog.clone());
        pages.global::<Adapter>().set_slots(cards.slots());
        Self { category: None, cards }
    }

    /// Takes the measures that the theme has worked out for the window.
    pub fn measure(&mut self, pages: &Pages) {
        let theme = pages.global::<Theme>();
        let grid = Grid {
            columns: theme.get_columns().max(1) as usize,
            row_height: theme.get_row_height().max(1.0),
            view_height: theme.get_window_height() - theme.get_grid_top() - theme.get_footer_height(),
        };
        let side = pages.pixels(theme.get_card_width()).max(1);
        self.cards.set_measures(grid, (side, pages.pixels(theme.get_radius_card())));
    }

    /// Takes another catalog, or the same one at another time of day. A chosen category stays chosen
    /// where there is still something in it.
    pub fn renew(&mut self, pages: &Pages) {
        // By the catalog that the cards are of
        let chosen = self.category.and_then(|category| self.cards.shown().category_name(category));
        let offered = pages.catalog.categories();
        let kept = offered.iter().find(|(_, name)| Some(**name) == chosen).map(|(category, _)| *category);
        let views: Vec<CategoryView> = offered
            .into_iter()
            .map(|(category, name)| CategoryView {
                index: category.into(),
                name: drawable(name).as_ref().into(),
            })
            .collect();
        let theme = pages.global::<Theme>();
        if theme.get_has_chips() == views.is_empty() {
            // The grid begins where the chips end
            theme.set_has_chips(!views.is_empty());
            self.measure(pages);
        }
        pages.global::<Adapter>().set_categories(ModelRc::new(VecModel::from(views)));
        self.show_category(pages, kept);
    }

    /// Shows a category from its top on, or all items.
    pub fn choose_category(&mut self, pages: &Pages, category: i32) -> Vec<Effect> {
        self.show_category(pages, u16::try_from(category).ok());
        self.scroll_to_top(pages);
        vec![Effect::Scrolled]
    }

    fn show_category(&mut self, pages: &Pages, category: Option<u16>) {
        self.category = category;
        self.cards.show(match category {
            Some(_) => pages.catalog.in_category(category),
            None => pages.catalog.clone(),
        });
        let adapter = pages.global::<Adapter>();
        adapter.set_category(category.map_or(-1, i32::from));
        adapter.set_count(self.cards.count());
    }

    pub fn scroll_to_top(&self, pages: &Pages) {
        pages.global::<Adapter>().set_offset(0.0);
    }

    /// Opens the card at a place of the page.
    pub fn open_card(&self, place: i32) -> Vec<Effect> {
        self.cards.item_at(place).map(Effect::OpenItem).into_iter().collect()
    }

    /// Puts the cards that are due at the present scroll position into their slots.
    pub fn fill(&self, pages: &Pages) {
        self.cards.fill(self.offset(pages), &mut pages.pictures.borrow_mut());
    }

    /// Pictures that the page may still need where it is scrolled to.
    pub fn keys_in_reach(&self, pages: &Pages) -> Vec<PictureKey> {
        self.cards.keys_in_reach(self.offset(pages))
    }

    /// Cards in sight whose picture is due and not there.
    pub fn count_waiting(&self, pages: &Pages) -> usize {
        self.cards.count_waiting(self.offset(pages))
    }

    /// The cards in sight: each item's id, and where its picture is on the screen (left, top, width,
    /// height in physical pixels; parts of it may be out of sight).
    pub fn cards_in_sight(&self, pages: &Pages) -> Vec<(String, [i32; 4])> {
        let theme = pages.global::<Theme>();
        let offset = self.offset(pages);
        let cards = self.cards.cards_in_sight(offset);
        cards
            .map(|(id, row, column)| {
                let left = theme.get_grid_x() + column * theme.get_card_step();
                let top = theme.get_grid_y() + row * theme.get_row_height().max(1.0) + offset;
                let side = theme.get_card_width();
                (id, pages.pixels_of_rectangle([left, top, side, side]))
            })
            .collect()
    }

    /// How far the page is scrolled; 0 or less.
    pub fn offset(&self, pages: &Pages) -> f32 {
        pages.global::<Adapter>().get_offset()
    }
}
