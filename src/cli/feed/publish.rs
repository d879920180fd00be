//! `feed publish DIR [TABLE]`.

use super::failure::{ended, failed};
use crate::cli::{
    Context, Exit, Output,
    import::report::{self, Row},
    input, json,
    progress::progress_bar,
};
use cloud_shelf_core::{
    clock::{Clock, SystemClock},
    domain::{Message, Rgb, text},
    feed::FeedSettings,
    intake::Progress,
    publish::{BrandChange, ClockConfirmation, FeedFolder, PublishError, PublishOutcome, TableOptions},
    table::{self, Table},
    transport,
};
use serde::Serialize;
use std::{
    io::{self, BufRead, IsTerminal, Read as _},
    path::{Path, PathBuf},
};

const MAX_SETTINGS_BYTES: u64 = 64 << 10;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// 发布目录 / the feed's directory
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// 商品表格（- 是标准输入）/ the table (- is stdin)
    #[arg(value_name = "TABLE")]
    table: Option<PathBuf>,
    /// 图片文件夹（默认为表格所在文件夹）/ the picture folder (default is the table's folder)
    #[arg(long, value_name = "DIR", requires = "table")]
    pictures: Option<PathBuf>,
    /// 品牌名称 / the brand's name
    #[arg(long, value_name = "NAME", requires = "table")]
    brand: Option<String>,
    /// 品牌主色 / the brand's main colour
    #[arg(long, value_name = "#RRGGBB", requires = "table")]
    primary: Option<Rgb>,
    /// 品牌辅色 / the brand's second colour
    #[arg(long, value_name = "#RRGGBB", requires = "table")]
    accent: Option<Rgb>,
    /// 品牌标志图片 / the brand's logo
    #[arg(long, value_name = "FILE", requires = "table")]
    logo: Option<PathBuf>,
    /// 货架设置，JSON，见 docs/FEED.md / the shelves' settings as JSON, see docs/FEED.md
    #[arg(long, value_name = "FILE", requires = "table")]
    settings: Option<PathBuf>,
    /// 指针有效天数（默认 60）/ days until the pointers expire (default 60)
    #[arg(long, value_name = "N", requires = "table", value_parser = clap::value_parser!(u16).range(1..=400))]
    days: Option<u16>,
    /// 版本号至少是 N（从备份恢复后用）/ use at least version N (after restoring a backup)
    #[arg(long, value_name = "N", requires = "table", default_value_t = 0)]
    at_least: u64,
    /// 本机时间没错，虽然离上次发布很久 / the clock is right although the last publication was long ago
    #[arg(long, conflicts_with = "clock_was_wrong")]
    yes_time_jump: bool,
    /// 上次发布时本机时间不对，现在对了 / the clock was wrong at the last publication and is right now
    #[arg(long)]
    clock_was_wrong: bool,
    /// 允许从内网地址下载图片 / also fetch pictures from private addresses
    #[arg(long)]
    allow_private_addresses: bool,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    version: u64,
    changed: bool,
    shelves: usize,
    pointers_written: usize,
    objects_written: usize,
    objects_collected: usize,
    #[serde(flatten)]
    table: Option<TableReport>,
}

#[derive(Serialize)]
struct TableReport {
    items: usize,
    pictures: usize,
    pictures_missing: usize,
    left_out: usize,
    problems: Vec<Row>,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let (table, settings) = match read(args) {
        Ok(read) => read,
        Err((exit, code, message)) => return ended(exit, code, &message, context, output),
    };
    match FeedFolder::open(&args.dir).and_then(|feed| publish(feed, args, table, settings, context, output)) {
        Ok(published) => {
            if context.json {
                output.json(&report(&published, args.table.is_some()));
            } else {
                text(&published, context, output);
            }
            if published.problems.is_empty() { Exit::Ok } else { Exit::Partial }
        }
        Err(error) => failed(&error, context, output),
    }
}

type Read = (Option<Table>, Option<FeedSettings>);

/// Reads the files named on the command line, before anything is changed.
fn read(args: &Args) -> Result<Read, (Exit, &'static str, Message)> {
    let unreadable = |message| (Exit::Failed, "source_unreadable", message);
    let table = match &args.table {
        Some(path) => {
            let bytes = input::bytes(path, table::MAX_FILE_BYTES).map_err(unreadable)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let table = table::read(&name, &bytes);
            Some(table.map_err(|error| (Exit::Refused, error.code(), error.message()))?)
        }
        None => None,
    };
    let settings = match &args.settings {
        Some(path) => {
            let bytes = input::bytes(path, MAX_SETTINGS_BYTES).map_err(unreadable)?;
            Some(FeedSettings::parse(&bytes).map_err(|error| {
                let (zh, en) = (format!("设置文件有误：{error}"), format!("The settings are wrong: {error}"));
                (Exit::Usage, "bad_settings", Message::new(zh, en))
            })?)
        }
        None => None,
    };
    Ok((table, settings))
}

