//! The outcome of an import.

use cloud_shelf_core::table::Problem;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    pub version: u64,
    /// False if the table equals what the shelf already shows
    pub changed: bool,
    pub items: usize,
    /// Pictures of all items; one shared by several items counts for each
    pub pictures: usize,
    /// Pictures that the table names but no item got
    pub pictures_missing: usize,
    /// The table's own problems, then those of the pictures
    pub problems: Vec<Problem>,
    /// Number of rows that did not become an item
    pub left_out: usize,
}
