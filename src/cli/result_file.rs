//! Files that a verb writes for its caller, with the caller's own rights; in the unit's state, with its
//! owner's.

use super::privilege;
use cloud_shelf_core::{durable, paths::Paths};
use rustix::process::geteuid;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt},
    path::Path,
};

/// Writes a result file, replacing an existing one, with the permissions that the umask allows. Its folder
/// must exist.
///
/// The write is atomic, and a symbolic link to a file is replaced, not followed. Anything else, such as
/// `/dev/stdout`, is written to only if it belongs to root or the caller: in another user's folder it may
/// lead anywhere.
///
/// If the way to the file leads through the state directory, the process becomes that directory's owner, for
/// good: any folder in it may be a link.
pub(super) fn save(path: &Path, bytes: &[u8], unit: &Paths) -> io::Result<()> {
    privilege::become_owner_for([path], unit.state_dir()).map_err(io::Error::other)?;
    save_by(durable::replace_world_readable, path, bytes)
}

/// Like [`save`], but readable only by the owner.
pub(super) fn save_private(path: &Path, bytes: &[u8], unit: &Paths) -> io::Result<()> {
    privilege::become_owner_for([path], unit.state_dir()).map_err(io::Error::other)?;
    save_by(durable::replace, path, bytes)
}

fn save_by(replace: fn(&Path, &[u8]) -> io::Result<()>, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        return Err(io::ErrorKind::NotFound.into());
    }
    let Ok(there) = fs::symlink_metadata(path) else { return replace(path, bytes) };
    let is_trusted = there.uid() == 0 || there.uid() == geteuid().as_raw();
    let leads_elsewhere = there.is_symlink() && fs::metadata(path).is_ok_and(|target| !target.is_file());
    match there.file_type() {
        kind if kind.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        kind if kind.is_file() || kind.is_symlink() && !(is_trusted && leads_elsewhere) => {
            replace(path, bytes)
        }
        kind if is_trusted || kind.is_char_device() => write_to(path, there.is_symlink(), bytes),
        _ => Err(io::Error::other("a pipe or device of another user")),
    }
}

fn write_to(path: &Path, is_link: bool, bytes: &[u8]) -> io::Result<()> {
    let mut file: File = if is_link {
        OpenOptions::new().write(true).open(path)?
    } else {
        OpenOptions::new().write(true).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits() as i32).open(path)?
    };
    file.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_file_is_replaced_and_a_link_to_one_is_not_followed() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        let unit = Paths::new(Some(at("state")), None, None);
        let save = |path: &Path, bytes: &[u8]| super::save(path, bytes, &unit);
        save(&at("new"), b"1").unwrap();
        save(&at("new"), b"2").unwrap();
        assert_eq!(fs::read(at("new")).unwrap(), b"2");
        assert_ne!(fs::metadata(at("new")).unwrap().permissions().mode() & 0o400, 0);
        fs::write(at("target"), "other").unwrap();
        for (name, target) in [("link", "target"), ("dangling", "nowhere")] {
            symlink(at(target), at(name)).unwrap();
            save(&at(name), b"3").unwrap();
            assert!(fs::symlink_metadata(at(name)).unwrap().is_file(), "{name}");
        }
        assert_eq!(fs::read(at("target")).unwrap(), b"other");
        save(Path::new("/dev/null"), b"4").unwrap();
        symlink("/dev/null", at("to device")).unwrap();
        save(&at("to device"), b"5").unwrap();
        assert!(save(root.path(), b"6").is_err());
        assert_eq!(save(&at("none/x"), b"7").unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
