//! Content that crashes the program: a picture, a logo, a catalog. The kiosk is restarted as systemd does it;
//! in each case it finally shows the rest, follows its feed again, and takes a corrected edition.

use super::{
    kiosk::{COMPACT, PATIENT, command},
    shelf::Shelf,
    x_server::XServer,
};
use crate::rig::{self, Rig, item, now};
use cloud_shelf::{
    control::{self, KioskStatus, PageName, Reply, Request},
    store::Store,
};
use cloud_shelf_core::{
    domain::Sha256,
    paths::Paths,
    publish,
    table::{PictureSource, TableItem},
    trap,
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::{
    fs,
    os::unix::process::ExitStatusExt,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

/// Covers several starts, each with a sync, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK: Duration = Duration::from_millis(30);
/// No fault takes more crashes to be isolated.
const MOST_ENDS: u32 = 8;

fn settings() -> String {
    format!("{PATIENT}[network]\nallow_private_feed = true\npoll_s = 3600\n")
}

/// A kiosk that is restarted whenever it ends.
struct Unit<'a> {
    shelf: &'a Shelf,
    x: XServer,
    program: Child,
    /// Number of crashes so far
    ends: u32,
    /// Whether this run was told to sync
    told: bool,
    /// Milliseconds after which a start, or a catalog, counts as proven
    proven: u32,
}

impl<'a> Unit<'a> {
    fn start(shelf: &'a Shelf, proven: u32) -> Self {
        let x = XServer::start(COMPACT.size);
        let program = run(shelf, &x, proven);
        Self { shelf, x, program, ends: 0, told: false, proven }
    }

    fn status(&self) -> Option<KioskStatus> {
        match control::request(&self.shelf.state().join("control.sock"), &Request::Status) {
            Ok(Reply::Status(status)) => Some(*status),
            _ => None,
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.shelf.folder().join("kiosk.log")).unwrap_or_default()
    }

    fn sync(&mut self) {
        self.told = false;
    }

    /// Restarts the kiosk if it has ended, and has each run sync once.
    fn tend(&mut self) {
        if self.program.try_wait().unwrap().is_some() {
            self.ends += 1;
            assert!(self.ends <= MOST_ENDS, "the kiosk keeps crashing: {}", self.log());
            self.program = run(self.shelf, &self.x, self.proven);
            self.told = false;
        }
        if !self.told {
            let asked = control::request(&self.shelf.state().join("control.sock"), &Request::Sync);
            self.told = asked.is_ok();
        }
    }

    /// Waits until the kiosk's status and the command's report fulfil a condition.
    fn wait(&mut self, what: &str, is_so: impl Fn(&KioskStatus, &Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            self.tend();
            if let Some(status) = self.status() {
                let report = self.shelf.json(&["status"]);
                if is_so(&status, &report) {
                    return report;
                }
                assert!(Instant::now() < end, "{what}: {status:?} {report} {}", self.log());
            }
            assert!(Instant::now() < end, "{what}: the kiosk does not answer: {}", self.log());
            thread::sleep(LOOK);
        }
    }

    fn start_anew(&mut self) {
        self.program = run(self.shelf, &self.x, self.proven);
        self.told = false;
    }

    fn signal(&mut self, signal: Signal) {
        let program = Pid::from_raw(self.program.id().try_into().unwrap()).unwrap();
        kill_process(program, signal).unwrap();
        self.program.wait().unwrap();
    }
}

impl Drop for Unit<'_> {
    fn drop(&mut self) {
        // The program may have ended
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn run(shelf: &Shelf, x: &XServer, proven: u32) -> Child {
    let (width, height) = COMPACT.size;
    let mut command = command(shelf, &settings(), &x.display);
    command.args(["--size", &format!("{width}x{height}")]);
    command.env(trap::ARMED, "1").env(trap::PROVEN_MS, proven.to_string()).spawn().unwrap()
}

/// A picture that crashes a program which decodes it; publishing leaves its bytes as they are.
fn deadly() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 85);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    let pixels: Vec<u8> = (0..200 * 200 * 3).map(|n| (n / 7) as u8).collect();
    encoder.encode(&pixels, 200, 200, jpeg_encoder::ColorType::Rgb).unwrap();
    let text = trap::MARK.as_bytes();
    let mut comment = vec![0xFF, 0xFE, 0, text.len() as u8 + 2];
    comment.extend_from_slice(text);
    bytes.splice(2..2, comment);
    bytes
}

