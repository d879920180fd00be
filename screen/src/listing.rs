//! Items of one snapshot of the catalog, in an order: what is listed now, what a category has, what a
//! query has found.
//!
//! Indices into a snapshot stay in this file. Everybody else has a [`Listing`] with places in it, which
//! lead to items of the listing's own snapshot only, or a [`Listed`] item, which is looked up in
//! whatever is listed now. So an index never meets another snapshot than its own.

use cloud_shelf_core::{
    domain::{CatalogSnapshot, Item, ItemLink},
    search::Index,
};
use std::{collections::BTreeMap, rc::Rc, sync::Arc};

/// Items of a snapshot, in an order. Never changes; cheap to clone.
#[derive(Clone, Debug)]
pub struct Listing {
    catalog: Arc<CatalogSnapshot>,
    /// Indices into the snapshot's items
    items: Rc<[usize]>,
}

/// An item that was listed once, and may be listed still.
#[derive(Clone, Debug)]
pub struct Listed {
    catalog: Arc<CatalogSnapshot>,
    index: usize,
    link: ItemLink,
}

impl Listed {
    pub const fn link(&self) -> &ItemLink {
        &self.link
    }
}

impl Listing {
    /// No item of a catalog.
    pub fn none(catalog: Arc<CatalogSnapshot>) -> Self {
        Self { catalog, items: Rc::default() }
    }

    /// The items that are listed at a Unix time (seconds), in the brand's order.
    pub fn at_time(catalog: Arc<CatalogSnapshot>, now: i64) -> Self {
        let listed = catalog.items.iter().enumerate().filter(|(_, item)| item.is_listed_at(now));
        let items = listed.map(|(index, _)| index).collect();
        Self { catalog, items }
    }

    /// The items of a category, or those without one.
    pub fn in_category(&self, category: Option<u16>) -> Self {
        self.select(|item| item.category == category)
    }

    /// What a query finds among these items, which are in the brand's order: best first. `None` if the
    /// index is another snapshot's.
    pub fn find_all(&self, index: &Index, query: &str) -> Option<Self> {
        if !Arc::ptr_eq(index.catalog(), &self.catalog) {
            return None;
        }
        let hits = index.find(query).into_iter().map(|hit| hit.item);
        let hits = hits.filter(|item| self.items.binary_search(item).is_ok());
        Some(Self { items: hits.collect(), ..self.clone() })
    }

    /// Others of the category of the item at a place: from there on, round the end.
    pub fn more_like(&self, place: usize, most: usize) -> Self {
        let category = self.get(place).and_then(|item| item.category);
        let alike = |(other, _): &(usize, &usize)| {
            *other != place && self.get(*other).is_some_and(|item| item.category == category)
        };
        let places = || self.items.iter().enumerate();
        let after = places().skip(place + 1).filter(alike);
        let before = places().take(place).filter(alike);
        let items = after.chain(before).take(most).map(|(_, index)| *index).collect();
        Self { items, ..self.clone() }
    }

    fn select(&self, keep: impl Fn(&Item) -> bool) -> Self {
        let kept = |index: &usize| self.catalog.items.get(*index).is_some_and(&keep);
        let items = self.items.iter().copied().filter(kept).collect();
        Self { items, ..self.clone() }
    }

