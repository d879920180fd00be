//! Limits on reading a table: far beyond what people send, far below what harms a small unit.

/// The largest file that is read; whoever loads it need not load more
pub const MAX_FILE_BYTES: u64 = 64 << 20;
/// One inflated part of a workbook (a sheet of 100,000 rows has about 50 MiB)
pub const PART_BYTES: u64 = 96 << 20;
/// All inflated parts of a workbook
pub const TOTAL_BYTES: u64 = 256 << 20;
/// Parts in a workbook
pub const PARTS: usize = 30_000;
/// One picture
pub const PICTURE_BYTES: u64 = 20 << 20;
/// Pictures in a workbook
pub const PICTURES: usize = 10_000;
pub const SHEETS: usize = 64;
/// Rows of one sheet, counted from the top
pub const ROWS: u32 = 100_000;
/// Columns of one sheet; those further right are ignored
pub const COLUMNS: u32 = 256;
/// Filled cells of the whole file
pub const CELLS: usize = 2_000_000;
/// Bytes of all cells' texts and links together
pub const TEXT_BYTES: usize = 128 << 20;
/// Bytes of one link's target
pub const TARGET_BYTES: usize = 8192;
/// Bytes of one cell's text: a spreadsheet's own limit
pub const CELL_BYTES: usize = 32_767;
/// Nesting depth of a workbook's XML
pub const XML_DEPTH: usize = 128;
/// Rows from the top that are searched for the headings
pub const HEADING_ROWS: usize = 40;
