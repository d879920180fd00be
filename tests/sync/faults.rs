//! Every known fault of a network or server, in the middle of a sync: the error reported, what the
//! unit shows, and that the next round completes without downloading anything twice.

use crate::{
    feed_server::{Fault, Seen},
    rig::{Rig, hurried, item, route},
};
use cloud_shelf::sync::{Blame, Round};
use cloud_shelf_core::transport::Route;
use std::{collections::BTreeMap, time::Duration};

fn before() -> Vec<cloud_shelf_core::table::TableItem> {
    vec![item(1, "旧", &[1])]
}

fn after() -> Vec<cloud_shelf_core::table::TableItem> {
    (1..=6).map(|n| item(n, "新", &[n * 10, n * 10 + 1])).collect()
}

/// Each fault, where it occurs, and the error code; `None` if the unit recovers by itself.
fn table() -> Vec<(&'static str, &'static str, Fault, Option<&'static str>)> {
    let page = || b"<html><title>Log in</title></html>".to_vec();
    vec![
        ("pointer: portal", "/shelves/", Fault::Page, Some("captive_portal")),
        ("pointer: html as a body", "/shelves/", Fault::Body(page()), Some("captive_portal")),
        ("pointer: rubbish", "/shelves/", Fault::Body(b"hello".to_vec()), Some("not_a_pointer")),
        ("pointer: empty", "/shelves/", Fault::Body(Vec::new()), Some("not_a_pointer")),
        ("pointer: huge", "/shelves/", Fault::Body(vec![b'e'; 50_000]), Some("feed_too_large")),
        ("pointer: cut", "/shelves/", Fault::Drop(100), Some("feed_cut")),
        ("pointer: stalls", "/shelves/", Fault::Stall(100), Some("feed_too_slow")),
        (
            "pointer: elsewhere",
            "/shelves/",
            Fault::Redirect("http://login.example.com/".into()),
            Some("redirected_elsewhere"),
        ),
        ("pointer: 404", "/shelves/", Fault::Status(404, None), Some("feed_http_status")),
        ("pointer: 503", "/shelves/", Fault::Status(503, Some("120")), Some("feed_http_status")),
        ("pointer: 429", "/shelves/", Fault::Status(429, Some("120")), Some("feed_http_status")),
        ("pointer: hangs up", "/shelves/", Fault::HangUp, Some("feed_unreachable")),
        ("pointer: stale", "/shelves/", Fault::NotModified, None),
        ("object: portal", "/objects/", Fault::Page, Some("captive_portal")),
        ("object: 500", "/objects/", Fault::Status(500, None), Some("feed_http_status")),
        ("object: cut", "/objects/", Fault::Drop(50), Some("feed_cut")),
        ("object: stalls", "/objects/", Fault::Stall(50), Some("feed_too_slow")),
        ("object: drips", "/objects/", Fault::Drip(Duration::from_millis(20)), Some("feed_too_slow")),
        (
            "object: elsewhere",
            "/objects/",
            Fault::Redirect("https://10.0.0.1/x".into()),
            Some("redirected_elsewhere"),
        ),
        ("object: hangs up", "/objects/", Fault::HangUp, Some("feed_unreachable")),
        ("object: too long", "/objects/", Fault::Length(1 << 40), Some("pictures_lacking")),
        ("object: another one", "/objects/", Fault::Body(vec![9; 700]), Some("pictures_lacking")),
        ("object: bomb", "/objects/", Fault::GzipBomb(1 << 24), Some("pictures_lacking")),
        ("object: strange encoding", "/objects/", Fault::Encoding("br"), Some("pictures_lacking")),
        ("object: unasked gzip", "/objects/", Fault::TruncatedGzip, Some("pictures_lacking")),
        ("object: not modified", "/objects/", Fault::NotModified, Some("feed_not_asked")),
    ]
}

/// Returns the route for a fault: only a transfer that is too slow needs short time limits.
fn route_for(wanted: Option<&str>) -> Route {
    if wanted == Some("feed_too_slow") { hurried() } else { route() }
}

#[test]
fn the_old_catalog_stays_until_the_new_one_is_whole() {
    for (name, part, fault, wanted) in table() {
        let rig = Rig::with(before());
        rig.publish(after());
        if part == "/shelves/" {
            rig.server.fail_always(part, fault);
        } else {
            // The catalog comes, and no picture
            rig.server.fail_after(1, fault);
        }
        let result = rig.round_by(&route_for(wanted));
        match (&result, wanted) {
            (Err(error), Some(code)) => {
                assert_eq!(error.code(), code, "{name}");
                assert_ne!(error.blame(), Blame::Setting, "{name}");
                let message = error.message();
                assert!(!message.zh.is_empty() && !message.en.is_empty(), "{name}");
                assert_eq!(rig.titles(), ["旧"], "{name}");
            }
            (Ok(_), None) => {}
            (other, wanted) => panic!("{name}: {other:?} where {wanted:?} was expected"),
        }
        rig.server.heal();
        rig.server.seen();
        rig.round().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(rig.titles().len(), 6, "{name}");
        assert_eq!(rig.missing().count, 0, "{name}");
    }
}

#[test]
fn what_came_before_a_fault_does_not_come_again() {
    for (name, part, fault, wanted) in table() {
        // A fault of single objects concerns these only, and holds up no others
        if part != "/objects/" || wanted == Some("pictures_lacking") {
            continue;
        }
        let rig = Rig::with(before());
        rig.publish(after());
        rig.server.fail_after(5, fault);
        rig.round_by(&route_for(wanted)).unwrap_err();
        let first = whole(&rig);
        rig.server.heal();
        rig.round().unwrap_or_else(|error| panic!("{name}: {error}"));
        let second = whole(&rig);
        let twice: Vec<_> = second.keys().filter(|path| first.contains_key(*path)).collect();
        // Objects in flight beside the failed one may be requested again
        assert!(twice.len() <= 4, "{name}: {twice:?}");
        assert!(first.len() >= 2, "{name}");
        assert_eq!(rig.titles().len(), 6, "{name}");
    }
}

/// Returns the objects that the server has sent completely since the last call.
fn whole(rig: &Rig) -> BTreeMap<String, u16> {
    let seen = rig.server.seen().into_iter();
    // A web page, or what comes before a cut, is shorter than any picture
    let is_whole = |seen: &Seen| matches!(seen.status, 200 | 206) && seen.bytes_out > 9_000;
    seen.filter(|seen| seen.path.contains("/objects/") && is_whole(seen))
        .map(|seen| (seen.path, seen.status))
        .collect()
}

#[test]
fn a_cut_picture_goes_on_from_where_it_was() {
    let rig = Rig::with(before());
    rig.publish(vec![item(1, "新", &[5])]);
    // The catalog first, then the picture
    rig.server.fail_after(1, Fault::Drop(9000));
    // The known-good object is shorter and arrives, so the picture is to blame, and there is no
    // other to show
    assert_eq!(rig.code(), "pictures_lacking");
    // Tried once more at the end of the round
    let ranges = || rig.server.seen().into_iter().filter_map(|seen| seen.range).collect::<Vec<_>>();
    assert_eq!(ranges(), ["bytes=9000-"]);
    rig.server.heal();
    assert!(matches!(rig.round().unwrap(), Round::Taken { changed: true, objects: 1 }));
    assert_eq!(ranges(), ["bytes=18000-"]);
}
