//! What is wrong with one cell or row, and what to type instead.

use crate::domain::Message;

/// A picture cell that holds neither a file's name nor an address.
pub const BAD_PICTURE: &str = "bad_picture";

/// A picture pasted into the workbook that is too large, damaged or not in the file.
pub const LOST_PICTURE: &str = "lost_picture";

/// A formula whose result the file does not have.
pub(super) const UNSOLVED: &str = "formula_without_result";

/// A text with characters that cannot be seen and act on those that can.
pub(super) const HIDDEN: &str = "hidden_characters";

/// What is to do about it.
pub(super) const fn hidden() -> Message {
    Message::fixed(
        "文字里有看不见的控制字符（例如改变文字方向的），已经去掉。请核对屏幕上的文字",
        "The text held characters that cannot be seen, such as ones that turn it round; they were left out. Check the text on the screen",
    )
}

/// What is to do about it.
pub(super) const fn unsolved() -> Message {
    Message::fixed(
        "这一格是公式，但文件里没有保存计算结果。请用 WPS 或 Excel 打开表格，保存后重新导入",
        "The cell holds a formula, and its result is not in the file. Open the table in WPS or Excel, save it, and import it again",
    )
}

/// A bad cell or row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub sheet: String,
    /// 1-based, as the spreadsheet shows it
    pub row: u32,
    /// The column's heading, where one column is to blame
    pub column: Option<String>,
    /// A stable code in `snake_case`
    pub kind: &'static str,
    /// What is wrong and what to do
    pub remedy: Message,
    /// Whether the row is left out; else only the bad cell is
    pub leaves_out: bool,
}
