//! `pin`: sets the PIN of the kiosk's service page.

use super::{Context, Exit, Output, input, json};
use crate::pin::{Pin, PinFile, PinProblem};
use cloud_shelf_core::domain::Message;
use serde::Serialize;
use std::{
    io::{self, IsTerminal},
    path::Path,
};

#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("how").args(["stdin", "generate", "remove"])))]
pub(super) struct Args {
    /// - 从标准输入读取 PIN；不写则提示输入 / - reads the PIN from stdin; without it, the command prompts
    #[arg(value_name = "-", value_parser = ["-"])]
    stdin: Option<String>,
    /// 生成一个 PIN，只显示这一次 / generate a PIN and show it once
    #[arg(long)]
    generate: bool,
    /// 生成的位数 / number of digits to generate
    #[arg(long, value_name = "N", default_value_t = 6, requires = "generate",
          value_parser = clap::value_parser!(u8).range(4..=12))]
    digits: u8,
    /// 删除 PIN；之后服务页打不开，直到设置新的 / remove the PIN; the service page stays closed until a new one is set
    #[arg(long)]
    remove: bool,
}

/// Upper bound on the input, in bytes; a PIN is far shorter.
const MAX_BYTES: u64 = 1024;

#[derive(Serialize)]
struct Report {
    schema: u32,
    pin_set: bool,
    /// The generated PIN, shown only here
    generated: Option<String>,
}

#[derive(Serialize)]
struct Refusal {
    schema: u32,
    pin_set: bool,
    problems: Vec<json::Remedy>,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let file = PinFile::new(&context.paths);
    if args.remove {
        return remove(&file, context, output);
    }
    let found = if args.generate {
        Pin::generate(args.digits.into()).map_err(|error| Refused::Io(error.to_string()))
    } else if args.stdin.is_some() {
        piped()
    } else {
        typed(context)
    };
    let pin = match found {
        Ok(pin) => pin,
        Err(refused) => return refuse(&refused, &file, context, output),
    };
    if let Err(error) = file.set(&pin) {
        output.tell(&error.message());
        return Exit::Failed;
    }
    let generated = args.generate.then(|| pin.as_str().to_owned());
    match (&generated, context.json) {
        (_, true) => output.json(&Report { schema: json::SCHEMA, pin_set: true, generated }),
        (Some(pin), false) => {
            output.line(pin);
            output.tell(&Message::fixed(
                "这个 PIN 只显示这一次，请记下。在屏幕上按住品牌标志 3 秒，输入它即可打开服务页",
                "The PIN is shown only this once; note it down. Hold the brand's mark on the screen for 3 seconds, and \
                 type it to open the service page",
            ));
        }
        (None, false) => output.line(
            Message::fixed(
                "服务页的 PIN 已设置。在屏幕上按住品牌标志 3 秒，输入它即可打开",
                "The service page's PIN is set. Hold the brand's mark on the screen for 3 seconds, and type it",
            )
            .get(context.lang),
        ),
    }
    Exit::Ok
}

enum Refused {
    Problem(PinProblem),
    /// The two entries differ
    Differs,
    NoTerminal,
    Io(String),
}

impl Refused {
    fn words(&self) -> (&'static str, Message) {
        match self {
            Self::Problem(problem) => (problem.code(), problem.message()),
            Self::Differs => (
                "pin_differs",
                Message::fixed(
                    "两次输入的 PIN 不一样，没有改动。请再来一次",
                    "The two entries differ; nothing has changed. Try again",
                ),
            ),
            Self::NoTerminal => (
                "no_terminal",
                Message::fixed(
                    "这里不能提示输入。请用 sudo cloud-shelfctl pin - 从标准输入给出，或用 --generate 生成",
                    "There is no terminal to prompt on. Give the PIN on stdin (sudo cloud-shelfctl pin -), or generate one (--generate)",
                ),
            ),
            Self::Io(error) => (
                "pin_unreadable",
                Message::new(
                    format!("读不到 PIN（{error}），没有改动。请再试一次"),
                    format!("The PIN can't be read ({error}); nothing has changed. Try again"),
                ),
            ),
        }
    }
}

fn refuse(refused: &Refused, file: &PinFile, context: &Context, output: &mut Output) -> Exit {
    let (code, words) = refused.words();
    if context.json {
        let pin_set = file.is_set().unwrap_or(false);
        let problems = vec![json::Remedy::new(code, &words)];
        output.json(&Refusal { schema: json::SCHEMA, pin_set, problems });
    }
    output.tell(&words);
    if matches!(refused, Refused::Io(_)) { Exit::Failed } else { Exit::Usage }
}

fn piped() -> Result<Pin, Refused> {
    let bytes =
        input::bytes(Path::new("-"), MAX_BYTES).map_err(|message| Refused::Io(message.en.into_owned()))?;
    Pin::parse(&String::from_utf8_lossy(&bytes)).map_err(Refused::Problem)
}

/// Prompts twice, without echo.
fn typed(context: &Context) -> Result<Pin, Refused> {
    if !io::stdin().is_terminal() {
        return Err(Refused::NoTerminal);
    }
    let ask = |words: Message| {
        rpassword::prompt_password(words.get(context.lang)).map_err(|error| Refused::Io(error.to_string()))
    };
    let first =
        ask(Message::fixed("新 PIN（4 到 12 位数字，不显示）：", "New PIN (4 to 12 digits, not shown): "))?;
    let pin = Pin::parse(&first).map_err(Refused::Problem)?;
    let again = ask(Message::fixed("再输入一次：", "Once more: "))?;
    if again.trim() == pin.as_str() { Ok(pin) } else { Err(Refused::Differs) }
}

fn remove(file: &PinFile, context: &Context, output: &mut Output) -> Exit {
    let removed = match file.remove() {
        Ok(removed) => removed,
        Err(error) => {
            output.tell(&error.message());
            return Exit::Failed;
        }
    };
    if context.json {
        output.json(&Report { schema: json::SCHEMA, pin_set: false, generated: None });
    } else if removed {
        output.line(Message::fixed("PIN 已删除", "The PIN is removed").get(context.lang));
    }
    output.tell(&if removed {
        Message::fixed(
            "绑定了的设备现在打不开服务页。要用时请先设置：sudo cloud-shelfctl pin",
            "The service page of a bound unit can't be opened now. To use it, set a new PIN: sudo cloud-shelfctl pin",
        )
    } else {
        Message::fixed("本来就没有 PIN，不用删除", "There is no PIN to remove")
    });
    Exit::Ok
}
