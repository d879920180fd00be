//! `feed add-shelf DIR STORE DEVICE`.

use super::{
    failure::{ended, failed},
    shelf::{self, Shelf},
};
use crate::cli::{Context, Exit, Output, input, json};
use cloud_shelf_core::{
    clock::{Clock, SystemClock},
    domain::Message,
    feed::FeedAddress,
    publish::{FeedFolder, PublishError},
};
use serde::Serialize;
use std::path::PathBuf;

/// Upper bound on the list, in bytes: lines for 100,000 shelves.
const MAX_BYTES: u64 = 16 << 20;

#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("which").required(true).args(["store", "lines"])))]
pub(in crate::cli) struct Args {
    /// 发布目录 / the feed's directory
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// 门店码 / the store code
    #[arg(value_name = "STORE", requires = "device")]
    store: Option<String>,
    /// 设备码 / the device code
    #[arg(value_name = "DEVICE")]
    device: Option<String>,
    /// 品牌发来的绑定信息，一行一台（- 是标准输入）/ the lines that the brand sent (- is stdin)
    #[arg(long, value_name = "FILE")]
    lines: Option<PathBuf>,
    /// DIR/public 的网址 / where DIR/public is served
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    /// The address that an installer pastes; while no URL is known, the key alone
    address: Option<String>,
    key: String,
    shelves: Vec<ShelfReport>,
    pointers_written: usize,
    problems: Vec<json::Remedy>,
}

#[derive(Serialize)]
struct ShelfReport {
    store_id: String,
    device_id: String,
    added: bool,
    warnings: Vec<String>,
    warnings_en: Vec<String>,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let (shelves, problems) = match named(args) {
        Ok(found) => found,
        Err((exit, message)) => return ended(exit, "bad_shelf", &message, context, output),
    };
    match work(args, &shelves, &problems) {
        Ok(report) if context.json => output.json(&report),
        Ok(report) => text(&report, &shelves, output),
        Err(error) => return failed(&error, context, output),
    }
    problems.iter().for_each(|problem| output.tell(problem));
    if problems.is_empty() { Exit::Ok } else { Exit::Partial }
}

fn named(args: &Args) -> Result<(Vec<Shelf>, Vec<Message>), (Exit, Message)> {
    let Some(path) = &args.lines else {
        let (store, device) = (args.store.as_deref(), args.device.as_deref());
        let shelf = shelf::of_codes(store.unwrap_or_default(), device.unwrap_or_default());
        return shelf.map(|shelf| (vec![shelf], Vec::new())).map_err(|message| (Exit::Usage, message));
    };
    let bytes = input::bytes(path, MAX_BYTES).map_err(|message| (Exit::Failed, message))?;
    let (shelves, problems) = shelf::of_lines(&String::from_utf8_lossy(&bytes));
    match problems.first() {
        Some(problem) if shelves.is_empty() => Err((Exit::Failed, problem.clone())),
        _ => Ok((shelves, problems)),
    }
}

fn work(args: &Args, shelves: &[Shelf], problems: &[Message]) -> Result<Report, PublishError> {
    let mut feed = FeedFolder::open(&args.dir)?;
    if let Some(url) = &args.url {
        feed.set_url(url)?;
    }
    let added =
        feed.add_shelves(shelves.iter().map(|shelf| shelf.subject.clone()).collect(), SystemClock.now())?;
    let report = |shelf: &Shelf| ShelfReport {
        store_id: shelf.subject.store().as_str().to_owned(),
        device_id: shelf.subject.device().as_str().to_owned(),
        added: added.new.contains(&shelf.subject),
        warnings: shelf.warnings.iter().map(|warning| warning.zh.clone().into_owned()).collect(),
        warnings_en: shelf.warnings.iter().map(|warning| warning.en.clone().into_owned()).collect(),
    };
    Ok(Report {
        schema: json::SCHEMA,
        address: feed.address()?.as_ref().map(FeedAddress::to_string),
        key: feed.key()?.to_string(),
        shelves: shelves.iter().map(report).collect(),
        pointers_written: added.pointers,
        problems: problems.iter().map(|problem| json::Remedy::new("bad_shelf", problem)).collect(),
    })
}

fn text(report: &Report, shelves: &[Shelf], output: &mut Output) {
    output.line(report.address.as_ref().unwrap_or(&report.key));
    shelves.iter().flat_map(|shelf| &shelf.warnings).for_each(|warning| output.tell(warning));
    let added = report.shelves.iter().filter(|shelf| shelf.added).count();
    output.tell(&Message::new(
        format!(
            "添加了 {added} 台货架（共填写 {} 台）。装机时用 bind … --feed 填上面这一行",
            report.shelves.len()
        ),
        format!(
            "Shelves added: {added} of {}. Bind them with the line above: bind … --feed",
            report.shelves.len()
        ),
    ));
    if report.pointers_written == 0 && added > 0 {
        output.tell(&Message::fixed(
            "还没有发布过商品，用 feed publish 发布后货架才有内容",
            "Nothing is published yet; run feed publish to give the shelves content",
        ));
    }
}
