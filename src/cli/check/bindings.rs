//! `check bindings`: finds the stores and devices that a chat text names.

use super::verdict::verdict;
use crate::cli::{Context, Exit, Output, input, input::Text, json, report::Columns};
use cloud_shelf_core::{binding, domain::Message};
use serde::Serialize;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// 品牌发来的文字；- 或不写是标准输入 / what the brand sent; - or none is stdin
    #[arg(value_name = "LINE")]
    lines: Vec<String>,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    bindings: Vec<json::Binding>,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Problem {
    line: usize,
    #[serde(flatten)]
    remedy: json::Remedy,
}

pub(in crate::cli) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let texts = match input::texts(&args.lines) {
        Ok(texts) => texts,
        Err(message) => {
            output.tell(&message);
            return Exit::Failed;
        }
    };
    if texts.is_empty() {
        output.tell(&Message::fixed(
            "没有要检查的文字。请写在命令后面，或从标准输入给出",
            "There is no text to check. Give it as an argument or on stdin",
        ));
        return Exit::Usage;
    }
    // The arguments are joined to one text, so that a line split by the shell is still read
    let text: Vec<String> = texts.into_iter().map(Text::into_inner).collect();
    let found = binding::parse(&text.join("\n"));
    let exit = verdict(found.bindings.len(), found.problems.len());
    if context.json {
        let bindings = found.bindings.iter().map(|b| json::Binding::new(&b.binding, &b.warnings)).collect();
        let problem = |p: &binding::LineProblem| Problem {
            line: p.line,
            remedy: json::Remedy::new(p.kind.code(), &p.remedy),
        };
        let problems = found.problems.iter().map(problem).collect();
        output.json(&Report { schema: json::SCHEMA, bindings, problems });
        return exit;
    }
    let lang = context.lang;
    let mut columns = Columns::default();
    if !found.bindings.is_empty() {
        let heading = |zh, en| Message::fixed(zh, en).get(lang).to_owned();
        columns.row([
            &heading("品牌", "Brand"),
            &heading("门店码", "Store"),
            &heading("设备码", "Device"),
            "",
        ]);
    }
    for line in &found.bindings {
        let warnings: Vec<_> = line.warnings.iter().map(|w| w.get(lang)).collect();
        let binding = &line.binding;
        columns.row([&binding.brand, binding.store.as_str(), binding.device.as_str(), &warnings.join("；")]);
    }
    columns.lines().iter().for_each(|line| output.line(line));
    let mut columns = Columns::default();
    for problem in &found.problems {
        let place = Message::new(format!("第 {} 行", problem.line), format!("Line {}", problem.line));
        columns.row(["✗", place.get(lang), problem.remedy.get(lang)]);
    }
    columns.lines().iter().for_each(|line| output.line(line));
    exit
}
