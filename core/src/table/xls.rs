//! xls, by calamine. Cells only: links and pictures of this old format are not read.

use super::{
    Cell, Sheet, TableError, Value,
    compound::{self, u16_at, u32_at},
    limits,
    sheet::Budget,
};
use calamine::{Data, Reader, Xls};
use jiff::civil::DateTime;
use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Upper bound on rows × columns of one sheet, for which calamine allocates memory whether cells
/// are filled or not.
const AREA: u64 = 4_000_000;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, TableError> {
    for stream in compound::workbooks(bytes)? {
        measure(&stream)?;
    }
    // The library indexes into damaged records unchecked; a panic must cost this file only
    catch_unwind(AssertUnwindSafe(|| workbook(bytes)))
        .unwrap_or_else(|_| Err(TableError::Damaged("a record is cut short".into())))
}

fn workbook(bytes: &[u8]) -> Result<Vec<Sheet>, TableError> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsError::Password => TableError::Encrypted,
        error => TableError::Damaged(error.to_string()),
    })?;
    let mut budget = Budget::default();
    let mut sheets = Vec::new();
    for name in book.sheet_names().into_iter().take(limits::SHEETS) {
        let range = book.worksheet_range(&name).map_err(|e| TableError::Damaged(e.to_string()))?;
        let (top, left) = range.start().unwrap_or_default();
        let mut sheet = Sheet::new(name);
        for (row, column, data) in range.used_cells() {
            sheet.put(top + row as u32, left + column as u32, cell(data), &mut budget)?;
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// Refuses a workbook with a sheet of unreasonable size.
fn measure(stream: &[u8]) -> Result<(), TableError> {
    const BOUND_SHEET: u16 = 0x0085;
    let mut sheets = 0;
    for (kind, record) in Records(stream) {
        if kind == BOUND_SHEET {
            sheets += 1;
            let start = u32_at(record, 0).unwrap_or(u32::MAX) as usize;
            sheet_area(stream.get(start..).unwrap_or_default())?;
        }
    }
    if sheets > limits::SHEETS { Err(TableError::Bomb) } else { Ok(()) }
}

/// Measures one sheet, by its claimed size and by the positions of its cells.
fn sheet_area(stream: &[u8]) -> Result<(), TableError> {
    const DIMENSIONS: u16 = 0x0200;
    const BEGIN: u16 = 0x0809;
    const END: u16 = 0x000A;
    // Number, Label, RString, BoolErr, String, Rk, LabelSst, MulRk, Formula
    const CELLS: [u16; 9] = [0x0203, 0x0204, 0x00D6, 0x0205, 0x0207, 0x027E, 0x00FD, 0x00BD, 0x0006];
    let (mut rows, mut columns, mut depth) = (0_u64, 0_u64, 0_u32);
    for (kind, record) in Records(stream) {
        match kind {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            DIMENSIONS => {
                let (last_row, last_column) = if record.len() < 14 {
                    (u16_at(record, 2).map(u32::from), u16_at(record, 6))
                } else {
                    (u32_at(record, 4), u16_at(record, 10))
                };
                rows = rows.max(last_row.unwrap_or(0).into());
                columns = columns.max(last_column.unwrap_or(0).into());
            }
            kind if CELLS.contains(&kind) => {
                // The last column of a multi-cell record is at its end
                let column = if kind == 0x00BD { record.len().saturating_sub(2) } else { 2 };
                rows = rows.max(u64::from(u16_at(record, 0).unwrap_or(0)) + 1);
                columns = columns.max(u64::from(u16_at(record, column).unwrap_or(0)) + 1);
            }
            _ => {}
        }
        if rows.saturating_mul(columns) > AREA {
            return Err(TableError::Bomb);
        }
    }
    Ok(())
}

/// The records of a stream: kind, length, bytes.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (u16_at(self.0, 0)?, u16_at(self.0, 2)?);
        let record = self.0.get(4..4 + usize::from(length))?;
        self.0 = &self.0[4 + usize::from(length)..];
        Some((kind, record))
    }
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::text(text.clone()),
        Data::Float(number) => Cell::new(Value::Number(*number)),
        Data::Int(number) => Cell::new(Value::Number(*number as f64)),
        Data::DateTime(when) if when.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = when.to_ymd_hms_milli();
            let when =
                DateTime::new(year as i16, month as i8, day as i8, hour as i8, minute as i8, second as i8, 0);
            when.map_or_else(|_| Cell::default(), |when| Cell::new(Value::Date(when)))
        }
        Data::DateTime(when) => Cell::new(Value::Number(when.as_f64())),
        _ => Cell::default(),
    }
}
