//! How long a person waits after wrong tries. Pure.

use std::time::Duration;

/// Four digits tried in this rhythm without a pause take over three months; somebody who knows the
/// PIN and comes after a prankster waits so long at the most.
const LONGEST: Duration = Duration::from_secs(900);

/// What has to be waited after so many wrong tries in a row: one second, then twice as long each time.
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
