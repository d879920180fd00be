//! The workbook part: list of sheets, and where they are.

use super::{Archive, Step, TableError, Walk, archive, attribute, relation, xml};
use std::collections::HashMap;

pub(super) struct Book {
    pub sheets: Vec<Entry>,
    /// Day numbers count from 1904, as on old Macs
    pub since_1904: bool,
    /// Parts of the whole workbook, by the last word of their type
    parts: HashMap<String, String>,
}

pub(super) struct Entry {
    pub name: String,
    pub part: String,
    /// Hidden sheets are skipped
    pub is_hidden: bool,
}

impl Book {
    /// Returns the part of a kind (`sharedStrings`, `styles`), by its relationship or its usual
    /// name.
    pub fn part(&self, kind: &str, usual: &str) -> String {
        self.parts.get(kind).cloned().unwrap_or_else(|| usual.to_owned())
    }
}

pub(super) fn read(archive: &mut Archive<'_>) -> Result<Book, TableError> {
    let root = relation::read(archive, "")?;
    let part = root
        .values()
        .find(|relation| relation.kind == "officeDocument")
        .map_or_else(|| "xl/workbook.xml".to_owned(), |relation| archive::resolve("", &relation.target));
    let text = archive.text(&part)?.ok_or_else(|| TableError::Damaged("no workbook part".into()))?;
    let relations = relation::read(archive, &part)?;
    let mut book = Book { sheets: Vec::new(), since_1904: false, parts: HashMap::new() };
    for relation in relations.values() {
        book.parts.insert(relation.kind.clone(), archive::resolve(&part, &relation.target));
    }
    let mut walk = Walk::new(&text);
    while let Some(step) = walk.step()? {
        let Step::Open(e) = step else { continue };
        match xml::name(&e) {
            "workbookPr" => {
                book.since_1904 = attribute(&e, "date1904").is_some_and(|v| v == "1" || v == "true");
            }
            "sheet" => {
                let Some(relation) = xml::prefixed(&e, "id").and_then(|id| relations.get(&*id)) else {
                    continue;
                };
                if relation.kind != "worksheet" {
                    continue;
                }
                book.sheets.push(Entry {
                    name: attribute(&e, "name").unwrap_or_default().into_owned(),
                    part: archive::resolve(&part, &relation.target),
                    is_hidden: attribute(&e, "state").is_some_and(|state| state != "visible"),
                });
            }
            _ => {}
        }
    }
    Ok(book)
}
