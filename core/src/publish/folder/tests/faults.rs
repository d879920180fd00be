//! Operator mistakes, damaged disks, power cuts.

use super::{DAY, Desk, NOW, item, shelf};
use crate::{
    clock::FixedClock,
    publish::{FeedFolder, PublishError, TableOptions, verify_dir},
};
use std::{fs, os::unix::fs::PermissionsExt};

#[test]
fn an_interrupted_run_is_finished_by_the_next() {
    let desk = Desk::new();
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    let pointer = desk.paths().public().join(shelf(2).path());
    let old = fs::read(&pointer).unwrap();
    desk.publish(vec![item(3, &[])], NOW + 1).unwrap();
    // One pointer was not renamed, and the staging folder is still there
    fs::write(&pointer, old).unwrap();
    fs::create_dir_all(desk.paths().staging()).unwrap();
    fs::write(desk.paths().staging().join("v1+shelves+184454101+x.jws"), "half").unwrap();
    let healed = desk.publish(vec![item(3, &[])], NOW + 2).unwrap().written;
    assert_eq!((healed.version, healed.changed, healed.pointers), (2, false, 1));
    assert!(!desk.paths().staging().exists());
    for bytes in [&b""[..], b"<html>", b"a.b.c"] {
        fs::write(&pointer, bytes).unwrap();
        assert_eq!(desk.feed().renew(NOW + 3).unwrap().pointers, 1, "{bytes:?}");
    }
    fs::remove_file(&pointer).unwrap();
    assert_eq!(desk.feed().renew(NOW + 3).unwrap().pointers, 1);
}

#[test]
fn a_damaged_object_keeps_every_pointer_and_is_made_anew() {
    let desk = Desk::new();
    desk.picture("quarter-chroma.jpg", "a.jpg");
    desk.publish(vec![item(2, &["a.jpg"])], NOW).unwrap();
    let pointers = |desk: &Desk| fs::read(desk.paths().public().join(shelf(1).path())).unwrap();
    let before = pointers(&desk);
    for path in desk.objects().into_iter().map(|name| desk.paths().public().join("v1/objects").join(name)) {
        // Keep the size, so that only the hash differs
        let mut bytes = fs::read(&path).unwrap();
        bytes[20] ^= 1;
        fs::write(&path, bytes).unwrap();
    }
    let checked = verify_dir(&desk.dir(), &FixedClock(NOW)).unwrap();
    assert_eq!((checked.faults.len(), checked.faults[0].code, checked.pointers), (1, "wrong_hash", 2));
    let items = || vec![item(2, &["a.jpg"]), item(3, &[])];
    let error = desk.publish(items(), NOW + 1).unwrap_err();
    assert_eq!((error.code(), pointers(&desk)), ("unsound", before));
    assert!(desk.publish(items(), NOW + 2).is_ok(), "the damaged object was created again");
    assert!(verify_dir(&desk.dir(), &FixedClock(NOW + 2)).unwrap().faults.is_empty());
}

#[test]
fn nothing_is_published_over_a_mistake() {
    let desk = Desk::new();
    let bare = || TableOptions::default();
    assert!(matches!(desk.feed().renew(NOW), Err(PublishError::NothingPublished)));
    assert!(matches!(desk.publish_with(vec![item(2, &[])], &bare(), NOW), Err(PublishError::NoBrand)));
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    let before = desk.files();
    assert!(matches!(desk.publish(vec![], NOW), Err(PublishError::NoItems { .. })));
    assert!(matches!(desk.publish(vec![item(3, &[])], NOW - 1), Err(PublishError::ClockBehind { .. })));
    let mut logo = bare();
    logo.brand.logo = Some(desk.folder().join("none.png"));
    assert!(matches!(desk.publish_with(vec![item(2, &[])], &logo, NOW), Err(PublishError::Logo(_))));
    let mut name = bare();
    name.brand.name = Some("启".repeat(61));
    assert_eq!(desk.publish_with(vec![item(2, &[])], &name, NOW).unwrap_err().code(), "unsound");
    let mut twice = item(3, &[]);
    twice.link = item(2, &[]).link;
    assert_eq!(desk.publish(vec![item(2, &[]), twice], NOW).unwrap_err().code(), "catalog_bad_value");
    let pointers: Vec<_> =
        before.iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "jws")).collect();
    let after = desk.files();
    assert!(pointers.iter().all(|(path, file)| after.get(*path) == Some(*file)));
}

#[test]
fn two_publishers_do_not_meet() {
    let desk = Desk::new();
    let first = desk.feed();
    assert!(matches!(FeedFolder::open(&desk.dir()), Err(PublishError::Busy)));
    drop(first);
    assert!(FeedFolder::open(&desk.dir()).is_ok());
    assert!(matches!(FeedFolder::init(&desk.dir(), None), Err(PublishError::FeedExists { .. })));
}

#[test]
fn a_directory_that_is_none_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(FeedFolder::open(folder.path()), Err(PublishError::NoFeed { .. })));
    assert!(matches!(verify_dir(folder.path(), &FixedClock(NOW)), Err(PublishError::NoFeed { .. })));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    for url in ["", "ftp://a/", "https://u:p@a/", "https://a/?b", "cdn.example.com"] {
        let error = FeedFolder::init(folder.path(), Some(url)).unwrap_err();
        assert_eq!(error.code(), "bad_feed", "{url}");
        assert!(FeedFolder::open(folder.path()).is_err());
    }
    assert!(
        FeedFolder::init(folder.path(), Some("https://cdn.example.com/a/")).is_ok(),
        "the mistake can be corrected"
    );
}

#[test]
fn damage_is_named_and_nothing_is_made_up_for_it() {
    let desk = Desk::new();
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    for path in [desk.paths().last_edition(), desk.paths().state()] {
        let good = fs::read(&path).unwrap();
        for bad in [&b""[..], b"{}", &good[..good.len() / 2]] {
            fs::write(&path, bad).unwrap();
            let result = FeedFolder::open(&desk.dir()).and_then(|mut feed| feed.renew(NOW + DAY));
            assert!(matches!(result, Err(PublishError::Damaged { .. })), "{}: {result:?}", path.display());
        }
        fs::write(&path, good).unwrap();
    }
    // Losing this cache costs time only
    fs::write(desk.paths().pictures(), "[{}").unwrap();
    assert!(desk.publish(vec![item(2, &[])], NOW + DAY).is_ok());
}

#[test]
fn a_key_that_others_can_read_is_not_used() {
    let desk = Desk::new();
    let key = fs::read_dir(desk.paths().keys()).unwrap().next().unwrap().unwrap().path();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let error = desk.publish(vec![item(2, &[])], NOW).unwrap_err();
    assert!(matches!(error, PublishError::ReadableKey { .. }));
    assert!(error.message().zh.contains("chmod 600"));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let good = fs::read(&key).unwrap();
    fs::write(&key, String::from_utf8(good).unwrap().replace("\"d\":\"", "\"d\":\"A")).unwrap();
    assert!(matches!(desk.publish(vec![item(2, &[])], NOW), Err(PublishError::Damaged { .. })));
}
