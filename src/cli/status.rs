//! `status`: the unit's binding, what it shows, and the state of its data.

use super::{
    Context, Exit, Output, json,
    report::Columns,
    reports::Reports,
    unit::{own_settings, signed},
    update,
};
use crate::{
    binding::{BindingFile, Bound},
    control::{self, ControlError, KioskStatus, PageName, Reply, Request, SyncDone, SyncStatus, Words},
    pin::PinFile,
    store::{self, Loaded, Missing, MissingPicture, Store},
    sync::{Feed, InForce, Progress, Step},
};
use cloud_shelf_core::{
    attempt::{self, SetAside, Start},
    clock::{Clock, SystemClock, UnitClock},
    config::Config,
    domain::{Lang, Message},
    settings,
};
use serde::Serialize;

/// The report; also a part of the support bundle.
#[derive(Serialize)]
pub(super) struct Report {
    schema: u32,
    bound: bool,
    brand: Option<String>,
    store_id: Option<String>,
    device_id: Option<String>,
    feed: Option<String>,
    catalog: Catalog,
    data: Data,
    /// The settings in effect, with the origin of each
    settings: settings::SettingsReport,
    /// Why the current settings file is not in use
    config_problem: Option<Words>,
    /// Why the opening hours signed by the operator are not in use
    hours_problem: Option<Words>,
    reports: Reports,
    /// Whether the service page has a PIN; `None` if that can't be read
    pin_set: Option<bool>,
    /// How the running kiosk, or the last one, has started: `usual` or `safe`
    start: Start,
    /// What is skipped for a time, because the program crashed on it
    crashes: Vec<Crash>,
    /// `None` if the update's record can't be read
    update: Option<update::Standing>,
    kiosk: Kiosk,
    version: &'static str,
}

#[derive(Default, Serialize)]
struct Catalog {
    /// The operator's version number; for an imported table, the number of catalogs this unit has had
    version: u64,
    /// When the operator signed the catalog and when it expires, RFC 3339; `None` for a table
    signed_at: Option<String>,
    expires_at: Option<String>,
    expired: Option<bool>,
    items: usize,
    pictures: usize,
    pictures_missing: usize,
    /// The first of the missing pictures
    missing: Vec<MissingRow>,
    /// RFC 3339
    last_sync: Option<String>,
    source: Option<&'static str>,
}

/// A missing picture of an item.
#[derive(Serialize)]
struct MissingRow {
    item_id: String,
    title: String,
    /// File name or URL, if known
    picture: String,
    problem: String,
    remedy: String,
    remedy_en: String,
}

/// A thing that is skipped, because the program crashed on it.
#[derive(Serialize)]
struct Crash {
    /// Short code
    problem: &'static str,
    /// Its SHA-256
    object: String,
    ends: u32,
    /// RFC 3339: when the program last crashed on it, and when it is tried again
    at: String,
    until: String,
    remedy: String,
    remedy_en: String,
}

impl Crash {
    fn of(known: SetAside) -> Self {
        let time = |at| jiff::Timestamp::from_second(at).unwrap_or_default().to_string();
        let words = known.message();
        Self {
            problem: known.input.kind.code(),
            object: known.input.id.to_string(),
            ends: known.crashes,
            at: time(known.at),
            until: time(known.until),
            remedy: words.zh.into_owned(),
            remedy_en: words.en.into_owned(),
        }
    }
}

#[derive(Serialize)]
struct Data {
    ok: bool,
    read_only: bool,
    /// Whether the file system is read-only for everybody
    card_read_only: bool,
    /// Damaged files that were set aside
    set_aside: Vec<String>,
    message: String,
    message_en: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Kiosk {
    Running(Box<KioskStatus>),
    Not { running: bool, page: Option<PageName>, item_id: Option<String>, frames: u64 },
}

/// Upper bounds on the missing pictures listed; the count is exact.
const MAX_MISSING: usize = 2_000;
const MAX_MISSING_LINES: usize = 20;

pub(super) fn run(context: &Context, output: &mut Output) -> Exit {
    let state = std::fs::read_dir(context.paths.state_dir());
    if state.is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied) {
        // The state is unreadable, so "not bound" would be wrong
        output.tell(&control::not_allowed());
        return Exit::Failed;
    }
    let report = look(context, output);
    let exit = match (report.data.ok, report.bound) {
        (false, _) => Exit::Failed,
        (true, false) => Exit::NotBound,
        (true, true) => Exit::Ok,
    };
    if context.json {
        output.json(&report);
    } else {
        text(&report, context.lang).iter().for_each(|line| output.line(line));
    }
    exit
}

