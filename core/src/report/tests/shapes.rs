//! The JSON of every report, byte for byte.

use crate::{
    domain::{ItemId, Lang, text},
    report::{
        Event, EventEntry, EventKind, EventRecord, EventTime, Heartbeat, LastError, LossReason, Report,
        ReportAnswer, ReportBody, ReportVerdict, start_of_day, start_of_quarter,
    },
};
use proptest::prelude::*;

fn item() -> ItemId {
    ItemId::parse("567812345678").unwrap()
}

fn every_event() -> Vec<Event> {
    vec![
        Event::Woken,
        Event::ItemOpened { item: item() },
        Event::QrShown { item: item(), seconds: 34 },
        Event::QrShown { item: item(), seconds: 100_000 },
        Event::SearchEmpty,
        Event::Language { lang: Lang::Zh },
        Event::Language { lang: Lang::En },
    ]
}

fn json(body: ReportBody<'_>) -> String {
    let report = Report::new(
        "184454101/8F6A77C73E",
        "https://reports.example.com/shelves",
        1_790_000_000,
        "AAECAwQFBgcICQoLDA0ODw",
        body,
    );
    serde_json::to_string_pretty(&report).unwrap()
}

#[test]
fn events_have_the_documented_shape() {
    let at = start_of_quarter(1_790_000_123);
    let single = every_event()
        .iter()
        .map(EventRecord::from)
        .map(|record| EventEntry { record, when: EventTime::Quarter(at) })
        .collect::<Vec<_>>();
    let day = start_of_day(1_790_000_123);
    let folded = |event: &Event| {
        let mut record = EventRecord::from(event);
        record.amount *= 12;
        EventEntry { record, when: EventTime::Day { day, count: 12 } }
    };
    let folded: Vec<_> = every_event().iter().map(folded).collect();
    let lost =
        EventRecord { kind: EventKind::Lost, about: LossReason::Ceiling.as_str().to_owned(), amount: 345 };
    let lost = EventEntry { record: lost, when: EventTime::Day { day, count: 2 } };
    let events: Vec<_> = single.into_iter().chain(folded).chain([lost]).collect();
    insta::assert_snapshot!(json(ReportBody::Events { events: &events }));
}

#[test]
fn a_heartbeat_has_the_documented_shape() {
    insta::assert_snapshot!(
        "heartbeat",
        json(ReportBody::Heartbeat(Heartbeat {
            version: "0.1.0".to_owned(),
            catalog_version: Some(777),
            catalog_signed_at: Some(1_789_900_000),
            catalog_expires_at: Some(1_795_084_000),
            catalog_expired: Some(false),
            in_step_at: Some(1_789_999_900),
            free_bytes: Some(12_345_678_901),
            uptime_s: Some(86_400),
            running_s: 3600,
            temperature_c: Some(48),
            under_voltage: Some(false),
            last_error: Some(LastError { code: "feed_unreachable".into(), at: 1_789_990_000 }),
            clock_offset_s: Some(-3),
            waiting: 12,
            lost: 0,
        }))
    );
    insta::assert_snapshot!(
        "heartbeat_of_a_unit_that_knows_nothing",
        json(ReportBody::Heartbeat(Heartbeat {
            version: "0.1.0".to_owned(),
            catalog_version: None,
            catalog_signed_at: None,
            catalog_expires_at: None,
            catalog_expired: None,
            in_step_at: None,
            free_bytes: None,
            uptime_s: None,
            running_s: 0,
            temperature_c: None,
            under_voltage: None,
            last_error: None,
            clock_offset_s: None,
            waiting: 0,
            lost: 0,
        }))
    );
}

#[test]
fn a_time_is_no_closer_than_a_quarter_of_an_hour() {
    for (time, expected) in
        [(0, 0), (899, 0), (900, 900), (1_790_000_123, 1_790_000_100), (-5, 0), (i64::MIN, 0)]
    {
        assert_eq!(start_of_quarter(time), expected, "{time}");
    }
    let last = EventEntry {
        record: EventRecord::from(&Event::Woken),
        when: EventTime::Day { day: start_of_day(i64::MAX), count: 1 },
    };
    assert_eq!(serde_json::to_value(&last).unwrap()["day"], "9999-12-30");
}

#[test]
fn every_kind_and_reason_is_read_back() {
    for event in every_event() {
        let kind = EventRecord::from(&event).kind;
        assert_eq!(EventKind::parse(kind.as_str()), Some(kind));
    }
    assert_eq!(EventKind::parse("lost"), Some(EventKind::Lost));
    assert_eq!(EventKind::parse("visitor"), None);
    let mut names = LossReason::ALL.map(LossReason::as_str).to_vec();
    names.dedup();
    assert_eq!(names.len(), LossReason::ALL.len());
}

#[test]
fn only_the_answer_to_this_very_report_is_one() {
    let read = |text: &str| ReportAnswer::parse(text.as_bytes(), "A");
    let verdict = |text: &str| read(text).map(|answer| answer.verdict);
    assert_eq!(verdict(r#"{"schema":1,"id":"A","result":"accepted"}"#), Some(ReportVerdict::Accepted));
    assert_eq!(
        verdict(r#"{"schema":1,"id":"A","result":"unknown_device","more":[1]}"#),
        Some(ReportVerdict::UnknownDevice)
    );
    for text in [
        "",
        "<html>Please log in</html>",
        "{}",
        "[]",
        r#"{"schema":2,"id":"A","result":"accepted"}"#,
        r#"{"schema":1,"id":"B","result":"accepted"}"#,
        r#"{"schema":1,"result":"accepted"}"#,
        r#"{"schema":1,"id":"A","result":"ok"}"#,
        r#"{"schema":1,"id":"A","result":"accepted"}{"#,
    ] {
        assert_eq!(verdict(text), None, "{text}");
    }
    let refused = read(
        r#"{"schema":1,"id":"A","result":"refused","reason":"other_key\u001b[2J","zh":"请\n联系\u001b客服","en":" Call  us "}"#,
    )
    .unwrap();
    assert_eq!(refused.reason, "other_key2");
    assert_eq!((refused.words.zh.as_str(), refused.words.en.as_str()), ("请 联系客服", "Call us"));
    // Line breaks and hidden characters are removed; null counts as left out
    let turned = read(
        r#"{"schema":1,"id":"A","result":"refused","reason":null,"zh":"\u202e请\u2028联\u200b系\u009b31m","en":null}"#,
    )
    .unwrap();
    assert_eq!((turned.words.zh.as_str(), turned.words.en.as_str()), ("请 联系31m", ""));
    let long = format!(r#"{{"schema":1,"id":"A","result":"pending","zh":"{}"}}"#, "长".repeat(5000));
    assert_eq!(read(&long).unwrap().words.zh.chars().count(), 200);
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_none(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        ReportAnswer::parse(&bytes, "A");
    }

    #[test]
    fn words_for_people_are_one_line_of_a_sane_length(zh in ".{0,400}", reason in ".{0,80}") {
        let text = serde_json::json!({"schema": 1, "id": "A", "result": "pending", "zh": zh, "reason": reason}).to_string();
        let answer = ReportAnswer::parse(text.as_bytes(), "A").unwrap();
        prop_assert!(answer.words.zh.chars().count() <= 200);
        prop_assert_eq!(text::first_hidden(&answer.words.zh), None);
        prop_assert!(answer.reason.len() <= 40);
    }
}
