//! What stands in a table and is nothing of an item: the form's example, sums, signs for "none".

use super::{Cell, Value, sheet::Row};

/// The template's example: any cell that begins with 示例.
pub(super) fn is_example(row: &Row) -> bool {
    row.values().any(|cell| match &cell.value {
        Value::Text(text) => {
            text.trim_start_matches(|c: char| c.is_whitespace() || "（(【[".contains(c)).starts_with("示例")
        }
        _ => false,
    })
}

/// A row that adds up the others: it names no item, and begins with the word for it.
pub(super) fn is_total(row: &Row, title: Option<&Cell>, link: Option<&Cell>) -> bool {
    let words = ["合计", "总计", "小计", "共计"];
    let first = row.values().find(|cell| !matches!(cell.value, Value::Empty | Value::Unsolved));
    let named = |cell: Option<&Cell>| cell.is_some_and(|cell| !is_blank(cell));
    // A product may begin with such a word
    let is_word = |cell: &Cell| {
        let line = cell.line();
        let rest = words.iter().find_map(|word| line.strip_prefix(word));
        rest.is_some_and(|rest| !rest.trim_start().starts_with(char::is_alphabetic))
    };
    !named(link) && first.is_some_and(is_word) && title.is_none_or(|cell| is_blank(cell) || is_word(cell))
}

/// Empty, or one of the signs that people put where there is nothing.
pub(super) fn is_blank(cell: &Cell) -> bool {
    match &cell.value {
        Value::Empty | Value::Unsolved => cell.pictures.is_empty(),
        Value::Text(text) => matches!(text.trim(), "" | "-" | "--" | "—" | "——" | "/" | "\\" | "无" | "暂无"),
        _ => false,
    }
}

/// A formula that leads nowhere by itself, either.
pub(super) fn is_unsolved(cell: &Cell) -> bool {
    cell.value == Value::Unsolved && cell.link.is_none()
}
