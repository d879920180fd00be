//! One sheet: rows of cells, sparse as in the file.

use super::{Cell, TableError, limits};
use std::collections::BTreeMap;

/// Cells of a row by 0-based column.
pub(super) type Row = BTreeMap<u32, Cell>;

/// A sheet; rows by 0-based number.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub name: String,
    pub rows: BTreeMap<u32, Row>,
    /// Vertically merged cells: column, first row, last row
    pub merged: Vec<(u32, u32, u32)>,
}

/// Limits the cells of a whole file and their text, since one shared string may appear in a million
/// cells.
#[derive(Debug)]
pub(super) struct Budget {
    cells: usize,
    text: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { cells: limits::CELLS, text: limits::TEXT_BYTES }
    }
}

impl Budget {
    /// Counts stored text.
    pub fn text(&mut self, bytes: usize) -> Result<(), TableError> {
        self.text = self.text.checked_sub(bytes).ok_or(TableError::Bomb)?;
        Ok(())
    }
}

impl Sheet {
    pub fn new(name: String) -> Self {
        Self { name, rows: BTreeMap::new(), merged: Vec::new() }
    }

    /// Stores a cell. Empty cells, and those far to the right, are skipped.
    pub fn put(&mut self, row: u32, column: u32, cell: Cell, budget: &mut Budget) -> Result<(), TableError> {
        if column >= limits::COLUMNS || cell.is_empty() {
            return Ok(());
        }
        // The heading rows come on top of the item rows
        if row >= limits::ROWS + limits::HEADING_ROWS as u32 {
            return Err(TableError::TooManyRows);
        }
        budget.cells = budget.cells.checked_sub(1).ok_or(TableError::Bomb)?;
        budget.text(cell.bytes())?;
        self.rows.entry(row).or_default().insert(column, cell);
        Ok(())
    }

    /// Returns the cell that covers a place: its own, or the one merged over it from above.
    pub fn covering(&self, row: u32, column: u32) -> Option<&Cell> {
        let merged =
            self.merged.iter().find(|(c, first, last)| *c == column && (*first..=*last).contains(&row));
        let row = merged.map_or(row, |(_, first, _)| *first);
        self.rows.get(&row)?.get(&column)
    }

    /// Returns the cell at a place, created if necessary, to attach something to it.
    pub fn at(&mut self, row: u32, column: u32) -> Option<&mut Cell> {
        (row < limits::ROWS && column < limits::COLUMNS)
            .then(|| self.rows.entry(row).or_default().entry(column).or_default())
    }
}
