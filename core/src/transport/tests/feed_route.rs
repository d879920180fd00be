//! Routes to the feed: addresses, proxies, certificates, bandwidth limit.

use super::{
    feed_server::{Fault, FeedServer},
    run,
};
use crate::{
    clock::{Clock, FixedClock, SystemClock},
    transport::{DownloadOptions, FeedClient, FileResponse, Route, TransferError},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    num::NonZeroU32,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use url::Url;

fn private() -> Route {
    Route { allow_private_feed: true, ..Route::default() }
}

fn client(base: &str, route: &Route, clock: impl Clock + 'static) -> Result<FeedClient, TransferError> {
    FeedClient::new(&Url::parse(base).unwrap(), route, Arc::new(clock))
}

fn ask(base: &str, route: &Route, clock: impl Clock + 'static) -> Result<FileResponse, TransferError> {
    let client = client(base, route, clock)?;
    run(client.fetch_file(&Url::parse(base).unwrap().join("/p").unwrap(), None, 1000, false))
}

#[test]
fn plain_http_stays_in_the_house() {
    let server = FeedServer::start();
    server.put("/p", b"ey");
    let port = server.address().port();
    for (base, route, wanted) in [
        (server.base(), Route::default(), Err("feed_plain_http")),
        (server.base(), private(), Ok(())),
        (format!("http://localhost:{port}"), private(), Ok(())),
        ("http://1.1.1.1".into(), private(), Err("feed_plain_http")),
    ] {
        let result = ask(&base, &route, SystemClock).map(|_| ()).map_err(|error| error.code());
        assert_eq!(result, wanted, "{base}");
    }
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn ipv6_is_as_good() {
    let server = FeedServer::start_v6();
    server.put("/p", b"ey");
    assert!(server.base().starts_with("http://[::1]:"));
    assert!(matches!(ask(&server.base(), &private(), SystemClock), Ok(FileResponse::Modified { .. })));
}

#[test]
fn a_name_that_is_not_known_and_a_port_that_is_closed_are_unreachable() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for base in ["https://no-such-host.invalid".to_owned(), format!("http://{closed}")] {
        let error = ask(&base, &private(), SystemClock).unwrap_err();
        assert_eq!(error.code(), "feed_unreachable", "{base}: {error}");
        assert!(error.message().zh.contains("网线"));
    }
}

#[test]
fn a_redirect_goes_where_the_settings_allow() {
    let (server, files) = (FeedServer::start(), FeedServer::start_v6());
    files.put("/p", b"ey");
    server.fail_always("", Fault::Redirect(files.base() + "/p"));
    let refused = ask(&server.base(), &private(), SystemClock).unwrap_err();
    assert_eq!(refused.code(), "redirected_elsewhere");
    assert!(refused.message().en.contains("[::1]"), "{refused:?}");
    assert_eq!(files.seen(), [], "no other host was asked");
    let route = Route { redirect_hosts: vec!["[::1]".into()], ..private() };
    assert!(ask(&server.base(), &route, SystemClock).is_ok());
}

#[test]
fn the_cap_holds_for_all_connections_together() {
    let server = FeedServer::start();
    let route = Route { bytes_per_s: NonZeroU32::new(200_000), ..private() };
    let client = client(&server.base(), &route, SystemClock).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    run(async {
        let fetch = async |n: usize| {
            server.put(&format!("/{n}"), vec![n as u8; 40_000]);
            let url = Url::parse(&format!("{}/{n}", server.base())).unwrap();
            client
                .fetch_object(&url, 40_000, &folder.path().join(n.to_string()), DownloadOptions::default())
                .await
                .unwrap();
        };
        tokio::join!(fetch(0), fetch(1), fetch(2), fetch(3));
    });
    // 160 kB, less the burst of a quarter second
    assert!(start.elapsed() > Duration::from_millis(500), "{:?}", start.elapsed());
}

/// A proxy that records the request and refuses to tunnel.
fn proxy(answer: &'static str) -> (Url, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("http://user:secret@{}", listener.local_addr().unwrap())).unwrap();
    let asked = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = String::new();
        let mut lines = BufReader::new(stream.try_clone().unwrap());
        while !head.ends_with("\r\n\r\n") && lines.read_line(&mut head).unwrap() > 0 {}
        stream.write_all(answer.as_bytes()).unwrap();
        head
    });
    (url, asked)
}

