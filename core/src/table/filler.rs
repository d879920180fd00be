//! Recognizes table content that is not an item: the template's example, totals, signs for "none".

use super::{Cell, Value, sheet::Row};

/// Whether a row is the template's example: any cell begins with 示例.
pub(super) fn is_example(row: &Row) -> bool {
    row.values().any(|cell| match &cell.value {
        Value::Text(text) => {
            text.trim_start_matches(|c: char| c.is_whitespace() || "（(【[".contains(c)).starts_with("示例")
        }
        _ => false,
    })
}

/// Whether a row is a total: it names no item, and begins with a word for totals.
pub(super) fn is_total(row: &Row, title: Option<&Cell>, link: Option<&Cell>) -> bool {
    let words = ["合计", "总计", "小计", "共计"];
    let first = row.values().find(|cell| !matches!(cell.value, Value::Empty | Value::Unsolved));
    let named = |cell: Option<&Cell>| cell.is_some_and(|cell| !is_blank(cell));
    // An item's title may begin with such a word
    let is_word = |cell: &Cell| {
        let line = cell.line();
        let rest = words.iter().find_map(|word| line.strip_prefix(word));
        rest.is_some_and(|rest| !rest.trim_start().starts_with(char::is_alphabetic))
    };
    !named(link) && first.is_some_and(is_word) && title.is_none_or(|cell| is_blank(cell) || is_word(cell))
}

/// Whether a cell is empty, or holds a sign for "none".
pub(super) fn is_blank(cell: &Cell) -> bool {
    match &cell.value {
        Value::Empty | Value::Unsolved => cell.pictures.is_empty(),
        Value::Text(text) => matches!(text.trim(), "" | "-" | "--" | "—" | "——" | "/" | "\\" | "无" | "暂无"),
        _ => false,
    }
}

/// Whether a cell is a formula without a result and without a link.
pub(super) fn is_unsolved(cell: &Cell) -> bool {
    cell.value == Value::Unsolved && cell.link.is_none()
}
