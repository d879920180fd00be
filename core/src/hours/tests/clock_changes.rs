//! Nights with a clock change.

use super::*;

#[test]
fn an_hour_that_is_left_out_has_no_length() {
    // Berlin 2027-03-28: 02:00 becomes 03:00
    let json = r#"{"week":{"sat":["22:00-26:30"],"sun":["02:30-05:00"]},"zone":"Europe/Berlin"}"#;
    holds(json, &[("2027-03-27T22:00", "open Sun 28 05:00"), ("2027-03-28T03:00", "open Sun 28 05:00")]);
    holds(
        r#"{"week":{"sun":["02:30-05:00"]},"zone":"Europe/Berlin"}"#,
        &[("2027-03-28T01:59", "closed Sun 28 03:00"), ("2027-03-28T03:00", "open Sun 28 05:00")],
    );
    holds(
        r#"{"week":{"sat":["22:00-26:30"]},"zone":"Europe/Berlin"}"#,
        &[("2027-03-28T01:59", "open Sun 28 03:00"), ("2027-03-28T03:00", "closed Sat 03 22:00")],
    );
    // Entirely within the skipped hour: the shop does not open
    holds(
        r#"{"week":{"sun":["02:10-02:50","10:00-11:00"]},"zone":"Europe/Berlin"}"#,
        &[("2027-03-28T01:59", "closed Sun 28 10:00"), ("2027-03-28T03:00", "closed Sun 28 10:00")],
    );
}

#[test]
fn of_an_hour_that_comes_twice_the_first_counts() {
    // Berlin 2027-10-31: 03:00 becomes 02:00
    let berlin = hours(r#"{"week":{"sat":["22:00-26:30"],"sun":["02:45-05:00"]},"zone":"Europe/Berlin"}"#);
    for (time, expected) in [
        ("2027-10-31T02:29+02:00[Europe/Berlin]", "open Sun 31 02:30"),
        ("2027-10-31T02:30+02:00[Europe/Berlin]", "closed Sun 31 02:45"),
        ("2027-10-31T02:45+02:00[Europe/Berlin]", "open Sun 31 05:00"),
        // The clock shows 02:15 again: nothing closes or opens
        ("2027-10-31T02:15+01:00[Europe/Berlin]", "open Sun 31 05:00"),
    ] {
        assert_eq!(told(&berlin, berlin.state_at(at(time))), expected, "{time}");
    }
    let long = berlin.state_at(at("2027-10-31T02:45+02:00[Europe/Berlin]")).until().unwrap();
    assert_eq!(long - at("2027-10-31T02:45+02:00[Europe/Berlin]"), (3 * 60 + 15) * 60);
}

#[test]
fn half_an_hour_and_a_whole_day_are_left_out_as_well() {
    // Lord Howe 2027-10-03: 02:00 becomes 02:30
    holds(
        r#"{"week":{"sun":["02:15-03:00"]},"zone":"Australia/Lord_Howe"}"#,
        &[("2027-10-03T01:59", "closed Sun 03 02:30"), ("2027-10-03T02:30", "open Sun 03 03:00")],
    );
    // Samoa had no 2011-12-30
    holds(
        r#"{"week":{"thu":["09:00-25:00"],"fri":["09:00-17:00"],"sat":["09:00-17:00"]},"zone":"Pacific/Apia"}"#,
        &[("2011-12-29T23:59", "open Sat 31 00:00"), ("2011-12-31T00:00", "closed Sat 31 09:00")],
    );
}
