//! `sync`: syncs with the feed now, through the running kiosk or, without one, in this process.

use super::{Context, Exit, Output, attempts, json, progress::progress_bar};
use crate::{
    control::{self, ControlError, Reply, Request, SyncDone, SyncOutcome, SyncStatus},
    store::Store,
    sync::{self, Blame, Done, Follower, Interruption, Progress, SyncError, Watch},
    unit::LoadedConfig,
};
use cloud_shelf_core::{
    clock::{Clock, SystemClock, UnitClock},
    domain::Message,
};
use indicatif::ProgressBar;
use serde::Serialize;
use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// Polling interval for the kiosk's progress.
const BEAT: Duration = Duration::from_millis(200);
/// Upper bound on the command's duration. The kiosk continues by itself; a sync in this process leaves what
/// it has downloaded for the next one.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

#[derive(Serialize)]
struct Report {
    schema: u32,
    ok: bool,
    outcome: SyncOutcome,
    /// Number of objects received
    objects: u64,
    /// Version of the catalog on the shelf
    version: u64,
    items: usize,
    /// `kiosk`, or `command` if none was running
    by: &'static str,
    problem: Option<Problem>,
}

#[derive(Serialize)]
struct Problem {
    problem: String,
    remedy: String,
    remedy_en: String,
}

/// Returns the feed that this unit follows; on failure, the person has already been told.
pub(super) fn bound_feed(context: &Context, output: &mut Output) -> Result<sync::Feed, Exit> {
    let bound = match context.unit().read_binding() {
        Ok(Some(bound)) => bound,
        Ok(None) => {
            let words = Message::fixed(
                "本机还没有绑定。请先运行：sudo cloud-shelfctl bind '品牌发来的绑定信息' --feed 网址",
                "This unit is not bound. Run first: sudo cloud-shelfctl bind LINE --feed URL",
            );
            return Err(refused(Exit::NotBound, "not_bound", &words, context, output));
        }
        Err(error) => {
            return Err(refused(Exit::Failed, "binding_unreadable", &error.message(), context, output));
        }
    };
    bound
        .find_feed()
        .and_then(|feed| feed.ok_or(SyncError::NoFeed))
        .map_err(|error| refused(Exit::Usage, error.code(), &error.message(), context, output))
}

pub(super) fn run(context: &Context, output: &mut Output) -> Exit {
    let feed = match bound_feed(context, output) {
        Ok(feed) => feed,
        Err(exit) => return exit,
    };
    let bar = progress_bar(context);
    let (ended, by) = match by_kiosk(context, &bar) {
        Ok(done) => (Ok(done), "kiosk"),
        Err(Unanswered::NotRunning) => (Ok(alone(feed, context, output, &bar)), "command"),
        Err(Unanswered::Refused(words)) => (Err((Exit::Failed, "kiosk_failed", words)), "kiosk"),
        Err(Unanswered::GoingOn) => (Err((Exit::Unavailable, "going_on", going_on())), "kiosk"),
    };
    bar.finish_and_clear();
    match ended {
        Ok(ended) => report(&ended, by, context, output),
        Err((exit, code, words)) => refused(exit, code, &words, context, output),
    }
}

enum Unanswered {
    NotRunning,
    Refused(Message),
    /// The sync takes longer than the command waits
    GoingOn,
}

const fn going_on() -> Message {
    Message::fixed(
        "同步还没有结束：屏幕程序会在后台继续。请稍后用 cloud-shelfctl status 查看进度。",
        "The sync is not finished yet; the kiosk continues it in the background. Follow it with \
         cloud-shelfctl status.",
    )
}

/// Has the kiosk sync, and follows its progress.
fn by_kiosk(context: &Context, bar: &ProgressBar) -> Result<SyncDone, Unanswered> {
    let end = Instant::now() + PATIENCE;
    let before = ask(context, &Request::Sync)?.begun;
    while Instant::now() < end {
        let status = ask(context, &Request::SyncStatus)?;
        match status.last {
            // A round that began before the request does not count
            Some(done) if done.round > before && done.bundle.is_none() => return Ok(done),
            _ => {}
        }
        if let Some(progress) = status.progress {
            show(bar, progress);
        }
        thread::sleep(BEAT);
    }
    Err(Unanswered::GoingOn)
}

fn ask(context: &Context, request: &Request) -> Result<SyncStatus, Unanswered> {
    match control::ask(&context.paths, request) {
        Ok(Reply::Sync(status)) => Ok(*status),
        Ok(Reply::Refused { zh, en }) => Err(Unanswered::Refused(Message::new(zh, en))),
        Ok(_) => Err(Unanswered::Refused(Message::fixed(
            "屏幕程序的版本与本命令不符，请重启设备。",
            "The kiosk is of another version than this command; restart the unit.",
        ))),
        Err(ControlError::NotRunning) => Err(Unanswered::NotRunning),
        Err(error) => Err(Unanswered::Refused(Message::new(
            format!("屏幕程序没有回应（{error}）。请稍后再试，或重启设备。"),
            format!("The kiosk does not answer ({error}). Try again, or restart the unit."),
        ))),
    }
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.files as u64);
    bar.set_position(progress.files_done as u64);
}

