//! Arranges table rows as a catalog's items.

use super::PictureFault;
use crate::{
    domain::Item,
    table::{Problem, TableItem},
};
use std::collections::HashMap;

/// Column named in picture problems.
const PICTURE_COLUMN: &str = "图片";

/// Reports a fault of a row's picture; the row itself is used.
pub fn picture_problem(item: &TableItem, fault: &PictureFault) -> Problem {
    Problem {
        sheet: item.sheet.clone(),
        row: item.row,
        column: Some(PICTURE_COLUMN.into()),
        kind: fault.code(),
        remedy: fault.message(),
        leaves_out: false,
    }
}

/// Arranges rows with their pictures as a catalog: categories in order of first appearance, and
/// items.
pub fn arrange<P>(items: Vec<TableItem>, pictures: Vec<Vec<P>>) -> (Vec<String>, Vec<Item<P>>) {
    let mut categories: Vec<String> = Vec::new();
    let mut known: HashMap<String, u16> = HashMap::new();
    let mut category = |name: String| {
        let next = u16::try_from(categories.len()).ok();
        match known.get(&name) {
            Some(&index) => Some(index),
            // Beyond 65,536 categories, items are shown without one
            None => next.inspect(|&index| {
                categories.push(name.clone());
                known.insert(name, index);
            }),
        }
    };
    let items = items
        .into_iter()
        .zip(pictures)
        .map(|(item, pictures)| Item {
            link: item.link,
            title: item.title,
            price: item.price,
            sale_price: item.sale_price,
            selling_points: item.selling_points,
            category: item.category.filter(|name| !name.trim().is_empty()).and_then(&mut category),
            pictures,
            barcode: item.barcode,
            listed_from: item.listed_from,
            listed_until: item.listed_until,
        })
        .collect();
    (categories, items)
}
