//! `feed keys`: shows and rotates the signing keys.

use super::failure::failed;
use crate::cli::{Context, Exit, Output, json};
use cloud_shelf_core::{
    clock::{Clock, SystemClock},
    domain::Message,
    feed::FeedAddress,
    publish::{FeedFolder, PublishError, RotationOutcome},
};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum Verb {
    /// 查看公钥 / show the public key
    Show(Show),
    /// 更换密钥：先公布新密钥，30 天后加 --finish / rotate the key; announces a new one, then --finish after 30 days
    Rotate(Rotate),
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Show {
    /// 发布目录 / the feed's directory
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Rotate {
    /// 发布目录 / the feed's directory
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// 新密钥开始签名，旧密钥作废 / sign with the new key and retire the old one
    #[arg(long)]
    finish: bool,
    /// 不等 30 天 / do not wait for 30 days
    #[arg(long, requires = "finish")]
    force: bool,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    key: String,
    kid: String,
    address: Option<String>,
    #[serde(flatten)]
    step: Option<Step>,
}

#[derive(Serialize)]
struct Step {
    step: &'static str,
    next_kid: Option<String>,
    /// RFC 3339
    finish_from: Option<String>,
    pointers_written: usize,
}

pub(super) fn run(verb: &Verb, context: &Context, output: &mut Output) -> Exit {
    match work(verb) {
        Ok((report, message)) => {
            if context.json {
                output.json(&report);
            } else {
                output.line(report.address.as_ref().unwrap_or(&report.key));
            }
            if let Some(message) = message.filter(|_| !context.json) {
                output.tell(&message);
            }
            Exit::Ok
        }
        Err(error) => failed(&error, context, output),
    }
}

fn work(verb: &Verb) -> Result<(Report, Option<Message>), PublishError> {
    let now = SystemClock.now();
    let (feed, step) = match verb {
        Verb::Show(args) => (FeedFolder::open(&args.dir)?, None),
        Verb::Rotate(args) => {
            let mut feed = FeedFolder::open(&args.dir)?;
            let rotated =
                if args.finish { feed.finish_rotation(now, args.force)? } else { feed.announce_key(now)? };
            (feed, Some(rotated))
        }
    };
    let key = feed.key()?;
    let message = step.as_ref().map(message);
    let report = Report {
        schema: json::SCHEMA,
        key: key.to_string(),
        kid: key.keys().iter().map(|key| key.id()).collect(),
        address: feed.address()?.as_ref().map(FeedAddress::to_string),
        step: step.map(Step::of),
    };
    Ok((report, message))
}

impl Step {
    fn of(rotated: RotationOutcome) -> Self {
        Self {
            step: if rotated.next.is_some() { "announced" } else { "finished" },
            next_kid: rotated.next,
            finish_from: rotated.finish_from.map(time),
            pointers_written: rotated.written.map_or(0, |written| written.pointers),
        }
    }
}

fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}

fn message(rotated: &RotationOutcome) -> Message {
    match rotated.finish_from.map(time) {
        Some(from) => Message::new(
            format!(
                "新密钥已公布，货架下次更新时会记住它；现在仍由旧密钥签名。{from} 之后运行 feed keys rotate --finish"
            ),
            format!(
                "The new key is announced; shelves learn it at their next sync. The old key still signs. Run feed keys rotate --finish after {from}"
            ),
        ),
        None => Message::fixed(
            "新密钥开始签名，旧密钥作废。新装的货架请用上面这一行",
            "The new key signs from now on, and the old one is no longer valid. Bind new shelves with the line above",
        ),
    }
}
