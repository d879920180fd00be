//! Readers beside a writer, and a writer that is killed.

use super::sample::{draft, open, open_checked, paths, put};
use crate::store::Store;
use cloud_shelf_core::{domain::CatalogSnapshot, paths::Paths};
use std::{
    env,
    io::Read,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

const ITEMS: usize = 300;

/// Returns the mark that every part of a whole catalog carries.
fn mark_of(seen: &CatalogSnapshot) -> u64 {
    let mark: u64 = seen.brand.name.strip_prefix("启赋 ").unwrap().parse().unwrap();
    let mut wanted = draft(mark, ITEMS, &[]);
    for (item, seen) in wanted.items.iter_mut().zip(&seen.items) {
        item.pictures.clone_from(&seen.pictures);
    }
    assert!(wanted.is_in(seen), "mixture of versions");
    mark
}

#[test]
fn a_reader_sees_the_old_or_the_new_catalog_never_a_mixture() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let mut store = open(&paths);
    store.swap_catalog(&draft(0, ITEMS, &[])).unwrap();
    let reading = thread::spawn({
        let reader = Store::open_read_only(&paths).unwrap();
        move || {
            let (mut last, mut seen) = (0, 0);
            while last < 40 {
                let mark = mark_of(&reader.snapshot().unwrap().unwrap());
                assert!(mark >= last, "back from {last} to {mark}");
                seen += usize::from(mark > last);
                last = mark;
            }
            seen
        }
    });
    for mark in 1..=40 {
        store.swap_catalog(&draft(mark, ITEMS, &[])).unwrap();
    }
    assert!(reading.join().unwrap() > 1);
}

const STATE: &str = "CLOUD_SHELF_TEST_STORE";
const KILLED: &str = "store::tests::crash::a_writer_killed_at_any_moment_leaves_the_old_or_the_new_catalog";

fn child(state: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", KILLED, "--nocapture"])
        .env(STATE, state)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until the child says that it is at work.
fn at_work(child: &mut Child) {
    let stdout = child.stdout.as_mut().unwrap();
    let mut said = Vec::new();
    while !said.ends_with(b"at work\n") {
        let mut byte = [0];
        assert_eq!(stdout.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&said));
        said.push(byte[0]);
    }
}

fn import_until_killed(paths: &Paths) {
    let mut store = open(paths);
    let first = mark_of(&store.load().unwrap().unwrap().snapshot) + 1;
    println!("at work");
    for mark in first.. {
        let pictures: Vec<_> = (0..3).map(|n| put(&mut store, mark * 10 + n, 20_000)).collect();
        store.swap_catalog(&draft(mark, ITEMS, &pictures)).unwrap();
    }
}

#[test]
fn a_writer_killed_at_any_moment_leaves_the_old_or_the_new_catalog() {
    if let Some(state) = env::var_os(STATE) {
        return import_until_killed(&paths(state.as_ref()));
    }
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    open(&paths).swap_catalog(&draft(0, ITEMS, &[])).unwrap();
    let (mut last, mut version) = (0, 1);
    for moment in 0..30_u64 {
        let mut child = child(dir.path());
        at_work(&mut child);
        thread::sleep(Duration::from_micros(moment * 1_700));
        // Another process's reader sees whole catalogs all the time.
        let beside = mark_of(&Store::open_read_only(&paths).unwrap().snapshot().unwrap().unwrap());
        child.kill().unwrap();
        child.wait().unwrap();
        let seen = Store::open_read_only(&paths).unwrap().snapshot().unwrap().unwrap();
        let mark = mark_of(&seen);
        assert!(last <= beside && beside <= mark, "{last}, {beside}, {mark}");
        assert!(seen.version >= version);
        (last, version) = (mark, seen.version);
        let opened = open_checked(&paths);
        assert_eq!(opened.set_aside, None);
        assert_eq!(mark_of(&opened.store.load().unwrap().unwrap().snapshot), mark);
        for picture in seen.items.iter().flat_map(|item| &item.pictures) {
            assert_eq!(opened.store.picture(&picture.object).unwrap(), Some(*picture));
        }
    }
    assert!(last > 0, "no import ever completed");
}
