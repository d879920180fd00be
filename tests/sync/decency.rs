//! When a version whose pictures are missing may replace the current one.

use super::soak::Press;
use crate::{
    feed_server::Fault,
    rig::{DAY, Heard, Rig, SetClock, item, now, route},
};
use cloud_shelf::{
    store::Store,
    sync::{Follower, Round},
};
use cloud_shelf_core::{paths::Paths, table::TableItem};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::SeqCst},
};

fn items(title: &str, count: u32, first_picture: u32) -> Vec<TableItem> {
    (1..=count).map(|n| item(n, title, &[first_picture + n])).collect()
}

/// Removes the pictures of the newest version from the server, except the first `kept`.
fn lose_new_pictures(rig: &Rig, old: &Rig, kept: usize) {
    let has = old.snapshot();
    let has: Vec<String> = has.items.iter().flat_map(|i| &i.pictures).map(|p| p.object.to_string()).collect();
    let objects = std::fs::read_dir(rig.publisher().public().join("v1/objects")).unwrap();
    let mut names: Vec<String> = objects
        .map(|entry| entry.unwrap().path())
        .filter(|path| std::fs::read(path).unwrap().starts_with(b"\xFF\xD8"))
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .filter(|name| !has.contains(name))
        .collect();
    names.sort();
    for name in names.into_iter().skip(kept) {
        rig.server.remove(&format!("/v1/objects/{name}")).unwrap();
    }
}

#[test]
fn all_pictures_gone_at_once_empty_no_shelf_and_half_of_them_are_enough() {
    for (kept, taken) in [(0, false), (4, false), (5, true), (9, true)] {
        let rig = Rig::with(items("旧", 10, 0));
        rig.publish(items("新", 10, 100));
        lose_new_pictures(&rig, &rig, kept);
        let result = rig.round();
        if taken {
            assert_eq!(result.unwrap(), Round::Taken { changed: true, objects: kept }, "{kept}");
            assert_eq!(rig.titles()[0], "新", "{kept}");
            assert_eq!(rig.missing().count, 10 - kept, "{kept}");
            assert!(!rig.paths.feed_waiting().exists());
            continue;
        }
        let error = result.unwrap_err();
        assert_eq!(error.code(), "pictures_lacking", "{kept}");
        let message = error.message();
        assert!(message.zh.contains("“新”") && message.zh.contains(&(10 - kept).to_string()), "{message:?}");
        assert!(message.en.contains("whole folder"), "{message:?}");
        assert_eq!(rig.titles()[0], "旧", "{kept}");
        assert_eq!(rig.snapshot().items.iter().filter(|i| i.pictures.len() == 1).count(), 10);
        // What has arrived is not requested again, and once enough has arrived the version is
        // accepted
        rig.upload();
        assert_eq!(rig.round().unwrap(), Round::Taken { changed: true, objects: 10 - kept }, "{kept}");
        assert_eq!(rig.missing().count, 0, "{kept}");
        assert!(!rig.paths.feed_waiting().exists());
    }
}

#[test]
fn a_version_does_not_wait_for_longer_than_a_day_and_counts_over_restarts() {
    let rig = Rig::with(items("旧", 3, 0));
    rig.publish(items("新", 3, 100));
    lose_new_pictures(&rig, &rig, 0);
    for hours in [0, 1, 23] {
        rig.clock.0.store(now() + hours * 3600, SeqCst);
        assert_eq!(rig.code(), "pictures_lacking", "after {hours} hours");
        assert_eq!(rig.titles()[0], "旧");
    }
    // A newer version does not restart the count, or hourly publishing would postpone it for ever
    rig.publish(items("更新", 3, 200));
    lose_new_pictures(&rig, &rig, 0);
    assert_eq!(rig.code(), "pictures_lacking");
    rig.clock.0.store(now() + DAY, SeqCst);
    assert_eq!(rig.round().unwrap(), Round::Taken { changed: true, objects: 0 });
    assert_eq!(rig.titles()[0], "更新");
    assert_eq!(rig.missing().count, 3);
    // Then the pictures come when they are available
    rig.upload();
    assert_eq!(rig.round().unwrap(), Round::Taken { changed: true, objects: 3 });
    // The next time the count starts again
    rig.publish(items("再新", 3, 300));
    lose_new_pictures(&rig, &rig, 0);
    assert_eq!(rig.code(), "pictures_lacking");
}

