//! The state of the reports to the operator, as a part of `status`.

use super::{Context, report::Columns};
use crate::{
    control::{ReportFailure, ReportsStatus},
    telemetry::{DeviceKey, Outbox, ReportError, Standing},
};
use cloud_shelf_core::domain::{Lang, Message};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Reports {
    /// The public key: 32 bytes as base64url
    device_key: Option<String>,
    /// Its JWK thumbprint, by which people identify the key
    key_id: Option<String>,
    /// `none`, `pending`, `active` or `refused`
    activation: &'static str,
    activation_message: String,
    activation_message_en: String,
    /// Events still to be sent, and how many of them are kept only as a daily count
    waiting: u64,
    folded: u64,
    sent: u64,
    lost: u64,
    /// RFC 3339
    last_report: Option<String>,
    /// Short code of why the next report failed
    problem: Option<String>,
    /// What can't be read on this unit
    #[serde(skip)]
    faults: Vec<Message>,
    #[serde(skip)]
    activation_words: Message,
}

impl Reports {
    pub fn collect(context: &Context) -> Self {
        let mut faults = Vec::new();
        let key = DeviceKey::load(&context.paths.device_key()).unwrap_or_else(|error| {
            faults.push(error.message());
            None
        });
        let standing = Outbox::inspect(&context.paths).unwrap_or_else(|error| {
            faults.push(error.message());
            Standing::default()
        });
        let public = key.map(|key| key.public());
        let words = standing.activation.message();
        Self {
            device_key: public.as_ref().map(ToString::to_string),
            key_id: public.as_ref().map(|key| key.id()),
            activation: standing.activation.as_str(),
            activation_message: words.zh.clone().into_owned(),
            activation_message_en: words.en.clone().into_owned(),
            waiting: standing.waiting,
            folded: standing.folded,
            sent: standing.sent,
            lost: standing.lost,
            last_report: standing
                .last_report
                .and_then(|time| jiff::Timestamp::from_second(time).ok())
                .map(|time| time.to_string()),
            problem: standing.problem,
            faults,
            activation_words: words,
        }
    }

    /// Adds the rows for a person; none if there is nobody to report to.
    pub fn rows(&self, columns: &mut Columns, lang: Lang) {
        let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
        if let Some(id) = &self.key_id {
            columns.row([say("密钥编号", "Key id"), id]);
        }
        for fault in &self.faults {
            columns.row([say("上报", "Reports"), fault.get(lang)]);
        }
        if self.activation == "none" && self.waiting + self.sent + self.lost == 0 && self.problem.is_none() {
            return;
        }
        columns.row([say("激活", "Activation"), self.activation_words.get(lang)]);
        let counts = match lang {
            Lang::Zh => format!(
                "待上报 {} 条（其中按天合并 {} 条），已上报 {} 条，丢失 {} 条",
                self.waiting, self.folded, self.sent, self.lost
            ),
            Lang::En => format!(
                "{} waiting ({} of them as daily counts), {} sent, {} lost",
                self.waiting, self.folded, self.sent, self.lost
            ),
        };
        columns.row([say("统计数据", "Events"), &counts]);
        if let Some(time) = &self.last_report {
            columns.row([say("上次上报", "Last report"), time]);
        }
        if let Some(problem) = &self.problem {
            columns.row([say("上报问题", "Reporting"), ReportError::message_of(problem).get(lang)]);
        }
    }

    /// Adds a row on the running kiosk's reports; none if there is nobody to report to.
    pub fn activity_row(status: &ReportsStatus, columns: &mut Columns, lang: Lang) {
        let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
        let ReportsStatus { going_on_since, last_accepted, last_failure, next_in_s } = status;
        let mut parts = Vec::new();
        if let Some(since) = going_on_since {
            parts.push(format!("{} {since}", say("正在上报，开始于", "going on since")));
        }
        if let Some(at) = last_accepted {
            parts.push(format!("{} {at}", say("上次被接收", "last accepted")));
        }
        if let Some(ReportFailure { at, code }) = last_failure {
            parts.push(format!("{} {at} ({code})", say("上次失败", "last failure")));
        }
        if let Some(seconds) = next_in_s {
            parts.push(match lang {
                Lang::Zh => format!("{seconds} 秒后再报"),
                Lang::En => format!("next in {seconds} s"),
            });
        }
        if !parts.is_empty() {
            columns.row([say("上报状态", "Reports now"), &parts.join(say("；", "; "))]);
        }
    }
}
