//! Pictures laid over a sheet, and the row that each belongs to.

use super::{Archive, Step, TableError, Walk, archive, attribute, cells::Heights, relation, xml};
use crate::table::limits;

pub(super) struct Placed {
    pub row: u32,
    pub column: u32,
    pub part: String,
}

/// A picture's anchor while it is parsed. Offsets and sizes are in EMU.
#[derive(Default)]
struct Anchor {
    from_row: u32,
    from_column: u32,
    from_offset: i64,
    to: Option<(u32, i64)>,
    /// Height, if the anchor has no end
    height: Option<i64>,
    /// Offset from the top of the sheet, if the anchor has no row
    top: Option<i64>,
    pictures: Vec<String>,
}

pub(super) fn read(
    archive: &mut Archive<'_>,
    part: &str,
    heights: &Heights,
) -> Result<Vec<Placed>, TableError> {
    let mut placed = Vec::new();
    let Some(text) = archive.text(part)? else { return Ok(placed) };
    let relations = relation::read(archive, part)?;
    let mut walk = Walk::new(&text);
    let mut anchor: Option<Anchor> = None;
    // The element whose number comes next, and whether it is in the anchor's end
    let (mut field, mut in_to) = (String::new(), false);
    while let Some(step) = walk.step()? {
        match step {
            Step::Open(e) => match xml::name(&e) {
                "twoCellAnchor" | "oneCellAnchor" | "absoluteAnchor" => anchor = Some(Anchor::default()),
                "to" => in_to = true,
                "from" => in_to = false,
                "ext" => {
                    // The first is the anchor's; those further inside belong to the picture
                    if let Some(anchor) = anchor.as_mut().filter(|a| a.height.is_none()) {
                        anchor.height = attribute(&e, "cy").and_then(|cy| cy.parse().ok());
                    }
                }
                "pos" => {
                    if let Some(anchor) = &mut anchor {
                        anchor.top = attribute(&e, "y").and_then(|y| y.parse().ok());
                    }
                }
                "blip" => {
                    let id = xml::prefixed(&e, "embed");
                    if let (Some(anchor), Some(relation)) =
                        (&mut anchor, id.and_then(|id| relations.get(&*id)))
                    {
                        anchor.pictures.push(archive::resolve(part, &relation.target));
                    }
                }
                name @ ("row" | "col" | "rowOff") => field = name.to_owned(),
                _ => {}
            },
            Step::Text(text) => {
                if let Some(anchor) = &mut anchor {
                    anchor.set(&field, in_to, text.trim());
                }
            }
            Step::Close(name) => match name.as_str() {
                "row" | "col" | "rowOff" => field.clear(),
                "to" => in_to = false,
                "twoCellAnchor" | "oneCellAnchor" | "absoluteAnchor" => {
                    let Some(done) = anchor.take() else { continue };
                    if done.pictures.is_empty() || placed.len() >= limits::PICTURES {
                        continue;
                    }
                    let row = done.row(heights);
                    for part in done.pictures {
                        if placed.len() < limits::PICTURES {
                            placed.push(Placed {
                                row,
                                column: done.from_column.min(limits::COLUMNS - 1),
                                part,
                            });
                        }
                    }
                }
                _ => {}
            },
        }
    }
    Ok(placed)
}

impl Anchor {
    fn set(&mut self, field: &str, in_to: bool, text: &str) {
        match (field, in_to) {
            ("row", false) => self.from_row = text.parse().unwrap_or(0),
            ("row", true) => self.to = text.parse().ok().map(|row| (row, 0)),
            ("col", false) => self.from_column = text.parse().unwrap_or(0),
            ("rowOff", false) => self.from_offset = text.parse().unwrap_or(0),
            ("rowOff", true) => {
                if let Some((_, offset)) = &mut self.to {
                    *offset = text.parse().unwrap_or(0);
                }
            }
            _ => {}
        }
    }

    /// Returns the row at the picture's vertical centre, because people miss the edge of a cell.
    fn row(&self, heights: &Heights) -> u32 {
        let (mut row, mut below) = match self.top {
            Some(top) => (0, top.saturating_add(self.height.unwrap_or(0) / 2)),
            None => {
                let height = match self.to {
                    Some((to, offset)) if to >= self.from_row && to - self.from_row < 1000 => {
                        let rows: i64 = (self.from_row..to).map(|row| heights.emu(row)).sum();
                        rows.saturating_add(offset).saturating_sub(self.from_offset)
                    }
                    Some(_) => 0,
                    None => self.height.unwrap_or(0),
                };
                (self.from_row, self.from_offset.saturating_add(height.max(0) / 2))
            }
        };
        // Nobody pastes a picture over more rows; rows without height would loop for ever
        for _ in 0..2000 {
            let height = heights.emu(row);
            if below < height || below <= 0 {
                break;
            }
            below -= height;
            row += 1;
        }
        row
    }
}
