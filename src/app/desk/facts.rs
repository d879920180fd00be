//! The facts about the unit's state that the service and setup pages show.

use super::networks::link_facts;
use cloud_shelf::{
    binding::BindingFile,
    network::{LinkState, ProxyFile, links},
    store::{KNOWN_SCHEMA, Store},
    sync::{Blame, Done, Round, Standing, Step},
    telemetry::Machine,
};
use cloud_shelf_core::{
    disk,
    domain::{CatalogSource, Lang, Message},
    paths::Paths,
};
use cloud_shelf_platform as platform;
use cloud_shelf_screen::{Fact, FactGroup, SetupFacts};
use jiff::{Timestamp, tz::TimeZone};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant, UNIX_EPOCH},
};

/// Degrees Celsius above which a Raspberry Pi throttles its processor.
const HOT_C: i32 = 80;
/// Free disk space, in bytes, below which the next catalog may not fit.
const LOW_BYTES: u64 = 500 << 20;

fn fact(zh: &'static str, en: &'static str, value: Message) -> Fact {
    Fact { name: Message::fixed(zh, en), value, bad: false }
}

fn plain(value: impl ToString) -> Message {
    let value = value.to_string();
    Message::new(value.clone(), value)
}

pub(super) fn has_feed(paths: &Paths) -> bool {
    BindingFile::new(paths.binding()).read().ok().flatten().is_some_and(|bound| bound.feed.is_some())
}

/// Collects the facts of the service page, except those of the display, which only the UI thread knows.
pub(super) fn of_unit(paths: &Paths, standing: &Standing) -> Vec<FactGroup> {
    vec![
        FactGroup { title: Message::fixed("身份", "Identity"), facts: identity(paths) },
        FactGroup { title: Message::fixed("商品", "Items"), facts: items(paths, standing) },
        FactGroup { title: Message::fixed("网络", "Network"), facts: network(paths, standing) },
        FactGroup { title: Message::fixed("设备", "Unit"), facts: machine(paths) },
        FactGroup { title: Message::fixed("版本", "Versions"), facts: versions() },
    ]
}

/// Adds the display's facts. Must run on the UI thread.
pub(super) fn with_display(mut groups: Vec<FactGroup>) -> Vec<FactGroup> {
    let place = platform::description();
    if let (Some(group), Some(place)) = (groups.last_mut(), place) {
        group.facts.push(fact("显示", "Display", plain(place)));
        if let Some(rendering) = platform::rendering() {
            group.facts.push(fact("绘制", "Drawn by", plain(rendering.name())));
        }
    }
    groups
}

pub(super) fn of_setup(paths: &Paths, standing: &Standing) -> SetupFacts {
    let bound = BindingFile::new(paths.binding()).read().ok().flatten();
    let links = links(Path::new("/"));
    let up = links.iter().find(|link| link.state == LinkState::Up);
    let network = up.or(links.first()).map(|link| {
        let (title, words) = (link.title(), link.words());
        Message::new(format!("{}：{}", title.zh, words.zh), format!("{}: {}", title.en, words.en))
    });
    let feed = bound.as_ref().and_then(|bound| bound.feed.clone());
    let supply = feed.as_ref().map(|_| supply(standing));
    SetupFacts {
        network,
        connected: up.is_some(),
        supply,
        has_feed: feed.is_some(),
        codes: bound.map(|bound| (bound.binding.store.to_string(), bound.binding.device.to_string())),
        feed,
    }
}

fn supply(standing: &Standing) -> Message {
    match (&standing.progress, standing.last.as_ref().and_then(Done::error)) {
        (Some(_), _) => progress(standing),
        (None, Some(problem)) => problem.message.clone(),
        (None, None) => Message::fixed("等待第一次同步", "Waiting for the first sync"),
    }
}

fn progress(standing: &Standing) -> Message {
    let Some(progress) = standing.progress else { return Message::fixed("空闲", "idle") };
    match progress.step {
        Step::Asking => Message::fixed("正在询问……", "asking…"),
        Step::Fetching => {
            let percent = (progress.bytes_done * 100).checked_div(progress.bytes).unwrap_or(0).min(100);
            Message::new(format!("正在下载 {percent}%"), format!("fetching, {percent} %"))
        }
        Step::Preparing => Message::fixed("正在准备图片……", "preparing pictures…"),
    }
}

