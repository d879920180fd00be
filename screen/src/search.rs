//! The search page: what was typed on the pad, and the cards of what it finds.

use super::{
    card,
    card_grid::CardGrid,
    glyphs::drawable,
    pictures::{PictureKey, Pictures},
    pool::Grid,
    screen::Screen,
};
use cloud_shelf_core::{
    domain::CatalogSnapshot,
    search::{Index, initials},
};
use cloud_shelf_ui::{AppWindow, Navigation, Page, Search as Adapter, Theme};
use slint::{ComponentHandle, SharedString};
use std::{rc::Rc, sync::Arc};

/// No shopper types more; the field shows so much.
const MAX_QUERY: usize = 20;

/// A query from this length on that finds nothing is worth telling the brand of.
const TELLING: usize = 2;

/// Makes indexes away from the UI thread; the call returns at once. The index comes back through
/// [`Screen::set_index`].
pub trait IndexSource {
    fn request(&self, catalog: Arc<CatalogSnapshot>);
}

pub struct SearchPage {
    source: Rc<dyn IndexSource>,
    /// Made when the page is first opened
    index: Option<Arc<Index>>,
    /// Of which catalog one was asked for
    asked: Option<Arc<CatalogSnapshot>>,
    query: String,
    /// Of the index's catalog, which is the screen's own unless the next index is on its way
    results: CardGrid,
    /// What was typed had no result, and the shopper has not found a better query yet
    missed: bool,
}

impl SearchPage {
    pub fn new(window: &AppWindow, source: Rc<dyn IndexSource>) -> Self {
        let results = CardGrid::new();
        window.global::<Adapter>().set_slots(results.slots());
        Self { source, index: None, asked: None, query: String::new(), results, missed: false }
    }

    /// Takes the measures that the theme has worked out for the window.
    fn measure(&mut self, window: &AppWindow) {
        let theme = window.global::<Theme>();
        let scale = window.window().scale_factor();
        let pixels = |length: f32| (length * scale).round().max(0.0) as u32;
        if theme.get_compact() {
            let grid = Grid {
                columns: 1,
                row_height: theme.get_strip_step().max(1.0),
                view_height: theme.get_results_width(),
            };
            let side = pixels(theme.get_strip_picture()).max(1);
            return self.results.measure(grid, (side, pixels(theme.get_radius())));
        }
        let grid = Grid {
            columns: theme.get_result_columns().max(1) as usize,
            row_height: theme.get_row_height().max(1.0),
            view_height: theme.get_results_height(),
        };
        let side = pixels(theme.get_card_width()).max(1);
        self.results.measure(grid, (side, pixels(theme.get_radius_card())));
    }

    /// Whether the index is of this catalog. If not, it is asked for.
    fn has_index_of(&mut self, catalog: &Arc<CatalogSnapshot>) -> bool {
        let fits = self.index.as_ref().is_some_and(|index| Arc::ptr_eq(index.catalog(), catalog));
        let asked = self.asked.as_ref().is_some_and(|asked| Arc::ptr_eq(asked, catalog));
        if !fits && !asked {
            self.asked = Some(catalog.clone());
            self.source.request(catalog.clone());
        }
        fits
    }

    /// Looks for the query among the items that are listed, once the index is there.
    fn run(&mut self, window: &AppWindow, catalog: &Arc<CatalogSnapshot>, listed: &[usize]) {
        let adapter = window.global::<Adapter>();
        adapter.set_query(self.query.to_uppercase().into());
        if self.query.is_empty() {
            self.results.show(vec![]);
        } else if !self.has_index_of(catalog) {
            // The cards of the last catalog stay where they are for the moment, and open nothing
            return adapter.set_done(false);
        } else if let Some(index) = &self.index {
            let hits = index.find(&self.query).into_iter().map(|hit| hit.item);
            self.results.show(hits.filter(|item| listed.binary_search(item).is_ok()).collect());
            if !self.results.shown().is_empty() {
                self.missed = false;
            } else if self.query.chars().count() >= TELLING {
                self.missed = true;
            }
        }
        adapter.set_count(self.results.count());
        adapter.set_done(true);
    }

    pub fn fill(&self, window: &AppWindow, catalog: &CatalogSnapshot, pictures: &mut Pictures) {
        if window.global::<Adapter>().get_done() {
            self.results.fill(offset(window), catalog, pictures);
        }
    }

    pub fn keys_in_reach(&self, window: &AppWindow, catalog: &CatalogSnapshot) -> Vec<PictureKey> {
        if window.global::<Adapter>().get_done() {
            self.results.keys_in_reach(offset(window), catalog)
        } else {
            vec![]
        }
    }

    pub fn waiting(&self, window: &AppWindow) -> usize {
        self.results.waiting(offset(window))
    }

    /// The cards in sight, as the shelf page has them.
    pub fn in_sight(&self, window: &AppWindow) -> Vec<(usize, [i32; 4])> {
        let theme = window.global::<Theme>();
        let scale = window.window().scale_factor();
        let offset = offset(window);
        let columns = self.results.grid.columns;
        let at = |place: usize| {
            if theme.get_compact() {
                let left = theme.get_gap_2() + place as f32 * theme.get_strip_step() + offset;
                return [left, theme.get_strip_y(), theme.get_strip_picture(), theme.get_strip_picture()];
            }
            let (row, column) = (place / columns, place % columns);
            let left = theme.get_gap_4() + column as f32 * theme.get_card_step();
            let top =
                theme.get_reach_top() + theme.get_gap_4() + row as f32 * theme.get_row_height() + offset;
            [left, top, theme.get_card_width(), theme.get_card_width()]
        };
        let pixels = |length: f32| (length * scale).round() as i32;
        let sight = self.results.in_sight(offset);
        sight.map(|place| (self.results.shown()[place], at(place).map(pixels))).collect()
    }
}

