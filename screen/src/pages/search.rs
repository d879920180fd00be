//! The search page: what was typed on the pad, and the cards of what it finds.

use super::Pages;
use crate::{
    cards::{self, CardGrid, Grid},
    effect::Effect,
    glyphs::drawable,
    listing::Listing,
    pictures::PictureKey,
};
use cloud_shelf_core::{
    domain::CatalogSnapshot,
    search::{Index, initials},
};
use cloud_shelf_ui::{Search as Adapter, Theme};
use slint::SharedString;
use std::{rc::Rc, sync::Arc};

/// No shopper types more; the field shows so much.
const MAX_QUERY: usize = 20;

/// A query from this length on that finds nothing is worth telling the brand of.
const TELLING: usize = 2;

/// Makes indexes away from the UI thread; the call returns at once. The index comes back through
/// [`Screen::set_index`](crate::Screen::set_index).
pub trait IndexSource {
    fn request(&self, catalog: Arc<CatalogSnapshot>);
}

pub struct SearchPage {
    source: Rc<dyn IndexSource>,
    /// Made when the page is first opened
    index: Option<Arc<Index>>,
    /// Of which catalog one was asked for
    requested: Option<Arc<CatalogSnapshot>>,
    query: String,
    /// Of the index's catalog, which is the one of now unless the next index is on its way
    results: CardGrid,
    /// What was typed had no result, and the shopper has not found a better query yet
    missed: bool,
}

impl SearchPage {
    pub fn new(pages: &Pages, source: Rc<dyn IndexSource>) -> Self {
        let results = CardGrid::new(nothing_found(pages));
        pages.global::<Adapter>().set_slots(results.slots());
        Self { source, index: None, requested: None, query: String::new(), results, missed: false }
    }

    /// Gets the page ready for a shopper who has typed nothing yet.
    pub fn open(&mut self, pages: &Pages) {
        pages.global::<Adapter>().set_opened(true);
        self.measure(pages);
        self.show_example(pages);
        // Asked for now, it is there by the first key
        self.request_index(pages);
    }

    /// Takes the measures that the theme has worked out for the window.
    pub fn measure(&mut self, pages: &Pages) {
        let theme = pages.global::<Theme>();
        if theme.get_compact() {
            let grid = Grid {
                columns: 1,
                row_height: theme.get_strip_step().max(1.0),
                view_height: theme.get_results_width(),
            };
            let side = pages.pixels(theme.get_strip_picture()).max(1);
            return self.results.set_measures(grid, (side, pages.pixels(theme.get_radius())));
        }
        let grid = Grid {
            columns: theme.get_result_columns().max(1) as usize,
            row_height: theme.get_row_height().max(1.0),
            view_height: theme.get_results_height(),
        };
        let side = pages.pixels(theme.get_card_width()).max(1);
        self.results.set_measures(grid, (side, pages.pixels(theme.get_radius_card())));
    }

    /// Asks for the index of the catalog of now, unless it is there or on its way.
    fn request_index(&mut self, pages: &Pages) {
        let catalog = pages.catalog.snapshot();
        let is_there = self.index.as_ref().is_some_and(|index| Arc::ptr_eq(index.catalog(), catalog));
        let is_on_its_way = self.requested.as_ref().is_some_and(|other| Arc::ptr_eq(other, catalog));
        if !is_there && !is_on_its_way {
            self.requested = Some(catalog.clone());
            self.source.request(catalog.clone());
        }
    }

    /// The index of a catalog has been made. One of an earlier catalog is of no use any more.
    pub fn set_index(&mut self, pages: &Pages, index: Arc<Index>) -> Vec<Effect> {
        if !Arc::ptr_eq(index.catalog(), pages.catalog.snapshot()) {
            return vec![];
        }
        (self.index, self.requested) = (Some(index), None);
        vec![Effect::SearchAgain]
    }

    /// Looks for the query among the items that are listed, once the index is there.
    pub fn find_items(&mut self, pages: &Pages) {
        let adapter = pages.global::<Adapter>();
        adapter.set_query(self.query.to_uppercase().into());
        if self.query.is_empty() {
            self.results.show(nothing_found(pages));
        } else {
            let index = self.index.as_ref();
            let Some(found) = index.and_then(|index| pages.catalog.find_all(index, &self.query)) else {
                self.request_index(pages);
                // The cards of the last catalog stay where they are for the moment, and open nothing
                return adapter.set_done(false);
            };
            self.results.show(found);
            if !self.results.shown().is_empty() {
                self.missed = false;
            } else if self.query.chars().count() >= TELLING {
                self.missed = true;
            }
        }
        adapter.set_count(self.results.count());
        adapter.set_done(true);
    }

