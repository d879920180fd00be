//! A feed, the server that serves it, and the unit that follows it.

// Each test uses some of them
#![allow(dead_code)]

use super::feed_server::FeedServer;
use cloud_shelf::{
    store::{Missing, Reader, Store},
    sync::{Feed, Follower, Progress, Round, SyncError, Watch},
};
use cloud_shelf_core::{
    clock::Clock,
    domain::{CatalogSnapshot, DeviceId, ItemLink, Price, Sha256, StoreId},
    feed::Subject,
    paths::Paths,
    publish::{self, BrandChange, PublishError, TableOptions},
    table::{PictureSource, Table, TableItem},
    transport::{Route, Timeouts},
};
use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

pub const DAY: i64 = 86_400;

/// A time after the build, so that the unit's clock is trusted.
pub fn now() -> i64 {
    cloud_shelf_core::clock::BUILD_TIME + DAY
}

/// A clock that a test sets.
pub struct SetClock(pub AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> i64 {
        self.0.load(SeqCst)
    }
}

/// Observer that records what it is told.
pub struct Heard {
    pub progress: Vec<Progress>,
    /// Becomes unwanted after this many calls
    pub until: Option<usize>,
}

impl Watch for Heard {
    fn progress(&mut self, progress: Progress) {
        self.progress.push(progress);
    }

    fn is_wanted(&self) -> bool {
        self.until.is_none_or(|until| self.progress.len() < until)
    }
}

pub struct Rig {
    pub server: FeedServer,
    pub root: tempfile::TempDir,
    pub paths: Paths,
    pub feed: Feed,
    pub clock: Arc<SetClock>,
}

/// Returns a route with time limits long enough for a machine that is busy with other tests.
pub fn route() -> Route {
    let timeouts = Timeouts {
        connect: Duration::from_secs(20),
        silence: Duration::from_secs(20),
        min_bytes_per_s: 1000,
        window: Duration::from_secs(20),
        base: Duration::from_secs(60),
        floor_bytes_per_s: 1 << 20,
    };
    Route { allow_private_feed: true, timeouts, ..Route::default() }
}

/// Returns a route with short time limits, for transfers that never end by themselves.
pub fn hurried() -> Route {
    let timeouts = Timeouts {
        silence: Duration::from_secs(2),
        window: Duration::from_secs(1),
        base: Duration::from_secs(4),
        ..route().timeouts
    };
    Route { timeouts, ..route() }
}

impl Rig {
    /// Creates a feed for two units, with nothing published.
    pub fn new() -> Self {
        let server = FeedServer::start();
        let root = tempfile::tempdir().unwrap();
        let mut feed = publish::FeedFolder::init(&root.path().join("feed"), Some(&server.base())).unwrap();
        feed.add_shelves(vec![shelf(1), shelf(2)], now()).unwrap();
        let address = feed.address().unwrap().unwrap();
        let paths = Paths::new(Some(root.path().join("state")), None, None);
        let clock = Arc::new(SetClock(AtomicI64::new(now())));
        Self { server, root, paths, feed: Feed { address, subject: shelf(1) }, clock }
    }

    /// Creates a feed with a catalog that this unit has accepted.
    pub fn with(items: Vec<TableItem>) -> Self {
        let rig = Self::new();
        rig.publish(items);
        assert!(matches!(rig.round().unwrap(), Round::Taken { changed: true, .. }));
        rig.server.seen();
        rig
    }

    pub fn publisher(&self) -> publish::FeedFolder {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            match publish::FeedFolder::open(&self.root.path().join("feed")) {
                // A child process of a parallel test inherits open locks until it calls exec
                Err(PublishError::Busy) if Instant::now() < end => std::thread::yield_now(),
                opened => return opened.unwrap(),
            }
        }
    }

    /// Publishes, and uploads the tree to the server.
    pub fn publish(&self, items: Vec<TableItem>) {
        self.publish_at(items, now(), TableOptions::default());
    }

    pub fn publish_at(&self, items: Vec<TableItem>, at: i64, options: TableOptions) {
        let brand = BrandChange { name: Some("启赋".into()), ..BrandChange::default() };
        let options = TableOptions { brand, ..options };
        let table = Table { items, problems: Vec::new() };
        self.publisher().publish_table(table, self.root.path(), &options, at, &mut |_| {}).unwrap();
        self.upload();
    }

    pub fn upload(&self) {
        let public = self.publisher().public();
        upload(&self.server, &public, &public);
    }

    pub fn follower(&self) -> Follower {
        self.follower_by(&route())
    }

    pub fn follower_by(&self, route: &Route) -> Follower {
        Follower::new(&self.paths, self.feed.clone(), route, self.clock.clone()).unwrap()
    }

    /// Runs one round of a unit that has just been switched on.
    pub fn round(&self) -> Result<Round, SyncError> {
        self.round_by(&route())
    }

    pub fn round_by(&self, route: &Route) -> Result<Round, SyncError> {
        self.follower_by(route).round(true, &mut Heard { progress: Vec::new(), until: None })
    }

    pub fn code(&self) -> &'static str {
        self.round().unwrap_err().code()
    }

    pub fn reader(&self) -> Reader {
        Store::open_read_only(&self.paths).unwrap()
    }

    pub fn snapshot(&self) -> CatalogSnapshot {
        self.reader().snapshot().unwrap().unwrap()
    }

    pub fn titles(&self) -> Vec<String> {
        self.snapshot().items.into_iter().map(|item| item.title).collect()
    }

    pub fn missing(&self) -> Missing {
        self.reader().missing().unwrap()
    }

    /// Returns the paths requested since the last call.
    pub fn asked(&self) -> Vec<String> {
        self.server.seen().into_iter().map(|seen| seen.path).collect()
    }
}

fn upload(server: &FeedServer, base: &Path, folder: &Path) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            upload(server, base, &path);
        } else {
            let name = format!("/{}", path.strip_prefix(base).unwrap().display());
            server.put(&name, fs::read(&path).unwrap());
        }
    }
}

pub fn shelf(number: u32) -> Subject {
    let device = DeviceId::parse(&format!("{number:010X}")).unwrap();
    Subject::new(StoreId::parse("184454101").unwrap(), device).unwrap()
}

/// A different picture for each number: grainy, so that it has about 30 KB.
pub fn jpeg(number: u32) -> Vec<u8> {
    let mut noise = number.wrapping_mul(2_654_435_761) | 1;
    let pixels = image::RgbImage::from_fn(160, 160, |_, _| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        image::Rgb([noise as u8, (noise >> 8) as u8, number as u8])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// An item with pictures of these numbers.
pub fn item(row: u32, title: &str, pictures: &[u32]) -> TableItem {
    let link = format!("https://detail.tmall.com/item.htm?id={}", 600_000_000 + u64::from(row));
    let picture = |number: &u32| PictureSource::Embedded { name: String::new(), bytes: jpeg(*number).into() };
    TableItem {
        sheet: "Sheet1".into(),
        row,
        title: title.into(),
        link: ItemLink::from_canonical(&link).unwrap(),
        price: Price::from_fen(u64::from(row) + 100).ok(),
        sale_price: None,
        selling_points: vec!["有机奶源".into()],
        category: Some("奶粉".into()),
        pictures: pictures.iter().map(picture).collect(),
        sort: None,
        listed_from: None,
        listed_until: None,
        barcode: None,
    }
}

/// Returns the path of the object of a published picture.
pub fn object_path(object: &Sha256) -> String {
    format!("/v1/objects/{object}")
}
