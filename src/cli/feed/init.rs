//! `feed init DIR`.

use super::failure::failed;
use crate::cli::{Context, Exit, Output, json};
use cloud_shelf_core::{
    domain::Message,
    feed::FeedAddress,
    publish::{FeedFolder, PublishError},
};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// 发布目录 / the feed's directory
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// DIR/public 将来的网址 / where DIR/public will be served
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    dir: String,
    public: String,
    key: String,
    kid: String,
    address: Option<String>,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    match work(args) {
        Ok(report) if context.json => output.json(&report),
        Ok(report) => text(&report, output),
        Err(error) => return failed(&error, context, output),
    }
    Exit::Ok
}

fn work(args: &Args) -> Result<Report, PublishError> {
    let feed = FeedFolder::init(&args.dir, args.url.as_deref())?;
    let key = feed.key()?;
    Ok(Report {
        schema: json::SCHEMA,
        dir: feed.dir().display().to_string(),
        public: feed.public().display().to_string(),
        key: key.to_string(),
        kid: key.keys().iter().map(|key| key.id()).collect(),
        address: feed.address()?.as_ref().map(FeedAddress::to_string),
    })
}

fn text(report: &Report, output: &mut Output) {
    output.line(report.address.as_ref().unwrap_or(&report.key));
    let Report { dir, public, .. } = report;
    output.tell(&Message::new(
        format!("发布目录已建好。请把 {public} 交给网站服务器；{dir}/keys 里的密钥请备份并保密"),
        format!("The feed is ready. Have a web server serve {public}; back up the key in {dir}/keys and keep it secret"),
    ));
    if report.address.is_none() {
        output.tell(&Message::fixed(
            "上面是公钥。网址定下来以后，用 feed add-shelf 的 --url 填写",
            "The line above is the public key. Once the address is known, give it with feed add-shelf --url",
        ));
    }
}
