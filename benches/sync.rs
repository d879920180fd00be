//! Time that a unit needs for 500 items with 1,500 pictures of about 80 KB from nginx on loopback,
//! compared with curl over four connections; then for one changed item, and for a poll that finds
//! nothing. Five alternating rounds; seconds.
//!
//! `cargo bench --no-default-features --bench sync`, with nginx and curl installed.

#[path = "../core/benches/support/catalog.rs"]
mod catalog;

use catalog::{ITEMS, PICTURES, picture, table};
use cloud_shelf::{
    store::Store,
    sync::{Feed, Follower, Progress, Round, Step, Watch},
};
use cloud_shelf_core::{
    clock::SystemClock,
    domain::{DeviceId, StoreId},
    feed::Subject,
    paths::Paths,
    publish::{BrandChange, FeedFolder as Publisher, TableOptions},
    transport::Route,
};
use std::{
    fmt::Write as _,
    fs,
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

const ROUNDS: usize = 5;

struct Nginx(Child);

impl Nginx {
    fn serve(public: &Path, folder: &Path) -> (Self, u16) {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
        let own = folder.display();
        let conf = format!(
            "daemon off; pid {own}/nginx.pid; error_log {own}/error.log; user root;\nevents {{}}\nhttp {{ access_log off; \
             sendfile on; keepalive_requests 100000; server {{ listen 127.0.0.1:{port}; root {}; }} }}\n",
            public.display()
        );
        let path = folder.join("nginx.conf");
        fs::write(&path, conf).expect("a settings file");
        let child = Command::new("nginx").arg("-c").arg(&path).stderr(Stdio::null()).spawn().expect("nginx");
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::sleep(Duration::from_millis(10));
        }
        (Self(child), port)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// Records when the catalog was swapped in: thumbnails are made after it.
struct Stopwatch {
    start: Instant,
    in_force: Option<Duration>,
}

impl Watch for Stopwatch {
    fn progress(&mut self, progress: Progress) {
        if progress.step == Step::Preparing && self.in_force.is_none() {
            self.in_force = Some(self.start.elapsed());
        }
    }

    fn is_wanted(&self) -> bool {
        // Thumbnails are not measured: stop once the catalog is swapped in
        self.in_force.is_none()
    }
}

fn main() {
    let root = tempfile::tempdir().expect("a directory");
    let dir = root.path().join("feed");
    let store = StoreId::parse("184454101").expect("a code");
    let subject = Subject::new(store, DeviceId::parse("8F6A77C73E").expect("a code")).expect("a shelf");
    let mut publisher = Publisher::init(&dir, None).expect("a feed");
    let (_nginx, port) = Nginx::serve(&publisher.public(), root.path());
    publisher.set_url(&format!("http://127.0.0.1:{port}")).expect("an address");
    publisher.add_shelves(vec![subject.clone()], 1).expect("a shelf");
    let address = publisher.address().expect("a feed").expect("an address");
    let jpeg = picture();
    let brand = BrandChange { name: Some("启赋".into()), ..BrandChange::default() };
    let options = TableOptions { brand, ..TableOptions::default() };
    let mut publish = |title: &str| {
        let now = cloud_shelf_core::clock::Clock::now(&SystemClock);
        publisher
            .publish_table(table(&jpeg, title), Path::new("."), &options, now, &mut |_| {})
            .expect("a catalog");
    };
    publish("一");
    let objects: Vec<String> = fs::read_dir(dir.join("public/v1/objects"))
        .expect("objects")
        .map(|entry| entry.expect("an object").file_name().to_string_lossy().into_owned())
        .collect();
    let mut list = String::new();
    for name in &objects {
        let _ = writeln!(list, "url = http://127.0.0.1:{port}/v1/objects/{name}\noutput = {name}");
    }
    let list_file = root.path().join("list");
    fs::write(&list_file, list).expect("a list");
    println!("{ITEMS} items, {} pictures of {} KB", ITEMS * PICTURES, jpeg.len() / 1000);

    let feed = Feed { address, subject };
    let route = Route { allow_private_feed: true, ..Route::default() };
    let follower =
        |paths: &Paths| Follower::new(paths, feed.clone(), &route, Arc::new(SystemClock)).expect("a shelf");
    let mut ratios = Vec::new();
    let mut last = None;
    for round in 0..ROUNDS {
        let folder = root.path().join(format!("curl-{round}"));
        fs::create_dir(&folder).expect("a folder");
        let start = Instant::now();
        let status = Command::new("curl")
            .args(["--no-progress-meter", "--fail", "--parallel", "--parallel-max", "4", "--config"])
            .arg(&list_file)
            .current_dir(&folder)
            .status()
            .expect("curl");
        let curl = start.elapsed().as_secs_f64();
        // A sync is flushed to disk when it ends; curl's files are not yet
        let flushed = Command::new("sync").arg("--file-system").arg(&folder).status().expect("sync");
        let safe = start.elapsed().as_secs_f64();
        assert!(status.success() && flushed.success());
        fs::remove_dir_all(&folder).expect("the folder gone");

        let paths = Paths::new(Some(root.path().join(format!("state-{round}"))), None, None);
        let mut watch = Stopwatch { start: Instant::now(), in_force: None };
        let taken = follower(&paths).round(true, &mut watch).expect("a sync");
        let shelf = watch.in_force.unwrap_or_else(|| watch.start.elapsed()).as_secs_f64();
        assert!(matches!(taken, Round::Taken { changed: true, .. }), "{taken:?}");
        ratios.push(shelf / curl);
        println!(
            "cold sync {shelf:5.2} s   curl {curl:5.2} s, and on the disk {safe:5.2} s   ratio {:4.2}, {:4.2}",
            shelf / curl,
            shelf / safe
        );
        if let Some(old) = last.replace(paths) {
            fs::remove_dir_all(Paths::state_dir(&old)).expect("the state gone");
        }
    }
    ratios.sort_by(f64::total_cmp);
    println!("cold sync / curl, median     {:4.2}", ratios[ROUNDS / 2]);

    let paths = last.expect("a shelf");
    let mut shelf = follower(&paths);
    publish("二");
    let mut watch = Stopwatch { start: Instant::now(), in_force: None };
    let taken = shelf.round(true, &mut watch).expect("a sync");
    println!("one changed item             {:4.2} s   {taken:?}", watch.start.elapsed().as_secs_f64());
    let unprepared = Store::open_read_only(&paths).and_then(|r| r.unprepared()).map_or(0, |list| list.len());
    let looks = 100;
    let start = Instant::now();
    for _ in 0..looks {
        // Every round makes missing thumbnails, which is not measured here
        let mut watch = Stopwatch { start, in_force: Some(Duration::ZERO) };
        shelf.round(true, &mut watch).expect("a look");
    }
    let each = start.elapsed().as_secs_f64() * 1000.0 / f64::from(looks);
    println!("a poll that finds nothing     {each:4.2} ms  ({unprepared} thumbnails wait)");
}
