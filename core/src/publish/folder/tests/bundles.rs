//! One unit's bundle for a USB stick.

use super::{DAY, Desk, NOW, item, shelf};
use crate::publish::{PublishError, write_bundle};
use std::{collections::HashSet, fs, io::Read};

#[test]
fn a_bundle_is_the_shelfs_part_of_the_tree_and_the_same_each_time() {
    let desk = Desk::new();
    desk.picture("quarter-chroma.jpg", "a.jpg");
    desk.publish(vec![item(2, &["a.jpg"]), item(3, &["a.jpg"])], NOW).unwrap();
    let make = || {
        let mut bytes = Vec::new();
        (write_bundle(&desk.dir(), &shelf(1), NOW, &mut bytes).unwrap(), bytes)
    };
    let (files, bytes) = make();
    assert_eq!((files, make().1), (3, bytes.clone()));
    let mut archive = tar::Archive::new(&bytes[..]);
    let mut seen = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_str().unwrap().to_owned();
        let header = entry.header();
        assert_eq!((header.mode().unwrap(), header.uid().unwrap(), header.mtime().unwrap()), (0o644, 0, 0));
        let mut inside = Vec::new();
        entry.read_to_end(&mut inside).unwrap();
        assert_eq!(inside, fs::read(desk.paths().public().join(&path)).unwrap());
        seen.push(path);
    }
    assert_eq!(seen[0], shelf(1).path());
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 3);
    assert_eq!(bytes.len() % 512, 0);
}

#[test]
fn what_a_shelf_would_refuse_is_put_on_no_stick() {
    let desk = Desk::new();
    let refused = |number, now| write_bundle(&desk.dir(), &shelf(number), now, &mut Vec::new()).unwrap_err();
    assert!(matches!(refused(1, NOW), PublishError::NothingPublished));
    assert!(matches!(refused(9, NOW), PublishError::NoShelf { .. }));
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    assert_eq!(refused(1, NOW + 61 * DAY).code(), "expired");
    for name in desk.objects() {
        fs::write(desk.paths().public().join("v1/objects").join(name), "other").unwrap();
    }
    assert_eq!(refused(1, NOW).code(), "wrong_size");
}
