//! The feed client against every known fault of a network or server.

use super::{
    feed_server::{Fault, FeedServer, Seen},
    run,
};
use crate::{
    clock::SystemClock,
    domain::Lang,
    transport::{
        Download, DownloadBody, DownloadOptions, FeedClient, FileResponse, Route, Timeouts, TransferError,
    },
};
use std::{
    fs,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use url::Url;

const POINTER: &str = "/v1/shelves/184454101/8F6A77C73E.jws";
const OBJECT: &str = "/v1/objects/aa";
const JWS: &[u8] = b"eyJhbGciOiJFZERTQSJ9.eyJ2ZXJzaW9uIjo3fQ.c2lnbmF0dXJl";

struct Rig {
    server: FeedServer,
    client: FeedClient,
    folder: TempDir,
}

fn quick() -> Timeouts {
    Timeouts {
        connect: Duration::from_secs(5),
        silence: Duration::from_millis(250),
        min_bytes_per_s: 1000,
        window: Duration::from_millis(300),
        base: Duration::from_secs(3),
        floor_bytes_per_s: 1 << 20,
    }
}

impl Rig {
    fn new() -> Self {
        let server = FeedServer::start();
        server.put(POINTER, JWS);
        server.put(OBJECT, object());
        let route = Route { allow_private_feed: true, timeouts: quick(), ..Route::default() };
        let base = Url::parse(&server.base()).unwrap();
        let client = FeedClient::new(&base, &route, Arc::new(SystemClock)).unwrap();
        Self { server, client, folder: tempfile::tempdir().unwrap() }
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&(self.server.base() + path)).unwrap()
    }

    fn ask(&self, etag: Option<&str>) -> Result<FileResponse, TransferError> {
        run(self.client.fetch_file(&self.url(POINTER), etag, 4096, false))
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("aa")
    }

    /// Returns how many bytes were already there.
    fn fetch(&self, manner: DownloadOptions) -> Result<u64, TransferError> {
        self.fetch_sized(object().len(), manner)
    }

    fn fetch_sized(&self, size: usize, manner: DownloadOptions) -> Result<u64, TransferError> {
        let came = run(self.client.fetch_object(&self.url(OBJECT), size as u64, &self.place(), manner))?;
        let Download { resumed_at, body } = came;
        if let DownloadBody::Memory(bytes) = body {
            assert!(resumed_at == 0 && bytes.len() == size);
            fs::write(self.place(), bytes).unwrap();
        }
        Ok(resumed_at)
    }

    fn there(&self) -> Option<usize> {
        fs::read(self.place()).ok().map(|bytes| bytes.len())
    }
}

