//! A missing object costs its item the picture and nothing else, whatever is wrong with it; a
//! missing pointer or catalog costs the round.

use super::soak::Press;
use crate::{
    feed_server::{Endless, Fault},
    rig::{Heard, Rig, SetClock, hurried, item, jpeg, now, object_path, route},
};
use cloud_shelf::{
    store::Store,
    sync::{Blame, Follower, Round},
};
use cloud_shelf_core::{
    domain::{Message, Sha256},
    paths::Paths,
    table::TableItem,
};
use std::sync::{Arc, atomic::AtomicI64};

fn before() -> Vec<TableItem> {
    vec![item(1, "一段", &[1]), item(2, "二段", &[2]), item(3, "三段", &[3])]
}

fn after() -> Vec<TableItem> {
    vec![item(1, "一段 新", &[1]), item(2, "二段 新", &[2]), item(3, "三段 新", &[33])]
}

/// A unit that shows three items; the next version has one new picture, at this path.
fn with_one_to_come() -> (Rig, String) {
    let rig = Rig::with(before());
    let old: Vec<Sha256> =
        rig.reader().snapshot().unwrap().unwrap().items.iter().map(|i| i.pictures[0].object).collect();
    rig.publish(after());
    let objects = std::fs::read_dir(rig.publisher().public().join("v1/objects")).unwrap();
    // The object that is a picture and that the unit does not have
    let new = objects
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            let bytes = std::fs::read(path).unwrap();
            bytes.starts_with(b"\xFF\xD8") && !old.contains(&Sha256::digest(&bytes))
        })
        .unwrap();
    let path = format!("/v1/objects/{}", new.file_name().unwrap().to_str().unwrap());
    (rig, path)
}

const STATUSES: [u16; 16] = [400, 401, 402, 403, 404, 408, 410, 416, 425, 429, 451, 500, 502, 503, 507, 511];

/// Everything that can be wrong with a single object.
fn faults() -> Vec<Fault> {
    let statuses = STATUSES.into_iter().map(|status| Fault::Status(status, Some("86400")));
    let others = [
        Fault::Page,
        Fault::Body(b"<html>not found</html>".to_vec()),
        Fault::Body(Vec::new()),
        Fault::Body(vec![7; 30_000]),
        Fault::Body(vec![7; 3_000_000]),
        Fault::Redirect("/error".into()),
        Fault::Redirect("ftp://127.0.0.1/x".into()),
        Fault::Redirect("https://login.example.com/".into()),
        Fault::Redirect("//[".into()),
        Fault::Drop(500),
        Fault::Stall(500),
        Fault::HangUp,
        Fault::Length(1 << 40),
        Fault::Length(10),
        Fault::Encoding("br"),
        Fault::GzipBomb(1 << 20),
        Fault::NotModified,
    ];
    let endless = Endless::ALL.into_iter().map(Fault::Endless);
    statuses.chain(others).chain(endless).collect()
}

fn says_nothing_of_the_binding(message: &Message, what: &str) {
    assert!(!message.zh.is_empty() && !message.en.is_empty(), "{what}");
    assert!(!message.zh.contains("设备码") && !message.en.contains("both codes"), "{what}: {message:?}");
    assert!(!message.zh.contains("绑定") && !message.en.contains("Bind again"), "{what}: {message:?}");
}

#[test]
fn whatever_is_wrong_with_one_picture_its_shelf_is_renewed() {
    for fault in faults() {
        let what = format!("{fault:?}");
        let (rig, path) = with_one_to_come();
        rig.server.put("/error", b"<html>404</html>");
        let route = if matches!(fault, Fault::Stall(_) | Fault::Endless(_)) { hurried() } else { route() };
        rig.server.fail_always(&path, fault);
        let mut follower = rig.follower_by(&route);
        let mut look = || follower.round(true, &mut Heard { progress: Vec::new(), until: None });
        assert_eq!(
            look().unwrap_or_else(|e| panic!("{what}: {e}")),
            Round::Taken { changed: true, objects: 0 }
        );
        assert_eq!(rig.titles(), ["一段 新", "二段 新", "三段 新"], "{what}");
        let missing = rig.missing();
        assert_eq!((missing.count, missing.pictures[0].title.as_str()), (1, "三段 新"), "{what}");
        says_nothing_of_the_binding(&missing.pictures[0].remedy, &what);
        // Not requested again early, by no later round
        rig.asked();
        for _ in 0..3 {
            assert_eq!(look().unwrap(), Round::Unchanged, "{what}");
        }
        assert!(!rig.asked().contains(&path), "{what}");
        rig.server.heal();
        assert_eq!(rig.round().unwrap(), Round::Taken { changed: true, objects: 1 }, "{what}");
        assert_eq!(rig.missing().count, 0, "{what}");
    }
}

