//! `update`: installs the next version of the software from the operator's repository.

use super::{Context, Exit, Output, facts::Facts, json};
use crate::{
    control::{self, Reply, Request},
    doctor::has_screen,
    sync::{ClockStanding, Known, Reading},
    telemetry::Machine,
    update::{self, Debian, Gate, Hands, Ledger, Moment, Outcome, Phase, UpdateError, Vital, Way, may_begin},
};
use cloud_shelf_core::{
    clock::{BUILD_TIME, Clock, SystemClock},
    config::{Config, NetworkConfig},
    domain::Message,
    paths::Paths,
};
use serde::Serialize;
use std::{path::Path, time::Duration};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 只看有没有新版本，不安装 / only check for a newer version
    #[arg(long)]
    check: bool,
    /// 由定时器运行：只在维护时段开始 / run by the timer: begin only in the maintenance window
    #[arg(long, conflicts_with = "check")]
    scheduled: bool,
    /// 新版本须在多少秒内正常显示 / seconds within which a new version must prove itself
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=7200), hide = true)]
    patience: u64,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    ok: bool,
    /// `rest`, `current`, `available`, `refused`, `updated`, `went_back`, `unproven` or `failed`
    outcome: &'static str,
    /// The version in question
    version: Option<String>,
    problem: Option<String>,
    message: String,
    message_en: String,
}

/// The state of updates, as a part of `status`.
#[derive(Serialize)]
pub(super) struct Standing {
    /// `idle`, `ready`, `installing`, `unproven` or `going_back`
    phase: &'static str,
    /// The version being installed
    to: Option<String>,
    /// Versions that are never installed again
    refused: Vec<update::Refusal>,
    /// The last failure
    failure: Option<update::Failure>,
    /// RFC 3339
    looked_at: Option<String>,
}

impl Standing {
    /// Returns the state of updates; `None` if it can't be read.
    pub fn look(context: &Context) -> Option<Self> {
        let ledger = Ledger::load(&context.paths.update_ledger()).ok()?;
        Some(Self {
            phase: match ledger.phase {
                Phase::Idle => "idle",
                Phase::Ready { .. } => "ready",
                Phase::Installing { .. } => "installing",
                Phase::Unproven { .. } => "unproven",
                Phase::GoingBack { .. } => "going_back",
            },
            to: ledger.change().map(|change| change.to.version.clone()),
            looked_at: ledger
                .looked_at
                .and_then(|at| jiff::Timestamp::from_second(at).ok())
                .map(|at| at.to_string()),
            refused: ledger.refused,
            failure: ledger.failure,
        })
    }

    /// What a person should know; `None` if all is well.
    pub fn words(&self) -> Option<Message> {
        let failure = self.failure.as_ref()?;
        let version = failure.version.as_deref().unwrap_or_default();
        Some(Message::new(format!("{version} {}", failure.zh), format!("{version} {}", failure.en)))
    }
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let result = go(args, context, output);
    let (outcome, version, exit) = match &result {
        Ok(Outcome::Rest) => ("rest", None, Exit::Ok),
        Ok(Outcome::Current) => ("current", None, Exit::Ok),
        Ok(Outcome::Available { version }) => ("available", Some(version.clone()), Exit::Ok),
        Ok(Outcome::Refused { version }) => {
            ("refused", Some(version.clone()), if args.scheduled { Exit::Ok } else { Exit::Refused })
        }
        Ok(Outcome::Updated { to, .. }) => ("updated", Some(to.clone()), Exit::Ok),
        Ok(Outcome::WentBack { version, .. }) => ("went_back", Some(version.clone()), Exit::Failed),
        Ok(Outcome::Unproven { version }) => ("unproven", Some(version.clone()), Exit::Partial),
        Err(error) => ("failed", None, exit_of(error)),
    };
    let message = match &result {
        Ok(outcome) => words(outcome),
        Err(error) => error.message(),
    };
    let code = match &result {
        Ok(Outcome::WentBack { why, .. }) => Some(why.code.clone()),
        Err(error) => Some(error.code().to_owned()),
        Ok(_) => None,
    };
    let ok = exit == Exit::Ok;
    if context.json {
        let (message, message_en) = (message.zh.clone().into_owned(), message.en.clone().into_owned());
        output.json(&Report {
            schema: json::SCHEMA,
            ok,
            outcome,
            version,
            problem: code,
            message,
            message_en,
        });
    } else if ok && !(args.scheduled && matches!(result, Ok(Outcome::Rest))) {
        output.line(message.get(context.lang));
    }
    if !ok {
        output.tell(&message);
    }
    exit
}

const fn exit_of(error: &UpdateError) -> Exit {
    match error {
        UpdateError::Signature { .. } | UpdateError::Tampered { .. } | UpdateError::Unfit { .. } => {
            Exit::Refused
        }
        UpdateError::NotRoot | UpdateError::NoSource { .. } | UpdateError::Source { .. } => Exit::Usage,
        error if error.retry_helps() => Exit::Unavailable,
        _ => Exit::Failed,
    }
}

