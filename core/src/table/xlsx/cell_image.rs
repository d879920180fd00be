//! Pictures that WPS places in cells: a separate part maps ids to them.

use super::{Archive, Step, TableError, Walk, archive, attribute, book::Book, relation, xml};
use std::collections::HashMap;

/// Returns the part of each picture, by the id used in formulas.
pub(super) fn read(archive: &mut Archive<'_>, book: &Book) -> Result<HashMap<String, String>, TableError> {
    let part = book.part("cellImage", "xl/cellimages.xml");
    let mut images = HashMap::new();
    let Some(text) = archive.text(&part)? else { return Ok(images) };
    let relations = relation::read(archive, &part)?;
    let mut id: Option<String> = None;
    let mut walk = Walk::new(&text);
    while let Some(step) = walk.step()? {
        let Step::Open(e) = step else { continue };
        match xml::name(&e) {
            "cNvPr" => id = attribute(&e, "name").map(|name| name.into_owned()),
            "blip" => {
                let relation = xml::prefixed(&e, "embed").and_then(|id| relations.get(&*id));
                if let (Some(id), Some(relation)) = (id.take(), relation) {
                    images.insert(id, archive::resolve(&part, &relation.target));
                }
            }
            _ => {}
        }
    }
    Ok(images)
}
