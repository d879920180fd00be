//! A round that waits for a server is interrupted at once: by a bundle, another binding, a person,
//! and the end of the program.

use crate::{
    feed_server::{Endless, Fault},
    rig::{Rig, item, now, shelf},
};
use cloud_shelf::sync::{Done, Feed, Handle, Round, Service, Standing, SyncError, Unit};
use cloud_shelf_core::{config::NetworkConfig, publish, table::TableItem};
use jiff::tz::TimeZone;
use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Long enough for any machine, and shorter than a server's own timeouts: 45 s for headers, a
/// minute for a body.
const SOON: Duration = Duration::from_secs(40);

/// The unit's binding; a test changes it.
#[derive(Clone)]
struct Binding(Arc<Mutex<(Option<Feed>, NetworkConfig)>>);

struct OurUnit {
    binding: Binding,
    bundles: Sender<Done>,
    /// Receives a message each time the service reads the settings
    reads: Sender<()>,
}

impl Unit for OurUnit {
    fn feed(&self) -> Result<Option<Feed>, SyncError> {
        Ok(self.binding.0.lock().unwrap().0.clone())
    }

    fn network(&self) -> NetworkConfig {
        // Most tests don't listen
        let _ = self.reads.send(());
        self.binding.0.lock().unwrap().1.clone()
    }

    fn zone(&self) -> TimeZone {
        TimeZone::UTC
    }

    fn bundle_done(&self, _: &Path, done: &Done) {
        self.bundles.send(done.clone()).unwrap();
    }

    fn changed(&self, _: &Standing) {}
}

/// A running service that follows the rig's feed.
struct Running {
    handle: Handle,
    binding: Binding,
    bundles: Receiver<Done>,
    reads: Receiver<()>,
    thread: JoinHandle<()>,
}

impl Running {
    fn start(rig: &Rig) -> Self {
        let network = NetworkConfig { allow_private_feed: true, poll_s: 86_400, ..NetworkConfig::default() };
        let binding = Binding(Arc::new(Mutex::new((Some(rig.feed.clone()), network))));
        let (sender, bundles) = channel();
        let (heard, reads) = channel();
        let unit = OurUnit { binding: binding.clone(), bundles: sender, reads: heard };
        let handle = Handle::default();
        let (paths, clock, given) = (rig.paths.clone(), rig.clock.clone(), handle.clone());
        let thread = thread::spawn(move || Service::new(unit, paths, clock, given).run());
        Self { handle, binding, bundles, reads, thread }
    }

