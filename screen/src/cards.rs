//! Cards: an item as the pages show it, and a pool of cards that shows a list, wherever it is scrolled to.
//!
//! The pool is a ring in which place `i` of the list always has slot `i % size`, so scrolling changes
//! only the slots that came into reach.

use crate::{
    glyphs::drawable,
    listing::{Listed, Listing},
    pictures::{Found, PictureKey, Pictures, Urgency},
    theme::{PAGE, to_color},
};
use cloud_shelf_core::domain::{Item, Price, Rgb};
use cloud_shelf_ui::CardView;
use slint::{Model, ModelRc, SharedString, VecModel};
use std::{ops::Range, rc::Rc};

/// Rows kept ready above and below those in sight.
const OVERSCAN_ROWS: usize = 2;

/// The measures of a grid of cards, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    pub columns: usize,
    pub row_height: f32,
    pub view_height: f32,
}

impl Grid {
    /// Slots that are enough for every scroll position.
    pub fn pool_size(&self) -> usize {
        let rows_in_sight = (self.view_height / self.row_height).ceil().max(1.0) as usize + 1;
        (rows_in_sight + 2 * OVERSCAN_ROWS) * self.columns
    }

    /// Places whose cards are at least partly in sight at a scroll offset (0 at the top).
    pub fn in_sight(&self, offset: f32, count: usize) -> Range<usize> {
        let first_row = (offset.max(0.0) / self.row_height) as usize;
        let end_row = ((offset.max(0.0) + self.view_height) / self.row_height).ceil() as usize;
        let end = (end_row * self.columns).min(count);
        (first_row * self.columns).min(end)..end
    }

    /// Places that the pool holds at a scroll offset: those in sight and some around them.
    pub fn in_reach(&self, offset: f32, count: usize) -> Range<usize> {
        let sight = self.in_sight(offset, count);
        let margin = OVERSCAN_ROWS * self.columns;
        let end = (sight.end + margin).min(count);
        let start = sight.start.saturating_sub(margin).max(end.saturating_sub(self.pool_size()));
        start..end
    }
}

/// A pool of cards that shows the items of a listing.
pub struct CardGrid {
    shown: Listing,
    slots: Rc<VecModel<CardView>>,
    grid: Grid,
    /// Physical pixels a side, and of the corner
    picture: (u32, u32),
}

impl CardGrid {
    pub fn new(shown: Listing) -> Self {
        Self {
            shown,
            slots: Rc::default(),
            grid: Grid { columns: 1, row_height: 1.0, view_height: 1.0 },
            picture: (1, 0),
        }
    }

    pub fn slots(&self) -> ModelRc<CardView> {
        ModelRc::from(self.slots.clone())
    }

    /// Takes other measures; the cards are filled in anew.
    pub fn set_measures(&mut self, grid: Grid, picture: (u32, u32)) {
        self.grid = grid;
        self.picture = picture;
        self.slots.set_vec(vec![CardView { index: -1, ..CardView::default() }; self.grid.pool_size()]);
    }

    /// Takes another list, whose cards come with [`Self::fill`].
    pub fn show(&mut self, items: Listing) {
        self.shown = items;
        for slot in 0..self.slots.row_count() {
            self.slots.set_row_data(slot, CardView { index: -1, ..CardView::default() });
        }
    }

    pub const fn shown(&self) -> &Listing {
        &self.shown
    }

    /// How many there are, as the pages count.
    pub fn count(&self) -> i32 {
        i32::try_from(self.shown.len()).unwrap_or(i32::MAX)
    }

