//! Pictures that Excel places in cells: a cell refers to a rich value, which refers to a structure,
//! which refers to a relationship, over five parts.

use super::{Archive, Step, TableError, Walk, archive, attribute, book::Book, relation, xml};
use crate::table::limits;

#[derive(Default)]
pub(super) struct Rich {
    /// Picture part of each rich value, in order
    parts: Vec<Option<String>>,
}

impl Rich {
    /// Returns the picture of a 1-based rich value.
    pub fn part(&self, value: usize) -> Option<&String> {
        self.parts.get(value.checked_sub(1)?)?.as_ref()
    }
}

/// A rich value: its structure and its fields.
struct Record {
    structure: usize,
    fields: Vec<String>,
}

pub(super) fn read(archive: &mut Archive<'_>, book: &Book) -> Result<Rich, TableError> {
    let metadata = book.part("sheetMetadata", "xl/metadata.xml");
    let Some(metadata) = archive.text(&metadata)? else { return Ok(Rich::default()) };
    let relations = "xl/richData/richValueRel.xml";
    let (Some(values), Some(structures), Some(named)) = (
        archive.text("xl/richData/rdrichvalue.xml")?,
        archive.text("xl/richData/rdrichvaluestructure.xml")?,
        archive.text(relations)?,
    ) else {
        return Ok(Rich::default());
    };
    let values = records(&values)?;
    let image_field = image_fields(&structures)?;
    let targets = relation::read(archive, relations)?;
    let pictures = pictures(&named)?;
    let part = |value: usize| {
        let record = values.get(value)?;
        let field = (*image_field.get(record.structure)?)?;
        let index: usize = record.fields.get(field)?.trim().parse().ok()?;
        let relation = targets.get(pictures.get(index)?)?;
        Some(archive::resolve(relations, &relation.target))
    };
    Ok(Rich { parts: cell_values(&metadata)?.into_iter().map(|value| part(value?)).collect() })
}

/// Returns the rich value index of each value-metadata entry.
fn cell_values(text: &str) -> Result<Vec<Option<usize>>, TableError> {
    let (mut types, mut future, mut cells) = (Vec::new(), Vec::new(), Vec::new());
    let (mut in_rich, mut in_values) = (false, false);
    let mut walk = Walk::new(text);
    while let Some(step) = walk.step()? {
        match step {
            Step::Open(e) => match xml::name(&e) {
                "metadataType" => types.push(attribute(&e, "name").is_some_and(|name| name == "XLRICHVALUE")),
                "futureMetadata" => in_rich = attribute(&e, "name").is_some_and(|name| name == "XLRICHVALUE"),
                "valueMetadata" => in_values = true,
                "rvb" if in_rich && future.len() < limits::PICTURES => {
                    future.push(attribute(&e, "i").and_then(|i| i.parse::<usize>().ok()))
                }
                "rc" if in_values && cells.len() < limits::PICTURES => {
                    let number = |name| attribute(&e, name).and_then(|v| v.parse::<usize>().ok());
                    let is_rich =
                        number("t").and_then(|t| types.get(t.checked_sub(1)?)).copied().unwrap_or(false);
                    cells.push(number("v").filter(|_| is_rich));
                }
                _ => {}
            },
            Step::Close(name) => match name.as_str() {
                "futureMetadata" => in_rich = false,
                "valueMetadata" => in_values = false,
                _ => {}
            },
            Step::Text(_) => {}
        }
    }
    Ok(cells.into_iter().map(|cell| cell.and_then(|v| future.get(v).copied().flatten())).collect())
}

fn records(text: &str) -> Result<Vec<Record>, TableError> {
    let mut records: Vec<Record> = Vec::new();
    let mut in_field = false;
    let mut walk = Walk::new(text);
    while let Some(step) = walk.step()? {
        match step {
            Step::Open(e) => match xml::name(&e) {
                "rv" => {
                    let structure = attribute(&e, "s").and_then(|s| s.parse().ok()).unwrap_or(usize::MAX);
                    if records.len() >= limits::PICTURES {
                        return Err(TableError::Bomb);
                    }
                    records.push(Record { structure, fields: Vec::new() });
                }
                "v" => {
                    in_field = true;
                    if let Some(record) = records.last_mut().filter(|record| record.fields.len() < 64) {
                        record.fields.push(String::new());
                    }
                }
                _ => {}
            },
            Step::Text(text) if in_field => {
                if let Some(field) = records.last_mut().and_then(|record| record.fields.last_mut()) {
                    field.push_str(&text);
                }
            }
            Step::Text(_) => {}
            Step::Close(name) => in_field &= name != "v",
        }
    }
    Ok(records)
}

/// Returns, for each structure, which of its fields is a picture's index.
fn image_fields(text: &str) -> Result<Vec<Option<usize>>, TableError> {
    let mut fields: Vec<(Option<usize>, usize)> = Vec::new();
    let mut walk = Walk::new(text);
    while let Some(step) = walk.step()? {
        let Step::Open(e) = step else { continue };
        match xml::name(&e) {
            "s" => fields.push((None, 0)),
            "k" => {
                if let Some((image, count)) = fields.last_mut() {
                    if attribute(&e, "n").is_some_and(|n| n == "_rvRel:LocalImageIdentifier") {
                        *image = Some(*count);
                    }
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    Ok(fields.into_iter().map(|(image, _)| image).collect())
}

/// Returns the relationship ids of the pictures, in order.
fn pictures(text: &str) -> Result<Vec<String>, TableError> {
    let mut ids = Vec::new();
    let mut walk = Walk::new(text);
    while let Some(step) = walk.step()? {
        let Step::Open(e) = step else { continue };
        if xml::name(&e) == "rel" {
            ids.push(xml::prefixed(&e, "id").unwrap_or_default().into_owned());
        }
    }
    Ok(ids)
}
