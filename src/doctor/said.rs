//! Programs of the system, asked for what they know.

use crate::program::{self, ProgramError, Said};
use std::{process::Command, time::Duration};

/// Each of them answers in well under a second on a machine that is well.
const PATIENCE: Duration = Duration::from_secs(8);
const MOST: usize = 64 << 10;

pub(super) type Answer = Result<Said, ProgramError>;

pub(super) fn ask(program: &str, args: &[&str]) -> Answer {
    program::run(Command::new(program).args(args), PATIENCE, MOST)
}
