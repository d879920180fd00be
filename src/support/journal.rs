//! Logs and package versions, from the system's own programs.

use super::MAX_PART_BYTES;
use cloud_shelf_core::program;
use std::{process::Command, time::Duration};

/// Deadline; reading years of journal from a slow card takes long.
const PATIENCE: Duration = Duration::from_secs(30);
const LINES: &str = "5000";

/// Returns the last log lines of this program's systemd units.
pub fn logs() -> String {
    let units = ["--unit=cloud-shelf.service", "--unit=cloud-shelf-update.service"];
    said("journalctl", &[&units[..], &["--lines", LINES, "--no-pager", "--output=short-iso"]].concat())
}

/// Returns the kernel's last log lines.
pub fn kernel() -> String {
    match ask("journalctl", &["--dmesg", "--lines", LINES, "--no-pager", "--output=short-iso"]) {
        Ok(text) => text,
        Err(_) => said("dmesg", &[]),
    }
}

/// Returns the versions of the packages that matter for the pages.
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
    // dpkg-query fails if any pattern matches no package, but still prints the others
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

/// Returns the program's output, or why there is none.
fn said(program: &str, args: &[&str]) -> String {
    ask(program, args).unwrap_or_else(|why| why)
}
