//! Traps that crash the program, for tests of its recovery. Compiled into debug builds only.

use std::time::Duration;

/// Marks a trap in a picture file or in a catalog's title.
pub const MARK: &str = "cloud-shelf-trap";
/// Environment variable that arms the traps.
pub const ARMED: &str = "CLOUD_SHELF_TEST_TRAP";
/// Environment variable: milliseconds after which a start or a catalog counts as proven.
pub const PROVEN_MS: &str = "CLOUD_SHELF_TEST_PROVEN_MS";

/// Aborts the program if the mark is among the first bytes.
#[cfg(debug_assertions)]
pub fn abort_if_marked(bytes: &[u8]) {
    const MOST: usize = 4096;
    let is_marked =
        || bytes[..bytes.len().min(MOST)].windows(MARK.len()).any(|window| window == MARK.as_bytes());
    if std::env::var_os(ARMED).is_some() && is_marked() {
        tracing::error!("a test trap is sprung");
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
pub const fn spring(_: &[u8]) {}

/// Returns the test's proof time, if set.
#[cfg(debug_assertions)]
pub fn proven_after() -> Option<Duration> {
    std::env::var(PROVEN_MS).ok()?.parse().ok().map(Duration::from_millis)
}

#[cfg(not(debug_assertions))]
pub const fn proven_after() -> Option<Duration> {
    None
}