/// Returns the outcome of the last sync round as a headline and an optional detail.
pub(super) fn sync_result(standing: &Standing) -> (Message, Option<Message>) {
    match standing.last.as_ref().map(|done| &done.result) {
        Some(Ok(Round::Unchanged)) => (Message::fixed("已是最新", "Nothing is new"), None),
        Some(Ok(Round::Held)) => (
            Message::fixed(
                "有新商品，图片等到下载时段再取",
                "There is news; its pictures wait for the download window",
            ),
            None,
        ),
        Some(Ok(Round::Taken { .. })) => (Message::fixed("已同步", "Synced"), None),
        Some(Err(problem)) => {
            (Message::fixed("没有同步成功", "The sync failed"), Some(problem.message.clone()))
        }
        None => (Message::fixed("没有可同步的数据网址", "There is no feed to sync with"), None),
    }
}

fn identity(paths: &Paths) -> Vec<Fact> {
    let Ok(bound) = BindingFile::new(paths.binding()).read() else {
        let value = Message::fixed("绑定文件读不到，请重新绑定", "its file can't be read; bind again");
        return vec![Fact { bad: true, ..fact("绑定", "Binding", value) }];
    };
    let Some(bound) = bound else {
        return vec![Fact {
            bad: true, ..fact("绑定", "Binding", Message::fixed("未绑定", "not bound"))
        }];
    };
    let since = fs::metadata(paths.binding()).and_then(|file| file.modified()).ok();
    let since =
        since.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map(|since| since.as_secs() as i64);
    let mut facts = vec![];
    if !bound.binding.brand.is_empty() {
        facts.push(fact("品牌", "Brand", plain(&bound.binding.brand)));
    }
    facts.push(fact("门店码", "Store code", plain(&bound.binding.store)));
    facts.push(fact("设备码", "Device code", plain(&bound.binding.device)));
    facts.extend(since.and_then(local).map(|time| fact("绑定时间", "Bound", plain(time))));
    facts
}

fn items(paths: &Paths, standing: &Standing) -> Vec<Fact> {
    let loaded = Store::open_read_only(paths).and_then(|reader| reader.snapshot());
    let mut facts = match loaded {
        Ok(Some(catalog)) => {
            let from = match catalog.source {
                CatalogSource::Import => Message::fixed("表格", "a table"),
                CatalogSource::Feed => Message::fixed("同步", "the feed"),
                CatalogSource::Bundle => Message::fixed("数据包", "a bundle"),
            };
            let (version, count) = (catalog.version, catalog.items.len());
            vec![
                fact(
                    "版本",
                    "Version",
                    Message::new(
                        format!("第 {version} 版，{count} 件，来自{}", from.zh),
                        format!("{version}, {count} items, from {}", from.en),
                    ),
                ),
                fact("取得时间", "Taken in", plain(local(catalog.taken_at).unwrap_or_default())),
            ]
        }
        Ok(None) => {
            vec![Fact { bad: true, ..fact("版本", "Version", Message::fixed("没有商品", "no items")) }]
        }
        Err(error) => vec![Fact { bad: true, ..fact("版本", "Version", error.message()) }],
    };
    if standing.progress.is_some() {
        facts.push(fact("同步", "Sync", progress(standing)));
    }
    if let Some(at) = standing.in_step_at.and_then(local) {
        facts.push(fact("上次一致", "In step", plain(at)));
    }
    if let Some(done) = &standing.last
        && let Some(problem) = done.error()
    {
        facts.push(Fact { bad: true, ..fact("上次失败", "Last failure", problem.message.clone()) });
    }
    if let Some(next) = standing.next {
        let seconds = next.saturating_duration_since(Instant::now()).as_secs();
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        let value = if minutes == 0 {
            Message::new(format!("{seconds} 秒后"), format!("in {seconds} s"))
        } else {
            Message::new(format!("{minutes} 分钟后"), format!("in {minutes} min"))
        };
        facts.push(fact("下次同步", "Next sync", value));
    }
    facts
}

