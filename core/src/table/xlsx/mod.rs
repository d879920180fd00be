//! xlsx: a zip archive of XML parts that refer to each other by relationships.
//!
//! Parsed here rather than by calamine, which reads neither links nor pictures and trusts the
//! counts that a file claims.

mod book;
mod cell_image;
mod cells;
mod drawing;
mod relation;
mod rich;
mod strings;
mod style;

use super::{
    Cell, Sheet, TableError, Value, archive,
    archive::Archive,
    cell::AttachedPicture,
    date, limits,
    media::Media,
    sheet::Budget,
    xml::{self, Step, Walk, attribute},
};

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, TableError> {
    let mut archive = Archive::open(bytes)?;
    let book = book::read(&mut archive)?;
    let strings = strings::read(&mut archive, &book)?;
    let dates = style::dates(&mut archive, &book)?;
    let mut media = Media::default();
    let cell_images = cell_image::read(&mut archive, &book)?;
    let rich = rich::read(&mut archive, &book)?;
    let mut budget = Budget::default();
    let mut sheets = Vec::new();
    for entry in book.sheets.iter().filter(|sheet| !sheet.is_hidden).take(limits::SHEETS) {
        let Some(text) = archive.text(&entry.part)? else { continue };
        let context = cells::Context { strings: &strings, dates: &dates, since_1904: book.since_1904 };
        let cells::Found { mut sheet, links, drawing, images, values, heights } =
            cells::read(&entry.name, &text, &context, &mut budget)?;
        let relations = relation::read(&mut archive, &entry.part)?;
        for link in links {
            let target = match &link.relation {
                Some(id) => relations.get(id).map(|relation| relation.target.clone()),
                None => link.target,
            };
            if let (Some(target), Some(cell)) = (target, sheet.at(link.row, link.column)) {
                budget.text(target.len())?;
                // A cell's own link takes precedence over one laid over a range
                cell.link.get_or_insert(target);
            }
        }
        for (row, column, id) in images {
            match cell_images.get(&id) {
                Some(part) => hang(&mut sheet, row, column, part, &mut media, &mut archive)?,
                // The formula was copied without its picture, from another workbook
                None => put(&mut sheet, row, column, AttachedPicture::Lost(id)),
            }
        }
        for (row, column, value) in values {
            if let Some(part) = rich.part(value) {
                hang(&mut sheet, row, column, part, &mut media, &mut archive)?;
            }
        }
        if let Some(relation) = drawing.and_then(|id| relations.get(&id)) {
            let part = archive::resolve(&entry.part, &relation.target);
            for found in drawing::read(&mut archive, &part, &heights)? {
                hang(&mut sheet, found.row, found.column, &found.part, &mut media, &mut archive)?;
            }
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// Attaches a picture of the workbook to a cell.
fn hang(
    sheet: &mut Sheet,
    row: u32,
    column: u32,
    part: &str,
    media: &mut Media,
    archive: &mut Archive<'_>,
) -> Result<(), TableError> {
    // A picture below the last row belongs to no item
    if sheet.rows.contains_key(&row) {
        put(sheet, row, column, media.load(archive, part)?);
    }
    Ok(())
}

fn put(sheet: &mut Sheet, row: u32, column: u32, picture: AttachedPicture) {
    if let Some(cell) = sheet.at(row, column) {
        cell.pictures.push(picture);
    }
}
