//! The client against a server that behaves, and one that does not.

mod endless;
mod feed;
mod feed_route;
#[path = "../../../../tests/support/feed_server.rs"]
mod feed_server;
mod server;

use super::{FetchError, FetchOptions, Fetcher};
use server::Server;
use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

fn quick() -> FetchOptions {
    FetchOptions {
        max_bytes: 100_000,
        total_timeout: Duration::from_secs(4),
        silence_timeout: Duration::from_millis(400),
        slow_after: Duration::from_millis(300),
        allow_private: true,
        ..FetchOptions::default()
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn fetch(path: &str) -> Result<Vec<u8>, FetchError> {
    run(async {
        let server = Server::start().await;
        Fetcher::new(quick()).unwrap().fetch_picture(&server.url(path)).await
    })
}

#[test]
fn a_picture_comes_whole() {
    assert_eq!(fetch("/ok").unwrap(), server::PICTURE);
    assert_eq!(fetch("/chunked").unwrap(), server::PICTURE);
    assert_eq!(fetch("/redirect/3").unwrap(), server::PICTURE);
}

#[test]
fn each_failure_has_its_name() {
    for (path, wanted) in [
        ("/missing", FetchError::Status(404)),
        ("/broken", FetchError::Status(503)),
        ("/html", FetchError::NotAPicture { content_type: "text/html; charset=utf-8".into() }),
        ("/large", FetchError::TooLarge { most: 100_000 }),
        ("/endless", FetchError::TooLarge { most: 100_000 }),
        ("/truncated", FetchError::CutOff),
        ("/silent", FetchError::TooSlow),
        ("/drip", FetchError::TooSlow),
        ("/redirect/4", FetchError::TooManyRedirects),
        ("/loop", FetchError::TooManyRedirects),
        ("/to-file", FetchError::ForbiddenTarget),
        ("/to-ftp", FetchError::ForbiddenTarget),
        ("/no-location", FetchError::ForbiddenTarget),
        ("/compressed", FetchError::UnrequestedEncoding { encoding: "gzip".into() }),
    ] {
        let start = Instant::now();
        assert_eq!(fetch(path), Err(wanted), "{path}");
        assert!(start.elapsed() < Duration::from_secs(4), "{path} took {:?}", start.elapsed());
    }
    assert!(matches!(fetch("/hang-up"), Err(FetchError::Unreachable { .. })));
}

#[test]
fn private_addresses_are_refused_by_text_name_and_redirect() {
    run(async {
        let server = Server::start().await;
        let strict = Fetcher::new(FetchOptions { allow_private: false, ..quick() }).unwrap();
        let port = server.port();
        for url in [
            server.url("/ok"),
            format!("http://localhost:{port}/ok"),
            format!("http://2130706433:{port}/ok"),
            format!("http://[::ffff:127.0.0.1]:{port}/ok"),
        ] {
            assert_eq!(strict.fetch_picture(&url).await, Err(FetchError::PrivateAddress), "{url}");
        }
        assert_eq!(server.requests(), 0, "no request was sent");
        // The same check runs before every redirect.
        let url = url::Url::parse("http://10.0.0.1/").unwrap();
        assert_eq!(super::address::check_parsed(&url, false), Err(FetchError::PrivateAddress));
        assert!(!super::address::is_public(IpAddr::from([10, 0, 0, 1])));
    });
}

#[test]
fn many_come_some_at_a_time_each_by_its_index() {
    run(async {
        let server = Server::start().await;
        let urls = (0..11).map(|n| (n, server.url(if n == 7 { "/missing" } else { "/ok" })));
        let mut seen = Vec::new();
        let fetcher = Fetcher::new(quick()).unwrap();
        fetcher
            .fetch_all(urls, |index, result| {
                assert_eq!(result.is_err(), index == 7);
                seen.push(index);
                true
            })
            .await;
        seen.sort_unstable();
        assert_eq!(seen, (0..11).collect::<Vec<_>>());
        assert!(server.most_at_once() <= 4, "{} at once", server.most_at_once());
        let mut count = 0;
        fetcher
            .fetch_all((0..9).map(|n| (n, server.url("/ok"))), |_, _| {
                count += 1;
                false
            })
            .await;
        assert_eq!(count, 1, "a sink that is done ends it");
    });
}

#[test]
fn a_server_that_is_not_there_is_unreachable() {
    let port = run(async { Server::start().await.port() });
    let url = format!("http://127.0.0.1:{port}/ok");
    let result = run(async { Fetcher::new(quick()).unwrap().fetch_picture(&url).await });
    assert!(matches!(result, Err(FetchError::Unreachable { .. })), "{result:?}");
}
