//! Tests of publishing, each in a directory of its own.

mod bundles;
mod clock;
mod faults;
mod keys;
mod publishing;

use crate::{
    domain::{DeviceId, ItemLink, StoreId},
    feed::{KeySet, Pointer, Subject, verify_pointer},
    paths::FeedDir,
    publish::{BrandChange, ClockConfirmation, FeedFolder, PublishError, PublishOutcome, TableOptions},
    table::{PictureSource, Table, TableItem},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

const NOW: i64 = 1_800_000_000;
const DAY: i64 = 86_400;

/// A publisher's directory, and a folder with a table's pictures.
struct Desk {
    root: tempfile::TempDir,
}

impl Desk {
    /// Creates a feed for two units.
    fn new() -> Self {
        let desk = Self { root: tempfile::tempdir().unwrap() };
        let mut feed = FeedFolder::init(&desk.dir(), Some("https://cdn.example.com/shelves")).unwrap();
        feed.add_shelves(vec![shelf(1), shelf(2)], NOW).unwrap();
        desk
    }

    fn dir(&self) -> PathBuf {
        self.root.path().join("feed")
    }

    fn paths(&self) -> FeedDir {
        FeedDir::new(self.dir())
    }

    fn folder(&self) -> PathBuf {
        let folder = self.root.path().join("pictures");
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Copies one of the test pictures into the folder.
    fn picture(&self, fixture: &str, name: &str) {
        fs::write(self.folder().join(name), fixture_bytes(fixture)).unwrap();
    }

    fn feed(&self) -> FeedFolder {
        FeedFolder::open(&self.dir()).unwrap()
    }

    fn publish(&self, items: Vec<TableItem>, now: i64) -> Result<PublishOutcome, PublishError> {
        let brand = BrandChange { name: Some("启赋".into()), ..BrandChange::default() };
        self.publish_with(items, &TableOptions { brand, ..TableOptions::default() }, now)
    }

    fn publish_with(
        &self,
        items: Vec<TableItem>,
        options: &TableOptions,
        now: i64,
    ) -> Result<PublishOutcome, PublishError> {
        let table = Table { items, problems: Vec::new() };
        self.feed().publish_table(table, &self.folder(), options, now, &mut |_| {})
    }

    fn pointer(&self, number: u32, keys: &KeySet, now: i64) -> Pointer {
        let subject = shelf(number);
        let bytes = fs::read(self.paths().public().join(subject.path())).unwrap();
        verify_pointer(&bytes, keys, &subject, now, 0).unwrap()
    }

    /// Returns the names of the objects in the tree.
    fn objects(&self) -> Vec<String> {
        let entries = fs::read_dir(self.paths().public().join("v1/objects")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// Returns every file of the directory with its modification time.
    fn files(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let mut found = BTreeMap::new();
        list(&self.dir(), &mut found);
        found
    }
}

fn list(folder: &Path, found: &mut BTreeMap<PathBuf, (Vec<u8>, SystemTime)>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            list(&path, found);
        } else {
            let written = path.metadata().unwrap().modified().unwrap();
            found.insert(path.clone(), (fs::read(path).unwrap(), written));
        }
    }
}

fn shelf(number: u32) -> Subject {
    let device = DeviceId::parse(&format!("{number:010X}")).unwrap();
    Subject::new(StoreId::parse("184454101").unwrap(), device).unwrap()
}

fn fixture_bytes(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/images").join(name)).unwrap()
}

fn item(row: u32, pictures: &[&str]) -> TableItem {
    let link = format!("https://detail.tmall.com/item.htm?id={}", 600_000_000 + u64::from(row));
    TableItem {
        sheet: "Sheet1".into(),
        row,
        title: format!("商品 {row}"),
        link: ItemLink::from_canonical(&link).unwrap(),
        price: None,
        sale_price: None,
        selling_points: Vec::new(),
        category: Some("奶粉".into()),
        pictures: pictures.iter().map(|name| PictureSource::File((*name).into())).collect(),
        sort: None,
        listed_from: None,
        listed_until: None,
        barcode: None,
    }
}
