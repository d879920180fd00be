//! `doctor` and `bundle`, the real commands: on a machine made of files, with a real feed and fake system
//! programs.

use crate::{
    feed_server::Fault,
    rig::{Rig, item, shelf},
};
use cloud_shelf::{
    telemetry::DeviceKey,
    unit::{Bound, ThisUnit},
};
use cloud_shelf_core::{
    clock::{Clock, SystemClock},
    publish::TableOptions,
};
use flate2::read::GzDecoder;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    os::unix::fs::{FileTypeExt, PermissionsExt},
    path::Path,
    process::{Command, Output},
    time::{Duration, Instant},
};

/// A unit with a catalog, bound to the rig's feed, on a healthy machine.
struct Unit {
    rig: Rig,
}

impl Unit {
    fn new() -> Self {
        let rig = Rig::new();
        // By the machine's clock, since doctor checks the clock, too
        rig.publish_at(vec![item(2, "奶粉", &[1])], SystemClock.now(), TableOptions::default());
        rig.round().unwrap();
        let subject = shelf(1);
        let (store, device) =
            subject.to_string().split_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let bound = cloud_shelf_core::binding::from_parts("启赋", &store, &device).bindings.remove(0).binding;
        let feed = Some(rig.feed.address.to_string());
        ThisUnit::new(&rig.paths).write_binding(&Bound { binding: bound, feed }).unwrap();
        DeviceKey::load_or_make(&rig.paths.device_key()).unwrap();
        let unit = Self { rig };
        unit.put("config.toml", "[network]\nallow_private_feed = true\n");
        unit.put(
            "state/pin.json",
            r#"{"schema":1,"hash":"$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo"}"#,
        );
        for (path, text) in [
            ("sys/class/drm/card1-HDMI-A-1/status", "connected\n"),
            ("sys/class/drm/card1-HDMI-A-1/modes", "1080x1920\n"),
            ("sys/class/net/eth0/operstate", "up\n"),
            ("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n"),
            ("sys/class/thermal/thermal_zone0/temp", "51000\n"),
            ("sys/devices/platform/soc/soc:firmware/get_throttled", "0\n"),
            ("sys/fs/ext4/mmcblk0p2/errors_count", "0\n"),
            ("proc/self/mountinfo", "21 1 179:2 / / rw,noatime shared:1 - ext4 /dev/root rw\n"),
            ("proc/bus/input/devices", "N: Name=\"ft5x06\"\nB: PROP=2\nB: ABS=260800000000003\n\n"),
            ("etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n"),
            ("proc/sys/kernel/osrelease", "6.12.0-rpi\n"),
        ] {
            unit.put(&format!("machine/{path}"), text);
        }
        fs::create_dir_all(unit.path("machine/sys/dev/block")).unwrap();
        std::os::unix::fs::symlink(
            "../../devices/x/block/mmcblk0/mmcblk0p2",
            unit.path("machine/sys/dev/block/179:2"),
        )
        .unwrap();
        unit.says("systemctl", "echo LoadState=loaded; echo ActiveState=active; echo SubState=running; echo NRestarts=0; echo Result=success");
        unit.says("timedatectl", "echo yes");
        unit.says("fc-list", "echo 'Noto Sans CJK SC'");
        unit.says("journalctl", "echo log of $*");
        unit.says("dpkg-query", "echo 'ii  libc6 2.41 arm64'");
        unit
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.rig.root.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Puts a fake system program on the PATH.
    fn says(&self, program: &str, script: &str) {
        let path = format!("bin/{program}");
        self.put(&path, &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(self.path(&path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cloud-shelfctl"));
        let path = format!("{}:/usr/bin:/bin", self.path("bin").display());
        command.env_clear().env("PATH", path).env("LANG", "zh_CN.UTF-8").current_dir(self.rig.root.path());
        command.arg("--state").arg(self.rig.paths.state_dir()).arg("--config").arg(self.path("config.toml"));
        command.args(args).output().unwrap()
    }

    fn doctor(&self) -> (i32, BTreeMap<String, Value>) {
        let output = self.run(&["doctor", "--json", "--root", self.path("machine").to_str().unwrap()]);
        let report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"));
        assert_eq!(report["schema"], 1);
        let checks = report["checks"].as_array().unwrap();
        let named = checks.iter().map(|check| (check["check"].as_str().unwrap().to_owned(), check.clone()));
        let code = output.status.code().unwrap();
        assert_eq!((code == 0, code == 7), (report["ok"] == true, report["ok"] == false));
        (code, named.collect())
    }

    fn verdict(&self, check: &str) -> String {
        let (_, checks) = self.doctor();
        let check = &checks[check];
        for words in ["finding", "finding_en", "title", "title_en"] {
            assert!(!check[words].as_str().unwrap().is_empty(), "{check}");
        }
        let verdict = check["verdict"].as_str().unwrap().to_owned();
        assert_eq!(check["remedy"].is_null(), verdict == "good" || verdict == "unknown", "{check}");
        assert_eq!(check["remedy"].is_null(), check["remedy_en"].is_null());
        verdict
    }
}

#[test]
fn a_unit_that_is_well_passes_every_check() {
    let unit = Unit::new();
    let (code, checks) = unit.doctor();
    let bad: Vec<_> =
        checks.values().filter(|check| check["verdict"] != "good").map(|check| &check["check"]).collect();
    // Not applicable here: an SD card does not report its wear, the operator has set no opening hours, and
    // the feed is the shop's own
    assert_eq!(bad, ["card_wear", "hours", "tls"], "{checks:#?}");
    assert_eq!(code, 0);
    let text = unit.run(&["doctor", "--lang", "en", "--root", unit.path("machine").to_str().unwrap()]);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("✓ Feed: The feed publishes version"), "{text}");
    assert!(text.ends_with("0 failed, 0 with notices\n"), "{text}");
}

#[test]
fn each_thing_that_is_wrong_is_found() {
    let unit = Unit::new();
    let machine = |path: &str, text: &str| unit.put(&format!("machine/{path}"), text);
    machine("sys/class/drm/card1-HDMI-A-1/status", "disconnected\n");
    machine("proc/bus/input/devices", "N: Name=\"mouse\"\nB: PROP=0\n\n");
    machine("sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n");
    machine("sys/class/thermal/thermal_zone0/temp", "86000\n");
    machine("sys/fs/ext4/mmcblk0p2/errors_count", "12\n");
    machine("proc/self/mountinfo", "21 1 179:2 / / ro,noatime shared:1 - ext4 /dev/root rw\n");
    machine("sys/class/net/eth0/operstate", "down\n");
    unit.says("systemctl", "echo LoadState=loaded; echo ActiveState=failed; echo NRestarts=9");
    unit.says("timedatectl", "echo no");
    unit.says("fc-list", "true");
    fs::remove_file(unit.rig.paths.pin()).unwrap();
    unit.put("config.toml", "[network]\nallow_private_feed = true\nproxy = 3\n");
    let (code, checks) = unit.doctor();
    assert_eq!(code, 7);
    for (check, verdict) in [
        ("display", "failed"),
        ("touch", "failed"),
        ("under_voltage", "failed"),
        ("throttling", "failed"),
        ("temperature", "failed"),
        ("card_errors", "failed"),
        ("card_writable", "failed"),
        ("network", "failed"),
        ("service", "failed"),
        ("fonts", "failed"),
        ("settings", "failed"),
        ("time_sync", "notice"),
        ("pin", "notice"),
        ("update_timer", "notice"),
    ] {
        assert_eq!(checks[check]["verdict"], verdict, "{check}");
        assert!(checks[check]["remedy_en"].is_string(), "{check}");
    }
}

#[test]
fn what_is_wrong_with_a_feed_is_told_apart() {
    let unit = Unit::new();
    assert_eq!(unit.verdict("feed"), "good");
    let pointer = unit.rig.publisher().public().join(format!("v1/shelves/{}.jws", shelf(1)));
    let mut forged = fs::read(pointer).unwrap();
    let middle = forged.iter().rposition(|byte| *byte == b'.').unwrap() + 40;
    forged[middle] = if forged[middle] == b'A' { b'B' } else { b'A' };
    unit.rig.server.fail_always("/shelves/", Fault::Body(forged));
    let (_, checks) = unit.doctor();
    assert!(checks["feed"]["finding_en"].as_str().unwrap().contains("can't be used"), "{}", checks["feed"]);
    unit.rig.server.heal();
    unit.rig.server.fail_always("/shelves/", Fault::Status(503, None));
    let (_, checks) = unit.doctor();
    assert!(checks["feed"]["finding_en"].as_str().unwrap().contains("not reached"), "{}", checks["feed"]);
    assert_eq!(checks["dns"]["verdict"], "good");
}

#[test]
fn programs_that_hang_or_say_nonsense_do_not_stop_it() {
    let unit = Unit::new();
    unit.says("systemctl", "sleep 600");
    unit.says("timedatectl", "head -c 10000000 /dev/zero");
    unit.says("fc-list", "kill -9 $$");
    unit.put("machine/proc/bus/input/devices", "B: ABS=zzz\nN: Name=\u{1b}[2J\nB: PROP=-1\n\n");
    let begun = Instant::now();
    let (_, checks) = unit.doctor();
    assert!(begun.elapsed() < Duration::from_secs(60));
    for check in ["service", "fonts", "update_timer"] {
        assert_eq!(checks[check]["verdict"], "unknown", "{check}");
    }
    assert_eq!(checks["time_sync"]["verdict"], "notice");
    assert_eq!(checks["touch"]["verdict"], "failed");
}

#[test]
fn an_empty_machine_is_told_what_it_lacks_and_nothing_is_left_there() {
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cloud-shelfctl"));
        command.env_clear().env("CLOUD_SHELF_STATE", dir.path().join("state")).env("PATH", "/nowhere");
        command.args(args).args(["--root", dir.path().to_str().unwrap()]).output().unwrap()
    };
    let output = run(&["doctor", "--json"]);
    assert_eq!(output.status.code(), Some(7));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["checks"].as_array().unwrap().len() > 20);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

/// Returns the files of a bundle by name.
fn unpack(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes));
    let parts = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), text)
    });
    parts.collect()
}

