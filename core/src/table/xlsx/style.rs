//! Finds the cell formats that show a number as a date.

use super::{Archive, Step, TableError, Walk, attribute, book::Book, xml};
use std::collections::HashMap;

/// Returns for each cell format, in order, whether it is a date format.
pub(super) fn dates(archive: &mut Archive<'_>, book: &Book) -> Result<Vec<bool>, TableError> {
    let mut dates = Vec::new();
    let Some(text) = archive.text(&book.part("styles", "xl/styles.xml"))? else { return Ok(dates) };
    let mut own = HashMap::new();
    let mut in_cell_formats = false;
    let mut walk = Walk::new(&text);
    while let Some(step) = walk.step()? {
        match step {
            Step::Open(e) => match xml::name(&e) {
                "numFmt" => {
                    let id = attribute(&e, "numFmtId").and_then(|id| id.parse::<u32>().ok());
                    if let (Some(id), Some(code)) = (id, attribute(&e, "formatCode")) {
                        own.insert(id, is_date(&code));
                    }
                }
                "cellXfs" => in_cell_formats = true,
                "xf" if in_cell_formats => {
                    let id = attribute(&e, "numFmtId").and_then(|id| id.parse::<u32>().ok()).unwrap_or(0);
                    // 14 to 22 and the East Asian 27 to 36, 50 to 58 are built-in date formats
                    let built_in = matches!(id, 14..=22 | 27..=36 | 50..=58);
                    dates.push(own.get(&id).copied().unwrap_or(built_in));
                }
                _ => {}
            },
            Step::Close(name) if name == "cellXfs" => in_cell_formats = false,
            _ => {}
        }
    }
    Ok(dates)
}

/// Whether a format has a year or day code outside of quotes and brackets.
fn is_date(code: &str) -> bool {
    let (mut quoted, mut brackets, mut escaped) = (false, false, false);
    for c in code.chars() {
        if escaped {
            escaped = false;
            continue;
        }
        match c {
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => brackets = true,
            ']' if !quoted => brackets = false,
            'y' | 'Y' | 'd' | 'D' if !quoted && !brackets => return true,
            _ => {}
        }
    }
    false
}
