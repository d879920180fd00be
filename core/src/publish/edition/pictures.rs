//! The pictures of an edition's items.

use crate::{
    domain::{ItemLink, Message},
    feed::{CatalogDocument, PictureRef, limits},
    intake::{PictureFault, Sources, picture_problem},
    table::{Problem, TableItem},
};
use std::collections::HashMap;

/// What came of the pictures that a table names.
pub(in crate::publish) struct ChosenPictures {
    /// Of each item
    pub shown: Vec<Vec<PictureRef>>,
    /// Pictures that no item has
    pub missing: usize,
    pub problems: Vec<Problem>,
}

/// The pictures of each item: those that came, and in the place of those that did not, and may come another
/// time, what the edition before had there.
pub(in crate::publish) fn choose_pictures(
    items: &[TableItem],
    sources: &Sources<'_>,
    outcomes: &[Result<PictureRef, PictureFault>],
    before: Option<&CatalogDocument>,
) -> ChosenPictures {
    let (mut missing, mut problems) = (0, Vec::new());
    let before: HashMap<&ItemLink, &[PictureRef]> = before
        .iter()
        .flat_map(|document| document.items())
        .map(|item| (&item.link, &item.pictures[..]))
        .collect();
    let mut shown = Vec::with_capacity(items.len());
    for (item, wanted) in items.iter().zip(&sources.of_item) {
        let before = before.get(&item.link).filter(|pictures| pictures.len() == wanted.len());
        let mut pictures = Vec::new();
        for (place, &source) in wanted.iter().enumerate() {
            match &outcomes[source] {
                Ok(picture) => pictures.push(*picture),
                Err(fault) => {
                    problems.push(picture_problem(item, fault));
                    match before.filter(|_| fault.retry_helps()) {
                        Some(before) => pictures.push(before[place]),
                        None => missing += 1,
                    }
                }
            }
        }
        if pictures.len() > limits::PICTURES {
            problems.push(too_many(item, pictures.len()));
            pictures.truncate(limits::PICTURES);
        }
        shown.push(pictures);
    }
    ChosenPictures { shown, missing, problems }
}

fn too_many(item: &TableItem, count: usize) -> Problem {
    let most = limits::PICTURES;
    Problem {
        sheet: item.sheet.clone(),
        row: item.row,
        column: None,
        kind: "too_many_pictures",
        remedy: Message::new(
            format!("有 {count} 张图片，只发布了前 {most} 张。请把最重要的放在前面"),
            format!(
                "The item has {count} pictures; the first {most} were published. Put the best ones first"
            ),
        ),
        leaves_out: false,
    }
}
