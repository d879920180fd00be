//! Shared strings.

use super::{Archive, Step, TableError, Walk, book::Book, xml};
use crate::table::limits;

pub(super) fn read(archive: &mut Archive<'_>, book: &Book) -> Result<Vec<String>, TableError> {
    let mut strings = Vec::new();
    let Some(text) = archive.text(&book.part("sharedStrings", "xl/sharedStrings.xml"))? else {
        return Ok(strings);
    };
    let mut walk = Walk::new(&text);
    let mut current = String::new();
    // `t` holds text; inside `rPh` it is phonetic
    let (mut in_text, mut in_phonetic) = (false, false);
    while let Some(step) = walk.step()? {
        match step {
            Step::Open(e) => match xml::name(&e) {
                "si" => current.clear(),
                "t" => in_text = true,
                "rPh" => in_phonetic = true,
                _ => {}
            },
            Step::Text(text) if in_text && !in_phonetic && current.len() < limits::CELL_BYTES => {
                current.push_str(&text)
            }
            Step::Text(_) => {}
            Step::Close(name) => match name.as_str() {
                "t" => in_text = false,
                "rPh" => in_phonetic = false,
                "si" => {
                    // Empty strings count, too, because cells refer to them by index
                    if strings.len() >= limits::CELLS {
                        return Err(TableError::Bomb);
                    }
                    strings.push(unescape(&current));
                }
                _ => {}
            },
        }
    }
    Ok(strings)
}

/// Decodes `_x000D_`, spreadsheets' escape for characters that XML does not permit.
pub(super) fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let code = code.filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        match code.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32) {
            Some(sign) => {
                plain.push_str(&rest[..at]);
                plain.push(sign);
                rest = &rest[at + 7..];
            }
            None => {
                plain.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    plain.push_str(rest);
    plain
}
