//! The installer's command on the unit.

use cloud_shelf::cli::{Surroundings, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    run(std::env::args_os(), &Surroundings::of_process()).into()
}
