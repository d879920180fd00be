//! Opening hours: tables, clock changes, and random hours.

mod clock_changes;
mod document;
mod state;

use super::*;

/// Parses hours from JSON.
fn hours(json: &str) -> Hours {
    let document: HoursDocument = serde_json::from_str(json).unwrap();
    Hours::try_from(&document).unwrap()
}

/// Parses a time in a zone, `2027-02-16T09:00[Asia/Shanghai]`, to Unix seconds.
fn at(text: &str) -> i64 {
    text.parse::<jiff::ZonedDateTime>().unwrap().timestamp().as_second()
}

/// Formats a state in the zone of the hours.
fn told(hours: &Hours, state: OpeningState) -> String {
    let until = state.until().map(|second| {
        let time = jiff::Timestamp::from_second(second).unwrap().to_zoned_datetime(hours.zone());
        time.strftime("%a %d %H:%M").to_string()
    });
    format!("{} {}", if state.is_open() { "open" } else { "closed" }, until.as_deref().unwrap_or("-"))
}

/// Checks every row of a table, `time => state`.
fn holds(json: &str, rows: &[(&str, &str)]) {
    let hours = hours(json);
    for (time, expected) in rows {
        let zoned = format!("{time}[{}]", hours.zone().iana_name().unwrap());
        assert_eq!(told(&hours, hours.state_at(at(&zoned))), *expected, "{json} at {time}");
    }
}
