//! A pool of cards that shows a list of items, wherever it is scrolled to.

use super::{
    card,
    pictures::{Found, PictureKey, Pictures, Urgency},
    pool::Grid,
    shelf::PAGE,
};
use cloud_shelf_core::domain::CatalogSnapshot;
use cloud_shelf_ui::CardView;
use slint::{Model, ModelRc, VecModel};
use std::{ops::Range, rc::Rc};

pub struct CardGrid {
    /// Indices into the catalog
    shown: Vec<usize>,
    slots: Rc<VecModel<CardView>>,
    pub grid: Grid,
    /// Physical pixels a side, and of the corner
    picture: (u32, u32),
}

impl CardGrid {
    pub fn new() -> Self {
        Self {
            shown: vec![],
            slots: Rc::default(),
            grid: Grid { columns: 1, row_height: 1.0, view_height: 1.0 },
            picture: (1, 0),
        }
    }

    pub fn slots(&self) -> ModelRc<CardView> {
        ModelRc::from(self.slots.clone())
    }

    /// Other measures; the cards are filled in anew.
    pub fn measure(&mut self, grid: Grid, picture: (u32, u32)) {
        self.grid = grid;
        self.picture = picture;
        self.slots.set_vec(vec![CardView { index: -1, ..CardView::default() }; self.grid.pool_size()]);
    }

    /// Another list, whose cards come with [`Self::fill`].
    pub fn show(&mut self, items: Vec<usize>) {
        self.shown = items;
        for slot in 0..self.slots.row_count() {
            self.slots.set_row_data(slot, CardView { index: -1, ..CardView::default() });
        }
    }

    pub fn shown(&self) -> &[usize] {
        &self.shown
    }

    /// How many there are, as the pages count.
    pub fn count(&self) -> i32 {
        i32::try_from(self.shown.len()).unwrap_or(i32::MAX)
    }

    /// Puts the cards that are due at a scroll position into their slots.
    pub fn fill(&self, offset: f32, catalog: &CatalogSnapshot, pictures: &mut Pictures) {
        let size = self.slots.row_count();
        if size == 0 {
            return;
        }
        let sight = self.in_sight(offset);
        for place in self.in_reach(offset) {
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

    /// Pictures that may still be needed at a scroll position.
    pub fn keys_in_reach(&self, offset: f32, catalog: &CatalogSnapshot) -> Vec<PictureKey> {
        self.in_reach(offset).filter_map(|place| self.key_at(catalog, place)).collect()
    }

    /// Cards in sight whose picture is due and not there.
    pub fn waiting(&self, offset: f32) -> usize {
        let size = self.slots.row_count().max(1);
        self.in_sight(offset)
            .filter_map(|place| Some((place, self.slots.row_data(place % size)?)))
            .filter(|(place, card)| card.index != *place as i32 || !(card.has_picture || card.designed))
            .count()
    }

    /// Places at least partly in sight.
    pub fn in_sight(&self, offset: f32) -> Range<usize> {
        self.grid.in_sight(-offset, self.shown.len())
    }

    fn in_reach(&self, offset: f32) -> Range<usize> {
        self.grid.in_reach(-offset, self.shown.len())
    }

    /// Index into the catalog of the card at a place of the page.
    pub fn item_at(&self, place: i32) -> Option<usize> {
        self.shown.get(usize::try_from(place).ok()?).copied()
    }
}
