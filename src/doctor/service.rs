//! The system's part: the systemd units, and the versions in use.

use super::{
    check::{Check, Topic},
    said::{Answer, ask},
    tree::Tree,
};
use cloud_shelf_core::domain::Message;

const SERVICE: Topic = Topic::new("service", "屏幕服务", "Kiosk service");
const TIMER: Topic = Topic::new("update_timer", "自动更新", "Automatic updates");
const VERSIONS: Topic = Topic::new("versions", "版本", "Versions");

/// Number of restarts since the machine's start above which the kiosk has a problem.
const MANY_RESTARTS: u32 = 5;

pub(super) fn look(tree: &Tree, kiosk: Option<&str>, checks: &mut Vec<Check>) {
    let show = |unit| {
        ask("systemctl", &["show", unit, "--property=LoadState,ActiveState,SubState,NRestarts,Result"])
    };
    checks.push(service(&UnitState::of(&show("cloud-shelf.service"))));
    checks.push(timer(&UnitState::of(&show("cloud-shelf-update.timer"))));
    let system = tree.text("etc/os-release").and_then(|text| system(&text));
    let kernel = tree.line("proc/sys/kernel/osrelease");
    checks.push(versions(kiosk, system.as_deref(), kernel.as_deref()));
}

/// Properties that `systemctl show` prints for a unit; all empty if it gives no answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct UnitState {
    load: String,
    active: String,
    sub: String,
    restarts: u32,
    result: String,
}

impl UnitState {
    fn of(answer: &Answer) -> Self {
        let Some(said) = answer.as_ref().ok().filter(|said| said.is_ok()) else { return Self::default() };
        let get = |name: &str| {
            said.out.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
        };
        Self {
            load: get("LoadState").to_owned(),
            active: get("ActiveState").to_owned(),
            sub: get("SubState").to_owned(),
            restarts: get("NRestarts").parse().unwrap_or(0),
            result: get("Result").to_owned(),
        }
    }
}

fn service(unit: &UnitState) -> Check {
    let log = Message::fixed(
        "请查看日志：sudo journalctl -u cloud-shelf -n 50；再重启：sudo systemctl restart cloud-shelf",
        "See its log: sudo journalctl -u cloud-shelf -n 50; then restart it: sudo systemctl restart cloud-shelf",
    );
    let UnitState { active, sub, restarts, result, .. } = unit;
    match (unit.load.as_str(), active.as_str()) {
        ("", _) => SERVICE.unknown(Message::fixed(
            "没有 systemd，查不到服务状态",
            "There is no service to check without systemd",
        )),
        ("not-found", _) => {
            SERVICE.unknown(Message::fixed("没有安装为系统服务", "The kiosk is not installed as a service"))
        }
        ("masked", _) => SERVICE.failed(
            Message::fixed("服务被屏蔽了", "The service is masked"),
            Message::fixed(
                "请运行：sudo systemctl unmask --now cloud-shelf",
                "Run: sudo systemctl unmask --now cloud-shelf",
            ),
        ),
        (_, "active") if *restarts > MANY_RESTARTS => SERVICE.notice(
            Message::new(
                format!("正在运行，但自动重启过 {restarts} 次"),
                format!("The kiosk runs, but was restarted {restarts} times"),
            ),
            log,
        ),
        (_, "active") => SERVICE.good(Message::new(
            format!("正在运行（重启 {restarts} 次）"),
            format!("The kiosk runs ({restarts} restarts)"),
        )),
        _ => SERVICE.failed(
            Message::new(
                format!("没有运行（{active}/{sub}，{result}，重启 {restarts} 次）"),
                format!("The kiosk does not run ({active}/{sub}, {result}, {restarts} restarts)"),
            ),
            log,
        ),
    }
}

