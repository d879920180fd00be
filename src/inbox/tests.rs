use super::*;
use cloud_shelf_core::{
    domain::{DeviceId, Message, StoreId},
    feed::{FeedAddress, Signer, Subject},
};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::symlink,
    time::{Duration, Instant, SystemTime},
};

struct Unit {
    _dir: tempfile::TempDir,
    paths: Paths,
    ledger: Ledger,
    inbox: Inbox,
}

impl Unit {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), None, None);
        fs::create_dir_all(paths.inbox()).unwrap();
        fs::create_dir_all(paths.sticks()).unwrap();
        let ledger = Ledger::default();
        let inbox = Inbox::new(&paths, &ledger);
        Self { _dir: dir, paths, ledger, inbox }
    }

    fn stick(&self, name: &str) -> PathBuf {
        let stick = self.paths.sticks().join(name);
        fs::create_dir_all(&stick).unwrap();
        stick
    }

    fn look(&mut self) -> Vec<String> {
        names(&self.inbox.look(None, |_| false))
    }

    fn taken(&self, name: &str) -> Settled {
        self.ledger.settle(&self.paths, &self.paths.inbox().join(name), None)
    }

    fn left(&self) -> Vec<(String, &'static str)> {
        let left = self.ledger.left().0;
        for left in &left {
            let Message { zh, en } = left.message();
            assert!(!zh.is_ascii() && en.is_ascii(), "{zh} {en}");
        }
        left.iter().map(|left| (left.name(), left.code())).collect()
    }
}

fn refusal(en: &'static str, passes: bool) -> Refusal {
    Refusal { words: Message::fixed("没有采用", en), passes }
}

fn names(found: &Found) -> Vec<String> {
    found.bundles.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

fn subject(store: &str) -> Subject {
    Subject::new(StoreId::parse(store).unwrap(), DeviceId::parse("8F6A77C73E").unwrap()).unwrap()
}

fn feed(store: &str) -> Feed {
    let key = Signer::from_seed(&[1; 32]).public();
    Feed {
        address: FeedAddress::new("https://feed.example.com", key.into()).unwrap(),
        subject: subject(store),
    }
}

/// A bundle with a pointer for a store; its signature may be invalid.
fn bundle(store: &str, text: &str) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_mode(0o644);
    header.set_size(text.len() as u64);
    archive.append_data(&mut header, subject(store).path(), text.as_bytes()).unwrap();
    archive.into_inner().unwrap()
}

/// Sets a file's mtime to a fixed whole second, as on a coarse file system.
fn at_the_same_time(path: &Path) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)).unwrap();
}

#[test]
fn of_twenty_bundles_each_is_taken_once_though_they_have_size_second_and_inode_in_common() {
    let mut unit = Unit::new();
    let mut taken = BTreeSet::new();
    for number in 0..20 {
        let name = format!("{number:02}.tar");
        let path = unit.paths.inbox().join(&name);
        fs::write(&path, bundle("1", &format!("{number:02}"))).unwrap();
        at_the_same_time(&path);
        assert_eq!(unit.look(), [name.as_str()]);
        assert_eq!(unit.look(), [""; 0], "a bundle is handed over once");
        assert_eq!(unit.taken(&name), Settled::Done);
        assert!(!path.exists(), "an imported bundle is removed");
        taken.insert(name);
    }
    assert_eq!(taken.len(), 20);
    assert!(unit.left().is_empty());
}

#[test]
fn one_name_again_and_again_is_another_file_each_time() {
    let mut unit = Unit::new();
    let path = unit.paths.inbox().join("shelf.tar");
    for round in 0..50 {
        fs::write(&path, bundle("1", &format!("{round:02}"))).unwrap();
        at_the_same_time(&path);
        unit.inbox.forget(&path);
        assert_eq!(unit.look(), ["shelf.tar"], "round {round}");
        unit.taken("shelf.tar");
        assert!(!path.exists());
    }
}

#[test]
fn one_that_is_renamed_while_it_waits_is_found_and_removed_under_its_new_name() {
    let mut unit = Unit::new();
    let (part, whole) = (unit.paths.inbox().join("shelf.part"), unit.paths.inbox().join("shelf.tar"));
    fs::write(&part, bundle("1", "x")).unwrap();
    assert_eq!(unit.look(), ["shelf.part"]);
    fs::rename(&part, &whole).unwrap();
    let refusal = refusal("no such file", false);
    assert_eq!(unit.ledger.settle(&unit.paths, &part, Some(&refusal)), Settled::Gone);
    assert_eq!(unit.look(), ["shelf.tar"]);
    unit.taken("shelf.tar");
    assert!(!whole.exists() && unit.left().is_empty());
}

