//! The kiosk's memory while it imports and shows pictures made to exhaust it.

use super::{
    kiosk::{Kiosk, PATIENT, PORTRAIT},
    shelf::Shelf,
};
use crate::hostile;
use cloud_shelf::{control::PageName, store::Store};
use cloud_shelf_core::{
    clock::{Clock, SystemClock},
    paths::Paths,
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// `MemoryMax=` of the systemd unit.
const MOST: u64 = 384 << 20;
/// A debug build decodes and packs some forty pictures of 40 megapixels.
const PATIENCE: Duration = Duration::from_secs(600);

/// A control group with the systemd unit's memory limit, if this machine allows creating one.
struct Group(PathBuf);

impl Group {
    fn of(process: u32) -> Option<Self> {
        // Names of cgroup v2, then of v1
        [("/sys/fs/cgroup", "memory.max"), ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")]
            .into_iter()
            .filter(|(root, _)| fs::exists(Path::new(root).join("cgroup.procs")).unwrap_or(false))
            .find_map(|(root, limit)| {
                let group = Self(Path::new(root).join(format!("cloud-shelf-test-{process}")));
                fs::create_dir(&group.0).ok()?;
                fs::write(group.0.join(limit), MOST.to_string()).ok()?;
                fs::write(group.0.join("cgroup.procs"), process.to_string()).ok()?;
                Some(group)
            })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Can be removed once its program has ended
        let _ = fs::remove_dir(&self.0);
    }
}

#[test]
fn pictures_that_were_made_to_take_it_all_cost_themselves_only() {
    let shelf = Shelf::empty();
    let line = format!("启赋品牌，门店id：{}，设备id:{}", hostile::STORE, hostile::DEVICE);
    let bound = shelf.ctl(&["bind", &line, "--feed", &hostile::address().to_string()]);
    assert!(bound.status.success(), "{bound:?}");
    let mut kiosk = Kiosk::start(&shelf, PORTRAIT, PATIENT);
    let group = Group::of(kiosk.process());
    println!("under a control group: {}", group.is_some());
    let (bundle, items) = hostile::bundle(SystemClock.now());
    let (beside, inbox) = (shelf.folder().join("hostile"), shelf.state().join("inbox"));
    fs::write(&beside, bundle).unwrap();
    fs::create_dir_all(&inbox).unwrap();
    fs::rename(beside, inbox.join("hostile.csbundle")).unwrap();

    let paths = Paths::new(Some(shelf.state()), None, None);
    let end = Instant::now() + PATIENCE;
    let is_prepared = || {
        let reader = Store::open_read_only(&paths).ok()?;
        let count = reader.snapshot().ok()??.items.len();
        (count == items && reader.unprepared().ok()?.is_empty()).then_some(())
    };
    while is_prepared().is_none() {
        assert!(kiosk.is_alive(), "the kiosk has ended: {}", kiosk.log());
        assert!(Instant::now() < end, "not within {PATIENCE:?}: {}", kiosk.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    // The kiosk shows what it can, and every picture is requested
    assert!(shelf.ctl(&["show", "shelf"]).status.success());
    kiosk.wait("the shelf", |status| status.page == PageName::Shelf);
    for id in (600_000_000..).take(items) {
        let shown = shelf.ctl(&["show", "item", &id.to_string()]);
        assert!(shown.status.success(), "{shown:?} {}", kiosk.log());
    }
    let shot = shelf.folder().join("shot.png");
    let taken = shelf.ctl(&["screenshot", shot.to_str().unwrap()]);
    assert!(taken.status.success(), "{taken:?}");
    let reader = Store::open_read_only(&paths).unwrap();
    assert!(reader.snapshot().unwrap().unwrap().brand.logo.is_some(), "the logo must be scaled and shown");
    let missing = reader.missing().unwrap();
    let named: Vec<_> = missing.pictures.iter().map(|missing| missing.title.as_str()).collect();
    println!("not shown: {named:?}");
    assert!(missing.pictures.iter().all(|missing| missing.problem == "picture_too_costly"), "{missing:?}");
    assert!(
        !named
            .iter()
            .any(|title| ["phone", "logo", "PNG", "GIF", "JPEG", "profile", "20 MB"].contains(title))
    );

    let most = kiosk.most_memory();
    assert!(kiosk.is_alive(), "the kiosk has ended: {}", kiosk.log());
    println!("most of the kiosk's memory: {} MiB", most >> 20);
    assert!(most < MOST, "{} MiB", most >> 20);
    drop(kiosk);
    drop(group);
}
