//! Open or closed, and until when.

use super::*;
use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[test]
fn a_day_opens_and_closes() {
    // 2027-02-15 is a Monday
    holds(
        r#"{"week":{"mon":["09:00-12:00","13:00-26:00"],"tue":["10:00-18:00"]}}"#,
        &[
            ("2027-02-15T08:59", "closed Mon 15 09:00"),
            ("2027-02-15T09:00", "open Mon 15 12:00"),
            ("2027-02-15T12:00", "closed Mon 15 13:00"),
            ("2027-02-15T13:00", "open Tue 16 02:00"),
            ("2027-02-16T01:59", "open Tue 16 02:00"),
            ("2027-02-16T02:00", "closed Tue 16 10:00"),
            ("2027-02-16T18:00", "closed Mon 22 09:00"),
        ],
    );
}

#[test]
fn a_date_stands_in_place_of_its_weekday() {
    holds(
        r#"{"week":{"mon":["13:00-26:00"],"tue":["10:00-18:00"],"wed":["10:00-18:00"]},
            "dates":{"2027-02-16":[],"2027-02-18":["11:00-12:00"]}}"#,
        &[
            // A closed date still has the end of the previous night
            ("2027-02-16T01:00", "open Tue 16 02:00"),
            ("2027-02-16T02:00", "closed Wed 17 10:00"),
            ("2027-02-17T18:00", "closed Thu 18 11:00"),
            ("2027-02-23T09:00", "closed Tue 23 10:00"),
        ],
    );
}

#[test]
fn nights_that_meet_are_one() {
    holds(
        r#"{"week":{"fri":["20:00-30:00"],"sat":["05:00-09:00","08:00-10:00","10:00-24:00"],"sun":["00:00-01:00"]}}"#,
        &[
            ("2027-02-19T20:00", "open Sun 21 01:00"),
            ("2027-02-20T07:00", "open Sun 21 01:00"),
            ("2027-02-21T01:00", "closed Fri 26 20:00"),
        ],
    );
}

#[test]
fn what_is_far_away_is_not_said() {
    let always = r#"{"week":{"mon":["00:00-24:00"],"tue":["00:00-24:00"],"wed":["00:00-24:00"],
        "thu":["00:00-24:00"],"fri":["00:00-24:00"],"sat":["00:00-24:00"],"sun":["00:00-24:00"]}}"#;
    holds(always, &[("2027-02-15T08:00", "open -")]);
    holds(r#"{"week":{}}"#, &[("2027-02-15T08:00", "closed -")]);
    // The search covers eight days, not a minute more
    holds(
        r#"{"week":{},"dates":{"2027-03-01":["10:00-18:00"]}}"#,
        &[("2027-02-21T09:59", "closed -"), ("2027-02-21T10:00", "closed Mon 01 10:00")],
    );
}

#[test]
fn the_zone_is_the_shops_whatever_the_units_is() {
    let hours = hours(r#"{"week":{"mon":["09:00-21:00"]}}"#);
    assert_eq!(hours.zone().iana_name(), Some("Asia/Shanghai"));
    assert!(hours.state_at(at("2027-02-15T01:00[UTC]")).is_open());
    assert!(!hours.state_at(at("2027-02-15T00:59[UTC]")).is_open());
}

prop_compose! {
    fn span()(start in 0u16..1440, length in 1u16..1440) -> Span {
        Span::new(start, start + length).unwrap()
    }
}

prop_compose! {
    pub(super) fn any_hours()(
        week in prop::array::uniform7(prop::collection::vec(span(), 0..3)),
        dates in prop::collection::btree_map(-3i32..12, prop::collection::vec(span(), 0..3), 0..3),
        zone in prop::sample::select(vec!["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    ) -> Hours {
        let mut hours = Hours::always_closed();
        for (day, spans) in Day::ALL.into_iter().zip(week) {
            hours.set_day(day, spans);
        }
        for (offset, spans) in dates {
            hours.set_date(day_at(offset), spans);
        }
        hours.set_zone(TimeZone::get(zone).unwrap());
        hours
    }
}

/// Days around the clock changes in spring 2026 and 2027.
fn day_at(offset: i32) -> jiff::civil::Date {
    use jiff::ToSpan;
    jiff::civil::date(2027, 3, 26).checked_add(offset.days()).unwrap()
}

fn moment() -> impl Strategy<Value = i64> {
    // Two weeks around the end of March and the end of October 2027
    let around = |text: &str| (at(text) - 700_000)..(at(text) + 700_000);
    prop_oneof![around("2027-03-28T00:00[UTC]"), around("2027-10-31T00:00[UTC]")]
}

/// Whether the shop is open by the clock on the wall, as a person at the door would say.
fn by_the_wall(hours: &Hours, second: i64) -> bool {
    use jiff::ToSpan;
    let now = Timestamp::from_second(second).unwrap().to_zoned_datetime(hours.zone()).datetime();
    let minute = u16::try_from(now.hour()).unwrap() * 60 + u16::try_from(now.minute()).unwrap();
    [0u16, 1].into_iter().any(|days_ago| {
        let date = now.date().checked_sub(i32::from(days_ago).days()).unwrap();
        let minute = minute + days_ago * 1440;
        hours.spans_of_date(date).iter().any(|span| span.start() <= minute && minute < span.end())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_state_holds_until_it_changes(hours in any_hours(), now in moment(), part in 0.0f64..1.0) {
        let state = hours.state_at(now);
        let end = state.until().unwrap_or(now + 8 * 86_400);
        prop_assert!(now < end && end <= now + 8 * 86_400);
        let between = now + ((end - now) as f64 * part) as i64;
        let then = hours.state_at(between.min(end - 1));
        prop_assert_eq!(then.is_open(), state.is_open());
        if state.until().is_some() {
            prop_assert_eq!(then.until(), state.until());
            prop_assert_ne!(hours.state_at(end).is_open(), state.is_open());
        }
    }

    #[test]
    fn it_agrees_with_the_clock_on_the_wall(hours in any_hours(), now in moment()) {
        let zone = hours.zone();
        // When the clock is put back, a time occurs twice, and the first occurrence counts
        let put = |days: i64| zone.to_offset(Timestamp::from_second(now + days * 86_400).unwrap());
        prop_assume!(put(-2) == put(0) && put(0) == put(2));
        prop_assert_eq!(hours.state_at(now).is_open(), by_the_wall(&hours, now));
    }

    #[test]
    fn every_moment_has_an_answer(hours in any_hours(), now: i64) {
        let state = hours.state_at(now);
        prop_assert!(state.until().is_none_or(|until| until.abs() < 1 << 40));
    }

    #[test]
    fn cut_in_two_a_span_is_the_same(hours in any_hours(), now in moment(), cut in 1u16..1440, overlap in 0u16..30) {
        let cut_up = |spans: &[Span]| {
            spans.iter().flat_map(|span| {
                match (Span::new(span.start(), cut), Span::new(cut.saturating_sub(overlap).max(span.start()), span.end())) {
                    (Some(first), Some(second)) if cut < span.end() => vec![second, first],
                    _ => vec![*span],
                }
            }).collect::<Vec<_>>()
        };
        let mut other = hours.clone();
        for day in Day::ALL {
            other.set_day(day, cut_up(hours.spans_of_weekday(day)));
        }
        let dates: BTreeMap<_, _> = hours.dates().map(|(date, spans)| (date, cut_up(spans))).collect();
        for (date, spans) in dates {
            other.set_date(date, spans);
        }
        prop_assert_eq!(&other, &hours);
        prop_assert_eq!(other.state_at(now), hours.state_at(now));
    }
}
