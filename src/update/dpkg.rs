//! Runs dpkg and reads its output.

use super::{Installed, UpdateError};
use cloud_shelf_core::program::{self, ProgramError, ProgramOutput};
use std::{path::Path, process::Command, time::Duration};

pub(super) const PACKAGE: &str = "cloud-shelf";
/// Deadline, for a slow card and triggers; killing dpkg earlier would do more harm than good.
const PATIENCE: Duration = Duration::from_secs(45 * 60);
const MOST: usize = 256 << 10;
/// Faults of the unit that break the installation of any version: out of memory, a bad card, a locked
/// debconf.
const UNITS_FAULTS: [&str; 4] =
    ["was killed by signal", "Input/output error", "Read-only file system", "is locked by another process"];

pub(super) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    // dpkg requires these directories on the PATH; nobody is there to answer debconf
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("DEBIAN_FRONTEND", "noninteractive");
    command
}

pub(super) fn run(what: &'static str, command: &mut Command) -> Result<ProgramOutput, UpdateError> {
    run_within(what, command, PATIENCE)
}

pub(super) fn run_within(
    what: &'static str,
    command: &mut Command,
    patience: Duration,
) -> Result<ProgramOutput, UpdateError> {
    program::run(command, patience, MOST).map_err(|error| match error {
        ProgramError::NotInstalled { program } => UpdateError::Program { what, detail: program },
        ProgramError::TimedOut { patience, .. } => {
            UpdateError::Slow { what, minutes: patience.as_secs() / 60 }
        }
        other => UpdateError::Program { what, detail: other.to_string() },
    })
}

/// Returns the last non-empty line.
pub(super) fn last_line(text: &str) -> String {
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or_default().chars().take(300).collect()
}

/// Configures packages that were unpacked but not configured. [`installed`] reports whether that worked.
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
    parse_installed(&said)
}

/// Parses a line such as `ok installed 0.2.0-1`. A missing package is not an error, but a failing dpkg is.
fn parse_installed(said: &ProgramOutput) -> Result<Installed, UpdateError> {
    if !said.is_ok() && !said.err.contains("no packages found matching") {
        return Err(UpdateError::Program { what: "dpkg-query", detail: last_line(&said.err) });
    }
    let words: Vec<&str> = said.out.split_whitespace().collect();
    Ok(match words[..] {
        ["ok", "installed", version] => Installed { version: Some(version.to_owned()), whole: true },
        [_, _, version] => Installed { version: Some(version.to_owned()), whole: false },
        _ => Installed { version: None, whole: false },
    })
}

pub(super) fn install(deb: &Path) -> Result<(), UpdateError> {
    // Keep configuration files that an installer has changed
    let args = ["--force-confdef", "--force-confold", "--install"];
    let said = run("dpkg", command("dpkg").args(args).arg(deb))?;
    if said.is_ok() { Ok(()) } else { Err(why(&said)) }
}

/// Maps dpkg's messages to an error.
fn why(said: &ProgramOutput) -> UpdateError {
    let has = |words: &[&str]| said.err.lines().find(|line| words.iter().any(|word| line.contains(word)));
    let detail = |line: Option<&str>| {
        line.map_or_else(|| last_line(&said.err), |line| line.trim().chars().take(300).collect())
    };
    if is_locked(said) {
        UpdateError::Busy
    } else if let Some(line) = has(&["No space left on device"]) {
        UpdateError::Full { detail: detail(Some(line)) }
    } else if let Some(line) = has(&UNITS_FAULTS) {
        UpdateError::Unit { detail: detail(Some(line)) }
    } else if said.code.is_none() {
        UpdateError::Unit { detail: "dpkg was killed".to_owned() }
    } else {
        // The cause comes before the lines that name the package
        UpdateError::Dpkg { detail: detail(has(&["error", "dependency"])) }
    }
}

/// Returns whether dpkg itself is locked. debconf, called by a package's scripts, has a lock of its own.
fn is_locked(said: &ProgramOutput) -> bool {
    let is_lock =
        |line: &str| line.starts_with("dpkg: error: dpkg ") && line.contains("locked by another process");
    !said.is_ok() && said.err.lines().any(is_lock)
}

