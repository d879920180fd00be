//! `check links`: finds the item that each text names.

use super::verdict::verdict;
use crate::cli::{Context, Exit, Output, input, input::Text, json, report::Columns};
use cloud_shelf_core::{
    domain::Message,
    link::{self, LinkProblem, ParsedLink},
};
use serde::Serialize;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// 链接或整段分享文字；- 或不写是标准输入 / links or share texts; - or none is stdin
    #[arg(value_name = "LINK")]
    links: Vec<String>,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    links: Vec<Line>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Line {
    Good {
        input: String,
        ok: bool,
        item_id: String,
        sku_id: Option<String>,
        url: String,
        title: Option<String>,
    },
    Bad {
        input: String,
        ok: bool,
        #[serde(flatten)]
        remedy: json::Remedy,
    },
}

pub(in crate::cli) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let texts = match input::texts(&args.links) {
        Ok(texts) => texts,
        Err(message) => {
            output.tell(&message);
            return Exit::Failed;
        }
    };
    let mut inputs = Vec::new();
    for text in texts {
        match text {
            Text::Argument(text) => inputs.push(text),
            Text::Stdin(text) => {
                inputs.extend(text.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned))
            }
        }
    }
    if inputs.is_empty() {
        output.tell(&Message::fixed(
            "没有要检查的链接。请写在命令后面，或从标准输入一行一条地给出",
            "There is no link to check. Give them as arguments, or one a line on stdin",
        ));
        return Exit::Usage;
    }
    let checked: Vec<_> = inputs.into_iter().map(|input| (link::parse_with_title(&input), input)).collect();
    let bad = checked.iter().filter(|(found, _)| found.is_err()).count();
    if context.json {
        let links = checked.iter().map(|(found, input)| line(found, input)).collect();
        output.json(&Report { schema: json::SCHEMA, links });
    } else {
        let mut columns = Columns::default();
        for (found, input) in &checked {
            let shown: String = input.chars().take(60).collect();
            match found {
                Ok(found) => columns.row(["✓", &found.link.to_string(), &shown]),
                Err(problem) => columns.row(["✗", problem.remedy.get(context.lang), &shown]),
            }
        }
        columns.lines().iter().for_each(|line| output.line(line));
    }
    verdict(checked.len() - bad, bad)
}

fn line(found: &Result<ParsedLink, LinkProblem>, input: &str) -> Line {
    let input = input.to_owned();
    match found {
        Ok(found) => Line::Good {
            input,
            ok: true,
            item_id: found.link.item.to_string(),
            sku_id: found.link.sku.as_ref().map(ToString::to_string),
            url: found.link.to_string(),
            title: found.title.clone(),
        },
        Err(problem) => {
            Line::Bad { input, ok: false, remedy: json::Remedy::new(problem.kind.code(), &problem.remedy) }
        }
    }
}