fn deadly_item(row: u32) -> TableItem {
    let picture = PictureSource::Embedded { name: String::new(), bytes: deadly().into() };
    TableItem { pictures: vec![picture], ..item(row, "新品", &[]) }
}

/// Returns whether the published tree contains the trap byte for byte.
fn is_published(rig: &Rig) -> bool {
    let objects = rig.publisher().public().join("v1/objects");
    fs::read_dir(objects).unwrap().any(|entry| fs::read(entry.unwrap().path()).unwrap() == deadly())
}

fn bound(rig: &Rig) -> Shelf {
    let shelf = Shelf::empty();
    let subject = rig::shelf(1);
    let line = format!("启赋品牌，门店id：{}，设备id:{}", subject.store(), subject.device());
    let output = shelf.ctl(&["bind", &line, "--feed", &rig.feed.address.to_string()]);
    assert!(output.status.success(), "{output:?}");
    shelf
}

fn problems(report: &Value) -> Vec<&str> {
    report["crashes"].as_array().unwrap().iter().filter_map(|crash| crash["problem"].as_str()).collect()
}

/// Returns whether the shelf shows all but the picture, which is reported and skipped for a day.
fn shows_the_rest(status: &KioskStatus, report: &Value, items: u64) -> bool {
    status.page == PageName::Attract
        && report["catalog"]["items"] == items
        && report["catalog"]["pictures_missing"] == 1
        && problems(report) == ["picture_crashes"]
}

#[test]
fn a_picture_of_a_feed_costs_itself_and_a_mended_edition_is_taken() {
    let rig = Rig::new();
    rig.publish(vec![item(1, "一段", &[1, 2])]);
    let shelf = bound(&rig);
    let mut unit = Unit::start(&shelf, 90_000);
    unit.wait("the first catalog", |status, _| status.catalog_version > 0);
    rig.publish(vec![item(1, "一段", &[1, 2]), deadly_item(2), item(3, "三段", &[3])]);
    assert!(is_published(&rig));
    unit.sync();
    let report = unit.wait("the rest", |status, report| shows_the_rest(status, report, 3));
    assert!(unit.ends >= 2, "the picture must be tried twice: {}", unit.ends);
    assert_eq!(report["catalog"]["missing"][0]["problem"], "picture_crashes", "{report}");
    let doctor = shelf.json(&["doctor"]);
    let check =
        doctor["checks"].as_array().unwrap().iter().find(|check| check["check"] == "crashes").unwrap();
    assert_eq!(check["verdict"], "failed", "{check}");
    // The kiosk stays up, and the next edition arrives
    let ends = unit.ends;
    rig.publish(vec![item(1, "一段", &[1, 2]), item(2, "新品", &[4]), item(3, "三段", &[3])]);
    unit.sync();
    unit.wait("the mended edition", |_, report| {
        report["catalog"]["pictures"] == 4 && report["catalog"]["pictures_missing"] == 0
    });
    assert_eq!(unit.ends, ends);
}

#[test]
fn a_picture_of_a_bundle_costs_itself() {
    let rig = Rig::new();
    rig.publish(vec![item(1, "一段", &[1]), deadly_item(2)]);
    assert!(is_published(&rig));
    let shelf = bound(&rig);
    rig.server.fail_always("/", crate::feed_server::Fault::HangUp);
    let inbox = shelf.state().join("inbox");
    fs::create_dir_all(&inbox).unwrap();
    let mut file = fs::File::create(inbox.join("shelf.tar")).unwrap();
    publish::write_bundle(&rig.root.path().join("feed"), &rig::shelf(1), now(), &mut file).unwrap();
    let mut unit = Unit::start(&shelf, 90_000);
    unit.wait("the rest", |status, report| shows_the_rest(status, report, 2));
    assert!(unit.ends >= 2);
    rig.server.heal();
    rig.publish(vec![item(1, "一段", &[1]), item(2, "新品", &[4])]);
    unit.sync();
    unit.wait("the mended edition", |_, report| report["catalog"]["pictures_missing"] == 0);
}

