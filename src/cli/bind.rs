//! `bind`: which store and device this unit is.

use super::{Context, Exit, Output, input, json};
use crate::{
    binding::{self, BindingFile, BindingFileError, BindingLine, Bound, LineProblem, Lines},
    domain::Message,
    feed::Address,
    pin::PinFile,
    telemetry::DeviceKey,
};
use serde::Serialize;
use url::Url;

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
    /// 商品数据的网址；不写就沿用原来的 / where the catalog is published; as before if not given
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
    /// By which a person tells the operator which key is this unit's
    key_id: String,
}

#[derive(Serialize)]
struct Refusal {
    schema: u32,
    bound: bool,
    problems: Vec<json::Remedy>,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let feed = match args.feed.as_deref().map(feed).transpose() {
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
    let found = match one(lines) {
        Ok(found) => found,
        Err(problems) => return refuse(&problems, context, output),
    };
    let file = BindingFile::new(context.paths.binding());
    let before = match file.read() {
        Ok(before) => before,
        // Binding anew is what its remedy says; the damaged file has been set aside
        Err(error @ BindingFileError::Damaged { .. }) => {
            output.tell(&error.message());
            None
        }
        Err(error) => {
            output.tell(&error.message());
            return Exit::Failed;
        }
    };
    let feed = feed.or_else(|| before.as_ref().and_then(|before| before.feed.clone()));
    let key = match DeviceKey::load_or_make(&context.paths.device_key()) {
        Ok(key) => key,
        Err(error) => {
            output.tell(&error.message());
            return Exit::Failed;
        }
    };
    let bound = Bound { binding: found.binding, feed };
    if let Err(error) = file.write(&bound) {
        output.tell(&error.message());
        return Exit::Failed;
    }
    if let Some(before) = before.filter(|before| before.binding != bound.binding) {
        let (store, device) = (before.binding.store, before.binding.device);
        output.tell(&Message::new(
            format!("原来绑定的是门店码 {store}、设备码 {device}，已经换掉"),
            format!("It was bound to store {store}, device {device} before; that is replaced"),
        ));
    }
    for warning in &found.warnings {
        output.tell(warning);
    }
    if bound.feed.as_ref().is_some_and(|feed| feed.parse::<Address>().is_err()) {
        output.tell(&Message::fixed(
            "数据网址缺少末尾的密钥（#k=……），本机还不能同步。请用运营方给的完整网址再绑定一次",
            "The feed's address lacks the key at its end (#k=…), so this unit can't sync yet. Bind again with the \
             whole address from the operator",
        ));
    }
    report(&bound, &key, &found.warnings, context, output);
    if PinFile::new(&context.paths).is_set().is_ok_and(|set| !set) {
        output.tell(&Message::fixed(
            "还没有设置服务页的 PIN。离开前请设置：cloud-shelfctl pin",
            "The service page has no PIN yet. Set one before you leave: cloud-shelfctl pin",
        ));
    }
    Exit::Ok
}

/// The line: words that the shell has taken apart belong together.
fn text(words: &[String]) -> Result<String, Message> {
    if let [only] = words
        && only == "-"
    {
        let texts = input::texts(words)?;
        return Ok(texts.into_iter().map(input::Text::into_inner).collect());
    }
    Ok(words.join(" "))
}

/// A unit is one device: exactly one binding.
fn one(lines: Lines) -> Result<BindingLine, Vec<(&'static str, Message)>> {
    if lines.bindings.is_empty() {
        return Err(lines
            .problems
            .into_iter()
            .map(|LineProblem { kind, remedy, .. }| (kind.code(), remedy))
            .collect());
    }
    let mut bindings = lines.bindings;
    if bindings.len() > 1 {
        let devices: Vec<_> = bindings.iter().map(|b| b.binding.device.as_str().to_owned()).collect();
        let devices = devices.join("、");
        return Err(vec![(
            "several_bindings",
            Message::new(
                format!("这里有 {} 台设备（{devices}）。请只填这一台的那一行", bindings.len()),
                format!(
                    "There are {} devices here ({devices}). Give the line of this one only",
                    bindings.len()
                ),
            ),
        )]);
    }
    bindings.pop().ok_or_else(Vec::new)
}

/// The feed's address. One without the key is kept, too: the installer may have no other yet.
fn feed(text: &str) -> Result<String, Message> {
    let refused = || {
        Message::new(
            format!("“{text}”不是商品数据的网址。请填运营方给的完整网址：https://……#k=……"),
            format!("“{text}” is not a feed's address. Give the whole one from the operator: https://…#k=…"),
        )
    };
    if text.contains('#') {
        // With the keys behind it, as an operator has it from `feed add-shelf`
        return text.parse().map(|address: Address| address.to_string()).map_err(|_| refused());
    }
    let url = Url::parse(text.trim()).map_err(|_| refused())?;
    let sound = matches!(url.scheme(), "https" | "http")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && text.len() <= 1024;
    if sound { Ok(url.as_str().trim_end_matches('/').to_owned()) } else { Err(refused()) }
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

fn report(bound: &Bound, key: &DeviceKey, warnings: &[Message], context: &Context, output: &mut Output) {
    let binding = json::Binding::new(&bound.binding, warnings);
    let (feed, key_id) = (bound.feed.clone(), key.public().id());
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
