//! `check table`: shows what a table's rows become, and what is wrong with the rest.

use super::verdict::verdict;
use crate::cli::{Context, Exit, Output, input, json, report::Columns};
use cloud_shelf_core::{
    domain::Message,
    table::{self, PictureSource, Table, TableItem},
};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// 表格文件 / the table
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    items: Vec<Item>,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Item {
    sheet: String,
    row: u32,
    title: String,
    item_id: String,
    sku_id: Option<String>,
    url: String,
    price_fen: Option<u32>,
    sale_price_fen: Option<u32>,
    category: Option<String>,
    selling_points: Vec<String>,
    pictures: Vec<Picture>,
    sort: Option<i64>,
    listed_from: Option<i64>,
    listed_until: Option<i64>,
    barcode: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Picture {
    File(String),
    Url(String),
    Embedded(String),
}

/// A problem with a row; without sheet and row, a problem with the file.
#[derive(Serialize)]
struct Problem {
    sheet: Option<String>,
    row: Option<u32>,
    column: Option<String>,
    #[serde(flatten)]
    remedy: json::Remedy,
    leaves_out: bool,
}

pub(in crate::cli) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let bytes = match input::bytes(&args.file, table::MAX_FILE_BYTES) {
        Ok(bytes) => bytes,
        Err(message) => {
            output.tell(&message);
            return Exit::Failed;
        }
    };
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    match table::read(&name, &bytes) {
        Ok(table) => {
            if context.json {
                output.json(&report(&table));
            } else {
                print(&table, context, output);
            }
            verdict(table.items.len(), table.problems.iter().filter(|p| p.leaves_out).count())
        }
        Err(error) => {
            if context.json {
                let remedy = json::Remedy::new(error.code(), &error.message());
                let problem = Problem { sheet: None, row: None, column: None, remedy, leaves_out: true };
                output.json(&Report { schema: json::SCHEMA, items: Vec::new(), problems: vec![problem] });
            }
            output.tell(&error.message());
            Exit::Failed
        }
    }
}

fn report(table: &Table) -> Report {
    let problem = |p: &table::Problem| Problem {
        sheet: Some(p.sheet.clone()),
        row: Some(p.row),
        column: p.column.clone(),
        remedy: json::Remedy::new(p.kind, &p.remedy),
        leaves_out: p.leaves_out,
    };
    Report {
        schema: json::SCHEMA,
        items: table.items.iter().map(item).collect(),
        problems: table.problems.iter().map(problem).collect(),
    }
}

fn item(item: &TableItem) -> Item {
    let picture = |picture: &PictureSource| match picture {
        PictureSource::File(name) => Picture::File(name.clone()),
        PictureSource::Url(url) => Picture::Url(url.clone()),
        PictureSource::Embedded { name, .. } => Picture::Embedded(name.clone()),
    };
    Item {
        sheet: item.sheet.clone(),
        row: item.row,
        title: item.title.clone(),
        item_id: item.link.item.to_string(),
        sku_id: item.link.sku.as_ref().map(ToString::to_string),
        url: item.link.to_string(),
        price_fen: item.price.map(|price| price.fen()),
        sale_price_fen: item.sale_price.map(|price| price.fen()),
        category: item.category.clone(),
        selling_points: item.selling_points.clone(),
        pictures: item.pictures.iter().map(picture).collect(),
        sort: item.sort,
        listed_from: item.listed_from,
        listed_until: item.listed_until,
        barcode: item.barcode.clone(),
    }
}

fn print(table: &Table, context: &Context, output: &mut Output) {
    let lang = context.lang;
    let (items, problems) = (table.items.len(), table.problems.len());
    let left_out = table.problems.iter().filter(|p| p.leaves_out).count();
    let summary = Message::new(
        format!("可以上架 {items} 个商品，{problems} 处问题，其中 {left_out} 行没有采用"),
        format!("{items} items are good; problems: {problems}; rows left out: {left_out}"),
    );
    if problems > 0 {
        let heading = |zh, en| Message::fixed(zh, en).get(lang).to_owned();
        let mut columns = Columns::default();
        columns.row([
            &heading("表", "Sheet"),
            &heading("行", "Row"),
            &heading("列", "Column"),
            "",
            &heading("问题和改法", "What is wrong and what to do"),
        ]);
        for problem in &table.problems {
            let mark = if problem.leaves_out { "✗" } else { "!" };
            let column = problem.column.as_deref().unwrap_or_default();
            columns.row([&problem.sheet, &problem.row.to_string(), column, mark, problem.remedy.get(lang)]);
        }
        columns.lines().iter().for_each(|line| output.line(line));
        output.line("");
    }
    output.line(summary.get(lang));
}