fn timer(unit: &UnitState) -> Check {
    match (unit.load.as_str(), unit.active.as_str()) {
        ("" | "not-found", _) => {
            TIMER.unknown(Message::fixed("没有安装自动更新", "Automatic updates are not installed"))
        }
        (_, "active") => TIMER.good(Message::fixed("已启用", "Enabled")),
        (_, active) => TIMER.notice(
            Message::new(format!("没有启用（{active}）"), format!("Disabled ({active})")),
            Message::fixed(
                "需要自动更新时请运行：sudo systemctl enable --now cloud-shelf-update.timer",
                "To enable them: sudo systemctl enable --now cloud-shelf-update.timer",
            ),
        ),
    }
}

/// Returns the system's name, from os-release(5).
fn system(text: &str) -> Option<String> {
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(name.trim().trim_matches(['"', '\'']).to_owned())
}

fn versions(kiosk: Option<&str>, system: Option<&str>, kernel: Option<&str>) -> Check {
    let own = env!("CARGO_PKG_VERSION");
    let (system, kernel) = (system.unwrap_or("?"), kernel.unwrap_or("?"));
    match kiosk {
        Some(kiosk) if kiosk != own => VERSIONS.notice(
            Message::new(
                format!("命令是 {own}，运行中的屏幕程序是 {kiosk}；{system}，内核 {kernel}"),
                format!("This command is {own}, the running kiosk {kiosk}; {system}, kernel {kernel}"),
            ),
            Message::fixed(
                "请重启屏幕程序：sudo systemctl restart cloud-shelf",
                "Restart the kiosk: sudo systemctl restart cloud-shelf",
            ),
        ),
        kiosk => {
            let (zh, en) = if kiosk.is_some() {
                ("运行中", "running")
            } else {
                ("屏幕程序未运行", "no kiosk running")
            };
            VERSIONS.good(Message::new(
                format!("{own}（{zh}）；{system}，内核 {kernel}"),
                format!("{own} ({en}); {system}, kernel {kernel}"),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::check::Verdict, *};
    use cloud_shelf_core::program::ProgramOutput;

    fn unit(load: &str, active: &str, restarts: u32) -> UnitState {
        let out = format!(
            "Result=exit-code\nNRestarts={restarts}\nLoadState={load}\nActiveState={active}\nSubState=x\n"
        );
        UnitState::of(&Ok(ProgramOutput { code: Some(0), out, err: String::new() }))
    }

    #[test]
    fn each_state_of_the_service_is_told() {
        for (load, active, restarts, verdict) in [
            ("loaded", "active", 0, Verdict::Good),
            ("loaded", "active", 6, Verdict::Notice),
            ("loaded", "failed", 9, Verdict::Failed),
            ("loaded", "inactive", 0, Verdict::Failed),
            ("loaded", "activating", 3, Verdict::Failed),
            ("masked", "inactive", 0, Verdict::Failed),
            ("not-found", "inactive", 0, Verdict::Unknown),
        ] {
            assert_eq!(service(&unit(load, active, restarts)).verdict, verdict, "{load} {active} {restarts}");
        }
        let silent = UnitState::of(&Ok(ProgramOutput {
            code: Some(1),
            out: "LoadState=loaded".into(),
            err: String::new(),
        }));
        assert_eq!((service(&silent).verdict, timer(&silent).verdict), (Verdict::Unknown, Verdict::Unknown));
        assert_eq!(timer(&unit("loaded", "active", 0)).verdict, Verdict::Good);
        assert_eq!(timer(&unit("loaded", "inactive", 0)).verdict, Verdict::Notice);
    }

    #[test]
    fn two_versions_at_a_time_are_noticed() {
        assert_eq!(versions(Some("0.0.1"), None, None).verdict, Verdict::Notice);
        assert_eq!(versions(Some(env!("CARGO_PKG_VERSION")), None, None).verdict, Verdict::Good);
        let name = system("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n").unwrap();
        assert!(versions(None, Some(&name), Some("6.12")).finding.zh.contains("13 (trixie)"));
    }
}
