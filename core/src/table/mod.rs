//! The merchant's table: a spreadsheet in, items out, and for every rejected row the reason and
//! what to type instead.
//!
//! The format is detected by content, not by name. Each format's reader produces `Sheet`s of
//! `Cell`s, with links and pictures at the cells where a person sees them; everything else is
//! independent of the format. All reading is bounded (see `limits`), and no input panics.

mod archive;
mod cell;
mod compound;
mod date;
mod delimited;
mod error;
mod filler;
mod format;
mod heading;
mod item;
mod limits;
mod media;
mod number;
mod ods;
mod picture;
mod problem;
mod row;
mod sheet;
pub mod template;
mod xls;
mod xlsx;
mod xml;

#[cfg(test)]
mod tests;

use cell::{Cell, Value};
use format::Format;
use sheet::Sheet;

pub use error::TableError;
pub use item::{PictureSource, Table, TableItem};
pub use limits::MAX_FILE_BYTES;
pub use problem::{BAD_PICTURE, LOST_PICTURE, Problem};

/// Reads a table. `file_name` names the sheet of a file that has no sheet names (csv).
pub fn read(file_name: &str, bytes: &[u8]) -> Result<Table, TableError> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(TableError::TooLarge);
    }
    let sheets = match format::tell(bytes)? {
        Format::Xlsx => xlsx::read(bytes)?,
        Format::Ods => ods::read(bytes)?,
        Format::Xls => xls::read(bytes)?,
        Format::Text => delimited::read(file_name, bytes)?,
    };
    row::read(sheets)
}
