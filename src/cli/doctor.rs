//! `doctor`: checks this unit and tells the remedies.

use super::{Context, Exit, Output, json};
use crate::{
    control::{self, Reply, Request},
    doctor::{self, Check, Patient, Verdict},
};
use cloud_shelf_core::{
    clock::SystemClock,
    domain::{Lang, Message, text},
};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 从哪里读系统信息 / where the system's own files are
    #[arg(long, value_name = "DIR", default_value = "/", hide = true)]
    root: PathBuf,
}

/// The report; also a part of the support bundle.
#[derive(Serialize)]
pub(super) struct DoctorReport {
    schema: u32,
    /// Whether no check has failed
    ok: bool,
    failed: usize,
    notices: usize,
    checks: Vec<Row>,
    version: &'static str,
}

#[derive(Serialize)]
struct Row {
    check: &'static str,
    /// `good`, `notice`, `failed` or `unknown`
    verdict: &'static str,
    title: String,
    title_en: String,
    finding: String,
    finding_en: String,
    remedy: Option<String>,
    remedy_en: Option<String>,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let patient = Patient { root: args.root.clone(), ..patient(context) };
    let report = if context.json {
        let report = DoctorReport::of(&doctor::examine(&patient, &SystemClock, &mut |_| {}));
        output.json(&report);
        report
    } else {
        // Printed as the checks finish, since those of the network may be slow
        let checks = doctor::examine(&patient, &SystemClock, &mut |checks| {
            checks.iter().flat_map(|check| lines(check, context.lang)).for_each(|line| output.line(&line));
        });
        let report = DoctorReport::of(&checks);
        output.line(report.sum().get(context.lang));
        report
    };
    if report.ok { Exit::Ok } else { Exit::Partial }
}

/// Collects what the checks need to know of this unit, including its running kiosk.
pub(super) fn patient(context: &Context) -> Patient {
    let kiosk = match control::ask(&context.paths, &Request::Status) {
        Ok(Reply::Status(status)) => Some(status.version),
        _ => None,
    };
    Patient { paths: context.paths.clone(), root: "/".into(), kiosk }
}

impl DoctorReport {
    pub fn of(checks: &[Check]) -> Self {
        let count = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
        Self {
            schema: json::SCHEMA,
            ok: count(Verdict::Failed) == 0,
            failed: count(Verdict::Failed),
            notices: count(Verdict::Notice),
            checks: checks.iter().map(Row::of).collect(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    fn sum(&self) -> Message {
        let Self { failed, notices, .. } = self;
        let all = self.checks.len();
        Message::new(
            format!("共 {all} 项：{failed} 项有问题，{notices} 项需留意"),
            format!("{all} checks: {failed} failed, {notices} with notices"),
        )
    }
}

impl Row {
    fn of(check: &Check) -> Self {
        let Message { zh: title, en: title_en } = check.topic.title();
        Self {
            check: check.topic.name,
            verdict: check.verdict.as_str(),
            title: title.into_owned(),
            title_en: title_en.into_owned(),
            finding: check.finding.zh.clone().into_owned(),
            finding_en: check.finding.en.clone().into_owned(),
            remedy: check.remedy.as_ref().map(|remedy| remedy.zh.clone().into_owned()),
            remedy_en: check.remedy.as_ref().map(|remedy| remedy.en.clone().into_owned()),
        }
    }
}

fn lines(check: &Check, lang: Lang) -> Vec<String> {
    let mark = match check.verdict {
        Verdict::Good => "✓",
        Verdict::Notice => "!",
        Verdict::Failed => "✗",
        Verdict::Unknown => "-",
    };
    // Text from a card or a file must not break the line
    let plain = text::one_line;
    let (colon, title) = (if lang == Lang::Zh { "：" } else { ": " }, check.topic.title());
    let mut lines = vec![format!("{mark} {}{colon}{}", title.get(lang), plain(check.finding.get(lang)))];
    lines.extend(check.remedy.as_ref().map(|remedy| format!("    → {}", plain(remedy.get(lang)))));
    lines
}
