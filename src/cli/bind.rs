//! `bind`: binds this unit to a store and a device.

use super::{Context, Exit, Output, input, json};
use crate::{
    enrolment::{self, Enrolled},
    pin::PinFile,
};
use cloud_shelf_core::{binding, domain::Message};
use serde::Serialize;

#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true).args(["line", "store", "device"])))]
pub(super) struct Args {
    /// 品牌发来的那一行（- 是标准输入）/ the line that the brand sent (- is stdin)
    #[arg(value_name = "LINE", conflicts_with_all = ["brand", "store", "device"])]
    line: Vec<String>,
    /// 品牌名 / the brand's name
    #[arg(long, value_name = "NAME")]
    brand: Option<String>,
    /// 门店码 / the store code
    #[arg(long, value_name = "CODE", requires = "device")]
    store: Option<String>,
    /// 设备码 / the device code
    #[arg(long, value_name = "CODE", requires = "store")]
    device: Option<String>,
    /// 商品数据的网址；不写就沿用原来的 / the feed's address; unchanged if omitted
    #[arg(long, value_name = "URL")]
    feed: Option<String>,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    bound: bool,
    #[serde(flatten)]
    binding: json::Binding,
    feed: Option<String>,
    /// Identifies this unit's key to the operator
    key_id: String,
}

#[derive(Serialize)]
struct Refusal {
    schema: u32,
    bound: bool,
    problems: Vec<json::Remedy>,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let feed = match args.feed.as_deref().map(enrolment::feed_address).transpose() {
        Ok(feed) => feed,
        Err(message) => return refuse(&[("bad_feed", message)], context, output),
    };
    let lines = match &args.store {
        Some(store) => {
            let brand = args.brand.as_deref().unwrap_or_default();
            binding::from_parts(brand, store, args.device.as_deref().unwrap_or_default())
        }
        None => match text(&args.line) {
            Ok(text) => binding::parse(&text),
            Err(message) => {
                output.tell(&message);
                return Exit::Failed;
            }
        },
    };
    let found = match enrolment::only(lines) {
        Ok(found) => found,
        Err(problems) => return refuse(&problems, context, output),
    };
    let enrolled = match enrolment::bind(&context.unit(), &found, feed) {
        Ok(enrolled) => enrolled,
        Err(words) => {
            output.tell(&words);
            return Exit::Failed;
        }
    };
    enrolled.remarks.iter().for_each(|remark| output.tell(remark));
    report(&enrolled, &found.warnings, context, output);
    if PinFile::new(&context.paths).is_set().is_ok_and(|set| !set) {
        output.tell(&Message::fixed(
            "还没有设置服务页的 PIN。离开前请设置：sudo cloud-shelfctl pin",
            "The service page has no PIN yet. Set one before you leave: sudo cloud-shelfctl pin",
        ));
    }
    Exit::Ok
}

/// Joins the arguments to one line, since the shell has split it into words.
fn text(words: &[String]) -> Result<String, Message> {
    if let [only] = words
        && only == "-"
    {
        let texts = input::texts(words)?;
        return Ok(texts.into_iter().map(input::Text::into_inner).collect());
    }
    Ok(words.join(" "))
}

fn refuse(problems: &[(&'static str, Message)], context: &Context, output: &mut Output) -> Exit {
    if context.json {
        let problems = problems.iter().map(|(kind, message)| json::Remedy::new(kind, message)).collect();
        output.json(&Refusal { schema: json::SCHEMA, bound: false, problems });
    }
    for (_, message) in problems {
        output.tell(message);
    }
    Exit::Usage
}

fn report(enrolled: &Enrolled, warnings: &[Message], context: &Context, output: &mut Output) {
    let binding = json::Binding::new(&enrolled.bound.binding, warnings);
    let (feed, key_id) = (enrolled.bound.feed.clone(), enrolled.key_id.clone());
    if context.json {
        output.json(&Report { schema: json::SCHEMA, bound: true, binding, feed, key_id });
        return;
    }
    let mut columns = super::report::Columns::default();
    let label = |zh: &'static str, en: &'static str| Message::fixed(zh, en).get(context.lang).to_owned();
    columns.row([&label("已绑定", "Bound"), &binding.brand]);
    columns.row([&label("门店码", "Store"), &binding.store_id]);
    columns.row([&label("设备码", "Device"), &binding.device_id]);
    if let Some(feed) = &feed {
        columns.row([&label("数据网址", "Feed"), feed]);
    }
    columns.row([&label("密钥编号", "Key id"), &key_id]);
    for line in columns.lines() {
        output.line(&line);
    }
}