#[test]
fn ten_in_a_row_that_fail_by_themselves_hold_nothing_up() {
    for fault in [Fault::Status(500, None), Fault::Status(403, None), Fault::HangUp, Fault::Status(404, None)]
    {
        let rig = Rig::with((1..=30).map(|n| item(n, "旧", &[n])).collect());
        let old: Vec<String> =
            rig.snapshot().items.iter().map(|i| object_path(&i.pictures[0].object)).collect();
        // Ten consecutive new pictures
        rig.publish((1..=30).map(|n| item(n, "新", &[if n <= 10 { 100 + n } else { n }])).collect());
        for entry in std::fs::read_dir(rig.publisher().public().join("v1/objects")).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("/v1/objects/{}", path.file_name().unwrap().to_str().unwrap());
            if std::fs::read(&path).unwrap().starts_with(b"\xFF\xD8") && !old.contains(&name) {
                rig.server.fail_always(&name, fault.clone());
            }
        }
        assert_eq!(rig.round().unwrap(), Round::Taken { changed: true, objects: 0 }, "{fault:?}");
        assert_eq!(rig.missing().count, 10, "{fault:?}");
    }
}

#[test]
fn one_fault_that_passes_costs_nothing() {
    for fault in [Fault::Status(500, None), Fault::Drop(500), Fault::HangUp, Fault::Page] {
        let (rig, path) = with_one_to_come();
        rig.server.fail(&path, [fault.clone()]);
        assert_eq!(rig.round().unwrap(), Round::Taken { changed: true, objects: 1 }, "{fault:?}");
        assert_eq!(rig.missing().count, 0, "{fault:?}");
    }
}

#[test]
fn each_status_of_a_pointer_and_of_a_catalog_is_said_and_changes_nothing() {
    for status in STATUSES {
        let rig = Rig::with(before());
        rig.publish(after());
        rig.server.fail_always("/shelves/", Fault::Status(status, None));
        let error = rig.round().unwrap_err();
        assert_eq!(error.blame(), Blame::Network, "pointer {status}");
        assert_eq!(rig.titles(), ["一段", "二段", "三段"], "pointer {status}");
        rig.server.heal();
        // The catalog is the first object requested
        rig.server.fail_always("/objects/", Fault::Status(status, None));
        let error = rig.round().unwrap_err();
        assert_eq!(rig.titles(), ["一段", "二段", "三段"], "catalog {status}");
        if matches!(status, 404 | 410) {
            assert_eq!((error.code(), error.blame()), ("catalog_missing", Blame::Content));
            let message = error.message();
            assert!(message.zh.contains("上传") && message.en.contains("whole folder"), "{message:?}");
            assert!(!message.zh.contains("核对") && !message.en.contains("both codes"), "{message:?}");
        }
        rig.server.heal();
        assert!(matches!(rig.round().unwrap(), Round::Taken { changed: true, .. }), "{status}");
    }
}

#[test]
fn a_signed_object_may_begin_as_a_page_does() {
    let root = tempfile::tempdir().unwrap();
    let (press, paths) = (Press::new(), Paths::new(Some(root.path().join("state")), None, None));
    let feed = press.feed();
    let clock = Arc::new(SetClock(AtomicI64::new(now())));
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'></svg>".to_vec();
    for (version, picture) in [(1, svg.clone()), (2, b"<!DOCTYPE html>".to_vec()), (3, jpeg(9))] {
        press.publish(
            version,
            vec![press.item(1, "一段", 1), press.item_with(2, &format!("第 {version} 版"), picture.clone())],
        );
        let mut follower = Follower::new(&paths, feed.clone(), &route(), clock.clone()).unwrap();
        let mut look = || follower.round(true, &mut Heard { progress: Vec::new(), until: None });
        assert!(matches!(look().unwrap(), Round::Taken { changed: true, .. }), "{version}");
        // The bytes are as signed; they just are not a picture
        let reader = Store::open_read_only(&paths).unwrap();
        let missing = reader.missing().unwrap();
        let is_picture = picture.starts_with(b"\xFF\xD8");
        assert_eq!(missing.count, usize::from(!is_picture), "{version}");
        if let Some(missing) = missing.pictures.first() {
            assert_ne!(missing.problem, "captive_portal", "{version}");
        }
        assert_eq!(reader.snapshot().unwrap().unwrap().items[0].pictures.len(), 1);
        press.server.seen();
        assert_eq!(look().unwrap(), Round::Unchanged);
        assert_eq!(press.server.seen().len(), 1, "{version}: an unusable object is not requested again");
    }
    // A captive portal in the same place is detected
    press.publish(4, vec![press.item_with(2, "二段", svg)]);
    press.server.fail_always("/shelves/", Fault::Page);
    let mut follower = Follower::new(&paths, feed, &route(), clock).unwrap();
    let error = follower.round(true, &mut Heard { progress: Vec::new(), until: None }).unwrap_err();
    assert_eq!(error.code(), "captive_portal");
}