    pub const fn snapshot(&self) -> &Arc<CatalogSnapshot> {
        &self.catalog
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub fn get(&self, place: usize) -> Option<&Item> {
        self.catalog.items.get(*self.items.get(place)?)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter_map(|index| self.catalog.items.get(*index))
    }

    /// The item at a place, to be looked up later, perhaps among others.
    pub fn item_at(&self, place: usize) -> Option<Listed> {
        let index = *self.items.get(place)?;
        let link = self.catalog.items.get(index)?.link.clone();
        Some(Listed { catalog: self.catalog.clone(), index, link })
    }

    /// The item with an id.
    pub fn item_with_id(&self, id: &str) -> Option<Listed> {
        self.item_at(self.iter().position(|item| item.link.item.as_str() == id)?)
    }

    /// Where an item is in this listing: in another snapshot, the one with the same link.
    pub fn place_of(&self, item: &Listed) -> Option<usize> {
        if Arc::ptr_eq(&item.catalog, &self.catalog) {
            return self.items.iter().position(|index| *index == item.index);
        }
        self.iter().position(|other| other.link == item.link)
    }

    /// The categories that have an item here, in the brand's order.
    pub fn categories(&self) -> BTreeMap<u16, &str> {
        let named = |category: u16| Some((category, self.category_name(category)?));
        self.iter().filter_map(|item| named(item.category?)).collect()
    }

    pub fn category_name(&self, category: u16) -> Option<&str> {
        self.catalog.categories.get(usize::from(category)).map(String::as_str)
    }

    /// The first Unix time (seconds) after this one at which an item of the catalog comes or goes.
    pub fn next_change(&self, now: i64) -> Option<i64> {
        let times = self.catalog.items.iter().flat_map(|item| [item.listed_from, item.listed_until]);
        times.flatten().filter(|time| *time > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud_shelf_core::domain::{Brand, CatalogSource, ItemHost, ItemId};

    /// Items with these numbers, of which every other one is in the second category.
    fn catalog(numbers: &[u32]) -> Arc<CatalogSnapshot> {
        let item = |number: &u32| Item {
            link: ItemLink {
                host: ItemHost::Tmall,
                item: ItemId::parse(&(600_000_000_000 + u64::from(*number)).to_string()).unwrap(),
                sku: None,
            },
            title: format!("手作样品{number}"),
            price: None,
            sale_price: None,
            selling_points: vec![],
            category: Some((number % 2) as u16),
            pictures: vec![],
            barcode: None,
            listed_from: (*number >= 100).then_some(i64::from(*number)),
            listed_until: None,
        };
        Arc::new(CatalogSnapshot {
            version: 1,
            source: CatalogSource::Import,
            taken_at: 0,
            brand: Brand::default(),
            categories: vec!["茶器".into(), "香氛".into()],
            items: numbers.iter().map(item).collect(),
        })
    }

    fn numbers(listing: &Listing) -> Vec<u64> {
        listing.iter().map(|item| item.link.item.as_str().parse::<u64>().unwrap() - 600_000_000_000).collect()
    }

    #[test]
    fn items_are_listed_at_their_time() {
        let listing = Listing::at_time(catalog(&[0, 1, 200, 3]), 100);
        assert_eq!(numbers(&listing), [0, 1, 3]);
        assert_eq!(listing.next_change(100), Some(200));
        assert_eq!(numbers(&Listing::at_time(listing.snapshot().clone(), 200)), [0, 1, 200, 3]);
        assert_eq!(listing.next_change(200), None);
    }

    #[test]
    fn a_category_is_offered_if_it_has_an_item() {
        let listing = Listing::at_time(catalog(&[1, 3, 100]), 0);
        assert_eq!(listing.categories().into_iter().collect::<Vec<_>>(), [(1, "香氛")]);
        assert_eq!(numbers(&listing.in_category(Some(1))), [1, 3]);
        assert!(listing.in_category(Some(9)).is_empty());
    }

    #[test]
    fn more_of_a_kind_begin_after_the_item_and_go_round() {
        let listing = Listing::at_time(catalog(&[0, 2, 1, 4, 6, 3, 8]), 0);
        assert_eq!(numbers(&listing.more_like(3, 12)), [6, 8, 0, 2]);
        assert_eq!(numbers(&listing.more_like(3, 3)), [6, 8, 0]);
        assert_eq!(numbers(&listing.more_like(2, 12)), [3]);
        assert!(Listing::at_time(catalog(&[5]), 0).more_like(0, 12).is_empty());
    }

    #[test]
    fn an_item_is_found_again_in_another_snapshot_by_its_link() {
        let old = Listing::at_time(catalog(&[0, 1, 2]), 0);
        let two = old.item_at(2).unwrap();
        assert_eq!(old.place_of(&two), Some(2));
        assert_eq!(Listing::at_time(catalog(&[2, 9]), 0).place_of(&two), Some(0));
        assert_eq!(Listing::at_time(catalog(&[9]), 0).place_of(&two), None);
        assert!(old.item_at(3).is_none() && old.get(3).is_none());
        // Two rows of a table with one link are two items
        let twice = Listing::at_time(catalog(&[7, 7]), 0);
        assert_eq!(twice.place_of(&twice.item_at(1).unwrap()), Some(1));
    }

    #[test]
    fn an_index_of_another_snapshot_finds_nothing() {
        let (one, same) = (catalog(&[0, 1, 2]), catalog(&[0, 1, 2]));
        let index = Index::new(one.clone());
        assert!(Listing::at_time(same, 0).find_all(&index, "样品").is_none());
        let listed = Listing::at_time(one, 0);
        assert_eq!(numbers(&listed.find_all(&index, "样品").unwrap()), [0, 1, 2]);
        assert_eq!(numbers(&listed.in_category(Some(1)).find_all(&index, "样品").unwrap()), [1]);
    }
}