#[test]
fn one_that_takes_anothers_place_meanwhile_is_not_removed_for_it() {
    let mut unit = Unit::new();
    let path = unit.paths.inbox().join("shelf.tar");
    fs::write(&path, bundle("1", "old")).unwrap();
    assert_eq!(unit.look(), ["shelf.tar"]);
    let other = unit.paths.state_dir().join("other");
    fs::write(&other, bundle("1", "new")).unwrap();
    fs::rename(&other, &path).unwrap();
    assert_eq!(unit.taken("shelf.tar"), Settled::Done);
    assert_eq!(fs::read(&path).unwrap(), bundle("1", "new"), "the new file was never read");
    assert_eq!(unit.look(), ["shelf.tar"]);
    unit.taken("shelf.tar");
    assert!(!path.exists());
}

#[test]
fn one_that_comes_in_the_place_of_one_that_is_just_being_taken_is_taken_after_it() {
    let mut unit = Unit::new();
    let path = unit.paths.inbox().join("shelf.tar");
    fs::write(&path, bundle("1", "old")).unwrap();
    assert_eq!(unit.look(), ["shelf.tar"]);
    fs::remove_file(&path).unwrap();
    fs::write(&path, bundle("1", "new")).unwrap();
    unit.inbox.forget(&path);
    assert_eq!(unit.look(), [""; 0], "the second waits for the first");
    unit.taken("shelf.tar");
    assert_eq!(fs::read(&path).unwrap(), bundle("1", "new"));
    assert_eq!(unit.look(), ["shelf.tar"]);
    unit.taken("shelf.tar");
    assert!(!path.exists());
}

#[test]
fn one_that_was_refused_for_a_reason_that_passes_is_tried_again_later_and_later() {
    let mut unit = Unit::new();
    let path = unit.paths.inbox().join("shelf.tar");
    fs::write(&path, bundle("1", "x")).unwrap();
    assert_eq!(unit.look(), ["shelf.tar"]);
    let mut waits = Vec::new();
    for _ in 0..10 {
        unit.ledger.settle(&unit.paths, &path, Some(&refusal("the disk is full", true)));
        assert_eq!(unit.look(), [""; 0], "not at once");
        assert_eq!(unit.left(), [("shelf.tar".to_owned(), "refused")]);
        waits.push(unit.ledger.next_due().unwrap().saturating_duration_since(Instant::now()).as_secs() / 30);
        unit.ledger.pass_time();
        assert_eq!(unit.look(), ["shelf.tar"]);
        assert!(unit.ledger.next_due().is_none(), "it is on its way");
    }
    assert!(waits.is_sorted() && waits[0] <= 2 && waits[9] > 100 && waits[9] <= 120, "{waits:?}");
    // Refused for a lasting reason, then imported
    unit.ledger.settle(&unit.paths, &path, Some(&refusal("an older version", false)));
    assert!(unit.ledger.next_due().is_none() && unit.look().is_empty());
    unit.inbox.forget(&path);
    assert_eq!(unit.look(), ["shelf.tar"]);
    unit.taken("shelf.tar");
    assert!(!path.exists() && unit.left().is_empty());
}

#[test]
fn one_that_came_before_the_unit_was_bound_is_tried_once_it_is() {
    let mut unit = Unit::new();
    let (stick, name) = (unit.stick("sda1"), "shelf.tar");
    for folder in [unit.paths.inbox(), stick] {
        let path = folder.join(name);
        fs::write(&path, bundle("1", "x")).unwrap();
        assert_eq!(unit.look(), [name]);
        unit.ledger.settle(&unit.paths, &path, Some(&refusal("this unit follows no feed", false)));
        assert_eq!(unit.look(), [""; 0]);
        assert_eq!(names(&unit.inbox.look(Some(&feed("1")), |_| false)), [name]);
        unit.ledger.settle(&unit.paths, &path, None);
        assert_eq!(names(&unit.inbox.look(Some(&feed("1")), |_| false)), [""; 0]);
        let _ = fs::remove_file(&path);
    }
}

