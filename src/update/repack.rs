//! Rebuilds a .deb of the installed version, if its file is nowhere to be had, from dpkg's database and the
//! installed files.

use super::{
    UpdateError,
    dpkg::{PACKAGE, command, last_line, run},
};
use std::{
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
};

/// Files of dpkg's database that installing creates, and that are not part of a package.
const NOT_PART: [&str; 1] = ["list"];

/// Builds `target` from the installed package. Fails if files were changed since, as the result would not be
/// that version.
pub(super) fn repack(work: &Path, target: &Path) -> Result<(), UpdateError> {
    let verified = run("dpkg", command("dpkg").args(["--verify", PACKAGE]))?;
    if let Some(changed) = changed(&verified.out) {
        return Err(UpdateError::Program { what: "dpkg --verify", detail: changed });
    }
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| UpdateError::Io { path, error }
    };
    // Remove what an interrupted attempt left
    let _ = fs::remove_dir_all(work);
    let control = work.join("DEBIAN");
    fs::create_dir_all(&control).map_err(failed(&control))?;
    fs::set_permissions(work, fs::Permissions::from_mode(0o755)).map_err(failed(work))?;
    let status = run("dpkg-query", command("dpkg-query").args(["--status", PACKAGE]))?;
    let (fields, conffiles) = control_of(&status.out);
    fs::write(control.join("control"), fields).map_err(failed(&control))?;
    if !conffiles.is_empty() {
        fs::write(control.join("conffiles"), conffiles).map_err(failed(&control))?;
    }
    let notes = run("dpkg-query", command("dpkg-query").args(["--control-list", PACKAGE]))?;
    for note in notes
        .out
        .lines()
        .filter(|note| !NOT_PART.contains(note) && *note != "conffiles" && *note != "control")
    {
        let path = run("dpkg-query", command("dpkg-query").args(["--control-path", PACKAGE, note]))?;
        let to = control.join(note);
        fs::copy(path.out.trim(), &to).map_err(failed(&to))?;
    }
    let files = run("dpkg-query", command("dpkg-query").args(["--listfiles", PACKAGE]))?;
    for path in files.out.lines().filter(|line| line.starts_with('/') && *line != "/.").map(PathBuf::from) {
        copy(&path, work).map_err(failed(&path))?;
    }
    let said = run("dpkg-deb", command("dpkg-deb").args(["-Zgzip", "-z1", "--build"]).arg(work).arg(target))?;
    let _ = fs::remove_dir_all(work);
    if said.is_ok() {
        Ok(())
    } else {
        Err(UpdateError::Program { what: "dpkg-deb", detail: last_line(&said.err) })
    }
}

/// Returns the first changed file in the output of `dpkg --verify` that is not a configuration file.
fn changed(out: &str) -> Option<String> {
    let line = out.lines().find(|line| {
        let mut words = line.split_whitespace();
        // `??5?????? c /etc/x`: the c marks a configuration file
        words.next().is_some() && words.next() != Some("c")
    });
    line.map(|line| line.trim().to_owned())
}

/// Reconstructs the control file from `dpkg-query --status`, and returns it with the names of the conffiles.
fn control_of(status: &str) -> (String, String) {
    let (mut fields, mut conffiles, mut in_conffiles) = (String::new(), String::new(), false);
    for line in status.lines() {
        let is_more = line.starts_with(' ');
        if !is_more {
            in_conffiles = line.starts_with("Conffiles:");
        }
        if in_conffiles {
            let mut words = line.split_whitespace();
            if is_more
                && let Some(path) = words.next()
                && !words.any(|word| word == "obsolete")
            {
                conffiles.push_str(path);
                conffiles.push('\n');
            }
        } else if is_more || !(line.starts_with("Status:") || line.starts_with("Config-Version:")) {
            fields.push_str(line);
            fields.push('\n');
        }
    }
    (fields, conffiles)
}

/// Copies a file, link or directory with its mode and owner.
fn copy(path: &Path, work: &Path) -> io::Result<()> {
    let inside = path.strip_prefix("/").unwrap_or(path);
    let to = work.join(inside);
    let Ok(from) = fs::symlink_metadata(path) else {
        // A configuration file that an installer has deleted
        return Ok(());
    };
    if from.is_dir() {
        fs::create_dir_all(&to)?;
        fs::set_permissions(&to, from.permissions())?;
    } else if from.is_symlink() {
        // A directory of the system may be a link, such as /lib, with dpkg's files below its target
        if !fs::metadata(path).is_ok_and(|target| target.is_dir()) {
            symlink(fs::read_link(path)?, &to)?;
        } else {
            fs::create_dir_all(&to)?;
        }
        return Ok(());
    } else {
        fs::copy(path, &to)?;
    }
    std::os::unix::fs::lchown(&to, Some(from.uid()), Some(from.gid()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dpkg_adds_is_taken_off_again() {
        let status = "Package: cloud-shelf\nStatus: install ok installed\nPriority: optional\nVersion: 0.1.0\n\
                      Conffiles:\n /etc/a b1946ac9\n /etc/old c157a790 obsolete\nDescription: a shelf\n more of it\n .\n end\n";
        let (fields, conffiles) = control_of(status);
        assert_eq!(
            fields,
            "Package: cloud-shelf\nPriority: optional\nVersion: 0.1.0\nDescription: a shelf\n more of it\n .\n end\n"
        );
        assert_eq!(conffiles, "/etc/a\n");
    }

    #[test]
    fn a_changed_program_is_seen_and_a_changed_setting_is_none() {
        assert_eq!(changed(""), None);
        assert_eq!(changed("??5?????? c /etc/cloud-shelf/x\n"), None);
        assert!(
            changed("??5?????? c /etc/x\n??5??????   /usr/bin/cloud-shelf\n")
                .unwrap()
                .ends_with("/usr/bin/cloud-shelf")
        );
        assert!(changed("missing     /usr/bin/cloud-shelf\n").is_some());
    }
}