pub(super) fn is_newer(version: &str, than: &str) -> Result<bool, UpdateError> {
    let said = run("dpkg", command("dpkg").args(["--compare-versions", version, "gt", than]))?;
    match said.code {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => Err(UpdateError::Program { what: "dpkg", detail: last_line(&said.err) }),
    }
}

/// Returns the package name and version that a .deb file declares.
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
            let Installed { version, whole } = parse_installed(&said(0, text, "")).unwrap();
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
    fn that_dpkg_cannot_tell_is_not_that_nothing_is_installed() {
        let none = said(1, "", "dpkg-query: no packages found matching cloud-shelf\n");
        assert_eq!(parse_installed(&none).unwrap(), Installed { version: None, whole: false });
        for (code, err) in [
            (
                Some(2),
                "dpkg-query: error: failed to open package info file '/var/lib/dpkg/status' for reading: Input/output error\n",
            ),
            (Some(2), "dpkg-query: error: parsing file '/var/lib/dpkg/status' near line 1\n"),
            (None, ""),
        ] {
            let error =
                parse_installed(&ProgramOutput { code, out: String::new(), err: err.into() }).unwrap_err();
            assert_eq!((error.code(), error.blames_version()), ("update_program", false), "{err}");
        }
    }

    #[test]
    fn a_units_own_faults_are_told_from_a_versions() {
        for (err, code, blames) in [
            (
                "dpkg: error: dpkg frontend lock was locked by another process with pid 7\n",
                "update_busy",
                false,
            ),
            ("dpkg: error: dpkg status database is locked by another process\n", "update_busy", false),
            (
                "debconf: DbDriver \"config\": /var/cache/debconf/config.dat is locked by another process: Resource temporarily unavailable\n\
                 dpkg: error processing package cloud-shelf (--install):\n installed cloud-shelf package post-installation script subprocess returned error exit status 1\n",
                "update_unit",
                false,
            ),
            (
                "dpkg: error processing package cloud-shelf (--install):\n installed cloud-shelf package post-installation script subprocess was killed by signal (Killed)\n",
                "update_unit",
                false,
            ),
            (
                "dpkg: error processing archive x.deb (--install):\n cannot copy extracted data for './usr/bin/cloud-shelf' to '/usr/bin/cloud-shelf.dpkg-new': failed to write (No space left on device)\n",
                "update_disk_full",
                false,
            ),
            (
                "dpkg: unrecoverable fatal error, aborting:\n unable to fsync updated status of 'cloud-shelf': Input/output error\n",
                "update_unit",
                false,
            ),
            (
                "dpkg: error: unable to create new file '/var/lib/dpkg/status-new': Read-only file system\n",
                "update_unit",
                false,
            ),
            (
                "dpkg: error processing package cloud-shelf (--install):\n installed cloud-shelf package post-installation script subprocess returned error exit status 1\n",
                "update_dpkg",
                true,
            ),
            ("dpkg: error processing archive x.deb (--install):\n", "update_dpkg", true),
            ("dpkg: dependency problems prevent configuration of cloud-shelf:\n", "update_dpkg", true),
        ] {
            let error = why(&said(1, "", err));
            assert_eq!((error.code(), error.blames_version()), (code, blames), "{err}");
        }
        let killed = why(&ProgramOutput { code: None, out: String::new(), err: String::new() });
        assert_eq!((killed.code(), killed.blames_version()), ("update_unit", false));
    }

    #[test]
    fn one_that_does_not_end_is_said_to_be_slow() {
        let patience = Duration::from_millis(50);
        let slow = run_within("sh", Command::new("sh").args(["-c", "sleep 600"]), patience).unwrap_err();
        assert_eq!(slow.code(), "update_slow");
    }

    fn said(code: i32, out: &str, err: &str) -> ProgramOutput {
        ProgramOutput { code: Some(code), out: out.into(), err: err.into() }
    }
}
