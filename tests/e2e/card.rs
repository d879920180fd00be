//! A card that has become read-only, as ext4 makes it after an error: the kiosk starts on it and shows what
//! it has, and each failure names the cause. Mounting a file system needs root; without it, the tests are
//! skipped.

use super::{
    kiosk::{COMPACT, PATIENT, command},
    shelf::{self, Shelf},
    x_server::XServer,
};
use crate::rig::{self, Rig, item};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output},
    thread,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(60);

/// An ext4 file system in a file, mounted as a shelf's state directory.
struct Card {
    at: PathBuf,
}

impl Card {
    /// Returns `None`, with a message, if this user or machine can't mount.
    fn under(shelf: &Shelf) -> Option<Self> {
        let (image, at) = (shelf.folder().join("card.img"), shelf.state());
        fs::File::create(&image).unwrap().set_len(96 << 20).unwrap();
        let made = Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&image).status();
        let mounted = made.is_ok_and(|status| status.success())
            && run("mount", &["-o", "loop,errors=remount-ro", image.to_str().unwrap(), at.to_str().unwrap()]);
        if !mounted {
            eprintln!("skipped: no file system can be mounted here");
            return None;
        }
        Some(Self { at })
    }

    /// Reports an error to the file system, after which the kernel makes it read-only.
    fn fail(&self) {
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let own = mounts.lines().find(|line| line.split(' ').nth(4) == self.at.to_str()).unwrap();
        let device = own.split(" - ").nth(1).unwrap().split(' ').nth(1).unwrap();
        let name = Path::new(device).file_name().unwrap().to_str().unwrap();
        fs::write(format!("/sys/fs/ext4/{name}/trigger_fs_error"), "1").unwrap();
        assert!(fs::write(self.at.join("probe"), "").is_err(), "the card is still writable");
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        run("umount", &["-l", self.at.to_str().unwrap()]);
    }
}

fn run(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).status().is_ok_and(|status| status.success())
}

fn start(shelf: &Shelf, x: &XServer) -> Child {
    let settings = format!("{PATIENT}[network]\nallow_private_feed = true\npoll_s = 3600\n");
    command(shelf, &settings, &x.display).args(["--size", "800x480"]).spawn().unwrap()
}

/// Waits until the report of `status` fulfils a condition.
fn wait(shelf: &Shelf, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let report = shelf.json(&["status"]);
        if is_so(&report) {
            return report;
        }
        let log = fs::read_to_string(shelf.folder().join("kiosk.log")).unwrap_or_default();
        assert!(Instant::now() < end, "{what}: {report} {log}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// Asserts that a command blames the card and does not suggest sudo.
fn blames_the_card(output: &Output, what: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{what}: {output:?}");
    assert!(said.contains("replace the card") && !said.contains("with sudo"), "{what}: {said}");
}

#[test]
fn a_kiosk_starts_on_it_and_every_command_says_what_it_is() {
    let rig = Rig::new();
    rig.publish(vec![item(1, "一段", &[1])]);
    let shelf = Shelf::empty();
    let Some(card) = Card::under(&shelf) else { return };
    shelf.import_rows(&shelf::rows(3));
    let line = |number: u32| {
        let subject = rig::shelf(number);
        format!("启赋品牌，门店id：{}，设备id:{}", subject.store(), subject.device())
    };
    let feed = rig.feed.address.to_string();
    assert!(shelf.ctl(&["bind", &line(1), "--feed", &feed]).status.success());
    card.fail();

    let x = XServer::start(COMPACT.size);
    let mut program = start(&shelf, &x);
    let report = wait(&shelf, "the kiosk", |report| {
        report["kiosk"]["running"] == true && report["kiosk"]["page"] == "attract"
    });
    assert_eq!(report["catalog"]["items"], 3);
    assert_eq!((&report["data"]["ok"], &report["data"]["card_read_only"]), (&true.into(), &true.into()));
    let words = report["data"]["message_en"].as_str().unwrap();
    assert!(words.contains("replace the card") && !words.contains("sudo"), "{words}");
    assert!(shelf.ctl(&["show", "shelf"]).status.success());
    let again = start(&shelf, &x).wait().unwrap();
    assert_eq!(again.code(), Some(1), "one kiosk on one state directory");

    let table = shelf.folder().join("table.csv");
    for args in [
        &["bind", &line(2)][..],
        &["unbind"],
        &["import", table.to_str().unwrap()],
        &["pin", "--generate"],
        &["screen", "--rotation", "90"],
        &["screenshot", "/dev/null"],
        &["sync"],
    ] {
        blames_the_card(&shelf.ctl(args), &format!("{args:?}"));
    }
    let doctor = shelf.json(&["doctor"]);
    let verdict = |name: &str| {
        let checks = doctor["checks"].as_array().unwrap();
        checks.iter().find(|check| check["check"] == name).map(|check| check["verdict"].clone()).unwrap()
    };
    assert_eq!(verdict("card_writable"), "failed", "{doctor}");
    assert_eq!(verdict("fsync"), "failed", "{doctor}");
    assert!(program.try_wait().unwrap().is_none());

    program.kill().unwrap();
    program.wait().unwrap();
    let report = shelf.json(&["status"]);
    assert_eq!(report["kiosk"]["running"], false);
    // Without a kiosk, the command syncs by itself
    let config = shelf.folder().join("settings.toml");
    blames_the_card(&shelf.ctl(&["--config", config.to_str().unwrap(), "sync"]), "sync alone");
}

#[test]
fn what_was_written_last_is_shown_also_where_it_is_still_in_the_log() {
    let shelf = Shelf::empty();
    let Some(card) = Card::under(&shelf) else { return };
    shelf.import_rows(&shelf::rows(3));
    let x = XServer::start(COMPACT.size);
    let mut program = start(&shelf, &x);
    wait(&shelf, "the first catalog", |report| report["kiosk"]["catalog_version"] != 0);
    // The kiosk's open reader keeps the writer's WAL in place
    shelf.import_rows(&shelf::rows(5));
    wait(&shelf, "the second catalog", |report| report["catalog"]["items"] == 5);
    card.fail();
    // A running kiosk keeps running
    let report = shelf.json(&["status"]);
    assert_eq!(report["kiosk"]["running"], true, "{report}");
    assert_eq!(report["data"]["card_read_only"], true);
    let log = fs::metadata(shelf.state().join("shelf.db-wal"));
    assert!(log.is_ok_and(|log| log.len() > 0), "the WAL is empty");
    program.kill().unwrap();
    program.wait().unwrap();
    let mut program = start(&shelf, &x);
    let report = wait(&shelf, "the kiosk", |report| report["kiosk"]["page"] == "attract");
    assert_eq!(report["catalog"]["items"], 5);
    program.kill().unwrap();
    program.wait().unwrap();
}
