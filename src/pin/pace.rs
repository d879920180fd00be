//! The wait after wrong tries. Pure.

use std::time::Duration;

/// Longest wait. Trying all four-digit PINs at this rate takes over three months, while staff who come after
/// a prankster wait no longer than this.
const LONGEST: Duration = Duration::from_secs(900);

/// Returns the wait after this many wrong tries in a row: one second, doubled with each try.
pub fn wait_after(wrong: u32) -> Duration {
    let Some(doubled) = wrong.checked_sub(1) else { return Duration::ZERO };
    let seconds = 1_u64.checked_shl(doubled.min(32)).unwrap_or(u64::MAX);
    Duration::from_secs(seconds).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_try_makes_the_next_slower_up_to_a_quarter_of_an_hour() {
        let waits: Vec<u64> = (0..14).map(|wrong| wait_after(wrong).as_secs()).collect();
        assert_eq!(waits, [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        assert_eq!(wait_after(u32::MAX), LONGEST);
    }
}