    /// Puts the cards that are due at a scroll position into their slots.
    pub fn fill(&self, offset: f32, pictures: &mut Pictures) {
        let size = self.slots.row_count();
        if size == 0 {
            return;
        }
        let sight = self.places_in_sight(offset);
        for place in self.places_in_reach(offset) {
            let slot = place % size;
            let Some(present) = self.slots.row_data(slot) else { continue };
            let fresh = present.index == place as i32;
            if fresh && (present.has_picture || present.designed) {
                continue;
            }
            let Some(item) = self.shown.get(place) else { continue };
            let mut card = if fresh { present.clone() } else { show_item(place, item) };
            let urgency = if sight.contains(&place) { Urgency::Now } else { Urgency::Soon };
            if let Some(key) = self.key_at(place) {
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

    /// The picture of the card at a place of the list.
    fn key_at(&self, place: usize) -> Option<PictureKey> {
        let (side, radius) = self.picture;
        self.shown.get(place)?.pictures.first().map(|picture| PictureKey {
            object: picture.object,
            width: side,
            height: side,
            radius,
            around: PAGE,
            mark: false,
        })
    }

    /// Pictures that may still be needed at a scroll position.
    pub fn keys_in_reach(&self, offset: f32) -> Vec<PictureKey> {
        self.places_in_reach(offset).filter_map(|place| self.key_at(place)).collect()
    }

    /// Cards in sight whose picture is due and not there.
    pub fn count_waiting(&self, offset: f32) -> usize {
        let size = self.slots.row_count().max(1);
        self.places_in_sight(offset)
            .filter_map(|place| Some((place, self.slots.row_data(place % size)?)))
            .filter(|(place, card)| card.index != *place as i32 || !(card.has_picture || card.designed))
            .count()
    }

    /// The cards at least partly in sight at a scroll position: each item's id, its row and its column.
    pub fn cards_in_sight(&self, offset: f32) -> impl Iterator<Item = (String, f32, f32)> {
        let columns = self.grid.columns.max(1);
        self.places_in_sight(offset).filter_map(move |place| {
            let id = self.shown.get(place)?.link.item.to_string();
            Some((id, (place / columns) as f32, (place % columns) as f32))
        })
    }

    fn places_in_sight(&self, offset: f32) -> Range<usize> {
        self.grid.in_sight(-offset, self.shown.len())
    }

    fn places_in_reach(&self, offset: f32) -> Range<usize> {
        self.grid.in_reach(-offset, self.shown.len())
    }

    /// The item of the card at a place, as the page tells it.
    pub fn item_at(&self, place: i32) -> Option<Listed> {
        self.shown.item_at(usize::try_from(place).ok()?)
    }
}

/// The card of an item at a place of a page, without its picture.
pub fn show_item(place: usize, item: &Item) -> CardView {
    let shown = item.sale_price.or(item.price);
    let list = item.sale_price.and(item.price);
    let (yuan, fen) = shown.map(split_price).unwrap_or_default();
    let title = drawable(&item.title);
    let tint = item.pictures.first().map_or(Rgb(0xDE, 0xDA, 0xD2), |picture| picture.color);
    CardView {
        index: i32::try_from(place).unwrap_or(-1),
        title: title.as_ref().into(),
        has_price: shown.is_some(),
        yuan,
        fen,
        list_price: list.map(|price| price.to_string().into()).unwrap_or_default(),
        designed: item.pictures.is_empty(),
        initials: initials(&title).into(),
        tint: to_color(tint),
        ..CardView::default()
    }
}

fn split_price(price: Price) -> (SharedString, SharedString) {
    let (yuan, fen) = price.parts();
    let fen = if fen == 0 { SharedString::new() } else { slint::format!("{fen:02}") };
    (slint::format!("{yuan}"), fen)
}

/// What a designed card shows: the title's first two Chinese characters, or its first word's
/// first letter, past any bracketed promotion.
pub fn initials(title: &str) -> String {
    let mut rest = title.trim_start();
    while let Some((inside, close)) = [('【', '】'), ('[', ']'), ('（', '）'), ('(', ')')]
        .into_iter()
        .find_map(|(open, close)| Some((rest.strip_prefix(open)?, close)))
    {
        let after = inside.split_once(close).map_or(inside, |(_, after)| after);
        if after.trim().is_empty() {
            break;
        }
        rest = after.trim_start();
    }
    let mut letters = rest.chars().filter(|c| c.is_alphanumeric());
    match letters.next() {
        Some(first) if first.is_ascii() => first.to_uppercase().collect(),
        Some(first) => {
            let second = letters.next().filter(|c| !c.is_ascii());
            std::iter::once(first).chain(second).collect()
        }
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud_shelf_core::domain::{ItemHost, ItemId, ItemLink};
    use proptest::prelude::*;

    fn item(price: Option<&str>, sale: Option<&str>) -> Item {
        Item {
            link: ItemLink { host: ItemHost::Tmall, item: ItemId::parse("567812345678").unwrap(), sku: None },
            title: "手作白瓷盖碗".into(),
            price: price.map(|p| Price::parse(p).unwrap()),
            sale_price: sale.map(|p| Price::parse(p).unwrap()),
            selling_points: vec![],
            category: None,
            pictures: vec![],
            barcode: None,
            listed_from: None,
            listed_until: None,
        }
    }

    #[test]
    fn the_sale_price_leads_and_the_list_price_is_struck_through() {
        for (price, sale, yuan, fen, list) in [
            (Some("199"), Some("99.9"), "99", "90", "¥199"),
            (Some("199.05"), None, "199", "05", ""),
            (None, Some("99"), "99", "", ""),
            (None, None, "", "", ""),
        ] {
            let view = show_item(3, &item(price, sale));
            assert_eq!((view.yuan.as_str(), view.fen.as_str(), view.list_price.as_str()), (yuan, fen, list));
            assert_eq!(view.has_price, !yuan.is_empty());
        }
    }

    #[test]
    fn initials_are_the_first_that_mean_something() {
        for (title, expected) in [
            ("手作白瓷盖碗", "手作"),
            ("【新品】手作白瓷盖碗", "手作"),
            ("【新品】【包邮】 (限量)手作", "手作"),
            ("Candle 蜡烛", "C"),
            ("茶 set", "茶"),
            ("【新品】", "新品"),
            ("“茶”香", "茶香"),
            ("！！！", ""),
            ("", ""),
        ] {
            assert_eq!(initials(title), expected, "{title}");
        }
    }

    #[test]
    fn the_first_rows_are_in_reach_at_the_top() {
        let grid = Grid { columns: 3, row_height: 490.0, view_height: 1688.0 };
        assert_eq!(grid.in_sight(0.0, 200), 0..12);
        assert_eq!(grid.in_reach(0.0, 200), 0..18);
        assert_eq!(grid.in_reach(0.0, 2), 0..2);
        assert_eq!(grid.in_reach(0.0, 0), 0..0);
        assert_eq!(grid.in_sight(980.0, 200).start, 6);
    }

    proptest! {
        #[test]
        fn what_is_in_sight_is_in_reach_and_fits_the_pool(
            columns in 1usize..8, row_height in 50f32..800.0, view_height in 100f32..4000.0,
            offset in -500f32..100_000.0, count in 0usize..10_000,
        ) {
            let grid = Grid { columns, row_height, view_height };
            let (sight, reach) = (grid.in_sight(offset, count), grid.in_reach(offset, count));
            prop_assert!(reach.len() <= grid.pool_size());
            prop_assert!(reach.end <= count);
            prop_assert!(reach.start <= sight.start && sight.end <= reach.end);
        }
    }
}
