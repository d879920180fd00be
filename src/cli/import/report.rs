//! The outcome of an import, as text and as JSON.

use super::Failure;
use crate::{
    cli::{
        json::{Remedy, SCHEMA},
        report::Columns,
    },
    import::ImportReport,
};
use cloud_shelf_core::{
    domain::{Lang, Message},
    table::Problem,
};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Done {
    schema: u32,
    version: u64,
    changed: bool,
    items: usize,
    pictures: usize,
    pictures_missing: usize,
    left_out: usize,
    problems: Vec<Row>,
}

#[derive(Serialize)]
pub(super) struct Failed {
    schema: u32,
    #[serde(flatten)]
    remedy: Remedy,
    problems: Vec<Row>,
}

/// A problem of a cell or row.
#[derive(Serialize)]
pub(in crate::cli) struct Row {
    sheet: String,
    row: u32,
    column: Option<String>,
    #[serde(flatten)]
    remedy: Remedy,
    leaves_out: bool,
}

impl Done {
    pub(super) fn new(report: &ImportReport) -> Self {
        Self {
            schema: SCHEMA,
            version: report.version,
            changed: report.changed,
            items: report.items,
            pictures: report.pictures,
            pictures_missing: report.pictures_missing,
            left_out: report.left_out,
            problems: report.problems.iter().map(Row::new).collect(),
        }
    }
}

impl Failed {
    pub(super) fn new(failure: &Failure) -> Self {
        Self {
            schema: SCHEMA,
            remedy: Remedy::new(failure.code(), &failure.message()),
            problems: failure.problems().iter().map(Row::new).collect(),
        }
    }
}

impl Row {
    pub(in crate::cli) fn new(problem: &Problem) -> Self {
        Self {
            sheet: problem.sheet.clone(),
            row: problem.row,
            column: problem.column.clone(),
            remedy: Remedy::new(problem.kind, &problem.remedy),
            leaves_out: problem.leaves_out,
        }
    }
}

/// Returns the report for a person, as lines.
pub(super) fn text(report: &ImportReport, lang: Lang) -> Vec<String> {
    let ImportReport { version, changed, items, pictures, pictures_missing, left_out, .. } = *report;
    let summary = if changed {
        Message::new(
            format!("已导入 {items} 个商品、{pictures} 张图片（版本 {version}）"),
            format!("Imported {items} items with {pictures} pictures (version {version})"),
        )
    } else {
        Message::new(
            format!("内容没有变化：{items} 个商品、{pictures} 张图片（版本 {version}）"),
            format!("Nothing has changed: {items} items with {pictures} pictures (version {version})"),
        )
    };
    let mut text = lines(&report.problems, lang);
    text.push(summary.get(lang).to_owned());
    if left_out > 0 {
        let sentence =
            Message::new(format!("有 {left_out} 行没有采用"), format!("Rows left out: {left_out}"));
        text.push(sentence.get(lang).to_owned());
    }
    if pictures_missing > 0 {
        let sentence = Message::new(
            format!("有 {pictures_missing} 张图片缺失，对应商品显示为文字卡片"),
            format!("Pictures missing: {pictures_missing}; their items are shown without"),
        );
        text.push(sentence.get(lang).to_owned());
    }
    text
}

/// Returns the problems as a list, followed by an empty line.
pub(in crate::cli) fn lines(problems: &[Problem], lang: Lang) -> Vec<String> {
    if problems.is_empty() {
        return Vec::new();
    }
    let heading = |zh, en| Message::fixed(zh, en).get(lang).to_owned();
    let mut columns = Columns::default();
    let last = heading("问题和改法", "What is wrong and what to do");
    columns.row([&heading("表", "Sheet"), &heading("行", "Row"), &heading("列", "Column"), "", &last]);
    for problem in problems {
        let mark = if problem.leaves_out { "✗" } else { "!" };
        let column = problem.column.as_deref().unwrap_or_default();
        columns.row([&problem.sheet, &problem.row.to_string(), column, mark, problem.remedy.get(lang)]);
    }
    let mut lines = columns.lines();
    lines.push(String::new());
    lines
}