#[test]
fn a_server_in_trouble_is_waited_for_even_where_much_has_come() {
    for fault in [Fault::Status(500, None), Fault::Status(503, Some("60")), Fault::HangUp, Fault::Page] {
        let rig = Rig::with(items("旧", 20, 0));
        rig.publish(items("新", 20, 100));
        // The catalog and most pictures come; then nothing does, not even the known-good object
        rig.server.fail_after(16, fault.clone());
        let Err(error) = rig.round() else { panic!("{fault:?} is blamed on the pictures") };
        assert_ne!(error.code(), "pictures_lacking", "{fault:?}");
        assert_eq!(rig.titles()[0], "旧", "{fault:?}");
        rig.server.heal();
        rig.server.seen();
        // Pictures that were in flight when the round gave up are requested again
        let round = rig.round().unwrap();
        assert!(matches!(round, Round::Taken { changed: true, objects: 5..=8 }), "{fault:?}: {round:?}");
    }
    // For a day, as in all cases
    let rig = Rig::with(items("旧", 20, 0));
    rig.publish(items("新", 20, 100));
    rig.server.fail_after(16, Fault::Status(500, None));
    assert_eq!(rig.code(), "feed_http_status");
    rig.clock.0.store(now() + DAY, SeqCst);
    rig.server.fail_after(0, Fault::Status(500, None));
    // The error is reported, and a version with enough pictures is shown
    assert_eq!(rig.code(), "feed_http_status");
    assert_eq!(rig.titles()[0], "新");
    let missing = rig.missing().count;
    assert!((5..=8).contains(&missing), "{missing}");
}

#[test]
fn pictures_that_come_and_cannot_be_shown_empty_no_shelf() {
    let root = tempfile::tempdir().unwrap();
    let (press, paths) = (Press::new(), Paths::new(Some(root.path().join("state")), None, None));
    let clock = Arc::new(SetClock(AtomicI64::new(now())));
    let mut follower = Follower::new(&paths, press.feed(), &route(), clock.clone()).unwrap();
    let mut round = |at: i64| {
        clock.0.store(at, SeqCst);
        follower.round(true, &mut Heard { progress: Vec::new(), until: None })
    };
    let title = || Store::open_read_only(&paths).unwrap().snapshot().unwrap().unwrap().items[0].title.clone();
    press.publish(1, (1..=6).map(|n| press.item(n, "旧", n)).collect());
    assert!(matches!(round(now()), Ok(Round::Taken { changed: true, objects: 6 })));
    // Each file is as signed, and none is a picture that a unit can show
    let useless = |n: u32| press.item_with(n, "新", format!("no picture {n}").into_bytes());
    press.publish(2, (1..=6).map(useless).collect());
    press.server.seen();
    for hour in [0, 23] {
        let error = round(now() + hour * 3600).unwrap_err();
        assert_eq!(error.code(), "pictures_lacking", "after {hour} hours");
        assert_eq!(title(), "旧");
    }
    let objects = press.server.seen().iter().filter(|seen| seen.path.contains("/objects/")).count();
    assert_eq!(objects, 7, "the catalog and six pictures, which are not requested again");
    assert_eq!(round(now() + DAY).unwrap(), Round::Taken { changed: true, objects: 0 });
    assert_eq!(title(), "新");
    assert_eq!(Store::open_read_only(&paths).unwrap().missing().unwrap().count, 6);
    // Half of the items are enough
    let half = (1..=6).map(|n| if n % 2 == 1 { press.item(n, "半", 10 + n) } else { useless(n) }).collect();
    press.publish(3, half);
    assert!(matches!(round(now() + DAY), Ok(Round::Taken { changed: true, objects: 3 })));
    assert_eq!(title(), "半");
}

#[test]
fn a_shelf_with_nothing_to_show_takes_what_there_is() {
    let rig = Rig::with(items("一段", 12, 0));
    let other = |name: &str| Rig {
        paths: Paths::new(Some(rig.root.path().join(name)), None, None),
        feed: rig.feed.clone(),
        clock: rig.clock.clone(),
        server: crate::feed_server::FeedServer::start(),
        root: tempfile::tempdir().unwrap(),
    };
    // The server fails after the catalog: items without pictures, and the rest with the next round
    let fresh = other("second");
    rig.server.fail_after(1, Fault::Status(500, None));
    assert_eq!(fresh.code(), "feed_http_status");
    assert_eq!(fresh.titles().len(), 12);
    assert_eq!(fresh.missing().count, 12);
    rig.server.heal();
    assert_eq!(fresh.round().unwrap(), Round::Taken { changed: true, objects: 12 });
    assert_eq!(fresh.missing().count, 0);
    // All pictures are gone for good
    let fresh = other("third");
    lose_new_pictures(&rig, &fresh_none(), 0);
    assert_eq!(fresh.round().unwrap(), Round::Taken { changed: true, objects: 0 });
    assert_eq!(fresh.missing().count, 12);
    // A unit that shows no picture loses none by the next version
    rig.publish(items("二段", 12, 100));
    lose_new_pictures(&rig, &fresh_none(), 0);
    assert_eq!(fresh.round().unwrap(), Round::Taken { changed: true, objects: 0 });
    assert_eq!(fresh.titles()[0], "二段");
}

/// A unit with an item without a picture.
fn fresh_none() -> Rig {
    Rig::with(vec![item(1, "无图", &[])])
}