/// How far the results are scrolled; 0 or less.
fn offset(window: &AppWindow) -> f32 {
    window.global::<Adapter>().get_offset()
}

impl Screen {
    pub(super) fn connect_search(self: &Rc<Self>) {
        let act = |action| self.handler(action);
        let act_on = |action: fn(&Self, i32)| self.handler_of(action);
        self.window.global::<Navigation>().on_search(act(Self::enter_search));
        let adapter = self.window.global::<Adapter>();
        let screen = Rc::downgrade(self);
        adapter.on_strike(move |key: SharedString| {
            screen.upgrade().into_iter().for_each(|screen| screen.type_key(&key));
        });
        adapter.on_erase(act(|screen| {
            let erased = screen.search.borrow_mut().query.pop();
            if erased.is_some() {
                screen.query_changed();
            }
        }));
        adapter.on_clear(act(|screen| {
            screen.search.borrow_mut().query.clear();
            screen.query_changed();
        }));
        adapter.on_open(act_on(|screen, place| {
            let done = screen.window.global::<Adapter>().get_done();
            let index = screen.search.borrow().results.item_at(place).filter(|_| done);
            screen.tap(index);
        }));
        adapter.on_scrolled(act(|screen| {
            screen.drop_stale_requests();
            screen.refill();
        }));
        adapter.on_choose_category(act_on(|screen, category| {
            screen.choose_category(category);
            screen.enter_shelf(true);
        }));
    }

    /// Opens the page with nothing typed yet.
    pub(super) fn enter_search(&self) {
        if self.shelf.borrow().listed().is_empty() {
            return self.reopen();
        }
        self.forget_search();
        self.window.global::<Adapter>().set_opened(true);
        self.search.borrow_mut().measure(&self.window);
        self.give_example();
        // Asked for now, it is there by the first key
        self.search.borrow_mut().has_index_of(&self.catalog.borrow());
        self.enter(Page::Search);
    }

    /// How many characters are in the field.
    pub fn typed(&self) -> usize {
        self.search.borrow().query.chars().count()
    }

    /// The index of a catalog has been made.
    pub fn set_index(&self, index: Arc<Index>) {
        if Arc::ptr_eq(index.catalog(), &self.catalog.borrow()) {
            let mut search = self.search.borrow_mut();
            (search.index, search.asked) = (Some(index), None);
            drop(search);
            self.search_again();
        }
    }

    fn type_key(&self, key: &str) {
        let room = MAX_QUERY.saturating_sub(self.search.borrow().query.chars().count());
        let typed: String = key.to_lowercase().chars().take(room).collect();
        if !typed.is_empty() {
            self.search.borrow_mut().query.push_str(&typed);
            self.query_changed();
        }
    }

    fn query_changed(&self) {
        if self.search.borrow().query.is_empty() {
            self.tell_missed();
        }
        self.window.global::<Adapter>().set_offset(0.0);
        self.search_again();
    }

    /// Another catalog, another time of day, other measures or another query: the results are worked
    /// out again, where there are any.
    pub(super) fn search_again(&self) {
        if !self.searches() {
            return;
        }
        let catalog = self.catalog.borrow().clone();
        self.search.borrow_mut().run(&self.window, &catalog, self.shelf.borrow().listed());
        self.drop_stale_requests();
        self.refill();
    }

    pub(super) fn measure_search(&self) {
        if self.searches() {
            self.search.borrow_mut().measure(&self.window);
        }
    }

    /// Whether the search page is on the screen, or an item that was found there.
    pub(super) fn searches(&self) -> bool {
        let way_back = self.way_back.get() == Page::Search;
        self.page() == Page::Search || self.page() == Page::Item && way_back
    }

    /// The next shopper finds the page empty.
    pub(super) fn forget_search(&self) {
        self.tell_missed();
        let mut search = self.search.borrow_mut();
        search.query.clear();
        search.results.show(vec![]);
        let adapter = self.window.global::<Adapter>();
        adapter.set_query(SharedString::new());
        adapter.set_count(0);
        adapter.set_done(true);
        adapter.set_offset(0.0);
        adapter.set_digits(false);
    }

    /// A query without a result has been left.
    fn tell_missed(&self) {
        if std::mem::take(&mut self.search.borrow_mut().missed) {
            self.watch.borrow().search_empty();
        }
    }

    /// A word of this catalog, to show how words are typed.
    fn give_example(&self) {
        let (catalog, brand) = (self.catalog.borrow(), self.brand().name);
        let word = |&item: &usize| {
            // Titles often begin with the brand, which says nothing on its own shelf
            let title = catalog.items[item].title.trim_start_matches(brand.as_str());
            let word = card::initials(&drawable(title));
            let keys = initials(&word).filter(|keys| keys.len() > 1)?;
            Some((word, keys.to_uppercase()))
        };
        let (word, keys) = self.shelf.borrow().listed().iter().find_map(word).unwrap_or_default();
        let spaced: Vec<_> = keys.chars().map(String::from).collect();
        let adapter = self.window.global::<Adapter>();
        adapter.set_example(word.into());
        adapter.set_example_keys(spaced.join(" ").into());
    }
}
