//! Pictures by URL, from a server that answers and later is gone.

use super::{Shop, fixture_bytes, item};
use crate::import::ImportOptions;
use cloud_shelf_core::{table::PictureSource, transport};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    thread,
    time::Duration,
};

/// Answers `times` requests with the same picture, then closes.
fn serve(times: usize, status: &'static str) -> (String, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a.jpg", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        for _ in 0..times {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            lines.map_while(Result::ok).take_while(|line| !line.is_empty()).for_each(drop);
            let body = fixture_bytes("quarter-chroma.jpg");
            let length = body.len();
            write!(stream, "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n")
                .unwrap();
            stream.write_all(&body).unwrap();
        }
    });
    (url, server)
}

fn options(allow_private: bool) -> ImportOptions<'static> {
    let fetch = transport::FetchOptions {
        allow_private,
        total_timeout: Duration::from_secs(5),
        ..transport::FetchOptions::default()
    };
    ImportOptions { fetch, ..ImportOptions::default() }
}

#[test]
fn an_address_is_fetched_and_kept_while_its_server_is_out_of_reach() {
    let shop = Shop::new();
    let (url, server) = serve(1, "200 OK");
    let items = vec![item(2, vec![PictureSource::Url(url.clone())]), item(3, vec![PictureSource::Url(url)])];
    let first = shop.import_with(items.clone(), &options(true)).unwrap();
    assert_eq!((first.pictures, first.pictures_missing, first.problems.len()), (2, 0, 0));
    server.join().unwrap();

    let again = shop.import_with(items.clone(), &options(true)).unwrap();
    assert_eq!((again.changed, again.pictures, again.pictures_missing), (false, 2, 0));
    assert_eq!(
        again.problems.iter().map(|p| (p.row, p.kind)).collect::<Vec<_>>(),
        [(2, "picture_unreachable"), (3, "picture_unreachable"),]
    );
    // A refused address is not an outage: the old picture is dropped.
    let refused = shop.import_with(items, &options(false)).unwrap();
    assert_eq!((refused.changed, refused.pictures, refused.pictures_missing), (true, 0, 2));
    assert_eq!(refused.problems[0].kind, "picture_private_address");
}

#[test]
fn an_address_that_is_gone_is_reported() {
    let shop = Shop::new();
    let (url, server) = serve(1, "404 Not Found");
    let report = shop.import_with(vec![item(2, vec![PictureSource::Url(url)])], &options(true)).unwrap();
    server.join().unwrap();
    assert_eq!((report.pictures_missing, report.problems[0].kind), (1, "picture_http_status"));
}
