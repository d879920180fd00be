//! Small files that are old or new, never between, whatever instant the power fails at.

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

/// Puts a file in the place of what is there, for its owner only. Makes the directory, too. A link in its
/// place is replaced, not followed.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(path, bytes, 0o600)
}

/// The same, for everybody whom the process's mask allows.
pub fn replace_for_all(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(path, bytes, 0o666)
}

fn put(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let temporary = write_beside(path, bytes, mode, true)?;
    fs::rename(&temporary, path).inspect_err(|_| remove_temporary(&temporary))?;
    sync_dir(path)
}

/// The same for what need not outlive a power cut, only this process: nothing waits for the disk.
pub fn replace_soon(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = write_beside(path, bytes, 0o600, false)?;
    fs::rename(&temporary, path).inspect_err(|_| remove_temporary(&temporary))
}

/// Puts a file where none is, for its owner only; false, and nothing changed, where there is one.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let temporary = write_beside(path, bytes, 0o600, true)?;
    // Unlike a rename, a link never takes another's place
    let linked = fs::hard_link(&temporary, path);
    remove_temporary(&temporary);
    match linked {
        Ok(()) => sync_dir(path).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a file; false where there was none.
pub fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => sync_dir(path).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Moves a damaged file out of the way, under a name that is still free, and says which.
pub fn set_aside(path: &Path) -> Option<PathBuf> {
    (1..100)
        .map(|n| beside(path, &format!("damaged-{n}")))
        .find(|aside| aside.symlink_metadata().is_err())
        .filter(|aside| fs::rename(path, aside).is_ok())
}

/// Whole and, where asked for, on the disk, under a name that nobody reads and nobody else writes.
fn write_beside(path: &Path, bytes: &[u8], mode: u32, on_disk: bool) -> io::Result<PathBuf> {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    fs::create_dir_all(dir(path))?;
    remove_abandoned(path);
    let temporary = beside(path, &format!("new-{}-{}", process::id(), WRITTEN.fetch_add(1, Relaxed)));
    // What a process of the same number has left
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&temporary)?;
    let written = file.write_all(bytes).and_then(|()| if on_disk { file.sync_all() } else { Ok(()) });
    written.inspect_err(|_| remove_temporary(&temporary))?;
    Ok(temporary)
}

/// Removes what processes that are gone have left beside a file: one that is killed while it writes
/// cannot clear away itself.
fn remove_abandoned(path: &Path) {
    let prefix = beside(path, "new-");
    let prefix = prefix.file_name().unwrap_or_default().as_encoded_bytes();
    // A directory that cannot be listed can still be written to
    for entry in fs::read_dir(dir(path)).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let writer = name.as_encoded_bytes().strip_prefix(prefix).and_then(writer);
        if writer.is_some_and(|writer| test_kill_process(writer) == Err(Errno::SRCH)) {
            remove_temporary(&path.with_file_name(name));
        }
    }
}

/// The process in `PID-N`.
fn writer(rest: &[u8]) -> Option<Pid> {
    let (process, number) = str::from_utf8(rest).ok()?.split_once('-')?;
    number.parse::<u64>().ok().and(process.parse().ok()).and_then(Pid::from_raw)
}

fn remove_temporary(temporary: &Path) {
    // What cannot be removed is in nobody's way
    let _ = fs::remove_file(temporary);
}

/// Makes a rename or removal outlive a power cut.
fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(dir(path))?.sync_all()
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
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
        // No process has so high a number; the first one is always there
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
