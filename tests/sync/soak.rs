//! A thousand versions in a row.

use crate::{
    feed_server::FeedServer,
    rig::{DAY, Heard, SetClock, jpeg, now, route, shelf},
};
use cloud_shelf::{
    store::Store,
    sync::{Feed, Follower, Round},
};
use cloud_shelf_core::{
    domain::{Item, ItemLink, Rgb},
    feed::{
        CatalogDocument, FeedAddress, FeedBrand, FeedSettings, KeySet, ObjectRef, PictureRef, PointerClaims,
        Signer, Subject,
    },
    paths::Paths,
};
use std::{
    fs,
    path::Path,
    sync::{Arc, atomic::AtomicI64},
};

/// A publisher without a disk.
pub struct Press {
    pub server: FeedServer,
    pub signer: Signer,
    pub subject: Subject,
}

impl Press {
    pub fn new() -> Self {
        Self::by(7)
    }

    /// Starts a press whose first key is made from this seed.
    pub fn by(seed: u8) -> Self {
        Self { server: FeedServer::start(), signer: Signer::from_seed(&[seed; 32]), subject: shelf(1) }
    }

    /// Returns the feed that a unit is bound to.
    pub fn feed(&self) -> Feed {
        let address = FeedAddress::new(&self.server.base(), KeySet::from(self.signer.public())).unwrap();
        Feed { address, subject: self.subject.clone() }
    }

    pub fn put(&self, bytes: Vec<u8>) -> ObjectRef {
        let object = ObjectRef::for_bytes(&bytes);
        self.server.put(&format!("/{}", object.path()), bytes);
        object
    }

    pub fn item(&self, n: u32, title: &str, picture: u32) -> Item<PictureRef> {
        self.item_with(n, title, jpeg(picture))
    }

    /// Returns an item whose picture has arbitrary bytes.
    pub fn item_with(&self, n: u32, title: &str, picture: Vec<u8>) -> Item<PictureRef> {
        let object = self.put(picture);
        let link = format!("https://detail.tmall.com/item.htm?id={}", 600_000_000 + n);
        Item {
            link: ItemLink::from_canonical(&link).unwrap(),
            title: title.into(),
            price: None,
            sale_price: None,
            selling_points: Vec::new(),
            category: None,
            pictures: vec![PictureRef { object, width: 160, height: 160 }],
            barcode: None,
            listed_from: None,
            listed_until: None,
        }
    }

    pub fn publish(&self, version: u64, items: Vec<Item<PictureRef>>) {
        self.publish_by(&self.signer, version, items, None);
    }

    /// Publishes with the given signing key, and optionally with new keys to trust from then on.
    pub fn publish_by(
        &self,
        signer: &Signer,
        version: u64,
        items: Vec<Item<PictureRef>>,
        keys: Option<KeySet>,
    ) {
        let document = CatalogDocument::new(Vec::new(), items).unwrap().to_bytes().unwrap();
        let claims = PointerClaims {
            subject: self.subject.clone(),
            version,
            issued_at: now(),
            expires_at: now() + 30 * DAY,
            brand: FeedBrand {
                name: "启赋".into(), primary: Rgb(1, 2, 3), accent: Rgb(4, 5, 6), logo: None
            },
            catalog: self.put(document),
            settings: FeedSettings::default(),
            keys,
        };
        let pointer = signer.sign(&claims).unwrap();
        self.server.put(&format!("/{}", self.subject.path()), pointer.into_bytes());
    }
}

#[test]
fn after_a_thousand_versions_the_shelf_is_no_larger_than_after_a_few() {
    let root = tempfile::tempdir().unwrap();
    let (press, paths) = (Press::new(), Paths::new(Some(root.path().join("state")), None, None));
    let feed = press.feed();
    let clock = Arc::new(SetClock(AtomicI64::new(now())));
    let mut follower = Follower::new(&paths, feed, &route(), clock).unwrap();
    let (mut sizes, mut memory) = (Vec::new(), Vec::new());
    for version in 1..=1000_u32 {
        // One title changes each time, one picture every tenth time
        let items =
            vec![press.item(1, &format!("第 {version} 版"), 1), press.item(2, "二段", 100 + version / 10)];
        press.publish(version.into(), items);
        let round = follower.round(true, &mut Heard { progress: Vec::new(), until: None }).unwrap();
        assert!(matches!(round, Round::Taken { changed: true, .. }), "{version}: {round:?}");
        sizes.push(size(paths.state_dir()));
        memory.push(resident());
        // The server's own memory is not measured
        press.server.remove_objects();
        press.server.seen();
    }
    let snapshot = Store::open_read_only(&paths).unwrap().snapshot().unwrap().unwrap();
    assert_eq!((snapshot.version, snapshot.items[0].title.as_str()), (1000, "第 1000 版"));
    let most = |values: &[u64]| *values.iter().max().unwrap();
    assert!(most(&sizes[900..]) <= most(&sizes[..100]) + (1 << 20), "bytes on disk: {sizes:?}");
    assert!(most(&memory[900..]) <= most(&memory[..100]) + (8 << 20), "bytes in memory: {memory:?}");
    assert_eq!(fs::read_dir(paths.downloads()).unwrap().count(), 0);
}

fn size(state: &Path) -> u64 {
    fs::read_dir(state).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}

/// Returns this process's resident memory in bytes.
fn resident() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}
