//! Runs the system's own programs for the checks.

use cloud_shelf_core::program::{self, ProgramError, ProgramOutput};
use std::{process::Command, time::Duration};

/// Deadline; on a healthy machine each program answers in well under a second.
const PATIENCE: Duration = Duration::from_secs(8);
const MOST: usize = 64 << 10;

pub(super) type Answer = Result<ProgramOutput, ProgramError>;

pub(super) fn ask(program: &str, args: &[&str]) -> Answer {
    program::run(Command::new(program).args(args), PATIENCE, MOST)
}