/// Returns the state of the unit; what can't be read is reported on stderr.
pub(super) fn look(context: &Context, output: &Output) -> Report {
    let bound = match BindingFile::new(context.paths.binding()).read() {
        Ok(bound) => bound,
        Err(error) => {
            output.tell(&error.message());
            None
        }
    };
    let health = store::health(&context.paths);
    let message = health.message();
    let mut kiosk = match control::ask(&context.paths, &Request::Status) {
        Ok(Reply::Status(status)) => Kiosk::Running(status),
        Ok(_) | Err(ControlError::NotRunning) => not_running(),
        Err(error) => {
            output.tell(&error.message());
            not_running()
        }
    };
    let binding = bound.as_ref().map(|bound| &bound.binding);
    let (settings, config_problem) = match &mut kiosk {
        // A running kiosk may still use the last known good settings
        Kiosk::Running(status) if status.settings.is_some() => {
            (status.settings.take(), status.config_problem.take())
        }
        _ => (None, None),
    };
    let (settings, config_problem) = match settings {
        Some(settings) => (settings, config_problem),
        None => {
            let (config, problem) = match Config::load(context.paths.config()) {
                Ok(config) => (config, None),
                Err(error) => (Config::default(), Some(error.message().into())),
            };
            let settings = own_settings(&config, context, binding);
            (settings::SettingsReport::at(&settings, SystemClock.now()), problem)
        }
    };
    let known = attempt::read_status(&context.paths, SystemClock.now());
    Report {
        schema: json::SCHEMA,
        bound: bound.is_some(),
        brand: binding.map(|binding| binding.brand.clone()),
        store_id: binding.map(|binding| binding.store.to_string()),
        device_id: binding.map(|binding| binding.device.to_string()),
        feed: bound.as_ref().and_then(|bound| bound.feed.clone()),
        catalog: catalog(context, bound.as_ref(), output),
        data: Data {
            ok: health.is_ok()
                || matches!(health.state, store::HealthState::Failed(store::StoreError::Missing)),
            read_only: health.read_only,
            card_read_only: health.card_read_only,
            set_aside: health.set_aside.iter().map(|path| path.display().to_string()).collect(),
            message: message.zh.clone().into_owned(),
            message_en: message.en.clone().into_owned(),
        },
        settings,
        config_problem,
        hours_problem: signed(context, binding).and_then(|said| Some(said.unread_hours?.message().into())),
        reports: Reports::look(context),
        pin_set: PinFile::new(&context.paths).is_set().ok(),
        start: known.start,
        crashes: known.set_aside.into_iter().map(Crash::of).collect(),
        update: update::Standing::look(context),
        kiosk,
        version: env!("CARGO_PKG_VERSION"),
    }
}

impl MissingRow {
    fn new(missing: MissingPicture) -> Self {
        Self {
            item_id: missing.item.map(|item| item.to_string()).unwrap_or_default(),
            title: missing.title,
            picture: missing.picture,
            problem: missing.problem,
            remedy: missing.remedy.zh.into_owned(),
            remedy_en: missing.remedy.en.into_owned(),
        }
    }
}

const fn not_running() -> Kiosk {
    Kiosk::Not { running: false, page: None, item_id: None, frames: 0 }
}

/// Returns the operator's settings that came with the catalog in force.
fn in_force(context: &Context, bound: Option<&Bound>) -> Option<InForce> {
    let bound = bound?;
    let feed = Feed::of_binding(bound.feed.as_deref()?, &bound.binding).ok()?;
    InForce::of(&context.paths, &feed, &UnitClock::new("/"))
}

fn catalog(context: &Context, bound: Option<&Bound>, output: &Output) -> Catalog {
    let Ok(reader) = Store::open_read_only(&context.paths) else { return Catalog::default() };
    let loaded = reader.load().and_then(|loaded| Ok((loaded, reader.not_there()?)));
    let Ok((Some(Loaded { snapshot, .. }), not_there)) = loaded else { return Catalog::default() };
    let mut missing = reader.missing().unwrap_or_else(|error| {
        output.tell(&Message::new(
            format!("读不到缺图记录（{error}），只统计了部分缺图。重新导入表格即可恢复"),
            format!("The list of missing pictures can't be read ({error}); some are not counted. Import again to renew it"),
        ));
        Missing::default()
    });
    for item in &snapshot.items {
        for _ in item.pictures.iter().filter(|picture| not_there.contains(&picture.object)) {
            missing.count += 1;
            missing.pictures.push(MissingPicture {
                item: Some(item.link.item.clone()),
                title: item.title.clone(),
                picture: String::new(),
                problem: "not_there".to_owned(),
                remedy: Message::fixed(
                    "图片数据不在本机。请重新同步或重新导入表格",
                    "The picture is not on this unit. Sync or import again",
                ),
            });
        }
    }
    let in_force = in_force(context, bound);
    let written = |second: i64| jiff::Timestamp::from_second(second).ok().map(|time| time.to_string());
    Catalog {
        version: in_force.map_or(snapshot.version, |in_force| in_force.version),
        signed_at: in_force.and_then(|in_force| written(in_force.signed_at)),
        expires_at: in_force.and_then(|in_force| written(in_force.expires_at)),
        expired: in_force.map(|in_force| in_force.expired),
        items: snapshot.items.len(),
        pictures: snapshot.items.iter().map(|item| item.pictures.len()).sum(),
        pictures_missing: missing.count,
        missing: missing.pictures.into_iter().take(MAX_MISSING).map(MissingRow::new).collect(),
        last_sync: written(snapshot.taken_at),
        source: Some(snapshot.source.as_str()),
    }
}