#[test]
fn a_feed_on_the_internet_goes_through_the_proxy() {
    for answer in [
        "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n",
    ] {
        let (url, asked) = proxy(answer);
        let route = Route { proxy: Some(url), ..Route::default() };
        assert!(!format!("{route:?}").contains("secret"));
        let error = ask("https://feed.example.com", &route, SystemClock).unwrap_err();
        assert_eq!(error.code(), "proxy_refused", "{error}");
        assert!(!error.to_string().contains("secret"));
        let head = asked.join().unwrap();
        assert!(head.starts_with("CONNECT feed.example.com:443 HTTP/1.1\r\n"), "{head}");
        assert!(head.to_ascii_lowercase().contains("proxy-authorization: basic dxnlcjpzzwnyzxq="), "{head}");
    }
    // A feed within the shop's network bypasses the proxy
    let server = FeedServer::start();
    server.put("/p", b"ey");
    let nowhere = Url::parse("http://127.0.0.1:1").unwrap();
    assert!(ask(&server.base(), &Route { proxy: Some(nowhere), ..private() }, SystemClock).is_ok());
}

/// A server with a certificate for 127.0.0.1, and the CA that issued it.
fn tls_server(from: i32, until: i32) -> (FeedServer, Vec<u8>) {
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    (ca.not_before, ca.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(2090, 1, 1));
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut leaf = CertificateParams::new(vec!["127.0.0.1".into()]).unwrap();
    (leaf.not_before, leaf.not_after) = (date_time_ymd(from, 6, 1), date_time_ymd(until, 1, 1));
    let leaf = leaf.signed_by(&key, &ca).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let server = FeedServer::start_tls(Arc::new(config));
    server.put("/p", b"ey");
    (server, ca.pem().into_bytes())
}

#[test]
fn certificates_are_judged_by_the_clock_that_is_given() {
    let (server, ca_pem) = tls_server(2030, 2040);
    let base = server.base().replace("http:", "https:");
    let year = |year: i64| (year - 1970) * 31_556_952;
    let ours = Route { ca_pem, ..Route::default() };
    for (route, now, wanted) in [
        (Route::default(), year(2035), Err("certificate_untrusted")),
        (ours.clone(), year(2035), Ok(())),
        // A clock that is behind bars nothing, up to ten years; a clock that is ahead is named
        (ours.clone(), year(2026), Ok(())),
        (ours.clone(), year(2021), Ok(())),
        (ours.clone(), year(2020), Err("certificate_not_yet")),
        (ours.clone(), year(2010), Err("certificate_not_yet")),
        (ours.clone(), 0, Err("certificate_not_yet")),
        (ours.clone(), -5, Err("certificate_not_yet")),
        (ours, year(2045), Err("certificate_expired")),
    ] {
        let result = ask(&base, &route, FixedClock(now));
        let said = result.as_ref().map_err(|error| error.message());
        if wanted.is_err() {
            let word = if wanted == Err("certificate_untrusted") { "ca_file" } else { "date" };
            assert!(said.as_ref().unwrap_err().en.contains(word), "{said:?}");
            assert!(wanted != Err("certificate_not_yet") || said.as_ref().unwrap_err().zh.contains("2030-"));
        }
        assert_eq!(result.map(|_| ()).map_err(|error| error.code()), wanted, "{now}");
    }
    // A certificate for another host, as a captive portal has
    let other = base.replace("127.0.0.1", "localhost");
    let ours = Route { ca_pem: tls_server(2020, 2040).1, ..Route::default() };
    assert_eq!(ask(&other, &ours, FixedClock(year(2035))).unwrap_err().code(), "certificate_untrusted");
}

#[test]
fn a_file_of_authorities_that_is_none_is_named() {
    for ca_pem in [
        b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n".to_vec(),
        b"-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n".to_vec(),
    ] {
        let error =
            client("https://127.0.0.1", &Route { ca_pem, ..Route::default() }, SystemClock).err().unwrap();
        assert_eq!(error.code(), "network_setting");
        assert!(!error.retry_helps() && error.message().en.contains("network.ca_file"), "{error}");
    }
}
