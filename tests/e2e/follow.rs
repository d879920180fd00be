//! A kiosk that follows its operator's feed: by itself, on request, and from a bundle.

use super::{
    kiosk::{Kiosk, PATIENT, PORTRAIT},
    shelf::Shelf,
};
use crate::rig::{self, Rig, item, now};
use cloud_shelf::control::{KioskStatus, PageName, SyncOutcome};
use cloud_shelf_core::{
    feed::FeedSettings,
    publish::{self, TableOptions},
};
use std::{fs, path::Path};

fn settings() -> String {
    format!("{PATIENT}[network]\nallow_private_feed = true\npoll_s = 3600\n")
}

/// Returns a shelf bound to the first shelf of the rig's feed.
fn bound(rig: &Rig) -> Shelf {
    let shelf = Shelf::empty();
    let subject = rig::shelf(1);
    let line = format!("启赋品牌，门店id：{}，设备id:{}", subject.store(), subject.device());
    let output = shelf.ctl(&["bind", &line, "--feed", &rig.feed.address.to_string()]);
    assert!(output.status.success(), "{output:?}");
    shelf
}

fn last(status: &KioskStatus) -> Option<(SyncOutcome, Option<String>)> {
    let last = status.sync.as_ref()?.last.clone()?;
    Some((last.outcome, last.bundle))
}

#[test]
fn a_kiosk_fills_itself_and_takes_what_is_new_when_asked() {
    let rig = Rig::new();
    rig.publish(vec![item(1, "一段", &[1, 2]), item(2, "二段", &[3])]);
    let shelf = bound(&rig);
    let mut kiosk = Kiosk::start(&shelf, PORTRAIT, &settings());
    let first = kiosk.wait("the first catalog", |status| status.catalog_version > 0);
    kiosk.wait("the attract page", |status| status.page == PageName::Attract);
    kiosk.press(kiosk.middle());
    kiosk.wait("waking", |status| status.page == PageName::Shelf);
    kiosk.open("600000002");
    assert_eq!(kiosk.code(), "https://detail.tmall.com/item.htm?id=600000002");

    // Nothing new
    let report = shelf.json(&["sync"]);
    assert_eq!((&report["outcome"], &report["by"]), (&"unchanged".into(), &"kiosk".into()), "{report}");
    // Another title, and settings of the operator
    let set = FeedSettings {
        idle_s: Some(77),
        support_phone: Some("400-800-1234".into()),
        ..FeedSettings::default()
    };
    let items = vec![item(1, "一段", &[1, 2]), item(2, "二段 新", &[3])];
    rig.publish_at(items, now(), TableOptions { settings: Some(set), ..TableOptions::default() });
    let report = shelf.json(&["sync"]);
    assert_eq!(report["outcome"], "taken", "{report}");
    let second = kiosk.wait("the second catalog", |status| status.catalog_version > first.catalog_version);
    assert_eq!((second.page, second.item_id.as_deref()), (PageName::Item, Some("600000002")));
    let status = shelf.json(&["status"]);
    assert_eq!(status["catalog"]["source"], "feed");
    let settings = status["settings"].to_string();
    assert!(settings.contains("400-800-1234"), "{settings}");
    // The installer has set the idle time, so the operator's has no effect
    assert!(!settings.contains("77"), "{settings}");

    // The server is gone: the items stay, and the command says what to do
    rig.server.fail_always("/shelves/", crate::feed_server::Fault::Status(503, None));
    let output = shelf.ctl(&["sync"]);
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("retries automatically"), "{output:?}");
    let status =
        kiosk.wait("the failure", |status| status.sync.as_ref().is_some_and(|sync| sync.failures > 0));
    assert!(!status.offline, "one failed round does not count as offline");
    assert_eq!((status.page, status.catalog_version), (PageName::Item, second.catalog_version));
    assert_eq!(shelf.ctl(&["sync"]).status.code(), Some(4));
    kiosk.wait("the mark", |status| status.offline);
    keep(&kiosk, "offline");
    rig.server.heal();
    assert!(shelf.ctl(&["sync"]).status.success());
    kiosk.wait("no mark", |status| !status.offline);
}

