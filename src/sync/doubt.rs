//! Decides whether a failure concerns one file, or the network or the server. Pure.
//!
//! A single file may fail while others arrive. So a failure stays unexplained until another file
//! arrives after it. When several fail in a row, or the last ones fail, a file that is known to be
//! good is fetched as a probe (the "witness").

use cloud_shelf_core::transport::TransferError;

/// Failures in a row that call for the witness: twice the number of parallel downloads.
const IN_A_ROW: usize = 8;
/// Slow files per round. Each costs a minute or more, so the rest waits for another round.
const MOST_SLOW: usize = 8;

#[derive(Clone, Debug, Default)]
pub(super) struct Doubt {
    in_a_row: usize,
    slow: usize,
}

/// What to do after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    GoOn,
    AskWitness,
    GiveUp,
}

impl Doubt {
    /// A file, or the witness, has arrived: the network and the server are well.
    pub const fn came(&mut self) {
        self.in_a_row = 0;
    }

    /// A file has failed in a way that may be the network's or the server's fault.
    pub const fn failed(&mut self, error: &TransferError) -> Next {
        self.in_a_row += 1;
        if matches!(error, TransferError::TooSlow) {
            self.slow += 1;
        }
        if self.slow >= MOST_SLOW {
            Next::GiveUp
        } else if self.in_a_row.is_multiple_of(IN_A_ROW) {
            Next::AskWitness
        } else {
            Next::GoOn
        }
    }

    /// Whether nothing has arrived since the last failure.
    pub const fn is_open(&self) -> bool {
        self.in_a_row > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn status() -> TransferError {
        TransferError::Status { status: 500, retry_after: None }
    }

    #[test]
    fn a_failure_is_the_files_own_once_another_comes() {
        let mut doubt = Doubt::default();
        assert!(!doubt.is_open());
        for _ in 0..100 {
            assert_eq!(doubt.failed(&status()), Next::GoOn);
            assert!(doubt.is_open());
            doubt.came();
            assert!(!doubt.is_open());
        }
    }

    #[test]
    fn many_in_a_row_want_a_witness_and_it_clears_them() {
        let mut doubt = Doubt::default();
        for _ in 0..5 {
            for _ in 1..IN_A_ROW {
                assert_eq!(doubt.failed(&status()), Next::GoOn);
            }
            assert_eq!(doubt.failed(&status()), Next::AskWitness);
            doubt.came();
        }
    }

    #[test]
    fn what_is_slow_costs_a_round_a_few_minutes_and_no_more() {
        let mut doubt = Doubt::default();
        for number in 1..=MOST_SLOW {
            let next = doubt.failed(&TransferError::TooSlow);
            assert_eq!(next == Next::GiveUp, number == MOST_SLOW, "{number}");
            doubt.came();
        }
    }
}