#[test]
fn a_bundle_holds_what_helps() {
    let unit = Unit::new();
    let output = unit.run(&["bundle", "-"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let parts = unpack(&output.stdout);
    let names: Vec<_> = parts.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "README.txt",
            "doctor.json",
            "kernel.txt",
            "logs.txt",
            "settings.json",
            "status.json",
            "versions.txt"
        ]
    );
    let json = |name: &str| -> Value { serde_json::from_str(&parts[name]).unwrap() };
    assert_eq!(json("status.json")["catalog"]["items"], 1);
    assert_eq!(json("settings.json")["network"]["allow_private_feed"], true);
    assert_eq!(json("doctor.json")["schema"], 1);
    assert!(parts["logs.txt"].contains("--unit=cloud-shelf.service"));
    assert!(parts["kernel.txt"].contains("--dmesg") && parts["versions.txt"].contains("libc6"));

    // Into a folder under a generated name, and into a file that replaces an older one
    let output = unit.run(&["bundle", ".", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let path = report["path"].as_str().unwrap();
    assert!(unpack(&fs::read(unit.path(path)).unwrap()).contains_key("doctor.json"), "{path}");
    unit.put("old.tar.gz", "old");
    assert_eq!(unit.run(&["bundle", "old.tar.gz"]).status.code(), Some(0));
    assert!(unpack(&fs::read(unit.path("old.tar.gz")).unwrap()).contains_key("doctor.json"));
    for out in ["nowhere/x.tar.gz", "/dev/full"] {
        let output = unit.run(&["bundle", out]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains(out));
    }
    assert!(!unit.path("nowhere").exists());
    assert!(Path::new("/dev/full").metadata().unwrap().file_type().is_char_device());
}

#[test]
fn no_secret_leaves_in_a_bundle() {
    let unit = Unit::new();
    let key: Value = serde_json::from_slice(&fs::read(unit.rig.paths.device_key()).unwrap()).unwrap();
    let private = key["d"].as_str().unwrap().to_owned();
    // Everything that a careless program could log
    let log = format!(
        "echo 'via http://ann:hunter2pass@10.0.0.1:3128/'; echo 'key {private}'; echo 'psk=wifiphrase'; \
         echo '-----BEGIN PRIVATE KEY-----'; echo MC4CAQpemsecret; echo '-----END PRIVATE KEY-----'; \
         echo 'GET https://cdn.example.com/a.jpg?sig=querysecret'; echo 'pin $argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo'; echo kept"
    );
    unit.says("journalctl", &log);
    let secrets = [
        "hunter2pass",
        &private,
        "wifiphrase",
        "pemsecret",
        "querysecret",
        "aGFzaGhhc2hoYXNo",
        "unknownkeysecret",
    ];
    for settings in [
        "[network]\nallow_private_feed = true\nproxy = \"http://ann:hunter2pass@10.0.0.1:3128\"\n",
        // A faulty file is quoted in every message about it
        "[network]\nproxy = \"http://ann:hunter2pass@10.0.0.1:3128\nunknown_key = \"unknownkeysecret\"\n",
        "[network]\nunknown_key = \"unknownkeysecret\"\n",
    ] {
        unit.put("config.toml", settings);
        let output = unit.run(&["bundle", "-"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let parts = unpack(&output.stdout);
        assert!(parts["logs.txt"].ends_with("kept\n"), "{}", parts["logs.txt"]);
        for (name, text) in &parts {
            for secret in secrets {
                assert!(!text.contains(secret), "{secret} is in {name} with {settings}:\n{text}");
            }
        }
    }
}
