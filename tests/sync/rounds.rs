//! What a unit requests, accepts and trusts, with a server that works correctly.

use crate::rig::{DAY, Heard, Rig, item, now, object_path, shelf};
use cloud_shelf::{
    store::Store,
    sync::{ClockStanding, Feed, Round, Step, accepted},
};
use cloud_shelf_core::{
    domain::{CatalogSource, RenditionKind},
    publish::{KEY_SETTLING_S, TableOptions},
};
use std::{collections::BTreeSet, fs, sync::atomic::Ordering::SeqCst};

fn two() -> Vec<cloud_shelf_core::table::TableItem> {
    vec![item(1, "一段", &[1, 2]), item(2, "二段", &[3])]
}

#[test]
fn a_bound_shelf_takes_all_that_was_published() {
    let rig = Rig::new();
    rig.publish(two());
    let mut heard = Heard { progress: Vec::new(), until: None };
    let round = rig.follower().round(true, &mut heard).unwrap();
    assert_eq!(round, Round::Taken { changed: true, objects: 3 });
    let snapshot = rig.snapshot();
    assert_eq!(snapshot.source, CatalogSource::Feed);
    assert_eq!((snapshot.brand.name.as_str(), &snapshot.categories[..]), ("启赋", &["奶粉".to_owned()][..]));
    assert_eq!(rig.titles(), ["一段", "二段"]);
    // Every picture has its thumbnails, and its own colour
    let reader = rig.reader();
    for picture in snapshot.items.iter().flat_map(|item| &item.pictures) {
        for kind in RenditionKind::ALL {
            assert!(reader.rendition(&picture.object, kind).unwrap().is_some());
        }
    }
    let colors: BTreeSet<String> =
        snapshot.items.iter().flat_map(|i| &i.pictures).map(|p| p.color.to_string()).collect();
    assert!(colors.len() > 1, "{colors:?}");
    assert_eq!(rig.missing().count, 0);
    // The observer gets each step, in order, to its end
    let steps: Vec<Step> = heard.progress.iter().map(|progress| progress.step).collect();
    assert!(steps.starts_with(&[Step::Asking, Step::Fetching]) && steps.ends_with(&[Step::Preparing]));
    let fetched = heard.progress.iter().rfind(|progress| progress.step == Step::Fetching).unwrap();
    assert_eq!((fetched.files_done, fetched.bytes_done), (3, fetched.bytes));
    // Four requests in all: the pointer, the catalog, and each picture once
    let asked = rig.asked();
    assert_eq!(asked.len(), 5, "{asked:?}");
}

#[test]
fn a_poll_that_finds_nothing_is_one_small_request_and_writes_nothing() {
    let rig = Rig::with(two());
    let before = files(&rig);
    let mut follower = rig.follower();
    for _ in 0..3 {
        let round = follower.round(true, &mut Heard { progress: Vec::new(), until: None }).unwrap();
        assert_eq!(round, Round::Unchanged);
    }
    rig.server.wait_for(3);
    let seen = rig.server.seen();
    assert_eq!(seen.len(), 3);
    for one in seen {
        assert_eq!(one.status, 304);
        assert!(one.if_none_match.is_some() && one.bytes_in < 1024 && one.bytes_out < 1024, "{one:?}");
    }
    assert_eq!(files(&rig), before);
}

/// Returns every file of the state, with content and modification time.
fn files(rig: &Rig) -> Vec<(String, Vec<u8>, std::time::SystemTime)> {
    let mut files: Vec<_> = fs::read_dir(rig.paths.state_dir())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && !path.to_string_lossy().ends_with("-shm"))
        .map(|path| {
            let written = path.metadata().unwrap().modified().unwrap();
            (path.display().to_string(), fs::read(&path).unwrap(), written)
        })
        .collect();
    files.sort();
    files
}

