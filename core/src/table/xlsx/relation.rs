//! Relationships between parts.

use super::{Archive, Step, TableError, Walk, attribute, xml};
use crate::table::limits;
use std::collections::HashMap;

pub(super) struct Relation {
    /// Last word of the type: `worksheet`, `hyperlink`, `image`
    pub kind: String,
    pub target: String,
}

/// Returns the relationships of a part, by id.
pub(super) fn read(archive: &mut Archive<'_>, part: &str) -> Result<HashMap<String, Relation>, TableError> {
    let (dir, name) = part.rsplit_once('/').unwrap_or(("", part));
    let path = if dir.is_empty() { format!("_rels/{name}.rels") } else { format!("{dir}/_rels/{name}.rels") };
    let mut relations = HashMap::new();
    let Some(text) = archive.text(&path)? else { return Ok(relations) };
    let mut walk = Walk::new(&text);
    while let Some(step) = walk.step()? {
        let Step::Open(e) = step else { continue };
        if xml::name(&e) != "Relationship" {
            continue;
        }
        if let (Some(id), Some(target)) = (attribute(&e, "Id"), attribute(&e, "Target"))
            && target.len() <= limits::TARGET_BYTES
        {
            let kind = attribute(&e, "Type").unwrap_or_default();
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            relations.insert(id.into_owned(), Relation { kind, target: target.into_owned() });
        }
    }
    Ok(relations)
}
