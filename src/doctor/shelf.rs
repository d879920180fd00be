//! The unit's own data: binding, settings, catalog, outbox, PIN.

use super::check::{Check, Topic};
use crate::{
    binding::{BindingFileError, Bound},
    store::{self, Health, HealthState, StoreError},
    telemetry::{Activation, Outbox, OutboxError, Standing},
};
use cloud_shelf_core::{
    attempt::{self, AttemptStatus, Start},
    config::{Config, ConfigError},
    domain::Message,
    paths::Paths,
    plain_file::PlainPath,
};

const BINDING: Topic = Topic::new("binding", "绑定", "Binding");
const SETTINGS: Topic = Topic::new("settings", "设置文件", "Settings file");
const CATALOG: Topic = Topic::new("catalog", "商品", "Catalog");
const OUTBOX: Topic = Topic::new("outbox", "上报", "Reports");
const CRASHES: Topic = Topic::new("crashes", "意外退出", "Crashes");
const PIN: Topic = Topic::new("pin", "服务页 PIN", "Service PIN");

pub(super) fn look(
    paths: &Paths,
    bound: &Result<Option<Bound>, BindingFileError>,
    config: &Result<Config, ConfigError>,
    now: i64,
    checks: &mut Vec<Check>,
) {
    checks.push(binding(bound));
    checks.push(settings(config));
    checks.push(catalog(&store::health(paths)));
    checks.push(crashes(&attempt::read_status(paths, now)));
    checks.push(outbox(&Outbox::look(paths)));
    checks.push(pin(PlainPath::new(&paths.pin()).length().is_ok()));
}

fn binding(bound: &Result<Option<Bound>, BindingFileError>) -> Check {
    match bound {
        Ok(Some(Bound { binding, .. })) => BINDING.good(Message::new(
            format!("{}，门店码 {}，设备码 {}", binding.brand, binding.store, binding.device),
            format!("{}, store {}, device {}", binding.brand, binding.store, binding.device),
        )),
        Ok(None) => BINDING.failed(
            Message::fixed("这台设备还没有绑定", "This unit is not bound"),
            Message::fixed(
                "请运行：sudo cloud-shelfctl bind '品牌发来的那一行'",
                "Run: sudo cloud-shelfctl bind LINE, with the line from the brand",
            ),
        ),
        Err(error) => BINDING
            .failed(Message::fixed("绑定文件不能用", "The binding file can't be used"), error.message()),
    }
}

fn settings(config: &Result<Config, ConfigError>) -> Check {
    match config {
        Ok(_) => SETTINGS.good(Message::fixed("没有错误", "No mistakes")),
        Err(error) => SETTINGS.failed(
            Message::fixed("设置文件有误，没有生效", "The file has a mistake and is ignored"),
            error.message(),
        ),
    }
}

fn catalog(health: &Health) -> Check {
    let message = health.message();
    match &health.state {
        HealthState::Failed(StoreError::Missing) | HealthState::Ok { version: 0 } => {
            CATALOG.failed(Message::fixed("还没有商品", "There are no items yet"), message)
        }
        HealthState::Failed(error) => CATALOG.failed(
            Message::new(
                format!("商品数据不能用（{error}）"),
                format!("The item database can't be used ({error})"),
            ),
            message,
        ),
        HealthState::Ok { .. } if !health.set_aside.is_empty() => CATALOG.notice(
            message,
            Message::fixed("如果再次发生，请更换存储卡", "If it happens again, replace the card"),
        ),
        HealthState::Ok { .. } => CATALOG.good(message),
    }
}

fn crashes(known: &AttemptStatus) -> Check {
    let AttemptStatus { set_aside, start, .. } = known;
    match (set_aside.iter().max_by_key(|known| known.at), start) {
        (None, Start::Normal) => CRASHES.good(Message::fixed(
            "没有因意外退出而跳过的内容",
            "Nothing is skipped because of a crash",
        )),
        (None, start) => CRASHES.failed(
            attempt::describe_start(*start),
            Message::fixed(
                "如果没有自行恢复，请把 sudo cloud-shelfctl bundle 生成的文件发给运营方",
                "If it does not recover by itself, send the operator the file from sudo cloud-shelfctl bundle",
            ),
        ),
        (Some(last), _) => CRASHES.failed(
            Message::new(
                format!("因意外退出跳过了 {} 项内容", set_aside.len()),
                format!("{} things are skipped, because the program crashed on them", set_aside.len()),
            ),
            last.message(),
        ),
    }
}

fn outbox(standing: &Result<Standing, OutboxError>) -> Check {
    let standing = match standing {
        Ok(standing) => standing,
        Err(error) => {
            return OUTBOX.failed(
                Message::fixed("待上报的数据不能用", "The events to be reported can't be read"),
                error.message(),
            );
        }
    };
    let Standing { waiting, lost, .. } = standing;
    let finding = Message::new(
        format!("待上报 {waiting} 条，丢失 {lost} 条"),
        format!("{waiting} events waiting, {lost} lost"),
    );
    match (&standing.activation, &standing.problem) {
        (Activation::Refused { .. }, _) => OUTBOX.failed(finding, standing.activation.message()),
        (_, Some(problem)) => OUTBOX.notice(finding, crate::telemetry::ReportError::message_of(problem)),
        (Activation::Pending(_), None) => OUTBOX.notice(finding, standing.activation.message()),
        _ => OUTBOX.good(finding),
    }
}

fn pin(is_set: bool) -> Check {
    if is_set {
        PIN.good(Message::fixed("已设置", "Set"))
    } else {
        PIN.notice(
            Message::fixed("没有设置", "Not set"),
            Message::fixed(
                "请运行 sudo cloud-shelfctl pin 设置，服务页凭它进入",
                "Run sudo cloud-shelfctl pin: the service page asks for it",
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{super::check::Verdict, *};

    #[test]
    fn an_empty_unit_is_told_what_it_lacks() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), Some(dir.path().join("none.toml")), None);
        let mut checks = Vec::new();
        look(&paths, &Ok(None), &Config::load(paths.config()), 1_800_000_000, &mut checks);
        let found: Vec<_> = checks.iter().map(|check| (check.topic.name, check.verdict)).collect();
        assert_eq!(
            found,
            [
                ("binding", Verdict::Failed),
                ("settings", Verdict::Good),
                ("catalog", Verdict::Failed),
                ("crashes", Verdict::Good),
                ("outbox", Verdict::Good),
                ("pin", Verdict::Notice),
            ]
        );
        std::fs::write(paths.pin(), "{}").unwrap();
        assert_eq!(pin(paths.pin().exists()).verdict, Verdict::Good);
    }

    #[test]
    fn what_cannot_be_read_is_a_failure_with_its_own_remedy() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), None, None);
        std::fs::write(paths.database(), "no database at all").unwrap();
        std::fs::write(paths.outbox(), "nor this").unwrap();
        assert_eq!(catalog(&store::health(&paths)).verdict, Verdict::Failed);
        assert_eq!(outbox(&Outbox::look(&paths)).verdict, Verdict::Failed);
        assert_eq!(settings(&Config::parse("idle = 3")).verdict, Verdict::Failed);
        let refused = Standing {
            activation: Activation::Refused { reason: "unknown_code".into(), words: Default::default() },
            ..Standing::default()
        };
        assert_eq!(outbox(&Ok(refused)).verdict, Verdict::Failed);
        assert_eq!(
            outbox(&Ok(Standing { problem: Some("feed_unreachable".into()), ..Standing::default() })).verdict,
            Verdict::Notice
        );
    }
}