#[test]
fn without_a_kiosk_the_command_syncs_by_itself() {
    let rig = Rig::new();
    rig.publish(vec![item(1, "一段", &[1])]);
    let shelf = bound(&rig);
    let config = shelf.folder().join("own.toml");
    let sync = || {
        let output = shelf.ctl(&["--config", config.to_str().unwrap(), "--json", "sync"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), report)
    };
    // Plain http within the shop's network has to be allowed
    let (code, report) = sync();
    assert_eq!((code, &report["problem"]["problem"]), (Some(2), &"feed_plain_http".into()), "{report}");
    fs::write(&config, settings()).unwrap();
    let (code, report) = sync();
    assert_eq!((code, &report["outcome"], &report["by"]), (Some(0), &"taken".into(), &"command".into()));
    assert_eq!((&report["items"], &report["objects"]), (&1.into(), &1.into()));
    // Another shelf's pointer in place of this one's
    let other = fs::read(rig.publisher().public().join(rig::shelf(2).path())).unwrap();
    rig.server.put("/v1/shelves/184454101/0000000001.jws", other);
    assert_eq!(sync().0, Some(5));
    assert!(shelf.ctl(&["unbind"]).status.success());
    assert_eq!(sync().0, Some(3));
}

fn bundle(rig: &Rig, number: u32, to: &Path) {
    // Under another name until it is complete, as file managers do
    let partial = to.with_extension("part");
    let mut file = fs::File::create(&partial).unwrap();
    publish::write_bundle(&rig.root.path().join("feed"), &rig::shelf(number), now(), &mut file).unwrap();
    fs::rename(partial, to).unwrap();
}

#[test]
fn a_bundle_is_taken_from_the_inbox_and_from_a_stick() {
    let rig = Rig::new();
    rig.publish(vec![item(1, "一段", &[1, 2])]);
    let shelf = bound(&rig);
    // No network at all
    rig.server.fail_always("/", crate::feed_server::Fault::HangUp);
    let mut kiosk = Kiosk::start(&shelf, PORTRAIT, &settings());
    kiosk.wait("the first look", |status| last(status).is_some());
    let inbox = shelf.state().join("inbox");
    bundle(&rig, 1, &inbox.join("shelf.tar"));
    let first = kiosk.wait("the bundle", |status| {
        status.catalog_version > 0 && last(status) == Some((SyncOutcome::Taken, Some("shelf.tar".into())))
    });
    assert!(!inbox.join("shelf.tar").exists(), "an imported bundle is removed");
    keep(&kiosk, "bundle-taken");

    // A truncated bundle: nothing changes, and a person is told
    rig.publish(vec![item(1, "一段 新", &[1, 5])]);
    let whole = shelf.folder().join("whole.tar");
    bundle(&rig, 1, &whole);
    let bytes = fs::read(&whole).unwrap();
    fs::write(shelf.folder().join("cut"), &bytes[..bytes.len() / 2]).unwrap();
    fs::rename(shelf.folder().join("cut"), inbox.join("cut.tar")).unwrap();
    let status = kiosk
        .wait("the cut one", |status| last(status) == Some((SyncOutcome::Failed, Some("cut.tar".into()))));
    assert_eq!(status.catalog_version, first.catalog_version);
    assert!(inbox.join("cut.tar").exists(), "a refused file stays for its owner");
    keep(&kiosk, "bundle-cut");

    // A stick with bundles for two shelves
    let stick = shelf.plug("usb1", |stick| {
        bundle(&rig, 2, &stick.join("a.tar"));
        bundle(&rig, 1, &stick.join("b.tar"));
    });
    kiosk.wait("the stick's", |status| last(status) == Some((SyncOutcome::Taken, Some("b.tar".into()))));
    kiosk.wait("its catalog", |status| status.catalog_version > first.catalog_version);
    assert!(stick.join("b.tar").exists(), "a stick is only read");
}

/// Saves a screenshot for inspection.
fn keep(kiosk: &Kiosk<'_>, name: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("follow");
    fs::create_dir_all(&folder).unwrap();
    let output = kiosk.shelf.ctl(&["screenshot", folder.join(format!("{name}.png")).to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
}
