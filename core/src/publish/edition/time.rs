//! Checks the publisher's clock before anything is signed with it.
//!
//! A pointer that is dated years ahead cannot be replaced by one with the right time as long as
//! units believe it, and a wrong clock does not announce itself. So a time far from the last
//! edition is signed only after a person has confirmed it.

use crate::{clock::BUILD_TIME, publish::PublishError};

/// Age of the program, in seconds, up to which the first edition needs no confirmation.
const FIRST_AFTER_BUILD_S: i64 = 400 * 86_400;

/// A person's statement on the computer's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockConfirmation {
    /// None was made
    #[default]
    None,
    /// The clock is right, although much time has passed since the last edition
    JumpIsRight,
    /// The clock was wrong at the last edition, and is right now
    WasWrong,
}

/// When the last edition was signed and when it expires; Unix time (seconds).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::publish) struct EditionTime {
    pub issued_at: i64,
    pub expires_at: i64,
}

/// Refuses a time that a person has to confirm before it is signed.
pub(in crate::publish) fn check_time(
    last: Option<EditionTime>,
    now: i64,
    word: ClockConfirmation,
) -> Result<(), PublishError> {
    match last {
        Some(last) if now < last.issued_at && word != ClockConfirmation::WasWrong => {
            Err(PublishError::ClockBehind { now, last: last.issued_at })
        }
        // Pointers are renewed long before they expire: nobody has published for a long time, or
        // the clock jumped
        Some(last) if now > last.expires_at && word == ClockConfirmation::None => {
            Err(PublishError::TimeJump { now, last: last.issued_at })
        }
        None if now > BUILD_TIME.saturating_add(FIRST_AFTER_BUILD_S) && word == ClockConfirmation::None => {
            Err(PublishError::TimeJump { now, last: BUILD_TIME })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;
    const LAST: EditionTime = EditionTime { issued_at: 1_790_000_000, expires_at: 1_790_000_000 + 60 * DAY };

    #[test]
    fn a_person_is_asked_where_the_time_is_strange() {
        let code = |last, now, word| check_time(last, now, word).err().map(|error| error.code());
        let (at, end) = (LAST.issued_at, LAST.expires_at);
        for (last, now, none, right, wrong) in [
            (Some(LAST), at, None, None, None),
            (Some(LAST), end, None, None, None),
            (Some(LAST), at - 1, Some("clock_behind"), Some("clock_behind"), None),
            (Some(LAST), end + 1, Some("time_jump"), None, None),
            (Some(LAST), at + 3 * 366 * DAY, Some("time_jump"), None, None),
            (None, BUILD_TIME, None, None, None),
            (None, BUILD_TIME + 3 * 366 * DAY, Some("time_jump"), None, None),
        ] {
            assert_eq!(code(last, now, ClockConfirmation::None), none, "{now}");
            assert_eq!(code(last, now, ClockConfirmation::JumpIsRight), right, "{now}");
            assert_eq!(code(last, now, ClockConfirmation::WasWrong), wrong, "{now}");
        }
    }
}
