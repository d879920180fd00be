//! Servers that try to hold a connection open for ever: every request must end all the same.

use super::{
    feed_server::{Endless, Fault, FeedServer},
    run,
};
use crate::{
    clock::SystemClock,
    transport::{DownloadOptions, FeedClient, Route, Timeouts, TransferError, deadline::Deadline},
};
use std::{net::TcpListener, num::NonZeroU32, sync::Arc, thread, time::Duration};
use tokio::time::Instant;
use url::Url;

const SIZE: usize = 30_000;

/// Total time for a transfer that the total time has to end.
const SHORT: Duration = Duration::from_millis(500);
/// Total time for a transfer that another rule has to end, however busy the machine is.
const LONG: Duration = Duration::from_secs(60);

/// The kinds of request.
const WAYS: [&str; 4] = ["pointer", "catalog", "picture", "report"];

/// Only the total time may end what arrives slowly.
fn timeouts(base: Duration) -> Timeouts {
    Timeouts {
        connect: Duration::from_secs(3600),
        silence: Duration::from_secs(3600),
        min_bytes_per_s: 1,
        window: Duration::from_secs(3600),
        base,
        floor_bytes_per_s: 1 << 20,
    }
}

fn client(base: &str, route: Route) -> FeedClient {
    let route = Route { allow_private_feed: true, ..route };
    FeedClient::new(&Url::parse(base).unwrap(), &route, Arc::new(SystemClock)).unwrap()
}

/// Makes one kind of request with this total time, and returns the error.
fn error(way: &str, total: Duration, base: &str) -> TransferError {
    let client = client(base, Route { timeouts: timeouts(total), ..Route::default() });
    let url = Url::parse(base).unwrap().join("/x").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("x");
    let fetch = |manner| run(client.fetch_object(&url, SIZE as u64, &place, manner)).map(drop);
    let result = match way {
        "pointer" => run(client.fetch_file(&url, Some("\"x\""), 16 << 10, false)).map(drop),
        "catalog" => fetch(DownloadOptions { text: true, afresh: false }),
        "picture" => fetch(DownloadOptions::default()),
        _ => run(client.post(&url, "application/jose", "x".repeat(500), 16 << 10)).map(drop),
    };
    result.unwrap_err()
}

#[test]
fn whatever_does_not_end_is_ended() {
    let server = FeedServer::start();
    server.put("/x", vec![7; SIZE]);
    for endless in Endless::ALL {
        server.heal();
        server.fail_always("", Fault::Endless(endless));
        for way in WAYS {
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
            let total = if wanted.contains(&"feed_too_slow") { SHORT } else { LONG };
            let error = error(way, total, &server.base());
            assert!(wanted.contains(&error.code()), "{endless:?} {way}: {error}");
            assert!(error.retry_helps(), "{endless:?} {way}");
        }
    }
    server.heal();
    let client = client(&server.base(), Route { timeouts: timeouts(LONG), ..Route::default() });
    assert!(
        run(client.fetch_file(&Url::parse(&(server.base() + "/x")).unwrap(), None, 1 << 20, false)).is_ok()
    );
}

#[test]
fn redirects_have_one_time_for_all_of_them() {
    let server = FeedServer::start();
    server.put("/x", vec![7; SIZE]);
    let redirect = || Fault::Redirect("/x".into());
    server.fail_always("", redirect());
    for way in WAYS {
        assert_eq!(error(way, LONG, &server.base()).code(), "feed_redirects", "{way}");
    }
    // All but the last redirect answer at once. A report follows no redirect
    for way in ["pointer", "catalog", "picture"] {
        server.heal();
        server.fail("", [redirect(), redirect()]);
        server.fail_always("", Fault::Endless(Endless::HeadDrip));
        assert_eq!(error(way, SHORT, &server.base()).code(), "feed_too_slow", "{way}");
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
        for way in WAYS {
            let error = error(way, SHORT, &base);
            assert_eq!(error.code(), "feed_too_slow", "{scheme} {way}: {error}");
        }
    }
}

/// Waiting caused by our own bandwidth limit does not count against the server. The answer is already
/// complete, and Tokio's paused clock advances only while something waits for it, so the test passes on any
/// machine.
#[test]
fn a_cap_on_bandwidth_takes_no_time_from_the_server() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let route =
            Route { bytes_per_s: NonZeroU32::new(100), timeouts: timeouts(SHORT), ..Route::default() };
        let client = client("https://feed.example.com", route);
        let mut deadline = Deadline::new(client.timeouts(), SIZE as u64);
        let answer = http::Response::new(vec![7; SIZE]).into();
        let start = Instant::now();
        let came = client.read_small_body(answer, SIZE as u64, &mut deadline).await;
        assert_eq!(came.unwrap().len(), SIZE);
        assert!(start.elapsed() > Duration::from_secs(250), "{:?}", start.elapsed());
    });
}

#[test]
fn a_round_has_an_end_in_proportion_to_what_it_brings() {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let plain = client("https://feed.example.com", Route::default());
    assert_eq!(plain.round_timeout(0, 0), minutes(10));
    assert_eq!(plain.round_timeout(60 * (8 << 10), 60), minutes(12));
    let capped = Route { bytes_per_s: NonZeroU32::new(1024), ..Route::default() };
    let capped = client("https://feed.example.com", capped);
    assert!(capped.round_timeout(1 << 20, 0) > Duration::from_secs(2 * 1024));
}
