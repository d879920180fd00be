//! xls, by calamine. It reads cells only: links and pictures of this old format are not read.

use super::{Cell, Sheet, TableError, Value, limits, sheet::Budget};
use calamine::{Data, Reader, Xls};
use jiff::civil::DateTime;
use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, TableError> {
    // The library indexes into damaged records without looking; that must cost this file only
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
