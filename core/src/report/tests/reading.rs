//! What a unit signs, as a server reads it.

use crate::{
    domain::{DeviceId, ItemId, Lang, StoreId},
    feed::{FeedError, PublicKey, Signer, Subject},
    report::{
        Event, EventEntry, EventKind, EventRecord, EventTime, Heartbeat, InvalidReport, LastError,
        LossReason, PublicJwk, Report, ReportBody, ReportClaims, ReportContent, UnverifiedReport,
    },
};
use proptest::prelude::*;
use serde_json::{Value, json};

const SUB: &str = "184454101/8F6A77C73E";
const ADDRESS: &str = "https://reports.example.com";
const NAME: &str = "AAECAwQFBgcICQoLDA0ODw";
const NOW: i64 = 1_790_000_000;

fn signer() -> Signer {
    Signer::from_seed(&[7; 32])
}

fn subject() -> Subject {
    Subject::new(StoreId::parse("184454101").unwrap(), DeviceId::parse("8F6A77C73E").unwrap()).unwrap()
}

fn signed(body: ReportBody<'_>) -> String {
    Report::new(SUB, ADDRESS, NOW, NAME, body).sign(&signer()).unwrap()
}

fn read(text: &str, known: Option<&PublicKey>, endpoint: &str) -> Result<ReportClaims, InvalidReport> {
    UnverifiedReport::parse(text.as_bytes())?.verify(known, ADDRESS, endpoint)
}

fn heartbeat() -> Heartbeat {
    Heartbeat {
        version: "0.1.0".to_owned(),
        catalog_version: Some(777),
        catalog_signed_at: Some(1_789_900_000),
        catalog_expires_at: Some(1_795_084_000),
        catalog_expired: Some(false),
        in_step_at: None,
        free_bytes: Some(12_345_678_901),
        uptime_s: Some(86_400),
        running_s: 3600,
        temperature_c: Some(-8),
        under_voltage: Some(true),
        last_error: Some(LastError { code: "feed_unreachable".into(), at: NOW - 9 }),
        clock_offset_s: Some(-3),
        waiting: 12,
        lost: 0,
    }
}

fn every_entry() -> Vec<EventEntry> {
    let item = ItemId::parse("567812345678").unwrap();
    let events = [
        Event::Woken,
        Event::ItemOpened { item: item.clone() },
        Event::QrShown { item, seconds: 34 },
        Event::SearchEmpty,
        Event::Language { lang: Lang::En },
    ];
    let quarter = EventTime::Quarter(1_789_999_200);
    let single = events.iter().map(|event| EventEntry { record: EventRecord::from(event), when: quarter });
    let day = EventTime::Day { day: 1_789_948_800, count: 12 };
    let folded = events.iter().map(|event| EventEntry { record: EventRecord::from(event), when: day });
    let lost = LossReason::ALL.map(|loss| {
        let record = EventRecord { kind: EventKind::Lost, about: loss.as_str().to_owned(), amount: 0 };
        EventEntry { record, when: day }
    });
    single.chain(folded).chain(lost).collect()
}

#[test]
fn a_server_reads_what_a_unit_signs() {
    let key = signer().public();
    let expected = |said| ReportClaims { subject: subject(), issued_at: NOW, id: NAME.to_owned(), said };
    let activation = ReportBody::Activation { brand: "启赋", version: "0.1.0", jwk: key.into() };
    let said = ReportContent::Activation { brand: "启赋".to_owned(), version: "0.1.0".to_owned(), key };
    // Whoever presents a key needs not be known, and is told from the one that is
    let text = signed(activation);
    assert_eq!(read(&text, None, "activation"), Ok(expected(said.clone())));
    let other = Signer::from_seed(&[8; 32]).public();
    assert_eq!(read(&text, Some(&other), "activation"), Ok(expected(said)));

    let text = signed(ReportBody::Heartbeat(heartbeat()));
    assert_eq!(read(&text, Some(&key), "heartbeat"), Ok(expected(ReportContent::Heartbeat(heartbeat()))));

    let entries = every_entry();
    let text = signed(ReportBody::Events { events: &entries });
    let unverified = UnverifiedReport::parse(text.as_bytes()).unwrap();
    assert_eq!((unverified.kid(), unverified.subject()), (key.id().as_str(), &subject()));
    assert!(!unverified.is_activation());
    assert_eq!(read(&text, Some(&key), "events"), Ok(expected(ReportContent::Events(entries))));
}

