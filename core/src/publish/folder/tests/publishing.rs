//! Publishing once, and again.

use super::{ClockConfirmation, DAY, Desk, NOW, item, shelf};
use crate::{
    clock::FixedClock,
    domain::Rgb,
    feed::{FeedSettings, ObjectRef, read_catalog},
    media,
    publish::{BrandChange, FeedFolder, LIFETIME_S, TableOptions, verify_dir},
};
use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, SystemTime},
};

#[test]
fn a_table_becomes_a_tree_that_a_shelf_takes() {
    let desk = Desk::new();
    desk.picture("quarter-chroma.jpg", "a.jpg");
    desk.picture("alpha.png", "b.png");
    desk.picture("gray.png", "logo.png");
    let brand = BrandChange {
        name: Some(" 启赋 ".into()),
        primary: Some(Rgb(1, 2, 3)),
        accent: None,
        logo: Some(desk.folder().join("logo.png")),
    };
    let settings = FeedSettings { idle_s: Some(60), ..FeedSettings::default() };
    let options = TableOptions { brand, settings: Some(settings.clone()), ..TableOptions::default() };
    let items = vec![item(2, &["a.jpg", "b.png"]), item(3, &["a.jpg", "none.jpg"]), item(4, &[])];
    let published = desk.publish_with(items, &options, NOW).unwrap();
    let written = &published.written;
    assert_eq!((written.version, written.changed, written.shelves, written.pointers), (1, true, 2, 2));
    assert_eq!((published.items, published.pictures, published.pictures_missing), (3, 3, 1));
    assert_eq!((published.objects, published.problems[0].kind), (4, "picture_missing"));

    let pointer = desk.pointer(1, &desk.feed().key().unwrap(), NOW);
    assert_eq!((pointer.version, pointer.issued_at, pointer.expires_at), (1, NOW, NOW + LIFETIME_S));
    assert_eq!((pointer.brand.name.as_str(), pointer.brand.primary), ("启赋", Rgb(1, 2, 3)));
    assert_eq!(pointer.settings, settings);
    let read = |object: &ObjectRef| fs::read(desk.paths().public().join(object.path())).unwrap();
    // The logo as it is, the pictures scaled as a unit shows them
    assert_eq!(read(&pointer.brand.logo.unwrap()), super::fixture_bytes("gray.png"));
    let catalog = read_catalog(&read(&pointer.catalog), &pointer.catalog).unwrap();
    assert_eq!((catalog.categories().len(), catalog.items().len()), (1, 3));
    for picture in catalog.pictures() {
        let bytes = read(&picture.object);
        assert_eq!(media::Format::detect(&bytes), Ok(media::Format::Jpeg));
        assert_eq!(media::probe(&bytes), Ok((picture.width, picture.height)));
    }
    let checked = verify_dir(&desk.dir(), &FixedClock(NOW)).unwrap();
    assert_eq!((checked.pointers, checked.items, checked.pictures), (2, 3, 3));
    assert_eq!((checked.faults.len(), checked.needed.len()), (0, desk.objects().len()));
}

#[test]
fn again_with_nothing_changed_nothing_is_written() {
    let desk = Desk::new();
    desk.picture("quarter-chroma.jpg", "a.jpg");
    let items = || vec![item(2, &["a.jpg"])];
    desk.publish(items(), NOW).unwrap();
    let before = desk.files();
    let again = desk.publish(items(), NOW + DAY).unwrap();
    assert_eq!((again.written.version, again.written.changed, again.written.pointers), (1, false, 0));
    assert_eq!((again.objects, again.pictures), (0, 1));
    assert_eq!(desk.feed().renew(NOW + 2 * DAY).unwrap().pointers, 0);
    assert_eq!(desk.files(), before);
}