/// Not JSON, so the server never compresses it.
fn object() -> Vec<u8> {
    (0..50_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

#[test]
fn a_small_file_comes_once_and_then_not_again() {
    let rig = Rig::new();
    let FileResponse::Modified { bytes, etag } = rig.ask(None).unwrap() else {
        panic!("unconditional request")
    };
    assert_eq!(bytes, JWS);
    assert_eq!(rig.ask(etag.as_deref()).unwrap(), FileResponse::NotModified);
    assert!(matches!(rig.ask(Some("\"other\"")).unwrap(), FileResponse::Modified { .. }));
    rig.server.put(POINTER, [JWS, b"x"].concat());
    assert!(matches!(rig.ask(etag.as_deref()).unwrap(), FileResponse::Modified { .. }));
    // The second poll costs nothing more than this
    let seen: Vec<Seen> = rig.server.seen();
    assert_eq!(seen[1].status, 304);
    assert!(seen[1].bytes_in < 512 && seen[1].bytes_out < 512, "{:?}", seen[1]);
}

/// One fault of the pointer: the error code that the client reports, and what the message says.
#[test]
fn each_fault_of_a_small_file_has_its_name_and_its_words() {
    // Error code, and whether a retry helps
    type Outcome = Result<(), (&'static str, bool)>;
    let table: [(Fault, Outcome, &str); 24] = [
        (Fault::Page, Err(("captive_portal", true)), "上网认证"),
        (Fault::Status(511, None), Err(("captive_portal", true)), "上网认证"),
        (Fault::Redirect("http://10.9.9.9/login".into()), Err(("redirected_elsewhere", true)), "10.9.9.9"),
        (
            Fault::Redirect("https://login.hotel.test/".into()),
            Err(("redirected_elsewhere", true)),
            "login.hotel.test",
        ),
        (Fault::Redirect("file:///etc/passwd".into()), Err(("redirect_refused", true)), "跳转"),
        (Fault::Redirect("ftp://127.0.0.1/x".into()), Err(("redirect_refused", true)), "ftp://127.0.0.1"),
        (Fault::Redirect("//[".into()), Err(("feed_redirects", true)), "跳转"),
        (Fault::Status(404, None), Err(("feed_http_status", true)), "门店码"),
        (Fault::Status(403, None), Err(("feed_http_status", true)), "403"),
        (Fault::Status(407, None), Err(("proxy_refused", true)), "代理"),
        (Fault::Status(429, Some("90")), Err(("feed_http_status", true)), "429"),
        (Fault::Status(500, None), Err(("feed_http_status", true)), "500"),
        (Fault::Status(503, Some("Sun, 06 Nov 2994 08:49:37 GMT")), Err(("feed_http_status", true)), "503"),
        (Fault::NotModified, Err(("feed_not_asked", true)), "缓存"),
        (Fault::Drop(10), Err(("feed_cut", true)), "断点"),
        (Fault::Stall(10), Err(("feed_too_slow", true)), "太慢"),
        (Fault::Drip(Duration::from_millis(20)), Err(("feed_too_slow", true)), "太慢"),
        (Fault::Length(10_000), Err(("feed_too_large", true)), "大小"),
        (Fault::Length(3000), Err(("feed_cut", true)), "断点"),
        (Fault::GzipBomb(30 << 20), Err(("feed_encoding", true)), "gzip"),
        (Fault::TruncatedGzip, Err(("feed_encoding", true)), "gzip"),
        (Fault::Encoding("zstd"), Err(("feed_encoding", true)), "zstd"),
        (Fault::Encoding("gzip, gzip"), Err(("feed_encoding", true)), "gzip, gzip"),
        (Fault::HangUp, Err(("feed_unreachable", true)), "网线"),
    ];
    let rig = Rig::new();
    for (fault, wanted, word) in table {
        rig.server.fail("", [fault.clone(), fault.clone()]);
        let start = Instant::now();
        let error = rig.ask(None).unwrap_err();
        assert_eq!(Err((error.code(), error.retry_helps())), wanted, "{fault:?}: {error}");
        let message = error.message();
        assert!(message.get(Lang::Zh).contains(word), "{fault:?}: {message:?}");
        assert!(message.get(Lang::En).is_ascii() && message.get(Lang::En).len() > 20, "{message:?}");
        assert!(start.elapsed() < Duration::from_secs(4), "{fault:?} took {:?}", start.elapsed());
        rig.server.heal();
        assert!(rig.ask(None).is_ok(), "nothing of {fault:?} stays behind");
    }
    let after = |fault| {
        rig.server.fail("", [fault]);
        rig.ask(None).unwrap_err().retry_after()
    };
    assert_eq!(after(Fault::Status(503, Some("90"))), Some(Duration::from_secs(90)));
    assert_eq!(after(Fault::Status(500, None)), None);
}

#[test]
fn redirects_on_the_same_host_are_followed_a_few_times() {
    let rig = Rig::new();
    let to = |n: usize| vec![Fault::Redirect(POINTER.into()); n];
    rig.server.fail("", to(3));
    assert!(rig.ask(None).is_ok());
    rig.server.fail("", to(4));
    assert_eq!(rig.ask(None).unwrap_err().code(), "feed_redirects");
}

#[test]
fn an_object_comes_whole_and_from_where_it_was_cut() {
    let rig = Rig::new();
    rig.server.fail("", [Fault::Drop(20_000), Fault::Drop(1)]);
    assert_eq!(rig.fetch(DownloadOptions::default()).unwrap_err().code(), "feed_cut");
    assert_eq!(rig.there(), Some(20_000));
    assert_eq!(rig.fetch(DownloadOptions::default()).unwrap_err().code(), "feed_cut");
    assert_eq!(rig.fetch(DownloadOptions::default()).unwrap(), 20_001);
    assert_eq!(fs::read(rig.place()).unwrap(), object());
    let ranges: Vec<_> = rig.server.seen().into_iter().map(|seen| seen.range).collect();
    assert_eq!(ranges, [None, Some("bytes=20000-".into()), Some("bytes=20001-".into())]);
    // A complete file is not requested again, unless asked to start from scratch
    rig.fetch(DownloadOptions::default()).unwrap();
    assert_eq!(rig.server.seen(), []);
    assert_eq!(rig.fetch(DownloadOptions { afresh: true, text: false }).unwrap(), 0);
    let seen = rig.server.seen();
    assert!(seen.len() == 1 && seen[0].no_cache && seen[0].range.is_none(), "{seen:?}");
}

#[test]
fn who_cannot_go_on_starts_afresh() {
    for (what, there, fault, requests) in [
        ("a server without ranges", 20_000, Fault::NoRange, 1),
        ("another range than asked for", 20_000, Fault::WrongRange, 2),
        ("a part that is too long", 20_000, Fault::RangeOf(vec![7; 60_000]), 1),
        ("a file longer than the object", 60_000, Fault::Length(50_000), 1),
        ("a range that the server refuses", 20_000, Fault::Status(416, None), 2),
    ] {
        let rig = Rig::new();
        fs::write(
            rig.place(),
            [&object()[..there.min(50_000)], &vec![1; there.saturating_sub(50_000)]].concat(),
        )
        .unwrap();
        rig.server.fail("", [fault]);
        let result = rig.fetch(DownloadOptions::default());
        if matches!(result, Err(TransferError::WrongSize { .. })) {
            // Wrong bytes are gone, so the next attempt succeeds
            assert_eq!(rig.there(), None, "{what}");
            rig.fetch(DownloadOptions::default()).unwrap();
            assert_eq!(rig.server.seen().len(), requests + 1, "{what}");
        } else {
            assert_eq!(result.unwrap(), 0, "{what}");
            assert_eq!(rig.server.seen().len(), requests, "{what}");
        }
        assert_eq!(fs::read(rig.place()).unwrap(), object(), "{what}");
    }
}

#[test]
fn a_part_of_another_file_is_left_to_the_hash() {
    let rig = Rig::new();
    fs::write(rig.place(), &object()[..20_000]).unwrap();
    rig.server.fail("", [Fault::RangeOf(vec![7; 50_000])]);
    assert_eq!(rig.fetch(DownloadOptions::default()).unwrap(), 20_000);
    assert_ne!(fs::read(rig.place()).unwrap(), object());
    rig.fetch(DownloadOptions { afresh: true, text: false }).unwrap();
    assert_eq!(fs::read(rig.place()).unwrap(), object());
}

#[test]
fn each_fault_of_an_object_has_its_name_and_leaves_what_is_of_use() {
    let table: [(Fault, &str, Option<std::ops::RangeInclusive<usize>>); 14] = [
        (Fault::Page, "captive_portal", Some(100..=100)),
        (Fault::Status(511, None), "captive_portal", Some(100..=100)),
        (Fault::Redirect("http://10.9.9.9/x".into()), "redirected_elsewhere", Some(100..=100)),
        (Fault::Status(404, None), "feed_http_status", None),
        (Fault::Status(410, None), "feed_http_status", None),
        (Fault::Status(503, Some("5")), "feed_http_status", Some(100..=100)),
        (Fault::NotModified, "feed_not_asked", Some(100..=100)),
        (Fault::Drop(500), "feed_cut", Some(600..=600)),
        (Fault::Stall(500), "feed_too_slow", Some(600..=600)),
        (Fault::Length(70_000), "feed_wrong_size", None),
        (Fault::Length(40_000), "feed_wrong_size", None),
        (Fault::Encoding("br"), "feed_encoding", None),
        (Fault::HangUp, "feed_unreachable", Some(100..=100)),
        (Fault::Drip(Duration::from_millis(10)), "feed_too_slow", Some(101..=200)),
    ];
    for (fault, code, left) in table {
        let rig = Rig::new();
        fs::write(rig.place(), &object()[..100]).unwrap();
        rig.server.fail("", [fault.clone(), fault.clone()]);
        let error = rig.fetch(DownloadOptions::default()).unwrap_err();
        assert_eq!(error.code(), code, "{fault:?}: {error}");
        assert!(error.retry_helps());
        match (rig.there(), left) {
            (there, None) => assert_eq!(there, None, "{fault:?}"),
            (there, Some(left)) => assert!(left.contains(&there.unwrap()), "{fault:?}: {there:?}"),
        }
        rig.server.heal();
        rig.fetch(DownloadOptions::default()).unwrap();
        assert_eq!(fs::read(rig.place()).unwrap(), object(), "after {fault:?}");
    }
}

#[test]
fn a_text_comes_compressed_and_a_cut_one_goes_on_as_it_is() {
    let text =
        format!("{{{}}}", (0..20_000).map(|n| format!("\"k{n}\":{n},")).collect::<String>()).into_bytes();
    let rig = Rig::new();
    rig.server.put(OBJECT, text.clone());
    let fetch = || rig.fetch_sized(text.len(), DownloadOptions { text: true, afresh: false });
    fetch().unwrap();
    assert_eq!(fs::read(rig.place()).unwrap(), text);
    let seen = rig.server.seen();
    assert!(seen.len() == 1 && seen[0].bytes_out < text.len() * 2 / 3, "{seen:?}");

    fs::remove_file(rig.place()).unwrap();
    rig.server.fail("", [Fault::TruncatedGzip]);
    assert_eq!(fetch().unwrap_err().code(), "feed_cut");
    let there = rig.there().unwrap();
    assert!(there > text.len() / 3, "{there} of {}", text.len());
    assert_eq!(fetch().unwrap(), there as u64);
    assert_eq!(fs::read(rig.place()).unwrap(), text);
    assert_eq!(rig.server.seen()[1].range, Some(format!("bytes={there}-")));

    fs::remove_file(rig.place()).unwrap();
    rig.server.fail("", [Fault::GzipBomb(80 << 20)]);
    assert_eq!(fetch().unwrap_err().code(), "feed_too_large");
    assert_eq!(rig.there(), None);
}

#[test]
fn a_full_disk_is_called_one() {
    let rig = Rig::new();
    // A small object that comes in one go needs no file
    let nowhere = rig.folder.path().join("none/aa");
    let fetch =
        |size| run(rig.client.fetch_object(&rig.url(OBJECT), size, &nowhere, DownloadOptions::default()));
    fetch(50_000).unwrap();
    rig.server.put(OBJECT, vec![7; 600_000]);
    assert!(matches!(fetch(600_000), Err(TransferError::Disk(_))));
    let mut device = fs::File::options().write(true).open("/dev/full").unwrap();
    let expected = crate::transport::body_writer::ExpectedBody { most: 100, ..Default::default() };
    let mut writer = crate::transport::body_writer::BodyWriter::new(&mut device, expected, None).unwrap();
    let error = writer.write(b"hello").unwrap_err();
    assert!(error.is_disk_full() && error.message().en.contains("full"), "{error}");
}