#[test]
fn a_logo_costs_itself() {
    let rig = Rig::new();
    rig.publish(vec![item(1, "一段", &[1])]);
    let shelf = bound(&rig);
    // As an earlier version may have stored it
    {
        let paths = Paths::new(Some(rig.root.path().join("state")), None, None);
        rig.round().unwrap();
        let mut store = Store::open(&paths).unwrap().store;
        let (snapshot, kept) =
            (store.load().unwrap().unwrap().snapshot, store.publication().unwrap().unwrap());
        let logo = Sha256::digest(&deadly());
        store.put_object(&logo, &deadly()).unwrap();
        let draft = cloud_shelf::store::CatalogDraft {
            source: snapshot.source,
            taken_at: snapshot.taken_at,
            brand: cloud_shelf_core::domain::Brand { logo: Some(logo), ..snapshot.brand },
            categories: snapshot.categories,
            items: snapshot.items,
        };
        store.swap_published(&draft, &kept).unwrap();
        drop(store);
        for name in ["shelf.db", "shelf.db-wal", "feed-trust.json"] {
            let from = paths.state_dir().join(name);
            if from.exists() {
                fs::copy(from, shelf.state().join(name)).unwrap();
            }
        }
    }
    let mut unit = Unit::start(&shelf, 90_000);
    unit.wait("the shelf without its logo", |status, report| {
        status.page == PageName::Attract
            && status.catalog_version > 0
            && problems(report) == ["picture_crashes"]
    });
    assert!(unit.ends >= 2);
    let ends = unit.ends;
    rig.publish(vec![item(1, "一段", &[1]), item(2, "二段", &[2])]);
    unit.sync();
    unit.wait("the next edition", |_, report| report["catalog"]["items"] == 2);
    assert_eq!(unit.ends, ends);
}

#[test]
fn a_picture_of_an_import_costs_itself() {
    let shelf = Shelf::empty();
    let table = shelf.folder().join("table.csv");
    let rows = "商品,链接,图片\n\
        一段,https://detail.tmall.com/item.htm?id=600000001,good.jpg\n\
        二段,https://detail.tmall.com/item.htm?id=600000002,deadly.jpg\n";
    fs::write(&table, rows).unwrap();
    fs::write(shelf.folder().join("good.jpg"), rig::jpeg(1)).unwrap();
    fs::write(shelf.folder().join("deadly.jpg"), deadly()).unwrap();
    let import = || {
        Command::new(env!("CARGO_BIN_EXE_cloud-shelfctl"))
            .arg("--state")
            .arg(shelf.state())
            .args(["--json", "--lang", "en", "import"])
            .arg(&table)
            .env(trap::ARMED, "1")
            .output()
            .unwrap()
    };
    let mut ends = 0;
    let output = loop {
        let output = import();
        match output.status.signal() {
            Some(signal) => assert_eq!(signal, Signal::ABORT.as_raw()),
            None => break output,
        }
        ends += 1;
        assert!(ends <= MOST_ENDS);
    };
    assert!(ends >= 2);
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    let report = shelf.json(&["status"]);
    assert_eq!(report["catalog"]["items"], 2);
    assert_eq!(report["catalog"]["missing"][0]["problem"], "picture_crashes", "{report}");
    let mut unit = Unit::start(&shelf, 90_000);
    unit.wait("the rest", |status, _| status.page == PageName::Attract && status.catalog_version > 0);
    assert_eq!(unit.ends, 0);
    // Another picture under the same name
    fs::write(shelf.folder().join("deadly.jpg"), rig::jpeg(2)).unwrap();
    assert_eq!(import().status.code(), Some(0));
    assert_eq!(shelf.json(&["status"])["catalog"]["pictures_missing"], 0);
}