fn go(args: &Args, context: &Context, output: &Output) -> Result<Outcome, UpdateError> {
    if !rustix::process::geteuid().is_root() {
        return Err(UpdateError::NotRoot);
    }
    let paths = &context.paths;
    let config = Config::load(paths.config()).unwrap_or_else(|error| {
        output.tell(&error.message());
        Config::default()
    });
    let facts = Facts::ask(context);
    let mut kiosk = || vital(paths);
    let mut screen = || has_screen(Path::new("/"));
    let patience = Duration::from_secs(args.patience);
    let way = way(config.network.clone(), facts.proxy());
    let mut debian = Debian::new(paths, way, patience, facts.has_catalog, &mut kiosk, &mut screen)?;
    match Gate::of_process() {
        Ok(gate) => debian.gate = gate,
        Err(error) => tracing::warn!(%error, "shutdown can't be inhibited while dpkg runs"),
    }
    let mut ledger = debian.ledger()?;
    if args.check {
        return update::check(&mut ledger, &mut debian);
    }
    if !context.json && !args.scheduled {
        output.tell(&Message::fixed(
            "正在检查并安装新版本，可能需要几分钟。断电也没有关系，开机后会接着做……",
            "Looking for a newer version and installing it; this takes minutes. A power cut does no harm: the update continues at the next start…",
        ));
    }
    // An update that has begun is continued even if nothing new can be installed
    let begin = !args.scheduled
        || paths.update_source().exists() && is_time(&config, &facts, &mut ledger, &mut debian)?;
    update::round(&mut ledger, &mut debian, begin)
}

/// Returns whether a scheduled update may begin now.
fn is_time(
    config: &Config,
    facts: &Facts,
    ledger: &mut Ledger,
    hands: &mut dyn Hands,
) -> Result<bool, UpdateError> {
    let now = SystemClock.now();
    let known = Known { built: BUILD_TIME, ..Known::default() };
    let is_credible = known.standing(Reading { at: now, is_set: false }) == ClockStanding::Plausible;
    if is_credible && ledger.begin_waiting(now) {
        hands.keep_ledger(ledger)?;
    }
    Ok(may_begin(&Moment {
        now,
        is_credible,
        up_s: Machine::new("/").uptime().map(|up| up.as_secs()),
        hours: facts.hours().as_ref(),
        window: config.update.window,
        looked_at: ledger.looked_at,
        waiting_since: ledger.waiting_since,
        is_free: facts.is_free,
    }))
}

/// Returns the route to the repository: that of the feed. `proxy` is the one set on the screen.
fn way(network: NetworkConfig, proxy: Option<&str>) -> Way {
    Way {
        proxy: network.proxy.as_deref().or(proxy).and_then(|proxy| proxy.parse().ok()),
        ca_pem: network.ca_pem().unwrap_or_else(|error| {
            tracing::warn!(%error, "the repository is asked without the extra certificate authorities");
            Vec::new()
        }),
        kib_per_s: network.bandwidth_kib_s,
    }
}

fn vital(paths: &Paths) -> Option<Vital> {
    match control::ask(paths, &Request::Status) {
        Ok(Reply::Status(status)) => Some(Vital {
            version: status.version,
            started_at: status.started_at,
            frames: status.frames,
            database_opened: status.database_opened,
            catalog_read: status.catalog_read,
        }),
        _ => None,
    }
}

fn words(outcome: &Outcome) -> Message {
    match outcome {
        Outcome::Rest => Message::fixed(
            "现在不是维护时段，或刚检查过，或没有更新源，没有开始",
            "It is outside the maintenance window, was checked recently, or there is no source; nothing was begun",
        ),
        Outcome::Current => {
            Message::fixed("已经是这台设备能用的最新版本", "This is the newest version for this unit")
        }
        Outcome::Available { version } => Message::new(
            format!("有新版本 {version}。运行 sudo cloud-shelfctl update 安装，或等维护时段自动安装"),
            format!(
                "Version {version} is available. Install it with sudo cloud-shelfctl update, or wait for the maintenance window"
            ),
        ),
        Outcome::Refused { version } => Message::new(
            format!("服务器上的 {version} 在这台设备上失败过，不再安装。请等运营方发布更新的版本"),
            format!("Version {version} failed on this unit and is not installed again. Wait for a later one"),
        ),
        Outcome::Updated { from, to } => Message::new(
            format!("已从 {from} 升级到 {to}，显示正常"),
            format!("Updated from {from} to {to}, which works"),
        ),
        Outcome::WentBack { version, why } => {
            Message::new(format!("{}（现在是 {version}）", why.zh), format!("{} (now {version})", why.en))
        }
        Outcome::Unproven { version } => Message::new(
            format!("{version} 已安装，但没有接屏幕，还不能确认它正常；接好屏幕后会自动确认"),
            format!(
                "{version} is installed; without a screen the unit can't tell whether it works. It is checked again automatically"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_that_was_set_on_the_screen_is_used() {
        assert_eq!(way(NetworkConfig::default(), None).proxy, None);
        let proxy = |network: NetworkConfig| {
            way(network, Some("http://10.0.0.1:3128")).proxy.map(|proxy| proxy.to_string())
        };
        assert_eq!(proxy(NetworkConfig::default()).as_deref(), Some("http://10.0.0.1:3128/"));
        // The settings file takes precedence
        let own = NetworkConfig { proxy: Some("http://10.0.0.2:8080".into()), ..NetworkConfig::default() };
        assert_eq!(proxy(own).as_deref(), Some("http://10.0.0.2:8080/"));
    }
}
