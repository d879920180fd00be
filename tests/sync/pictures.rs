//! Pictures that are gone, differ from what was published, or can't be shown.

use crate::{
    feed_server::Fault,
    rig::{Heard, Rig, item, now, object_path, shelf},
};
use cloud_shelf::{
    store::Store,
    sync::{Round, take_bundle},
};
use cloud_shelf_core::{domain::Sha256, publish};
use std::io::Cursor;

fn three() -> Vec<cloud_shelf_core::table::TableItem> {
    vec![item(1, "一段", &[1, 2]), item(2, "二段", &[3])]
}

/// Returns the picture objects of the items in order, as published.
fn published(rig: &Rig) -> Vec<Sha256> {
    rig.snapshot().items.iter().flat_map(|item| &item.pictures).map(|picture| picture.object).collect()
}

#[test]
fn a_picture_that_is_gone_holds_nothing_back_and_comes_when_it_is_there() {
    let rig = Rig::with(three());
    let gone = published(&rig)[2];
    // A unit that starts empty, and a server that lost one picture
    let fresh = Rig {
        paths: cloud_shelf_core::paths::Paths::new(Some(rig.root.path().join("second")), None, None),
        ..rig
    };
    let bytes = fresh.server.remove(&object_path(&gone)).unwrap();
    assert_eq!(fresh.round().unwrap(), Round::Taken { changed: true, objects: 2 });
    assert_eq!(fresh.titles(), ["一段", "二段"]);
    assert!(fresh.snapshot().items[1].pictures.is_empty());
    let missing = fresh.missing();
    assert_eq!(missing.count, 1);
    assert_eq!(
        (missing.pictures[0].title.as_str(), missing.pictures[0].problem.as_str()),
        ("二段", "feed_http_status")
    );

    // Nothing new, and not requested again early in the same run
    let mut follower = fresh.follower();
    let mut look = || follower.round(true, &mut Heard { progress: Vec::new(), until: None }).unwrap();
    fresh.asked();
    look();
    look();
    assert_eq!(fresh.asked().iter().filter(|path| path.contains("objects")).count(), 1);
    // The reported cause is unchanged
    assert_eq!(fresh.missing().pictures[0].problem, "feed_http_status");
    fresh.server.put(&object_path(&gone), bytes);
    assert_eq!(fresh.round().unwrap(), Round::Taken { changed: true, objects: 1 });
    assert_eq!(fresh.snapshot().items[1].pictures.len(), 1);
    assert_eq!(fresh.missing().count, 0);
}

#[test]
fn another_picture_in_its_place_is_asked_for_afresh_and_never_shown() {
    let rig = Rig::with(three());
    let objects = published(&rig);
    let fresh = Rig {
        paths: cloud_shelf_core::paths::Paths::new(Some(rig.root.path().join("second")), None, None),
        ..rig
    };
    let (first, second) = (object_path(&objects[0]), object_path(&objects[1]));
    let bytes = fresh.server.remove(&first).unwrap();
    let other = vec![7; bytes.len()];
    // Once: a cache in between, which the second request bypasses
    fresh.server.put(&first, bytes);
    fresh.server.fail(&first, [Fault::Body(other.clone())]);
    // For good
    fresh.server.fail_always(&second, Fault::Body(other));
    fresh.round().unwrap();
    assert_eq!(fresh.snapshot().items[0].pictures.len(), 1);
    assert_eq!(fresh.snapshot().items[0].pictures[0].object, objects[0]);
    assert_eq!(fresh.missing().pictures.len(), 1);
    let afresh = fresh.server.seen().into_iter().filter(|seen| seen.no_cache).map(|seen| seen.path);
    assert!(afresh.collect::<Vec<_>>().contains(&first));
}

#[test]
fn what_rotted_on_the_card_is_fetched_anew() {
    let rig = Rig::with(three());
    let rotten = published(&rig)[0];
    let db = rusqlite::Connection::open(rig.paths.database()).unwrap();
    let name = rotten.as_bytes().as_slice();
    db.execute("UPDATE object SET bytes = zeroblob(size) WHERE sha256 = ?1", [name]).unwrap();
    db.execute("DELETE FROM rendition WHERE sha256 = ?1", [name]).unwrap();
    drop(db);
    rig.round().unwrap();
    assert_eq!(rig.snapshot().items[0].pictures.len(), 1, "the item is shown without it");
    assert_eq!(rig.missing().pictures[0].problem, "rotten");
    assert_eq!(rig.round().unwrap(), Round::Taken { changed: true, objects: 1 });
    assert_eq!(rig.snapshot().items[0].pictures.len(), 2);
    assert!(Store::open_read_only(&rig.paths).unwrap().unprepared().unwrap().is_empty());
}

/// The state after a power cut between the swap and the last thumbnail.
fn without_thumbnails(rig: &Rig) {
    let db = rusqlite::Connection::open(rig.paths.database()).unwrap();
    assert!(db.execute("DELETE FROM rendition", []).unwrap() > 0);
    drop(db);
    assert!(!rig.reader().unprepared().unwrap().is_empty());
}

#[test]
fn thumbnails_that_a_power_cut_left_unmade_need_no_network() {
    let rig = Rig::with(three());
    without_thumbnails(&rig);
    rig.server.fail_always("/shelves/", Fault::Status(503, None));
    assert_eq!(rig.round().unwrap_err().code(), "feed_http_status");
    assert_eq!(rig.reader().unprepared().unwrap(), []);
    // Neither do those of a bundle that is plugged in again
    let mut bytes = Vec::new();
    publish::write_bundle(&rig.root.path().join("feed"), &shelf(1), now(), &mut bytes).unwrap();
    without_thumbnails(&rig);
    let mut heard = Heard { progress: Vec::new(), until: None };
    let taken = take_bundle(&rig.paths, &rig.feed, Cursor::new(bytes), rig.clock.clone(), &mut heard);
    assert_eq!(taken.unwrap(), Round::Unchanged);
    assert_eq!(rig.reader().unprepared().unwrap(), []);
}