#[test]
fn no_two_pointers_of_a_shelf_have_their_time_in_one_second() {
    let desk = Desk::new();
    let place = desk.paths().public().join(shelf(1).path());
    let second = |path: &Path| {
        let written = path.metadata().unwrap().modified().unwrap();
        written.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
    };
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    let mut last = second(&place);
    for row in 3..6 {
        desk.publish(vec![item(row, &[])], NOW).unwrap();
        assert!(second(&place) > last, "{} after {last}", second(&place));
        last = second(&place);
    }
    // Written by a clock that was an hour ahead
    let ahead = place.metadata().unwrap().modified().unwrap() + Duration::from_secs(3600);
    File::options().write(true).open(&place).unwrap().set_modified(ahead).unwrap();
    last = second(&place);
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    assert_eq!(second(&place), last + 1);
}

#[test]
fn one_change_writes_pointers_and_one_object_and_the_old_one_goes_later() {
    let desk = Desk::new();
    desk.picture("quarter-chroma.jpg", "a.jpg");
    desk.publish(vec![item(2, &["a.jpg"])], NOW).unwrap();
    let old = desk.objects();
    let mut changed = item(2, &["a.jpg"]);
    changed.title.push('！');
    let second = desk.publish(vec![changed.clone()], NOW + DAY).unwrap();
    assert_eq!((second.written.version, second.written.pointers, second.objects), (2, 2, 1));
    assert_eq!((second.written.collected, desk.objects().len()), (0, old.len() + 1));
    // Six days later a unit may still be downloading the old one
    assert_eq!(desk.feed().renew(NOW + 7 * DAY).unwrap().collected, 0);
    let later = desk.publish(vec![changed], NOW + 8 * DAY).unwrap();
    assert_eq!((later.written.collected, later.written.version), (1, 2));
    assert_eq!(desk.objects().len(), old.len());
    assert!(verify_dir(&desk.dir(), &FixedClock(NOW + 8 * DAY)).unwrap().faults.is_empty());
}

#[test]
fn what_is_needed_again_is_not_collected() {
    let desk = Desk::new();
    let other = vec![item(3, &[])];
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    desk.publish(other.clone(), NOW + DAY).unwrap();
    desk.publish(vec![item(2, &[])], NOW + 2 * DAY).unwrap();
    let third = desk.publish(other, NOW + 9 * DAY).unwrap();
    assert_eq!((third.written.version, third.written.collected, third.objects), (4, 0, 0));
}

#[test]
fn a_pointer_is_renewed_in_the_last_third_of_its_life() {
    let desk = Desk::new();
    let keys = desk.feed().key().unwrap();
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    assert_eq!(desk.feed().renew(NOW + 40 * DAY).unwrap().pointers, 0);
    let renewed = desk.publish(vec![item(2, &[])], NOW + 41 * DAY).unwrap().written;
    assert_eq!((renewed.version, renewed.changed, renewed.pointers), (1, false, 2));
    assert_eq!(desk.pointer(2, &keys, NOW + 100 * DAY).expires_at, NOW + 101 * DAY);
    // Long expired: a person has to confirm that the clock is right
    assert_eq!(desk.feed().renew(NOW + 300 * DAY).unwrap_err().code(), "time_jump");
    let renewed = desk.feed().renew_confirmed(NOW + 300 * DAY, ClockConfirmation::JumpIsRight).unwrap();
    assert_eq!((renewed.version, renewed.pointers), (1, 2));
    assert!(verify_dir(&desk.dir(), &FixedClock(NOW + 300 * DAY)).unwrap().faults.is_empty());
}

#[test]
fn brand_and_settings_stay_until_they_are_changed() {
    let desk = Desk::new();
    let settings = FeedSettings { qr_mm: Some(40), ..FeedSettings::default() };
    let brand =
        BrandChange { name: Some("启赋".into()), primary: Some(Rgb(9, 9, 9)), ..BrandChange::default() };
    let options = TableOptions { brand, settings: Some(settings.clone()), ..TableOptions::default() };
    desk.publish_with(vec![item(2, &[])], &options, NOW).unwrap();
    let accent = BrandChange { accent: Some(Rgb(7, 7, 7)), ..BrandChange::default() };
    let options = TableOptions { brand: accent, ..TableOptions::default() };
    desk.publish_with(vec![item(2, &[])], &options, NOW).unwrap();
    let pointer = desk.pointer(1, &desk.feed().key().unwrap(), NOW);
    let brand = &pointer.brand;
    assert_eq!((brand.name.as_str(), brand.primary, brand.accent), ("启赋", Rgb(9, 9, 9), Rgb(7, 7, 7)));
    assert_eq!((pointer.settings.clone(), pointer.version), (settings, 2));
}

