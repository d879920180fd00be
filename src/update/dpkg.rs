//! What dpkg does and knows.

use super::{Installed, UpdateError};
use crate::program::{self, ProgramError, Said};
use std::{path::Path, process::Command, time::Duration};

pub(super) const PACKAGE: &str = "cloud-shelf";
/// On a slow card, with triggers; dpkg is not ended before that, which would do more harm than good.
const PATIENCE: Duration = Duration::from_secs(45 * 60);
const MOST: usize = 256 << 10;

pub(super) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    // dpkg insists on finding these; nobody is there to answer
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("DEBIAN_FRONTEND", "noninteractive");
    command
}

pub(super) fn run(what: &'static str, command: &mut Command) -> Result<Said, UpdateError> {
    run_within(what, command, PATIENCE)
}

pub(super) fn run_within(
    what: &'static str,
    command: &mut Command,
    patience: Duration,
) -> Result<Said, UpdateError> {
    program::run(command, patience, MOST).map_err(|error| match error {
        ProgramError::NotThere { program } => UpdateError::Program { what, detail: program },
        other => UpdateError::Program { what, detail: other.to_string() },
    })
}

/// The last line that says something.
pub(super) fn last_line(text: &str) -> String {
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or_default().chars().take(300).collect()
}

/// Configures what was unpacked and not configured. What can't be is told by [`installed`].
pub(super) fn repair() -> Result<(), UpdateError> {
    let said = run(
        "dpkg",
        command("dpkg").args(["--force-confdef", "--force-confold", "--configure", "--pending"]),
    )?;
    if is_locked(&said) {
        return Err(UpdateError::Busy);
    }
    if !said.is_ok() {
        tracing::warn!(said = last_line(&said.err), "dpkg could not configure everything");
    }
    Ok(())
}

pub(super) fn installed() -> Result<Installed, UpdateError> {
    let format = "--showformat=${db:Status-Eflag} ${db:Status-Status} ${Version}\\n";
    let said = run("dpkg-query", command("dpkg-query").args(["--show", format, PACKAGE]))?;
    Ok(parse_installed(&said.out))
}

/// Of a line such as `ok installed 0.2.0-1`.
fn parse_installed(text: &str) -> Installed {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        ["ok", "installed", version] => Installed { version: Some(version.to_owned()), whole: true },
        [_, _, version] => Installed { version: Some(version.to_owned()), whole: false },
        _ => Installed { version: None, whole: false },
    }
}

pub(super) fn install(deb: &Path) -> Result<(), UpdateError> {
    // Settings that an installer has changed stay
    let args = ["--force-confdef", "--force-confold", "--install"];
    let said = run("dpkg", command("dpkg").args(args).arg(deb))?;
    if said.is_ok() {
        return Ok(());
    }
    let detail = last_line(&said.err);
    if is_locked(&said) {
        Err(UpdateError::Busy)
    } else if said.err.contains("No space left on device") {
        Err(UpdateError::Full { detail })
    } else {
        // The line that says why stands before those that name the package
        let why = said.err.lines().find(|line| line.contains("error") || line.contains("dependency"));
        Err(UpdateError::Dpkg { detail: why.map_or(detail, |why| why.trim().chars().take(300).collect()) })
    }
}

fn is_locked(said: &Said) -> bool {
    !said.is_ok() && said.err.contains("lock") && said.err.contains("another process")
}

pub(super) fn is_newer(version: &str, than: &str) -> Result<bool, UpdateError> {
    let said = run("dpkg", command("dpkg").args(["--compare-versions", version, "gt", than]))?;
    match said.code {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => Err(UpdateError::Program { what: "dpkg", detail: last_line(&said.err) }),
    }
}

/// The version and name that a package's file gives itself.
pub(super) fn identity(deb: &Path) -> Result<(String, String), UpdateError> {
    let said =
        run("dpkg-deb", command("dpkg-deb").args(["--show", "--showformat=${Package} ${Version}"]).arg(deb))?;
    match said.out.split_once(' ') {
        Some((package, version)) if said.is_ok() => Ok((package.to_owned(), version.trim().to_owned())),
        _ => Err(UpdateError::Tampered { file: deb.display().to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_installed_and_sound_package_is_whole() {
        let of = |text: &str| {
            let Installed { version, whole } = parse_installed(text);
            (version.unwrap_or_default(), whole)
        };
        assert_eq!(of("ok installed 0.2.0-1\n"), ("0.2.0-1".into(), true));
        assert_eq!(of("ok half-configured 0.2.0-1\n"), ("0.2.0-1".into(), false));
        assert_eq!(of("reinstreq half-installed 0.1.0\n"), ("0.1.0".into(), false));
        assert_eq!(of("ok config-files 0.1.0\n"), ("0.1.0".into(), false));
        assert_eq!(of("ok not-installed \n"), (String::new(), false));
        assert_eq!(of(""), (String::new(), false));
    }

    #[test]
    fn a_lock_is_told_from_other_refusals() {
        let said = |code, err: &str| Said { code: Some(code), out: String::new(), err: err.into() };
        assert!(is_locked(&said(
            2,
            "dpkg: error: dpkg frontend lock was locked by another process with pid 7\n"
        )));
        assert!(!is_locked(&said(1, "dpkg: error processing archive x.deb (--install)\n")));
    }
}