    pub fn type_key(&mut self, pages: &Pages, key: &str) -> Vec<Effect> {
        let room = MAX_QUERY.saturating_sub(self.count_typed());
        let typed: String = key.to_lowercase().chars().take(room).collect();
        if typed.is_empty() {
            return vec![];
        }
        self.query.push_str(&typed);
        self.begin_query(pages)
    }

    pub fn erase(&mut self, pages: &Pages) -> Vec<Effect> {
        if self.query.pop().is_none() {
            return vec![];
        }
        self.begin_query(pages)
    }

    pub fn clear(&mut self, pages: &Pages) -> Vec<Effect> {
        self.query.clear();
        self.begin_query(pages)
    }

    fn begin_query(&mut self, pages: &Pages) -> Vec<Effect> {
        pages.global::<Adapter>().set_offset(0.0);
        let missed = if self.query.is_empty() { self.take_missed() } else { None };
        missed.into_iter().chain([Effect::SearchAgain]).collect()
    }

    /// A query without a result has been left.
    fn take_missed(&mut self) -> Option<Effect> {
        std::mem::take(&mut self.missed).then_some(Effect::SearchMissed)
    }

    /// The next shopper finds the page empty.
    pub fn forget(&mut self, pages: &Pages) -> Option<Effect> {
        self.query.clear();
        self.results.show(nothing_found(pages));
        let adapter = pages.global::<Adapter>();
        adapter.set_query(SharedString::new());
        adapter.set_count(0);
        adapter.set_done(true);
        adapter.set_offset(0.0);
        adapter.set_digits(false);
        self.take_missed()
    }

    /// Opens the card at a place of the page, if the cards are of the catalog of now.
    pub fn open_card(&self, pages: &Pages, place: i32) -> Vec<Effect> {
        let done = pages.global::<Adapter>().get_done();
        self.results.item_at(place).filter(|_| done).map(Effect::OpenItem).into_iter().collect()
    }

    /// A word of this catalog, to show how words are typed.
    fn show_example(&self, pages: &Pages) {
        let brand = pages.brand().name;
        let (word, keys) = pages
            .catalog
            .iter()
            .find_map(|item| {
                // Titles often begin with the brand, which says nothing on its own shelf
                let title = item.title.trim_start_matches(brand.as_str());
                let word = cards::initials(&drawable(title));
                let keys = initials(&word).filter(|keys| keys.len() > 1)?;
                Some((word, keys.to_uppercase()))
            })
            .unwrap_or_default();
        let spaced: Vec<_> = keys.chars().map(String::from).collect();
        let adapter = pages.global::<Adapter>();
        adapter.set_example(word.into());
        adapter.set_example_keys(spaced.join(" ").into());
    }

    /// How many characters are in the field.
    pub fn count_typed(&self) -> usize {
        self.query.chars().count()
    }

    pub fn fill(&self, pages: &Pages) {
        if pages.global::<Adapter>().get_done() {
            self.results.fill(self.offset(pages), &mut pages.pictures.borrow_mut());
        }
    }

    pub fn keys_in_reach(&self, pages: &Pages) -> Vec<PictureKey> {
        if pages.global::<Adapter>().get_done() {
            self.results.keys_in_reach(self.offset(pages))
        } else {
            vec![]
        }
    }

    pub fn count_waiting(&self, pages: &Pages) -> usize {
        self.results.count_waiting(self.offset(pages))
    }

    /// The cards in sight, as the shelf page has them.
    pub fn cards_in_sight(&self, pages: &Pages) -> Vec<(String, [i32; 4])> {
        let theme = pages.global::<Theme>();
        let offset = self.offset(pages);
        let at = |row: f32, column: f32| {
            if theme.get_compact() {
                let left = theme.get_gap_2() + row * theme.get_strip_step() + offset;
                return [left, theme.get_strip_y(), theme.get_strip_picture(), theme.get_strip_picture()];
            }
            let left = theme.get_gap_4() + column * theme.get_card_step();
            let top = theme.get_reach_top() + theme.get_gap_4() + row * theme.get_row_height() + offset;
            [left, top, theme.get_card_width(), theme.get_card_width()]
        };
        let cards = self.results.cards_in_sight(offset);
        cards.map(|(id, row, column)| (id, pages.pixels_of_rectangle(at(row, column)))).collect()
    }

    /// How far the results are scrolled; 0 or less.
    pub fn offset(&self, pages: &Pages) -> f32 {
        pages.global::<Adapter>().get_offset()
    }
}

fn nothing_found(pages: &Pages) -> Listing {
    Listing::none(pages.catalog.snapshot().clone())
}
