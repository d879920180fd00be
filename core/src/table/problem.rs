//! Problems of a cell or row, with what to type instead.

use crate::domain::Message;

/// Code: a picture cell that holds neither a file name nor a URL.
pub const BAD_PICTURE: &str = "bad_picture";

/// Code: a picture pasted into the workbook that is too large, damaged or not in the file.
pub const LOST_PICTURE: &str = "lost_picture";

/// Code: a formula without a cached result in the file.
pub(super) const UNSOLVED: &str = "formula_without_result";

/// Code: a text with invisible characters that affect visible ones.
pub(super) const HIDDEN: &str = "hidden_characters";

/// Returns the remedy for [`HIDDEN`].
pub(super) const fn hidden() -> Message {
    Message::fixed(
        "文字里有看不见的控制字符（例如改变文字方向的），已经去掉。请核对屏幕上的文字",
        "The text contained invisible characters, such as ones that reverse its direction; they were removed. Check the text on the screen",
    )
}

/// Returns the remedy for [`UNSOLVED`].
pub(super) const fn unsolved() -> Message {
    Message::fixed(
        "这一格是公式，但文件里没有保存计算结果。请用 WPS 或 Excel 打开表格，保存后重新导入",
        "The cell holds a formula whose result is not in the file. Open the table in WPS or Excel, save it, and import it again",
    )
}

/// A problem with a cell or row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub sheet: String,
    /// 1-based, as in the spreadsheet
    pub row: u32,
    /// Heading of the column, if one column is to blame
    pub column: Option<String>,
    /// Stable code in `snake_case`
    pub kind: &'static str,
    /// What is wrong and what to do
    pub remedy: Message,
    /// Whether the whole row is left out, or only the bad cell
    pub leaves_out: bool,
}
