//! The installer's command on the unit.

// What comes from outside, or from another moment, may have any length
#![deny(clippy::indexing_slicing)]
#![cfg_attr(test, allow(clippy::indexing_slicing))]

use cloud_shelf::cli::{Surroundings, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    run(std::env::args_os(), &Surroundings::of_process()).into()
}