#[test]
fn a_shelf_that_comes_later_is_told_at_once() {
    let desk = Desk::new();
    assert_eq!(desk.feed().add_shelves(vec![shelf(3)], NOW).unwrap().pointers, 0, "nothing is published yet");
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    let before = desk.files();
    let added = desk.feed().add_shelves(vec![shelf(4), shelf(1)], NOW + DAY).unwrap();
    assert_eq!((added.new, added.pointers), (vec![shelf(4)], 1));
    let keys = desk.feed().key().unwrap();
    assert_eq!(desk.pointer(4, &keys, NOW + DAY).catalog, desk.pointer(1, &keys, NOW + DAY).catalog);
    let after = desk.files();
    let written: Vec<_> = after.iter().filter(|(path, file)| before.get(*path) != Some(*file)).collect();
    assert_eq!(
        written.len(),
        2,
        "its pointer and the list of shelves: {:?}",
        written.iter().map(|w| w.0).collect::<Vec<_>>()
    );
    assert_eq!(desk.feed().shelves().count(), 4);
    // After the last edition has expired
    assert_eq!(desk.feed().add_shelves(vec![shelf(5)], NOW + 90 * DAY).unwrap_err().code(), "time_jump");
    desk.feed().renew_confirmed(NOW + 90 * DAY, ClockConfirmation::JumpIsRight).unwrap();
    assert_eq!(desk.feed().add_shelves(vec![shelf(6)], NOW + 91 * DAY).unwrap().pointers, 1);
    desk.pointer(5, &keys, NOW + 91 * DAY);
}

#[test]
fn a_directory_from_a_backup_goes_on_above_what_shelves_have_seen() {
    let desk = Desk::new();
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    let options = TableOptions { at_least: 9, ..TableOptions::default() };
    let published = desk.publish_with(vec![item(2, &[])], &options, NOW + 1).unwrap();
    assert_eq!((published.written.version, published.written.pointers), (9, 2));
    assert_eq!(desk.publish_with(vec![item(2, &[])], &options, NOW + 2).unwrap().written.pointers, 0);
}

#[test]
fn more_pictures_than_a_feed_has_are_left_out_and_said() {
    let desk = Desk::new();
    let names: Vec<String> = (0..14).map(|n| format!("{n}.jpg")).collect();
    names.iter().for_each(|name| desk.picture("quarter-chroma.jpg", name));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let published = desk.publish(vec![item(2, &names)], NOW).unwrap();
    assert_eq!((published.pictures, published.problems[0].kind), (12, "too_many_pictures"));
}

#[test]
fn the_tree_is_for_everybody_and_the_keys_for_nobody_else() {
    let desk = Desk::new();
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    for (path, (bytes, _)) in desk.files() {
        if path.starts_with(desk.paths().public()) {
            assert_eq!(mode(&path) & 0o444, 0o444, "{}", path.display());
            assert!(!String::from_utf8_lossy(&bytes).contains("\"d\":"));
        } else {
            assert_eq!(mode(&path) & 0o022, 0, "{}", path.display());
        }
    }
    assert_eq!(mode(&desk.paths().keys()), 0o700);
    for key in fs::read_dir(desk.paths().keys()).unwrap() {
        assert_eq!(mode(&key.unwrap().path()), 0o600);
    }
    assert!(!desk.paths().staging().exists());
    let other = tempfile::tempdir().unwrap();
    let other = FeedFolder::init(&other.path().join("a/b"), None).unwrap();
    assert_ne!(other.key().unwrap(), desk.feed().key().unwrap());
    assert_eq!(other.address().unwrap(), None);
}