fn network(paths: &Paths, standing: &Standing) -> Vec<Fact> {
    let own =
        cloud_shelf_core::config::Config::load(paths.config()).ok().and_then(|config| config.network.proxy);
    let proxy = own.or_else(|| ProxyFile::new(paths.proxy()).read()).is_some();
    let mut facts = link_facts(&links(Path::new("/")), proxy);
    let asked = standing.last.as_ref().filter(|done| done.bundle.is_none());
    let (value, bad) = match (has_feed(paths), asked.map(|done| done.error())) {
        (false, _) => (Message::fixed("没有设置", "none is set"), false),
        (true, None) => (Message::fixed("还没有问过", "not asked yet"), false),
        (true, Some(None)) => (Message::fixed("通", "reached"), false),
        (true, Some(Some(problem))) if problem.blame == Blame::Network => {
            (Message::fixed("不通", "not reached"), true)
        }
        (true, Some(Some(_))) => {
            (Message::fixed("通，但内容没有被接受", "reached, but what it said was not taken"), true)
        }
    };
    facts.push(Fact { bad, ..fact("商品源", "Feed", value) });
    facts
}

fn machine(paths: &Paths) -> Vec<Fact> {
    let machine = Machine::new("/");
    let mut facts = vec![];
    if let Some(uptime) = machine.uptime() {
        facts.push(fact("已运行", "Up for", span(uptime)));
    }
    if let Some(free) = disk::free_bytes(paths.state_dir()) {
        let value = plain(format!("{:.1} GB", free as f64 / 1e9));
        facts.push(Fact { bad: free < LOW_BYTES, ..fact("剩余空间", "Free space", value) });
    }
    if let Some(degrees) = machine.temperature_c() {
        facts.push(Fact {
            bad: degrees >= HOT_C,
            ..fact("温度", "Temperature", plain(format!("{degrees} °C")))
        });
    }
    if let Some(weak) = machine.under_voltage() {
        let value = if weak {
            Message::fixed("电压不足，请换电源和电源线", "too weak; replace the power supply and its cable")
        } else {
            Message::fixed("正常", "good")
        };
        facts.push(Fact { bad: weak, ..fact("电源", "Power", value) });
    }
    facts
}

fn versions() -> Vec<Fact> {
    vec![
        fact("程序", "Program", plain(env!("CARGO_PKG_VERSION"))),
        fact("数据库格式", "Database schema", plain(KNOWN_SCHEMA)),
        fact("图形库", "Toolkit", Message::fixed("Slint 1.18", "Slint 1.18")),
    ]
}

fn span(time: Duration) -> Message {
    let minutes = time.as_secs() / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let say = |lang: Lang| match (lang, days, hours) {
        (Lang::Zh, 0, 0) => format!("{minutes} 分钟"),
        (Lang::Zh, 0, _) => format!("{hours} 小时 {minutes} 分钟"),
        (Lang::Zh, _, _) => format!("{days} 天 {hours} 小时"),
        (Lang::En, 0, 0) => format!("{minutes} min"),
        (Lang::En, 0, _) => format!("{hours} h {minutes} min"),
        (Lang::En, _, _) => format!("{days} d {hours} h"),
    };
    Message::new(say(Lang::Zh), say(Lang::En))
}

/// Formats a Unix time, in seconds, in the unit's own time zone: `2027-02-15 09:00`.
fn local(second: i64) -> Option<String> {
    let time = TimeZone::system().to_datetime(Timestamp::from_second(second).ok()?);
    Some(time.strftime("%Y-%m-%d %H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_two_units_at_most() {
        for (seconds, zh, en) in [
            (59, "0 分钟", "0 min"),
            (3599, "59 分钟", "59 min"),
            (3 * 3600 + 120, "3 小时 2 分钟", "3 h 2 min"),
            (49 * 3600, "2 天 1 小时", "2 d 1 h"),
        ] {
            let said = span(Duration::from_secs(seconds));
            assert_eq!((said.zh.as_ref(), said.en.as_ref()), (zh, en));
        }
    }

    #[test]
    fn a_unit_without_anything_says_what_it_lacks() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), None, None);
        let groups = of_unit(&paths, &Standing::default());
        assert!(groups.iter().all(|group| !group.facts.is_empty()));
        let bad: Vec<_> = groups
            .iter()
            .flat_map(|group| &group.facts)
            .filter(|fact| fact.bad)
            .map(|fact| fact.name.en.as_ref())
            .collect();
        assert!(bad.starts_with(&["Binding", "Version"]), "{bad:?}");
        let setup = of_setup(&paths, &Standing::default());
        assert_eq!((setup.codes, setup.has_feed, setup.supply), (None, false, None));
    }
}
