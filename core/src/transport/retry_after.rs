//! The `Retry-After` header.

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use std::time::Duration;

/// Upper bound: no header may keep a unit away for a day.
const MOST: Duration = Duration::from_secs(3600);

/// Parses both forms of `Retry-After` (RFC 9110, 10.2.3). A date is relative to the server's own
/// `Date`, because this unit's clock may be wrong; without one, relative to `now` (Unix seconds).
pub(super) fn parse_retry_after(headers: &HeaderMap, now: i64) -> Option<Duration> {
    let text = |name: HeaderName| Some(headers.get(name)?.to_str().ok()?.trim());
    let wanted = text(RETRY_AFTER)?;
    if let Ok(seconds) = wanted.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(MOST));
    }
    let parser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let time = |text| parser.parse_timestamp(text).ok().map(jiff::Timestamp::as_second);
    let from = text(DATE).and_then(time).unwrap_or(now);
    let seconds = u64::try_from(time(wanted)?.saturating_sub(from)).unwrap_or(0);
    Some(Duration::from_secs(seconds).min(MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(retry: &str, date: Option<&str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, retry.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        parse_retry_after(&headers, 784_111_700).map(|duration| duration.as_secs())
    }

    #[test]
    fn seconds_and_dates_are_understood_and_capped() {
        assert_eq!(of("120", None), Some(120));
        assert_eq!(of(" 0 ", None), Some(0));
        assert_eq!(of("99999999999", None), Some(3600));
        assert_eq!(of("-5", None), None);
        assert_eq!(of("soon", None), None);
        // Unix time 784,111,777
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(of(date, None), Some(77));
        assert_eq!(of(date, Some("Sun, 06 Nov 1994 08:49:07 GMT")), Some(30));
        assert_eq!(of(date, Some("Sun, 06 Nov 1994 09:00:00 GMT")), Some(0));
        assert_eq!(of("Sun, 06 Nov 2094 08:49:37 GMT", None), Some(3600));
        assert_eq!(parse_retry_after(&HeaderMap::new(), 0), None);
    }
}
