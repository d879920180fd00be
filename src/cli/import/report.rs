//! What came of an import, as text and as JSON.

use super::Failure;
use crate::{
    cli::Context,
    domain::Lang,
    import::{ImportError, ImportReport},
    table::Problem,
};
use serde::Serialize;
use std::fmt::Write as _;

#[derive(Serialize)]
struct Done<'a> {
    schema: u32,
    version: u64,
    changed: bool,
    items: usize,
    pictures: usize,
    pictures_missing: usize,
    left_out: usize,
    problems: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Failed<'a> {
    schema: u32,
    error: &'static str,
    remedy: &'a str,
    remedy_en: &'a str,
    problems: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    sheet: &'a str,
    row: u32,
    column: Option<&'a str>,
    problem: &'static str,
    remedy: &'a str,
    remedy_en: &'a str,
    left_out: bool,
}

pub(super) fn done(report: &ImportReport, context: &Context) -> String {
    if context.json {
        return json(&Done {
            schema: 1,
            version: report.version,
            changed: report.changed,
            items: report.items,
            pictures: report.pictures,
            pictures_missing: report.pictures_missing,
            left_out: report.left_out,
            problems: rows(&report.problems),
        });
    }
    let ImportReport { version, items, pictures, pictures_missing, left_out, .. } = *report;
    let mut text = match (context.lang, report.changed) {
        (Lang::Zh, true) => format!("已导入 {items} 件商品、{pictures} 张图片（版本 {version}）。\n"),
        (Lang::Zh, false) => format!("内容没有变化：{items} 件商品、{pictures} 张图片（版本 {version}）。\n"),
        (Lang::En, true) => format!("Imported {items} items with {pictures} pictures (version {version}).\n"),
        (Lang::En, false) => {
            format!("Nothing has changed: {items} items, {pictures} pictures (version {version}).\n")
        }
    };
    if left_out > 0 {
        text += &match context.lang {
            Lang::Zh => format!("有 {left_out} 行未导入。\n"),
            Lang::En => format!("Rows left out: {left_out}.\n"),
        };
    }
    if pictures_missing > 0 {
        text += &match context.lang {
            Lang::Zh => format!("有 {pictures_missing} 张图片缺失，对应商品将以文字卡片显示。\n"),
            Lang::En => format!("Pictures missing: {pictures_missing}; their items are shown without.\n"),
        };
    }
    text + &lines(&report.problems, context.lang)
}

/// What stands on stdout where nothing was imported; the cause itself went to stderr.
pub(super) fn failed(failure: &Failure, context: &Context) -> String {
    let problems = match failure {
        Failure::Import(ImportError::NoItems { problems }) => problems.as_slice(),
        _ => &[],
    };
    if !context.json {
        return lines(problems, context.lang);
    }
    let message = failure.message();
    json(&Failed {
        schema: 1,
        error: failure.code(),
        remedy: &message.zh,
        remedy_en: &message.en,
        problems: rows(problems),
    })
}

fn rows(problems: &[Problem]) -> Vec<Row<'_>> {
    let row = |problem| {
        let Problem { sheet, row, column, kind, remedy, leaves_out }: &Problem = problem;
        Row {
            sheet,
            row: *row,
            column: column.as_deref(),
            problem: kind,
            remedy: &remedy.zh,
            remedy_en: &remedy.en,
            left_out: *leaves_out,
        }
    };
    problems.iter().map(row).collect()
}

fn lines(problems: &[Problem], lang: Lang) -> String {
    let mut text = String::new();
    for Problem { sheet, row, column, remedy, .. } in problems {
        let (sheet, column) = (plain(sheet), column.as_deref().map(plain));
        let remedy = plain(remedy.get(lang));
        let line = match (lang, column) {
            (Lang::Zh, Some(column)) => format!("{sheet} 第 {row} 行「{column}」：{remedy}"),
            (Lang::Zh, None) => format!("{sheet} 第 {row} 行：{remedy}"),
            (Lang::En, Some(column)) => format!("{sheet}, row {row}, {column}: {remedy}"),
            (Lang::En, None) => format!("{sheet}, row {row}: {remedy}"),
        };
        // Writing into a string does not fail.
        let _ = writeln!(text, "{line}");
    }
    text
}

/// Without the characters that a table could steer a terminal with.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn json(value: &impl Serialize) -> String {
    // These shapes have no keys but text, so they always serialise.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}