fn publish(
    mut feed: FeedFolder,
    args: &Args,
    table: Option<Table>,
    settings: Option<FeedSettings>,
    context: &Context,
    output: &Output,
) -> Result<PublishOutcome, PublishError> {
    let now = SystemClock.now();
    let clock = match feed.check_time(now, args.clock()) {
        Err(jump @ PublishError::TimeJump { .. }) if is_right(&jump, context, output) => {
            ClockConfirmation::JumpIsRight
        }
        checked => checked.map(|()| args.clock())?,
    };
    match table {
        Some(table) => work(&mut feed, args, table, settings, (now, clock), context, output),
        None => {
            let written = feed.renew_confirmed(now, clock)?;
            let (items, pictures, pictures_missing, objects, left_out) = (0, 0, 0, 0, 0);
            let problems = Vec::new();
            Ok(PublishOutcome { written, items, pictures, pictures_missing, objects, problems, left_out })
        }
    }
}

/// Asks the person at the terminal whether the computer's clock is right; returns false if there is no
/// terminal.
fn is_right(jump: &PublishError, context: &Context, output: &Output) -> bool {
    if context.json || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return false;
    }
    output.tell(&jump.message());
    output.tell(&Message::fixed(
        "现在就按本机时间发布吗？[y/N]",
        "Publish with this computer's time now? [y/N]",
    ));
    let mut answer = String::new();
    io::stdin().lock().take(64).read_line(&mut answer).is_ok()
        && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "是")
}

impl Args {
    const fn clock(&self) -> ClockConfirmation {
        if self.clock_was_wrong {
            ClockConfirmation::WasWrong
        } else if self.yes_time_jump {
            ClockConfirmation::JumpIsRight
        } else {
            ClockConfirmation::None
        }
    }
}

fn work(
    feed: &mut FeedFolder,
    args: &Args,
    table: Table,
    settings: Option<FeedSettings>,
    (now, clock): (i64, ClockConfirmation),
    context: &Context,
    output: &Output,
) -> Result<PublishOutcome, PublishError> {
    let name = args.brand.as_deref().map(|name| typed_name(name, output));
    let options = TableOptions {
        brand: BrandChange { name, primary: args.primary, accent: args.accent, logo: args.logo.clone() },
        settings,
        fetch: transport::FetchOptions {
            allow_private: args.allow_private_addresses,
            ..transport::FetchOptions::default()
        },
        days: args.days,
        at_least: args.at_least,
        clock,
    };
    let beside = || args.table.as_deref().and_then(Path::parent).filter(|dir| *dir != Path::new(""));
    let pictures = args.pictures.as_deref().or_else(beside).unwrap_or(Path::new("."));
    let bar = progress_bar(context);
    let mut progress = |Progress { done, total }: Progress| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let published = feed.publish_table(table, pictures, &options, now, &mut progress);
    bar.finish_and_clear();
    published
}

/// Strips hidden characters from the brand's name, with a warning.
fn typed_name(name: &str, output: &Output) -> String {
    if text::needs_warning(name) {
        output.tell(&Message::fixed(
            "品牌名称里有看不见的字符，已经去掉，请核对",
            "The brand's name held characters that cannot be seen; they were left out. Please check it",
        ));
    }
    text::one_line(name)
}

fn report(published: &PublishOutcome, with_table: bool) -> Report {
    let table = TableReport {
        items: published.items,
        pictures: published.pictures,
        pictures_missing: published.pictures_missing,
        left_out: published.left_out,
        problems: published.problems.iter().map(Row::new).collect(),
    };
    Report {
        schema: json::SCHEMA,
        version: published.written.version,
        changed: published.written.changed,
        shelves: published.written.shelves,
        pointers_written: published.written.pointers,
        objects_written: published.objects,
        objects_collected: published.written.collected,
        table: with_table.then_some(table),
    }
}

fn text(published: &PublishOutcome, context: &Context, output: &mut Output) {
    report::lines(&published.problems, context.lang).iter().for_each(|line| output.line(line));
    let PublishOutcome { written, items, pictures, left_out, pictures_missing, .. } = published;
    let (version, shelves, pointers) = (written.version, written.shelves, written.pointers);
    let mut say = |message: Message| output.line(message.get(context.lang));
    say(if written.changed {
        Message::new(format!("已发布版本 {version}"), format!("Published version {version}"))
    } else {
        Message::new(
            format!("内容没有变化（版本 {version}）"),
            format!("Nothing has changed (version {version})"),
        )
    });
    if *items > 0 {
        say(Message::new(
            format!("{items} 个商品、{pictures} 张图片；{left_out} 行没有采用，缺 {pictures_missing} 张图片"),
            format!(
                "{items} items with {pictures} pictures; rows left out: {left_out}, pictures missing: {pictures_missing}"
            ),
        ));
    }
    say(Message::new(
        format!("{shelves} 台货架，更新了 {pointers} 台的指针"),
        format!("Shelves: {shelves}, pointers written: {pointers}"),
    ));
}
