//! `feed verify DIR|URL`.

use super::{
    failure::{ended, failed},
    shelf,
};
use crate::cli::{Context, Exit, Output, json, report::Columns};
use cloud_shelf_core::{
    clock::SystemClock,
    config::{Config, ConfigError},
    domain::Message,
    feed::{FeedAddress, Subject},
    publish::{self, PublishError, Verification},
    transport::Route,
};
use serde::Serialize;
use std::{path::Path, sync::Arc};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// 发布目录，或货架填写的网址 / the feed's directory, or the address that a shelf is bound to
    #[arg(value_name = "DIR|URL")]
    target: String,
    /// 门店码（检查网址时）/ the store code, for an address
    #[arg(long, value_name = "STORE", requires = "device")]
    store: Option<String>,
    /// 设备码（检查网址时）/ the device code, for an address
    #[arg(long, value_name = "DEVICE", requires = "store")]
    device: Option<String>,
    /// 允许内网的 http 网址 / allow an http address within the shop's own network
    #[arg(long)]
    allow_private_addresses: bool,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    ok: bool,
    pointers: usize,
    items: usize,
    pictures: usize,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Problem {
    path: String,
    #[serde(flatten)]
    remedy: json::Remedy,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let checked = if args.target.contains("://") {
        let shelf = match (&args.store, &args.device) {
            (Some(store), Some(device)) => shelf::of_codes(store, device),
            _ => Err(Message::fixed(
                "检查网址要写明是哪台货架：--store 门店码 --device 设备码",
                "An address needs the shelf to check it for: --store CODE --device CODE",
            )),
        };
        let shelf = match shelf {
            Ok(shelf) => shelf,
            Err(message) => return ended(Exit::Usage, "bad_shelf", &message, context, output),
        };
        // Checked over the configured route, since another route would prove nothing
        match route(args, context) {
            Ok(route) => of_url(args, &shelf.subject, &route),
            Err(error) => return ended(Exit::Usage, "bad_config", &error.message(), context, output),
        }
    } else {
        publish::verify_dir(Path::new(&args.target), &SystemClock)
    };
    match checked {
        Ok(checked) => {
            report(&checked, context, output);
            match checked.faults.iter().all(|fault| fault.retry_helps) {
                _ if checked.faults.is_empty() => Exit::Ok,
                true => Exit::Unavailable,
                false => Exit::Refused,
            }
        }
        Err(error) => failed(&error, context, output),
    }
}

/// Returns the network route of this computer's settings.
fn route(args: &Args, context: &Context) -> Result<Route, ConfigError> {
    let mut route = Route::from_settings(&Config::load(context.paths.config())?.network)?;
    route.allow_private_feed |= args.allow_private_addresses;
    Ok(route)
}

fn of_url(args: &Args, subject: &Subject, route: &Route) -> Result<Verification, PublishError> {
    let address: FeedAddress = args.target.parse()?;
    publish::verify_url(&address, subject, route, Arc::new(SystemClock))
}

fn report(checked: &Verification, context: &Context, output: &mut Output) {
    let Verification { pointers, items, pictures, ref faults, .. } = *checked;
    if context.json {
        let problem = |fault: &publish::FeedFault| Problem {
            path: fault.path.clone(),
            remedy: json::Remedy::new(fault.code, &fault.message),
        };
        let (ok, problems) = (faults.is_empty(), faults.iter().map(problem).collect());
        output.json(&Report { schema: json::SCHEMA, ok, pointers, items, pictures, problems });
        return;
    }
    let mut columns = Columns::default();
    for fault in faults {
        columns.row([&fault.path, fault.message.get(context.lang)]);
    }
    columns.lines().iter().for_each(|line| output.line(line));
    let sum = Message::new(
        format!("{pointers} 台货架、{items} 个商品、{pictures} 张图片完好，{} 个问题", faults.len()),
        format!("Sound: {pointers} shelves, {items} items, {pictures} pictures; problems: {}", faults.len()),
    );
    output.line(sum.get(context.lang));
}