#[test]
fn a_stick_that_is_pulled_too_early_is_told_of() {
    let mut unit = Unit::new();
    let stick = unit.stick("sda1");
    fs::write(stick.join("shelf.tar"), bundle("1", "x")).unwrap();
    assert_eq!(unit.look(), ["shelf.tar"]);
    fs::remove_dir_all(&stick).unwrap();
    let refusal = refusal("no such file", false);
    let settled = unit.ledger.settle(&unit.paths, &stick.join("shelf.tar"), Some(&refusal));
    assert_eq!(settled, Settled::Refused);
}

#[test]
fn however_many_files_are_there_none_is_hidden() {
    let mut unit = Unit::new();
    let stick = unit.stick("sda1");
    for folder in [&unit.paths.inbox(), &stick] {
        for number in 0..5_000 {
            fs::write(folder.join(format!("{number:05}.jpg")), [number as u8; 300]).unwrap();
        }
        // Neither its name nor its place in the folder gives it away
        fs::write(folder.join("the shelf's own"), bundle("1", "x")).unwrap();
    }
    let mut found = Vec::new();
    for _ in 0..10 {
        let look = unit.inbox.look(None, |_| false);
        found.extend(names(&look));
        if !look.is_more {
            break;
        }
    }
    assert_eq!(found, ["the shelf's own"; 2]);
    let (told, all) = unit.ledger.left();
    assert!(told.len() == 100 && all == 5_000, "{} of {all}", told.len());
    assert!(told.iter().all(|left| left.why == Why::NoBundle && left.path.starts_with(unit.paths.inbox())));
}