fn text(report: &Report, lang: Lang) -> Vec<String> {
    let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    let mut columns = Columns::default();
    let none = say("（未绑定）", "(not bound)");
    columns.row([say("品牌", "Brand"), report.brand.as_deref().unwrap_or(none)]);
    columns.row([say("门店码", "Store code"), report.store_id.as_deref().unwrap_or(none)]);
    columns.row([say("设备码", "Device code"), report.device_id.as_deref().unwrap_or(none)]);
    if let Some(feed) = &report.feed {
        columns.row([say("商品源", "Feed"), feed]);
    }
    let catalog = &report.catalog;
    let counts = match lang {
        Lang::Zh => format!(
            "第 {} 版，{} 件商品，{} 张图片，缺 {} 张",
            catalog.version, catalog.items, catalog.pictures, catalog.pictures_missing
        ),
        Lang::En => format!(
            "version {}, {} items, {} pictures, {} missing",
            catalog.version, catalog.items, catalog.pictures, catalog.pictures_missing
        ),
    };
    columns.row([say("商品", "Catalog"), &counts]);
    for row in catalog.missing.iter().take(MAX_MISSING_LINES) {
        let remedy = if lang == Lang::Zh { &row.remedy } else { &row.remedy_en };
        // A picture without an item is the brand's logo
        let whose = if row.item_id.is_empty() { say("品牌标志", "Logo") } else { &row.item_id };
        columns.row([say("缺图", "Missing"), &format!("{whose} {}: {remedy}", row.title)]);
    }
    if catalog.pictures_missing > MAX_MISSING_LINES && !catalog.missing.is_empty() {
        let more = catalog.pictures_missing - MAX_MISSING_LINES;
        let text = match lang {
            Lang::Zh => format!("……还有 {more} 张，用 --json 查看"),
            Lang::En => format!("… and {more} more; --json lists them"),
        };
        columns.row([say("缺图", "Missing"), &text]);
    }
    if let Some(time) = &catalog.last_sync {
        columns.row([say("更新时间", "Taken in"), time]);
    }
    if let (Some(signed), Some(expires), Some(expired)) =
        (&catalog.signed_at, &catalog.expires_at, catalog.expired)
    {
        let words = match (lang, expired) {
            (Lang::Zh, false) => format!("{signed}，有效期到 {expires}"),
            (Lang::Zh, true) => {
                format!("{signed}，已于 {expires} 过期，屏幕照常显示。请联系运营方重新发布，并检查本机时间")
            }
            (Lang::En, false) => format!("{signed}, valid until {expires}"),
            (Lang::En, true) => format!(
                "{signed}, expired at {expires}; the screen goes on with it. Ask the operator to publish again, \
                 and check this unit's time"
            ),
        };
        columns.row([say("运营方签发", "Signed"), &words]);
    }
    if let Kiosk::Running(status) = &report.kiosk
        && let Some(sync) = &status.sync
    {
        sync_rows(sync, &mut columns, lang);
    }
    if let Kiosk::Running(status) = &report.kiosk {
        for left in &status.left_alone {
            let words = if lang == Lang::Zh { &left.words.zh } else { &left.words.en };
            columns.row([say("未采用的文件", "Left alone"), &format!("{}: {words}", left.file)]);
        }
        let more = status.left_alone_count.saturating_sub(status.left_alone.len());
        if more > 0 {
            let text = if lang == Lang::Zh {
                format!("……还有 {more} 个")
            } else {
                format!("… and {more} more")
            };
            columns.row([say("未采用的文件", "Left alone"), &text]);
        }
    }
    let data = &report.data;
    columns.row([say("数据", "Data"), if lang == Lang::Zh { &data.message } else { &data.message_en }]);
    for crash in &report.crashes {
        let words = if lang == Lang::Zh { &crash.remedy } else { &crash.remedy_en };
        columns.row([say("意外退出", "Crashes"), &format!("{:.12}… {words}", crash.object)]);
    }
    if report.start != Start::Normal {
        columns.row([say("启动方式", "Start"), attempt::describe_start(report.start).get(lang)]);
    }
    for path in &report.data.set_aside {
        columns.row([say("另存的旧文件", "Set aside"), path]);
    }
    report.reports.rows(&mut columns, lang);
    if let Kiosk::Running(status) = &report.kiosk
        && let Some(reports) = &status.reports
    {
        Reports::activity_row(reports, &mut columns, lang);
    }
    let pin = match report.pin_set {
        Some(true) => say("已设置", "set"),
        Some(false) => say("未设置，请运行 sudo cloud-shelfctl pin", "not set; run sudo cloud-shelfctl pin"),
        None => say("读不到，请用 sudo 查看", "can't be read; look with sudo"),
    };
    columns.row([say("服务页 PIN", "Service PIN"), pin]);
    let kiosk = match &report.kiosk {
        Kiosk::Running(status) => {
            let page = match status.page {
                PageName::Attract => say("待机页", "attract page"),
                PageName::Shelf => say("货架页", "shelf page"),
                PageName::Item => say("商品页", "item page"),
                PageName::Search => say("搜索页", "search page"),
                PageName::Setup => say("设置页", "setup page"),
                PageName::Service => say("服务页", "service page"),
                PageName::Closed => say("休息页", "closed page"),
                PageName::Fault => say("提示页", "fault card"),
            };
            format!("{}，{}，{}×{}", say("运行中", "running"), page, status.width, status.height)
        }
        Kiosk::Not { .. } => say("未运行", "not running").to_owned(),
    };
    columns.row([say("屏幕程序", "Kiosk"), &kiosk]);
    if let Kiosk::Running(status) = &report.kiosk
        && let Some(renderer) = &status.renderer
    {
        let reason = status.renderer_reason.as_ref();
        let words = match (reason, lang) {
            (Some(reason), Lang::Zh) => format!("{renderer}（{}）", reason.zh),
            (Some(reason), Lang::En) => format!("{renderer} ({})", reason.en),
            (None, _) => renderer.clone(),
        };
        columns.row([say("绘制", "Drawn by"), &words]);
    }
    for [name, value, from] in report.settings.rows(lang) {
        columns.row([
            &name,
            &if lang == Lang::Zh { format!("{value}（{from}）") } else { format!("{value} ({from})") },
        ]);
    }
    if let Some(problem) = &report.config_problem {
        columns.row([
            say("设置未生效", "Settings not used"),
            if lang == Lang::Zh { &problem.zh } else { &problem.en },
        ]);
    }
    if let Some(problem) = &report.hours_problem {
        let words = if lang == Lang::Zh { &problem.zh } else { &problem.en };
        columns.row([say("营业时间未生效", "Hours not used"), words]);
    }
    columns.row([say("软件版本", "Version"), report.version]);
    if let Some(words) = report.update.as_ref().and_then(update::Standing::words) {
        columns.row([say("上次升级", "Last update"), words.get(lang)]);
    }
    columns.lines()
}

