//! What matches, and in which order.

mod order;
mod property;

use super::{Index, Rank};
use crate::domain::{Brand, CatalogSnapshot, CatalogSource, Item, ItemHost, ItemId, ItemLink};
use std::sync::Arc;

/// Builds an index of items with these titles, numbered from 600000000000 on.
fn index(titles: &[impl AsRef<str>]) -> Index {
    let item = |(number, title): (u64, &str)| Item {
        link: ItemLink {
            host: ItemHost::Tmall,
            item: ItemId::parse(&(600_000_000_000 + number).to_string()).unwrap(),
            sku: None,
        },
        title: title.to_owned(),
        price: None,
        sale_price: None,
        selling_points: vec![],
        category: None,
        pictures: vec![],
        barcode: Some(format!("69{:011}X", 7 * number)),
        listed_from: None,
        listed_until: None,
    };
    index_of((0..).zip(titles.iter().map(AsRef::as_ref)).map(item).collect())
}

fn index_of(items: Vec<Item>) -> Index {
    Index::new(Arc::new(CatalogSnapshot {
        version: 1,
        source: CatalogSource::Import,
        taken_at: 0,
        brand: Brand::default(),
        categories: vec![],
        items,
    }))
}

/// Returns the rank of a query's match with one title.
fn rank(title: &str, query: &str) -> Option<Rank> {
    index(&[title]).find(query).first().map(|hit| hit.rank)
}
