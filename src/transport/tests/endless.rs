//! Servers that try to hold a connection open for ever: every request must end all the same.

use super::{
    feed_server::{Endless, Fault, FeedServer},
    run,
};
use crate::{
    clock::SystemClock,
    transport::{FeedClient, Manner, Patience, Route, TransferError},
};
use std::{
    net::TcpListener,
    num::NonZeroU32,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use url::Url;

const SIZE: usize = 30_000;

/// Only the total time may end what arrives slowly.
fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(3600),
        silence: Duration::from_secs(3600),
        min_bytes_per_s: 1,
        window: Duration::from_secs(3600),
        base: Duration::from_millis(500),
        floor_bytes_per_s: 1 << 20,
    }
}

fn client(base: &str, route: Route) -> FeedClient {
    let route = Route { allow_private_feed: true, ..route };
    FeedClient::new(&Url::parse(base).unwrap(), &route, Arc::new(SystemClock)).unwrap()
}

/// Makes each kind of request, and returns the errors by kind.
fn each_way(client: &FeedClient, base: &str) -> Vec<(&'static str, TransferError)> {
    let url = Url::parse(base).unwrap().join("/x").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("x");
    let fetch = |manner| run(client.fetch(&url, SIZE as u64, &place, manner)).map(|_| ());
    vec![
        ("pointer", run(client.ask(&url, Some("\"x\""), 16 << 10, false)).map(|_| ()).unwrap_err()),
        ("catalog", fetch(Manner { text: true, afresh: false }).unwrap_err()),
        ("picture", fetch(Manner::default()).unwrap_err()),
        (
            "report",
            run(client.post(&url, "application/jose", "x".repeat(500), 16 << 10)).map(|_| ()).unwrap_err(),
        ),
    ]
}

#[test]
fn whatever_does_not_end_is_ended() {
    let server = FeedServer::start();
    server.put("/x", vec![7; SIZE]);
    let client = client(&server.base(), Route { patience: patience(), ..Route::default() });
    for endless in Endless::ALL {
        server.heal();
        server.fail_always("", Fault::Endless(endless));
        for (way, error) in each_way(&client, &server.base()) {
            let code = error.code();
            let wanted: &[&str] = match (endless, way) {
                // The only request that offered compression
                (Endless::EmptyBlocks, "catalog") => &["feed_too_large"],
                (Endless::EmptyBlocks, _) => &["feed_encoding"],
                (Endless::Spaces, _) => &["feed_too_large"],
                // Either a limit of the HTTP library applies, or the time runs out first
                (Endless::HeadLines | Endless::Informational, _) => &["feed_unreachable", "feed_too_slow"],
                (Endless::ChunkExtension | Endless::Trailers, _) => &["feed_cut", "feed_too_slow"],
                // `Content-Length` announces more than a pointer or a response may have
                (Endless::BodyDrip, "pointer" | "report") => &["feed_too_large"],
                (Endless::HeadDrip | Endless::BodyDrip, _) => &["feed_too_slow"],
            };
            assert!(wanted.contains(&code), "{endless:?} {way}: {error}");
            assert!(error.retry_helps(), "{endless:?} {way}");
        }
    }
    server.heal();
    assert!(run(client.ask(&Url::parse(&(server.base() + "/x")).unwrap(), None, 1 << 20, false)).is_ok());
}

#[test]
fn redirects_have_one_time_for_all_of_them() {
    let server = FeedServer::start();
    server.put("/x", vec![7; SIZE]);
    let client = client(&server.base(), Route { patience: patience(), ..Route::default() });
    server.fail_always("", Fault::Redirect("/x".into()));
    for (way, error) in each_way(&client, &server.base()) {
        assert_eq!(error.code(), "feed_redirects", "{way}");
    }
    // All but the last redirect answer at once
    server.heal();
    server.fail("", [Fault::Redirect("/x".into()), Fault::Redirect("/x".into())]);
    server.fail_always("", Fault::Endless(Endless::HeadDrip));
    for (way, error) in each_way(&client, &server.base()) {
        assert!(["feed_too_slow", "feed_redirects"].contains(&error.code()), "{way}: {error}");
    }
}

#[test]
fn who_says_nothing_at_all_is_left_in_time() {
    // Accepts connections and stays silent: no handshake, no response
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept() {
            held.push(stream);
        }
    });
    for scheme in ["http", "https"] {
        let base = format!("{scheme}://{address}");
        let client = client(&base, Route { patience: patience(), ..Route::default() });
        for (way, error) in each_way(&client, &base) {
            assert_eq!(error.code(), "feed_too_slow", "{scheme} {way}: {error}");
        }
    }
}

/// Waiting caused by our own bandwidth limit does not count against the server.
#[test]
fn a_cap_on_bandwidth_takes_no_time_from_the_server() {
    let server = FeedServer::start();
    server.put("/x", vec![7; SIZE]);
    let slow = Patience { base: Duration::from_millis(400), floor_bytes_per_s: 1 << 30, ..patience() };
    let route = Route { bytes_per_s: NonZeroU32::new(20_000), patience: slow, ..Route::default() };
    let client = client(&server.base(), route);
    let url = Url::parse(&(server.base() + "/x")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    run(client.fetch(&url, SIZE as u64, &folder.path().join("x"), Manner::default())).unwrap();
    assert!(start.elapsed() > Duration::from_secs(1), "{:?}", start.elapsed());
}

#[test]
fn a_round_has_an_end_in_proportion_to_what_it_brings() {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let plain = client("https://feed.example.com", Route::default());
    assert_eq!(plain.time_for_all(0, 0), minutes(10));
    assert_eq!(plain.time_for_all(60 * (8 << 10), 60), minutes(12));
    let capped = Route { bytes_per_s: NonZeroU32::new(1024), ..Route::default() };
    let capped = client("https://feed.example.com", capped);
    assert!(capped.time_for_all(1 << 20, 0) > Duration::from_secs(2 * 1024));
}