/// Adds rows on the running kiosk's sync.
fn sync_rows(sync: &SyncStatus, columns: &mut Columns, lang: Lang) {
    let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    if let Some(at) = &sync.in_step_at {
        columns.row([say("与服务器一致", "In step"), at]);
    }
    if let Some(SyncDone { at, problem: Some(problem), .. }) = &sync.last {
        let words = if lang == Lang::Zh { &problem.words.zh } else { &problem.words.en };
        columns.row([say("上次同步失败", "Last sync failed"), &format!("{at} {words}")]);
    }
    if let Some(progress) = sync.progress {
        columns.row([say("同步", "Sync"), &going_on(progress, sync.going_on_since.as_deref(), lang)]);
    } else if let Some(seconds) = sync.next_in_s {
        let next = if lang == Lang::Zh { format!("{seconds} 秒后") } else { format!("in {seconds} s") };
        columns.row([say("下次同步", "Next sync"), &next]);
    }
}

/// Describes the sync in progress and when it began.
fn going_on(progress: Progress, since: Option<&str>, lang: Lang) -> String {
    let Progress { step, files, files_done, .. } = progress;
    let what = match (step, lang) {
        (Step::Asking, Lang::Zh) => "正在询问服务器".to_owned(),
        (Step::Asking, Lang::En) => "asking the server".to_owned(),
        (Step::Fetching, Lang::Zh) => format!("正在下载（{files_done}/{files}）"),
        (Step::Fetching, Lang::En) => format!("fetching ({files_done} of {files})"),
        (Step::Preparing, Lang::Zh) => format!("正在生成缩略图（{files_done}/{files}）"),
        (Step::Preparing, Lang::En) => format!("making thumbnails ({files_done} of {files})"),
    };
    match (since, lang) {
        (Some(since), Lang::Zh) => format!("{what}，从 {since} 开始"),
        (Some(since), Lang::En) => format!("{what}; since {since}"),
        (None, _) => what,
    }
}