#[test]
fn a_catalog_that_ends_the_pages_gives_way_to_the_one_that_last_worked() {
    let rig = Rig::new();
    rig.publish(vec![item(1, "一段", &[1]), item(2, "二段", &[2])]);
    let shelf = bound(&rig);
    let mut unit = Unit::start(&shelf, 1000);
    unit.wait("the first catalog", |status, _| status.catalog_version > 0);
    let proven = shelf.state().join("catalog-proven.json");
    unit.wait("its proof", |_, _| proven.exists());
    let first = unit.status().unwrap().catalog_version;
    rig.publish(vec![item(1, trap::MARK, &[1])]);
    unit.sync();
    unit.wait("the one that last worked", |status, report| {
        status.page == PageName::Attract
            && status.catalog_version == first
            && problems(report) == ["pages_crash"]
    });
    assert!(unit.ends >= 2);
    let ends = unit.ends;
    assert_eq!(shelf.json(&["status"])["catalog"]["items"], 1, "the database must hold the other catalog");
    rig.publish(vec![item(1, "一段", &[1]), item(2, "二段", &[2]), item(3, "三段", &[3])]);
    unit.sync();
    unit.wait("the mended edition", |status, report| {
        status.catalog_version > first && report["catalog"]["items"] == 3
    });
    assert_eq!(unit.ends, ends);
}

#[test]
fn a_first_catalog_that_ends_the_pages_leaves_a_card_and_a_unit_that_syncs() {
    let rig = Rig::new();
    rig.publish(vec![item(1, trap::MARK, &[1])]);
    let shelf = bound(&rig);
    assert!(shelf.ctl(&["pin", "--generate"]).status.success());
    let mut unit = Unit::start(&shelf, 1000);
    unit.wait("the card", |status, report| {
        status.page == PageName::Fault && problems(report) == ["pages_crash"]
    });
    rig.publish(vec![item(1, "一段", &[1])]);
    unit.sync();
    unit.wait("the mended edition", |status, _| {
        status.page == PageName::Attract && status.catalog_version > 0
    });
}

#[test]
fn three_early_ends_make_a_careful_start_that_syncs_before_it_shows_what_is_new() {
    let rig = Rig::new();
    rig.publish(vec![item(1, "一段", &[1])]);
    let shelf = bound(&rig);
    let mut unit = Unit::start(&shelf, 1500);
    let proven = shelf.state().join("catalog-proven.json");
    unit.wait("the first catalog, proven", |status, _| status.catalog_version > 0 && proven.exists());
    let first = unit.status().unwrap().catalog_version;
    unit.signal(Signal::TERM);
    // Another catalog that no page has shown
    rig.publish(vec![item(1, "一段", &[1]), item(2, "二段", &[2])]);
    let config = shelf.folder().join("settings.toml");
    let output = shelf.ctl(&["--config", config.to_str().unwrap(), "sync"]);
    assert!(output.status.success(), "{output:?}");
    // Three crashes before any run is proven
    unit.proven = 3_600_000;
    unit.start_anew();
    for number in 0..3 {
        unit.wait("an answer", |_, report| report["start"] == "usual");
        unit.signal(Signal::KILL);
        if number == 2 {
            unit.proven = 1500;
        }
        unit.start_anew();
    }
    // What last worked is shown
    let report = unit.wait("the careful start", |status, report| {
        report["start"] == "safe" && status.page == PageName::Attract && status.catalog_version == first
    });
    // The third run ended with what last worked on its pages, so the new one is not to blame
    assert_eq!(problems(&report), [""; 0], "{report}");
    rig.publish(vec![item(1, "一段", &[1]), item(2, "二段", &[2]), item(3, "三段", &[3])]);
    unit.sync();
    unit.wait("what is new", |status, report| {
        status.catalog_version > first && report["catalog"]["items"] == 3
    });
    unit.signal(Signal::TERM);
    unit.start_anew();
    unit.wait("a usual start", |_, report| report["start"] == "usual");
    assert_eq!(unit.ends, 0);
}
