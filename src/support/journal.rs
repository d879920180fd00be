//! Logs and versions, from the programs of the system that know them.

use super::MAX_PART_BYTES;
use crate::program;
use std::{process::Command, time::Duration};

/// A journal of years on a slow card takes its time.
const PATIENCE: Duration = Duration::from_secs(30);
const LINES: &str = "5000";

/// The last lines of our own units.
pub fn logs() -> String {
    let units = ["--unit=cloud-shelf.service", "--unit=cloud-shelf-update.service"];
    said("journalctl", &[&units[..], &["--lines", LINES, "--no-pager", "--output=short-iso"]].concat())
}

/// The kernel's last lines.
pub fn kernel() -> String {
    match ask("journalctl", &["--dmesg", "--lines", LINES, "--no-pager", "--output=short-iso"]) {
        Ok(text) => text,
        Err(_) => said("dmesg", &[]),
    }
}

/// Versions of the packages that the pages depend on.
pub fn packages() -> String {
    let patterns = [
        "cloud-shelf*",
        "libc6",
        "libinput10",
        "libgbm1",
        "libdrm2",
        "mesa*",
        "libfontconfig1",
        "fonts-noto-cjk",
        "linux-image*",
        "systemd",
        "network-manager",
        "apt",
        "dpkg",
        "raspi-firmware",
    ];
    let format = ["--show", "--showformat=${db:Status-Abbrev} ${Package} ${Version} ${Architecture}\\n"];
    // It fails for every pattern without a package, and tells the others all the same
    let told = program::run(Command::new("dpkg-query").args(format).args(patterns), PATIENCE, MAX_PART_BYTES);
    told.map_or_else(|error| format!("{error}\n"), |said| said.out)
}

fn ask(program: &str, args: &[&str]) -> Result<String, String> {
    match program::run(Command::new(program).args(args), PATIENCE, MAX_PART_BYTES) {
        Ok(said) if said.is_ok() => Ok(said.out),
        Ok(said) => Err(format!("{program}: {}\n{}", said.code.unwrap_or(-1), said.err)),
        Err(error) => Err(format!("{error}\n")),
    }
}

/// What it says, or why it says nothing.
fn said(program: &str, args: &[&str]) -> String {
    ask(program, args).unwrap_or_else(|why| why)
}
