//! The unit's own data: binding, settings, catalog, outbox, PIN.

use super::check::{Check, Topic};
use crate::{
    store::{self, Health, HealthState, StoreError},
    telemetry::{Activation, Outbox, OutboxError, Standing},
    unit::{BindingError, Bound, ProxyError, ThisUnit},
};
use cloud_shelf_core::{
    attempt::{self, AttemptStatus, Start},
    config::ConfigError,
    domain::Message,
    plain_file::PlainPath,
};
use std::path::PathBuf;

const BINDING: Topic = Topic::new("binding", "绑定", "Binding");
const SETTINGS: Topic = Topic::new("settings", "设置文件", "Settings file");
const CATALOG: Topic = Topic::new("catalog", "商品", "Catalog");
const OUTBOX: Topic = Topic::new("outbox", "上报", "Reports");
const CRASHES: Topic = Topic::new("crashes", "意外退出", "Crashes");
const PIN: Topic = Topic::new("pin", "服务页 PIN", "Service PIN");

pub(super) fn run_checks(
    unit: &ThisUnit,
    bound: &Result<Option<Bound>, BindingError>,
    config_problem: Option<&ConfigError>,
    now: i64,
    checks: &mut Vec<Check>,
) {
    let paths = unit.paths();
    checks.push(binding(bound, &unit.found_damaged_bindings()));
    checks.push(settings(config_problem, unit.read_proxy().err().as_ref()));
    checks.push(catalog(&store::health(paths)));
    checks.push(crashes(&attempt::read_status(paths, now)));
    checks.push(outbox(&Outbox::inspect(paths)));
    checks.push(pin(PlainPath::new(&paths.pin()).length().is_ok()));
}

/// Judges the binding. `aside` has the damaged files that had to make way before.
fn binding(bound: &Result<Option<Bound>, BindingError>, aside: &[PathBuf]) -> Check {
    match bound {
        Ok(Some(Bound { binding, .. })) => BINDING.good(Message::new(
            format!("{}，门店码 {}，设备码 {}", binding.brand, binding.store, binding.device),
            format!("{}, store {}, device {}", binding.brand, binding.store, binding.device),
        )),
        Ok(None) => {
            let finding = match aside.last() {
                None => Message::fixed("这台设备还没有绑定", "This unit is not bound"),
                Some(aside) => Message::new(
                    format!("这台设备没有绑定：绑定文件曾经损坏，已另存为 {}", aside.display()),
                    format!(
                        "This unit is not bound: its binding was damaged, and is kept as {}",
                        aside.display()
                    ),
                ),
            };
            let remedy = Message::fixed(
                "请运行：sudo cloud-shelfctl bind '品牌发来的那一行'",
                "Run: sudo cloud-shelfctl bind LINE, with the line from the brand",
            );
            BINDING.failed(finding, remedy)
        }
        Err(error) => BINDING
            .failed(Message::fixed("绑定文件不能用", "The binding file can't be used"), error.message()),
    }
}

fn settings(config: Option<&ConfigError>, proxy: Option<&ProxyError>) -> Check {
    match (config, proxy) {
        (Some(error), _) => SETTINGS.failed(
            Message::fixed("设置文件有误，没有生效", "The file has a mistake and is ignored"),
            error.message(),
        ),
        (None, Some(error)) => SETTINGS.failed(
            Message::fixed("屏幕上设置的代理不能用", "The proxy set on the screen can't be used"),
            error.message(),
        ),
        (None, None) => SETTINGS.good(Message::fixed("没有错误", "No mistakes")),
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
    let AttemptStatus { set_aside, start, problem, .. } = known;
    if let Some(problem) = problem {
        return CRASHES.notice(
            Message::fixed("意外退出的记录不能用", "The record of crashes can't be used"),
            problem.clone(),
        );
    }
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
    use cloud_shelf_core::{config::Config, paths::Paths};

    #[test]
    fn an_empty_unit_is_told_what_it_lacks() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), Some(dir.path().join("none.toml")), None);
        let mut checks = Vec::new();
        run_checks(&ThisUnit::new(&paths), &Ok(None), None, 1_800_000_000, &mut checks);
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
        assert_eq!(outbox(&Outbox::inspect(&paths)).verdict, Verdict::Failed);
        let mistake = Config::parse("idle = 3").unwrap_err();
        assert_eq!(settings(Some(&mistake), None).verdict, Verdict::Failed);
        std::fs::write(paths.proxy(), "{").unwrap();
        let unit = ThisUnit::new(&paths);
        assert_eq!(settings(None, unit.read_proxy().err().as_ref()).verdict, Verdict::Failed);
        std::fs::write(paths.binding(), "{").unwrap();
        assert_eq!(binding(&unit.read_binding(), &[]).verdict, Verdict::Failed);
        unit.set_damaged_aside();
        let unbound = binding(&unit.read_binding(), &unit.found_damaged_bindings());
        assert!(unbound.finding.en.contains("binding.json.damaged-1"), "{:?}", unbound.finding);
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
