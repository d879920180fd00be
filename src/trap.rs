//! Things that end the program, for the tests that prove that it gets over them. A program that is
//! built for release has none of it.

use std::time::Duration;

/// What such a picture's file, or such a catalog's title, has in it.
pub const MARK: &str = "cloud-shelf-trap";
/// Has to be set where a trap is to spring.
pub const ARMED: &str = "CLOUD_SHELF_TEST_TRAP";
/// For how many milliseconds a start or a catalog has to live.
pub const PROVEN_MS: &str = "CLOUD_SHELF_TEST_PROVEN_MS";

/// Ends the program at once if the mark is in the beginning of these bytes.
#[cfg(debug_assertions)]
pub fn spring(bytes: &[u8]) {
    const MOST: usize = 4096;
    let is_marked =
        || bytes[..bytes.len().min(MOST)].windows(MARK.len()).any(|window| window == MARK.as_bytes());
    if std::env::var_os(ARMED).is_some() && is_marked() {
        tracing::error!("a test's trap springs");
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
pub const fn spring(_: &[u8]) {}

/// The span that a test has set in the place of the usual one.
#[cfg(debug_assertions)]
pub fn proven_after() -> Option<Duration> {
    std::env::var(PROVEN_MS).ok()?.parse().ok().map(Duration::from_millis)
}

#[cfg(not(debug_assertions))]
pub const fn proven_after() -> Option<Duration> {
    None
}