/// Shows the progress of a sync in this process.
pub(super) struct Bar<'a> {
    bar: &'a ProgressBar,
    /// Deadline for waiting on the network
    end: Option<Instant>,
}

impl<'a> Bar<'a> {
    pub const fn new(bar: &'a ProgressBar) -> Self {
        Self { bar, end: None }
    }
}

impl Watch for Bar<'_> {
    fn progress(&mut self, progress: Progress) {
        show(self.bar, progress);
    }

    fn interruption(&self) -> Option<Interruption> {
        self.end.filter(|end| *end <= Instant::now()).map(|_| Interruption::Late)
    }

    fn is_wanted(&self) -> bool {
        true
    }
}

/// Syncs without a kiosk. The person asked for it, so the download window is ignored.
fn alone(feed: sync::Feed, context: &Context, output: &Output, bar: &ProgressBar) -> SyncDone {
    let unit = context.unit();
    let LoadedConfig { config, problem } = unit.load_config();
    if let Some(error) = problem {
        output.tell(&error.message());
    }
    if let Err(error) = unit.read_proxy() {
        output.tell(&error.message());
    }
    let route = unit.find_route(&config);
    let mut watch = Bar { end: Some(Instant::now() + PATIENCE), ..Bar::new(bar) };
    attempts::note(context);
    let round = Follower::new(&context.paths, feed, &route, Arc::new(UnitClock::new("/")))
        .and_then(|mut follower| follower.round(true, &mut watch));
    SyncDone::from(&Done::of_round(round, SystemClock.now()))
}

/// Returns the version of the catalog on the shelf and the number of its items.
fn shown(context: &Context) -> (u64, usize) {
    let Ok(reader) = Store::open_read_only(&context.paths) else { return (0, 0) };
    let signed = reader.publication().ok().flatten().map(|kept| kept.version);
    let snapshot = reader.snapshot().ok().flatten();
    snapshot.map_or((0, 0), |snapshot| (signed.unwrap_or(snapshot.version), snapshot.items.len()))
}

pub(super) fn report(ended: &SyncDone, by: &'static str, context: &Context, output: &mut Output) -> Exit {
    let (version, items) = shown(context);
    let exit = match &ended.problem {
        None => Exit::Ok,
        Some(problem) => match problem.blame {
            Blame::Network => Exit::Unavailable,
            Blame::Content => Exit::Refused,
            Blame::Unit => Exit::Failed,
            Blame::Setting => Exit::Usage,
        },
    };
    let words = words(ended, items);
    if context.json {
        output.json(&Report {
            schema: json::SCHEMA,
            ok: ended.problem.is_none(),
            outcome: ended.outcome,
            objects: ended.objects,
            version,
            items,
            by,
            problem: ended.problem.clone().map(|problem| Problem {
                problem: problem.code,
                remedy: problem.words.zh,
                remedy_en: problem.words.en,
            }),
        });
    } else if ended.problem.is_none() {
        output.line(words.get(context.lang));
    }
    if ended.problem.is_some() {
        output.tell(&words);
    }
    exit
}

fn words(ended: &SyncDone, items: usize) -> Message {
    let objects = ended.objects;
    match ended.outcome {
        SyncOutcome::Unchanged => {
            Message::new(format!("已是最新，共 {items} 个商品"), format!("Up to date: {items} items"))
        }
        SyncOutcome::Taken => Message::new(
            format!("已更新，共 {items} 个商品，下载了 {objects} 个文件"),
            format!("Updated: {items} items; {objects} files received"),
        ),
        SyncOutcome::SettingsOnly => Message::new(
            format!("商品没有变化（共 {items} 个），设置已更新"),
            format!("The items are the same ({items}); the settings are new"),
        ),
        SyncOutcome::Held => Message::fixed(
            "有新的商品，图片要等到设置的下载时段（network.download_window）再下载，屏幕先显示原有商品。",
            "There are new items; their pictures wait for the download window (network.download_window). Until then \
             the screen shows the items it has.",
        ),
        SyncOutcome::Failed => ended.problem.as_ref().map_or_else(
            || Message::fixed("同步失败", "The sync failed"),
            |problem| problem.words.clone().into(),
        ),
    }
}

fn refused(exit: Exit, code: &'static str, words: &Message, context: &Context, output: &mut Output) -> Exit {
    if context.json {
        let problem = json::Remedy::new(code, words);
        output.json(&serde_json::json!({ "schema": json::SCHEMA, "ok": false, "problem": problem }));
    }
    output.tell(words);
    exit
}