#[test]
fn a_key_that_is_not_the_units_proves_nothing() {
    let (key, other) = (signer().public(), Signer::from_seed(&[8; 32]).public());
    let text = signed(ReportBody::Heartbeat(heartbeat()));
    let unknown = Err(InvalidReport::OtherKey { kid: key.id() });
    assert_eq!(read(&text, None, "heartbeat"), unknown);
    assert_eq!(read(&text, Some(&other), "heartbeat"), unknown);
    // One that presents a key that it does not have
    let text = signed(ReportBody::Activation { brand: "", version: "1", jwk: PublicJwk::from(other) });
    assert_eq!(read(&text, None, "activation"), unknown);
    // The right name over another's signature
    let parts: Vec<_> = text.split('.').collect();
    let heartbeat = signed(ReportBody::Heartbeat(heartbeat()));
    let (signed, _) = heartbeat.rsplit_once('.').unwrap();
    let mixed = format!("{signed}.{}", parts[2]);
    assert_eq!(read(&mixed, Some(&key), "heartbeat"), Err(FeedError::BadSignature.into()));
}

/// A heartbeat and a batch with one member changed or, by null, taken away.
fn changed(mut report: Value, member: &str, value: Value) -> String {
    let members = report.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(member);
    } else {
        members.insert(member.to_owned(), value);
    }
    signer().sign_payload(report.to_string().as_bytes())
}

#[test]
fn what_is_signed_and_is_no_report_is_refused() {
    let key = signer().public();
    let report = |body| serde_json::to_value(Report::new(SUB, ADDRESS, NOW, NAME, body)).unwrap();
    let beat = report(ReportBody::Heartbeat(heartbeat()));
    let claim = |claim| Err(InvalidReport::Claim { claim });
    let long = "x".repeat(65);
    for (member, value, expected) in [
        ("schema", json!(2), claim("schema")),
        ("aud", json!("https://other.example.com"), claim("aud")),
        ("sub", json!("184454101"), claim("sub")),
        ("sub", json!("../8F6A77C73E"), claim("sub")),
        ("sub", json!("184454101/8f6a77c73e"), claim("sub")),
        ("jti", json!("AAECAwQFBgcICQoLDA0OD"), claim("jti")),
        ("jti", json!("AAECAwQFBgcICQoLDA0OD+"), claim("jti")),
        ("version", json!(long), claim("version")),
        ("last_error", json!({"code": "a b", "at": 1}), claim("last_error")),
        ("report", json!("diary"), Err(InvalidReport::Form)),
        ("report", json!("events"), claim("report")),
        ("iat", json!("now"), Err(InvalidReport::Form)),
        ("waiting", Value::Null, Err(InvalidReport::Form)),
        ("running_s", json!(-1), Err(InvalidReport::Form)),
    ] {
        let text = changed(beat.clone(), member, value.clone());
        assert_eq!(read(&text, Some(&key), "heartbeat"), expected, "{member} {value}");
    }
    // What is not known is not looked at
    let more = changed(beat, "humour", json!({"good": true}));
    assert!(read(&more, Some(&key), "heartbeat").is_ok());

    let batch = report(ReportBody::Events { events: &every_entry() });
    let many = vec![json!({"kind": "woken", "at": 900}); 501];
    for (events, expected) in [
        (json!([]), claim("events")),
        (json!(many), claim("events")),
        (json!([{"kind": "visitor", "at": 900}]), Err(InvalidReport::Form)),
        (json!([{"kind": "woken", "at": 901}]), Err(InvalidReport::Form)),
        (json!([{"kind": "woken", "at": 900, "day": "2026-11-24", "count": 1}]), Err(InvalidReport::Form)),
        (json!([{"kind": "woken", "day": "2026-11-24", "count": 0}]), Err(InvalidReport::Form)),
        (json!([{"kind": "woken", "day": "2026-13-24", "count": 1}]), Err(InvalidReport::Form)),
        (json!([{"kind": "item_opened", "at": 900}]), Err(InvalidReport::Form)),
        (json!([{"kind": "item_opened", "at": 900, "item_id": "<b>"}]), Err(InvalidReport::Form)),
        (json!([{"kind": "qr_shown", "at": 900, "item_id": "567812345678"}]), Err(InvalidReport::Form)),
        (json!([{"kind": "language", "at": 900, "lang": "xx"}]), Err(InvalidReport::Form)),
        (json!([{"kind": "lost", "at": 900, "reason": "boredom", "events": 1}]), Err(InvalidReport::Form)),
    ] {
        let text = changed(batch.clone(), "events", events.clone());
        assert_eq!(read(&text, Some(&key), "events"), expected, "{events}");
    }
    let large = "x".repeat(300 << 10);
    assert_eq!(read(&large, Some(&key), "events"), Err(InvalidReport::TooLarge { size: 300 << 10 }));
}

proptest! {
    #[test]
    fn any_payload_is_a_report_or_an_error(payload in prop::collection::vec(any::<u8>(), 0..300)) {
        let text = signer().sign_payload(&payload);
        prop_assert!(read(&text, Some(&signer().public()), "events").is_err());
        let _ = UnverifiedReport::parse(&payload);
    }
}
