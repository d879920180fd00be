//! What came of an import.

use crate::table::Problem;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    pub version: u64,
    /// False where the table says what the shelf shows already
    pub changed: bool,
    pub items: usize,
    /// Pictures that the items have, one that several have counted with each
    pub pictures: usize,
    /// Pictures that the table names and no item has
    pub pictures_missing: usize,
    /// The table's own, then the pictures'
    pub problems: Vec<Problem>,
    /// Rows of which there is no item
    pub left_out: usize,
}