#[test]
fn what_is_left_alone_is_told_with_the_reason() {
    let mut unit = Unit::new();
    let inbox = unit.paths.inbox();
    let stick = unit.stick("sda1");
    fs::write(inbox.join("table.xlsx"), "PK").unwrap();
    fs::write(inbox.join("refused.tar"), bundle("1", "x")).unwrap();
    fs::create_dir(inbox.join("folder")).unwrap();
    fs::write(stick.join("holiday.jpg"), [0; 400]).unwrap();
    fs::write(stick.join("cut.tar"), "not much").unwrap();
    for folder in [&inbox, &stick] {
        symlink("/etc/passwd", folder.join("link.tar")).unwrap();
        mknodat(CWD, folder.join("pipe.tar"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    }
    symlink("/etc/passwd", stick.join(BIND_FILE)).unwrap();
    fs::write(inbox.join(BIND_FILE), "store = \"2\"").unwrap();
    symlink(&inbox, unit.paths.sticks().join("sdb1")).unwrap();
    assert_eq!(unit.look(), ["refused.tar"]);
    let refusal = refusal("an older version", false);
    let refused = inbox.join("refused.tar");
    assert_eq!(unit.ledger.settle(&unit.paths, &refused, Some(&refusal)), Settled::Refused);
    assert_eq!(unit.look(), [""; 0], "a refused bundle is not handed over again by itself");
    let mut left = unit.left();
    left.sort();
    let expected = [
        ("bind.toml", "bind_file"),
        ("bind.toml", "unreadable"),
        ("cut.tar", "no_bundle"),
        ("folder", "unreadable"),
        ("link.tar", "unreadable"),
        ("link.tar", "unreadable"),
        ("pipe.tar", "unreadable"),
        ("pipe.tar", "unreadable"),
        ("refused.tar", "refused"),
        ("table.xlsx", "no_bundle"),
    ];
    assert_eq!(left, expected.map(|(name, code)| (name.to_owned(), code)));
    fs::remove_file(&refused).unwrap();
    fs::remove_file(inbox.join("table.xlsx")).unwrap();
    unit.look();
    assert_eq!(unit.left().len(), expected.len() - 2, "files that are gone are no longer listed");
}

#[test]
fn a_name_that_hides_something_is_told_without_it() {
    let mut unit = Unit::new();
    for name in ["gnp\u{202E}rat.x", "a\u{1B}[2J\nb", "\u{202E}\u{200B}"] {
        fs::write(unit.paths.inbox().join(name), "x").unwrap();
    }
    unit.look();
    let mut names: Vec<String> = unit.left().into_iter().map(|(name, _)| name).collect();
    names.sort();
    assert_eq!(names, [r"\u{202e}\u{200b}", "a[2J b", "gnprat.x"]);
}

#[test]
fn of_a_stick_for_many_shelves_this_ones_are_taken_also_after_it_is_bound_to_another() {
    let mut unit = Unit::new();
    let stick = unit.stick("sda1");
    for store in ["1", "2", "3"] {
        fs::write(stick.join(format!("{store}.tar")), bundle(store, "x")).unwrap();
    }
    fs::write(stick.join(BIND_FILE), "store = \"2\"").unwrap();
    let found = unit.inbox.look(Some(&feed("2")), |_| false);
    assert_eq!(names(&found), ["2.tar"]);
    assert_eq!(found.bind_files, [(stick.join(BIND_FILE), b"store = \"2\"".to_vec())]);
    let found = unit.inbox.look(Some(&feed("3")), |_| false);
    assert_eq!((names(&found), found.bind_files), (vec!["3.tar".to_owned()], vec![]));
    assert_eq!(
        names(&unit.inbox.look(Some(&feed("4")), |_| false)),
        ["1.tar"],
        "the first bundle's refusal says whose it is"
    );
    assert_eq!(names(&unit.inbox.look(Some(&feed("2")), |_| false)), [""; 0]);
    for name in ["1.tar", "2.tar", "3.tar"] {
        unit.ledger.settle(&unit.paths, &stick.join(name), None);
    }
    // Unplugged and plugged in again
    let away = unit.paths.state_dir().join("away");
    fs::rename(&stick, &away).unwrap();
    unit.look();
    fs::rename(&away, &stick).unwrap();
    let found = unit.inbox.look(Some(&feed("2")), |_| false);
    assert_eq!((names(&found), found.bind_files.len()), (vec!["2.tar".to_owned()], 1));
}

#[test]
fn a_file_that_is_written_anew_within_one_tick_of_the_clock_is_another() {
    for _ in 0..20 {
        let mut unit = Unit::new();
        let path = unit.paths.inbox().join("shelf.tar");
        fs::write(&path, bundle("1", "old")).unwrap();
        at_the_same_time(&path);
        assert_eq!(unit.look(), ["shelf.tar"]);
        fs::write(&path, bundle("1", "new")).unwrap();
        at_the_same_time(&path);
        unit.inbox.forget(&path);
        unit.taken("shelf.tar");
        assert_eq!(fs::read(&path).unwrap(), bundle("1", "new"), "the new file was not read yet");
        assert_eq!(unit.look(), ["shelf.tar"]);
        unit.taken("shelf.tar");
        assert!(!path.exists());
    }
}

#[test]
fn a_bundle_is_one_whatever_it_is_called() {
    let mut unit = Unit::new();
    let stick = unit.stick("sda1");
    for folder in [unit.paths.inbox(), stick] {
        fs::write(folder.join(BIND_FILE), bundle("1", "x")).unwrap();
        let found = unit.inbox.look(Some(&feed("1")), |_| false);
        assert_eq!((names(&found), found.bind_files.len()), (vec![BIND_FILE.to_owned()], 0));
        unit.ledger.settle(&unit.paths, &folder.join(BIND_FILE), None);
    }
    assert!(!unit.paths.inbox().join(BIND_FILE).exists() && unit.left().is_empty());
}

#[test]
fn one_that_is_being_written_is_waited_for() {
    let mut unit = Unit::new();
    let path = unit.paths.inbox().join("shelf.tar");
    fs::write(&path, bundle("1", "x")).unwrap();
    assert_eq!(names(&unit.inbox.look(None, |written| written == path)), [""; 0]);
    assert_eq!(unit.look(), ["shelf.tar"]);
}

#[test]
fn more_than_can_wait_are_handed_over_as_the_others_are_done() {
    let mut unit = Unit::new();
    for number in 0..200 {
        fs::write(unit.paths.inbox().join(format!("{number:03}.tar")), bundle("1", "x")).unwrap();
    }
    let mut taken = 0;
    while let found @ [_, ..] = &unit.look()[..] {
        assert!(found.len() <= 64);
        for name in found {
            unit.taken(name);
        }
        taken += found.len();
    }
    assert_eq!(taken, 200);
    assert_eq!(fs::read_dir(unit.paths.inbox()).unwrap().count(), 0);
}