#[test]
fn one_changed_item_costs_two_small_objects() {
    let rig = Rig::with(two());
    rig.publish(vec![item(1, "一段 新", &[1, 2]), item(2, "二段", &[3])]);
    assert_eq!(rig.round().unwrap(), Round::Taken { changed: true, objects: 0 });
    assert_eq!(rig.titles(), ["一段 新", "二段"]);
    let asked = rig.asked();
    assert_eq!(asked.len(), 2, "{asked:?}");

    rig.publish(vec![item(1, "一段 新", &[1, 7]), item(2, "二段", &[3])]);
    assert_eq!(rig.round().unwrap(), Round::Taken { changed: true, objects: 1 });
    assert_eq!(rig.asked().len(), 3);
    // Unreferenced objects are gone
    let shown: BTreeSet<_> =
        rig.snapshot().items.iter().flat_map(|i| &i.pictures).map(|p| p.object).collect();
    let store = Store::open(&rig.paths).unwrap().store;
    assert_eq!(store.objects().unwrap().len(), shown.len() + 1, "pictures and the catalog");
}

#[test]
fn other_settings_change_no_catalog() {
    let rig = Rig::with(two());
    let version = rig.snapshot().version;
    let settings = cloud_shelf_core::feed::FeedSettings { idle_s: Some(33), ..Default::default() };
    rig.publish_at(two(), now(), TableOptions { settings: Some(settings), ..TableOptions::default() });
    assert_eq!(rig.round().unwrap(), Round::Taken { changed: false, objects: 0 });
    assert_eq!(rig.snapshot().version, version);
    let kept = rig.reader().publication().unwrap().unwrap();
    assert_eq!(accepted(&kept, &rig.feed.subject).unwrap().settings.idle_s, Some(33));
    assert!(accepted(&kept, &shelf(2)).is_none(), "another unit's");
}

#[test]
fn a_shelf_with_nothing_published_says_so_and_keeps_what_it_has() {
    let rig = Rig::new();
    assert_eq!(rig.code(), "feed_http_status");
    assert!(rig.round().unwrap_err().message().zh.contains("核对网址"));
    rig.publish(two());
    rig.round().unwrap();
    rig.server.remove("/v1/shelves/184454101/0000000001.jws");
    assert_eq!(rig.code(), "feed_http_status");
    assert_eq!(rig.titles().len(), 2);
}

#[test]
fn an_older_pointer_is_not_taken_even_by_a_shelf_that_lost_its_items() {
    let rig = Rig::with(two());
    let path = format!("/{}", rig.feed.subject.path());
    let old = fs::read(rig.publisher().public().join(rig.feed.subject.path())).unwrap();
    rig.publish(vec![item(1, "新", &[])]);
    rig.round().unwrap();
    rig.server.put(&path, old.clone());
    assert_eq!(rig.code(), "rollback");
    for file in ["shelf.db", "shelf.db-wal", "shelf.db-shm"] {
        let _ = fs::remove_file(rig.paths.state_dir().join(file));
    }
    assert_eq!(rig.code(), "rollback");
    rig.upload();
    rig.round().unwrap();
    assert_eq!(rig.titles(), ["新"]);
    // A unit that lost its trust file learns the version from the current catalog
    fs::write(rig.paths.feed_trust(), "{").unwrap();
    rig.server.put(&path, old);
    assert_eq!(rig.code(), "rollback");
}

#[test]
fn keys_change_by_a_pointer_and_the_old_one_is_worth_nothing_then() {
    let rig = Rig::with(two());
    let mut at = now();
    rig.publisher().announce_key(at).unwrap();
    rig.upload();
    rig.round().unwrap();
    let by_old_key = fs::read(rig.publisher().public().join(rig.feed.subject.path())).unwrap();
    at += KEY_SETTLING_S + 1;
    rig.clock.0.store(at, SeqCst);
    rig.publisher().finish_rotation(at, false).unwrap();
    rig.upload();
    assert_eq!(rig.round().unwrap(), Round::Taken { changed: false, objects: 0 });
    // The binding still has the old address, but the unit has newer keys
    rig.publish_at(vec![item(1, "新钥匙", &[])], at, TableOptions::default());
    rig.round().unwrap();
    assert_eq!(rig.titles(), ["新钥匙"]);
    rig.server.put(&format!("/{}", rig.feed.subject.path()), by_old_key);
    assert_eq!(rig.code(), "unknown_key");
    // Even if the trust file is lost: the current catalog says which key signed it
    fs::remove_file(rig.paths.feed_trust()).unwrap();
    assert_eq!(rig.code(), "unknown_key");
}

