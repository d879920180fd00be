//! Atomic replacement of small files: after a power cut a file is old or new, never between.

use rustix::{
    io::Errno,
    process::{Pid, test_kill_process},
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// Replaces a file, with mode 0600. Creates the directory if necessary. A symbolic link is
/// replaced, not followed.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_with_mode(path, bytes, 0o600)
}

/// Same as [`replace`], but readable for everybody whom the umask permits.
pub fn replace_world_readable(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_with_mode(path, bytes, 0o666)
}

fn replace_with_mode(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let temporary = write_temporary(path, bytes, mode, true)?;
    fs::rename(&temporary, path).inspect_err(|_| remove_temporary(&temporary))?;
    sync_dir(path)
}

/// Same as [`replace`] for data that may be lost in a power cut: does not sync to disk.
pub fn replace_unsynced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = write_temporary(path, bytes, 0o600, false)?;
    fs::rename(&temporary, path).inspect_err(|_| remove_temporary(&temporary))
}

/// Creates a file with mode 0600; returns false, and changes nothing, if it exists.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let temporary = write_temporary(path, bytes, 0o600, true)?;
    // Unlike a rename, a link never replaces a file
    let linked = fs::hard_link(&temporary, path);
    remove_temporary(&temporary);
    match linked {
        Ok(()) => sync_dir(path).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Deletes a file; returns false if there was none.
pub fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => sync_dir(path).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Renames a damaged file to a free name, and returns that.
pub fn set_aside(path: &Path) -> Option<PathBuf> {
    (1..100)
        .map(|n| sibling_path(path, &format!("damaged-{n}")))
        .find(|aside| aside.symlink_metadata().is_err())
        .filter(|aside| fs::rename(path, aside).is_ok())
}

/// Writes a temporary file, synced to disk if asked for, under a name that no other process uses.
fn write_temporary(path: &Path, bytes: &[u8], mode: u32, on_disk: bool) -> io::Result<PathBuf> {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    fs::create_dir_all(dir(path))?;
    remove_abandoned(path);
    let temporary = sibling_path(path, &format!("new-{}-{}", process::id(), WRITTEN.fetch_add(1, Relaxed)));
    // Left over from a process with the same id
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&temporary)?;
    let written = file.write_all(bytes).and_then(|()| if on_disk { file.sync_all() } else { Ok(()) });
    written.inspect_err(|_| remove_temporary(&temporary))?;
    Ok(temporary)
}

/// Deletes the temporary files of dead processes: a killed process can't clean up.
fn remove_abandoned(path: &Path) {
    let prefix = sibling_path(path, "new-");
    let prefix = prefix.file_name().unwrap_or_default().as_encoded_bytes();
    // A directory that can't be listed may still be writable
    for entry in fs::read_dir(dir(path)).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let writer = name.as_encoded_bytes().strip_prefix(prefix).and_then(writer_pid);
        if writer.is_some_and(|writer| test_kill_process(writer) == Err(Errno::SRCH)) {
            remove_temporary(&path.with_file_name(name));
        }
    }
}

/// Returns the process id in `PID-N`.
fn writer_pid(rest: &[u8]) -> Option<Pid> {
    let (process, number) = str::from_utf8(rest).ok()?.split_once('-')?;
    number.parse::<u64>().ok().and(process.parse().ok()).and_then(Pid::from_raw)
}

fn remove_temporary(temporary: &Path) {
    // A file that can't be deleted does no harm
    let _ = fs::remove_file(temporary);
}

/// Syncs a directory, so that a rename or deletion survives a power cut.
fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(dir(path))?.sync_all()
}

fn sibling_path(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    path.with_file_name(name)
}

fn dir(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_has_left_goes_with_the_next_write() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.json");
        // No process has such a high id; process 1 always exists
        let gone = ["a.json.new-4194305-0", "a.json.new-4194305-17"];
        let stay =
            ["a.json.new-1-0", "b.json.new-4194305-0", "a.json.new-x-0", "a.json.new-4194305", "a.json.old"];
        for name in gone.iter().chain(&stay) {
            fs::write(root.path().join(name), "half").unwrap();
        }
        replace(&path, b"whole").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        let names = fs::read_dir(root.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        let mut expected = [&["a.json"], &stay[..]].concat();
        expected.sort();
        assert_eq!(names, expected);
    }
}