    fn wait(&self, what: &str, is_so: impl Fn(&Standing) -> bool) -> Standing {
        let end = Instant::now() + SOON;
        loop {
            let standing = self.handle.standing();
            if is_so(&standing) {
                return standing;
            }
            assert!(Instant::now() < end, "{what}: {standing:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn end(self) {
        self.handle.end();
        let end = Instant::now() + SOON;
        while !self.thread.is_finished() {
            assert!(Instant::now() < end, "the service still waits for the server");
            thread::sleep(Duration::from_millis(5));
        }
        self.thread.join().unwrap();
    }
}

fn items(title: &str) -> Vec<TableItem> {
    (1..=4).map(|n| item(n, title, &[n + 10 * title.len() as u32])).collect()
}

/// Where a round can be held up: the pointer, the catalog, pictures.
const PLACES: [&str; 3] = ["pointer", "catalog", "pictures"];

/// A unit whose round is held up by its server at one place.
fn held(place: &str) -> (Rig, Running) {
    let rig = Rig::with(items("旧"));
    rig.publish(items("新版"));
    match place {
        "pointer" => rig.server.fail_always("/shelves/", Fault::Endless(Endless::HeadDrip)),
        "catalog" => rig.server.fail_always("/objects/", Fault::Endless(Endless::BodyDrip)),
        _ => rig.server.fail_after(1, Fault::Endless(Endless::BodyDrip)),
    }
    let running = Running::start(&rig);
    running.handle.sync_now();
    let asked = if place == "pointer" { "/shelves/" } else { "/objects/" };
    let end = Instant::now() + SOON;
    let (mut objects, wanted) = (0, if place == "pictures" { 2 } else { 1 });
    while objects < wanted {
        objects += rig.asked().iter().filter(|path| path.contains(asked)).count();
        assert!(Instant::now() < end, "{place}: the round does not begin");
        thread::sleep(Duration::from_millis(5));
    }
    (rig, running)
}

fn bundle(rig: &Rig) -> PathBuf {
    let path = rig.root.path().join("shelf.tar");
    let dir = rig.root.path().join("feed");
    publish::write_bundle(&dir, &shelf(1), now(), &mut File::create(&path).unwrap()).unwrap();
    path
}

#[test]
fn status_tells_since_when_it_waits() {
    let (_rig, running) = held("pointer");
    let standing = running.wait("going on", |standing| standing.progress.is_some());
    assert_eq!(standing.since, Some(now()));
    assert_eq!((standing.begun, standing.rounds), (1, 0));
    running.end();
}

#[test]
fn a_bundle_does_not_wait_for_a_server() {
    for place in PLACES {
        let (rig, running) = held(place);
        let path = bundle(&rig);
        running.handle.take_bundle(path);
        let done = running.bundles.recv_timeout(SOON).unwrap_or_else(|e| panic!("{place}: {e}"));
        assert!(matches!(done.result, Ok(Round::Taken { changed: true, .. })), "{place}: {done:?}");
        assert_eq!(rig.titles()[0], "新版", "{place}");
        // An interruption is not a failure, and the round resumes by itself
        rig.server.heal();
        let standing = running.wait(place, |standing| {
            standing.last.as_ref().is_some_and(|last| last.bundle.is_none() && last.round >= 2)
        });
        assert_eq!((standing.failures, standing.since), (0, None), "{place}");
        assert_eq!(standing.last.unwrap().result, Ok(Round::Unchanged), "{place}");
        running.end();
    }
}

#[test]
fn another_binding_and_none_do_not_wait_for_a_server() {
    for place in PLACES {
        let (rig, running) = held(place);
        let other = Rig::new();
        other.publish(items("别家"));
        running.binding.0.lock().unwrap().0 = Some(other.feed.clone());
        running.handle.look();
        running.wait(place, |standing| {
            standing.last.as_ref().is_some_and(|last| matches!(last.result, Ok(Round::Taken { .. })))
        });
        assert_eq!(rig.titles()[0], "别家", "{place}");
        running.end();

        let (rig, running) = held(place);
        running.binding.0.lock().unwrap().0 = None;
        running.handle.look();
        // Until the round ends; the one that was broken off never ends
        running.wait(place, |standing| standing.last.as_ref().is_some_and(|last| last.round >= 2));
        assert_eq!(rig.titles()[0], "旧", "{place}");
        running.end();
    }
}

#[test]
fn another_way_to_the_server_is_taken_at_once_and_other_settings_disturb_nothing() {
    let (_rig, running) = held("pointer");
    // A report of a change, where nothing has changed. The third answer can't come from a round that the
    // first report has broken off, unless another round has begun by then
    for _ in 0..3 {
        running.reads.try_iter().for_each(drop);
        running.handle.look();
        running.reads.recv_timeout(SOON).unwrap();
    }
    assert_eq!(running.handle.standing().begun, 1);
    running.binding.0.lock().unwrap().1.redirect_hosts.push("cdn.example.com".into());
    running.handle.look();
    running.wait("another round", |standing| standing.begun >= 2);
    running.end();
}

#[test]
fn a_person_does_not_wait_for_a_server() {
    for place in PLACES {
        let (rig, running) = held(place);
        let before = running.handle.standing().begun;
        rig.server.heal();
        running.handle.sync_now();
        let standing =
            running.wait(place, |standing| standing.last.as_ref().is_some_and(|last| last.round > before));
        assert_eq!(standing.failures, 0, "{place}");
        assert_eq!(rig.titles()[0], "新版", "{place}");
        assert_eq!(rig.missing().count, 0, "{place}");
        running.end();
    }
}

#[test]
fn the_end_of_the_program_does_not_wait_for_a_server() {
    for place in PLACES {
        let (_rig, running) = held(place);
        running.end();
    }
}