#[test]
fn a_new_binding_starts_afresh_and_a_sync_that_runs_is_dropped() {
    let rig = Rig::with(two());
    // The other unit of the same feed
    let other = Feed { subject: shelf(2), ..rig.feed.clone() };
    let mut follower =
        cloud_shelf::sync::Follower::new(&rig.paths, other, &crate::rig::route(), rig.clock.clone()).unwrap();
    let mut heard = Heard { progress: Vec::new(), until: Some(1) };
    let error = follower.round(true, &mut heard).unwrap_err();
    assert_eq!(error.code(), "rebound");
    let kept = rig.reader().publication().unwrap().unwrap();
    assert_eq!(kept.subject, rig.feed.subject.to_string());
    follower.round(true, &mut Heard { progress: Vec::new(), until: None }).unwrap();
    assert_eq!(rig.reader().publication().unwrap().unwrap().subject, shelf(2).to_string());
}

#[test]
fn a_wrong_clock_neither_stops_a_shelf_nor_opens_a_door() {
    let rig = Rig::new();
    rig.publish(two());
    for (clock, standing) in [
        (0, ClockStanding::Behind),
        (i64::MAX, ClockStanding::Ahead),
        (now(), ClockStanding::Plausible),
        (now() - 40 * DAY, ClockStanding::Behind),
    ] {
        rig.clock.0.store(clock, SeqCst);
        let mut follower = rig.follower();
        follower.round(true, &mut Heard { progress: Vec::new(), until: None }).unwrap();
        assert_eq!(follower.clock().standing(), standing, "{clock}");
    }
    // Far in the future, but plausible: the published pointer has expired, and the current catalog
    // stays
    rig.clock.0.store(now() + 3 * 366 * DAY, SeqCst);
    let old = fs::read(rig.publisher().public().join(rig.feed.subject.path())).unwrap();
    rig.publish(vec![item(1, "新", &[])]);
    assert_eq!(rig.code(), "expired");
    assert_eq!(rig.titles().len(), 2);
    assert!(!old.is_empty());
}

#[test]
fn pictures_wait_for_the_window_and_words_do_not() {
    let rig = Rig::new();
    rig.publish(two());
    let outside =
        |rig: &Rig| rig.follower().round(false, &mut Heard { progress: Vec::new(), until: None }).unwrap();
    // A unit with nothing to show does not wait
    assert_eq!(outside(&rig), Round::Taken { changed: true, objects: 3 });
    rig.publish(vec![item(1, "一段 降价", &[1, 2]), item(2, "二段", &[3])]);
    assert_eq!(outside(&rig), Round::Taken { changed: true, objects: 0 });
    rig.publish(vec![item(1, "一段 再降", &[1, 2]), item(2, "二段", &[9])]);
    rig.asked();
    assert_eq!(outside(&rig), Round::Held);
    assert_eq!(outside(&rig), Round::Held);
    assert_eq!(rig.asked().len(), 3, "the catalog is requested once");
    assert_eq!(rig.titles()[0], "一段 降价");
    assert_eq!(rig.round().unwrap(), Round::Taken { changed: true, objects: 1 });
    assert_eq!(rig.titles()[0], "一段 再降");
}

#[test]
fn a_table_on_the_unit_gives_way_to_the_feed() {
    let rig = Rig::with(two());
    let mut store = Store::open(&rig.paths).unwrap().store;
    let loaded = store.load().unwrap().unwrap().snapshot;
    let draft = cloud_shelf::store::CatalogDraft {
        source: CatalogSource::Import,
        taken_at: 5,
        brand: loaded.brand,
        categories: Vec::new(),
        items: Vec::new(),
    };
    store.swap_catalog(&draft).unwrap();
    drop(store);
    rig.round().unwrap();
    assert_eq!(rig.titles().len(), 2);
    assert_eq!(object_path(&rig.snapshot().items[0].pictures[0].object).len(), 76);
}
