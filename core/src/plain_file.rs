//! Opens files in a directory that another user can write to, such as the kiosk's state, without
//! following a link, without blocking on a pipe, and never a device or somebody else's file.
//!
//! The components of a path are opened one after the other, each relative to the previous one, so
//! that none can be replaced by a link in between. This does not need `openat2`, which kernels
//! before 5.6 lack.

use crate::domain::{Message, text};
use rustix::{
    fd::OwnedFd,
    fs::{AtFlags, CWD, FileType, Mode, OFlags, Stat, fstat, openat, statat},
    io::Errno,
};
use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File},
    io::{self, Read},
    os::unix::fs::DirBuilderExt,
    path::{Component, Path},
};

/// What was found in place of a regular file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPlainReason {
    Link,
    Folder,
    /// A pipe, a socket or a device
    Special,
    /// A hard link to a file of another owner than the directory's
    Foreign,
    /// The file's folder is a link or a file
    NoFolder,
}

/// Error: a name that is not opened, in displayable form, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message().en)]
pub struct NotPlain {
    pub name: String,
    pub reason: NotPlainReason,
}

impl NotPlain {
    pub fn new(name: impl AsRef<OsStr>, reason: NotPlainReason) -> Self {
        Self { name: text::file_name(&name.as_ref().to_string_lossy()), reason }
    }

    /// Says what it is, and what to do.
    pub fn message(&self) -> Message {
        let name = &self.name;
        let (zh, en) = match self.reason {
            NotPlainReason::Link => ("是符号链接，程序不会跟随", "is a symbolic link, which is not followed"),
            NotPlainReason::Folder => ("应为文件，却是文件夹", "is a folder, not a file"),
            NotPlainReason::Special => {
                ("是管道、套接字或设备，不是普通文件", "is a pipe, a socket or a device, not a regular file")
            }
            NotPlainReason::Foreign => {
                ("是别的用户的文件的硬链接，程序不会读写", "is a hard link to another user's file")
            }
            NotPlainReason::NoFolder => {
                ("应为文件夹，却是符号链接或文件", "is a symbolic link or a file, not a folder")
            }
        };
        Message::new(format!("{name} {zh}，请删除它"), format!("{name} {en}; delete it"))
    }
}

impl From<NotPlain> for io::Error {
    fn from(error: NotPlain) -> Self {
        Self::other(error)
    }
}

/// Returns the refused name, if that is the cause of an error.
pub fn find_not_plain(error: &io::Error) -> Option<&NotPlain> {
    error.get_ref()?.downcast_ref()
}

/// Explains why a file could not be read or written, in both languages.
pub fn describe_error(error: &io::Error) -> Message {
    find_not_plain(error)
        .map_or_else(|| Message::new(error.to_string(), error.to_string()), NotPlain::message)
}

/// A file, as a trusted directory and the untrusted names below it.
#[derive(Clone, Copy, Debug)]
pub struct PlainPath<'a> {
    base: &'a Path,
    below: &'a Path,
    /// Whether a file with several hard links must belong to the directory's owner
    guarded: bool,
}

impl<'a> PlainPath<'a> {
    /// A file directly in a trusted directory.
    pub fn new(path: &'a Path) -> Self {
        Self::last(path, 1)
    }

    /// A file in a folder of a trusted directory: neither the folder nor the file may be a link.
    pub fn in_folder(path: &'a Path) -> Self {
        Self::last(path, 2)
    }

    /// A file anywhere below a trusted directory, by its relative path.
    pub const fn beneath(base: &'a Path, below: &'a Path) -> Self {
        Self { base, below, guarded: false }
    }

    fn last(path: &'a Path, names: usize) -> Self {
        let base = path.ancestors().nth(names).unwrap_or(Path::new(""));
        Self { base, below: path.strip_prefix(base).unwrap_or(path), guarded: true }
    }

    /// Opens the file for reading.
    pub fn open(self) -> io::Result<File> {
        self.open_with(OFlags::RDONLY)
    }

    /// Opens the file for reading and writing, or creates it with mode 0600. Does not truncate it.
    pub fn open_to_write(self) -> io::Result<File> {
        self.open_with(OFlags::RDWR | OFlags::CREATE)
    }

    /// Reads at most `most` bytes from the start of the file.
    pub fn read(self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open()?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Whether this user may write the existing file.
    pub fn is_writable(self) -> bool {
        self.open_with(OFlags::RDWR).is_ok()
    }

    /// Returns the file's length in bytes; the file need not be readable.
    pub fn length(self) -> io::Result<u64> {
        let (directory, name) = self.open_directory()?;
        let file = statat(&directory, name, AtFlags::SYMLINK_NOFOLLOW)?;
        self.check_kind(&file, &directory)?;
        Ok(u64::try_from(file.st_size).unwrap_or(0))
    }

    fn open_with(self, flags: OFlags) -> io::Result<File> {
        let (directory, name) = self.open_directory()?;
        // Opening a pipe does not block; it is refused below
        let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let opened =
            openat(&directory, name, flags, Mode::RUSR | Mode::WUSR).map_err(|error| match error {
                Errno::LOOP => NotPlain::new(name, NotPlainReason::Link).into(),
                Errno::ISDIR => NotPlain::new(name, NotPlainReason::Folder).into(),
                Errno::NXIO => NotPlain::new(name, NotPlainReason::Special).into(),
                error => io::Error::from(error),
            })?;
        self.check_kind(&fstat(&opened)?, &directory)?;
        Ok(opened.into())
    }

    /// Returns the directory of the file, and the file's name.
    fn open_directory(self) -> io::Result<(OwnedFd, &'a OsStr)> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let base = if self.base.as_os_str().is_empty() { Path::new(".") } else { self.base };
        let mut directory = openat(CWD, base, flags, Mode::empty())?;
        let mut names = self.below.components();
        let Some(Component::Normal(file)) = names.next_back() else {
            return Err(io::ErrorKind::InvalidFilename.into());
        };
        for name in names {
            let Component::Normal(name) = name else { return Err(io::ErrorKind::InvalidFilename.into()) };
            let deeper = openat(&directory, name, flags | OFlags::NOFOLLOW, Mode::empty());
            directory = deeper.map_err(|error| match error {
                Errno::LOOP | Errno::NOTDIR => NotPlain::new(name, NotPlainReason::NoFolder).into(),
                error => io::Error::from(error),
            })?;
        }
        Ok((directory, file))
    }

    fn check_kind(self, file: &Stat, directory: &OwnedFd) -> io::Result<()> {
        let what = match FileType::from_raw_mode(file.st_mode) {
            // A new file may have two names for an instant (see `durable::create`), but not two
            // owners
            FileType::RegularFile
                if self.guarded && file.st_nlink > 1 && file.st_uid != fstat(directory)?.st_uid =>
            {
                NotPlainReason::Foreign
            }
            FileType::RegularFile => return Ok(()),
            FileType::Symlink => NotPlainReason::Link,
            FileType::Directory => NotPlainReason::Folder,
            _ => NotPlainReason::Special,
        };
        Err(NotPlain::new(self.below.file_name().unwrap_or_default(), what).into())
    }
}

/// Opens a file of a trusted directory for reading.
pub fn open(path: &Path) -> io::Result<File> {
    PlainPath::new(path).open()
}

/// Reads at most `most` bytes of a file in a trusted directory.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    PlainPath::new(path).read(most)
}

/// Same as [`read`]; `None` if there is no such file.
pub fn read_if_exists(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    match read(path, most) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Opens a file of a trusted directory for reading and writing, or creates it.
pub fn open_to_write(path: &Path) -> io::Result<File> {
    PlainPath::new(path).open_to_write()
}

/// Returns a handle of a socket in a trusted directory, for connecting through `/proc/self/fd/N`
/// whatever replaces it. Anything else of that name (but no link) counts as a socket without a
/// listener.
pub fn open_socket(path: &Path) -> io::Result<OwnedFd> {
    let (directory, name) = PlainPath::new(path).open_directory()?;
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let handle = openat(&directory, name, flags, Mode::empty())?;
    match FileType::from_raw_mode(fstat(&handle)?.st_mode) {
        FileType::Socket => Ok(handle),
        FileType::Symlink => Err(NotPlain::new(name, NotPlainReason::Link).into()),
        _ => Err(io::ErrorKind::ConnectionRefused.into()),
    }
}

/// Makes sure that a path is a real folder, not a link to one; its parent is trusted. Creates it if
/// necessary.
pub fn ensure_folder(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(there) if there.is_dir() => return Ok(()),
        Ok(_) => return Err(no_folder(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    // Reduced by the umask
    match DirBuilder::new().mode(0o777).create(path) {
        // Another process was faster: check what it created
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => ensure_folder(path),
        made => made,
    }
}

/// Lists a folder, which must not be a link; its parent is trusted.
pub fn list_folder(path: &Path) -> io::Result<fs::ReadDir> {
    if path.symlink_metadata()?.is_dir() { fs::read_dir(path) } else { Err(no_folder(path)) }
}

fn no_folder(path: &Path) -> io::Error {
    NotPlain::new(path.file_name().unwrap_or_default(), NotPlainReason::NoFolder).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{CWD, mknodat};
    use std::{
        io::Write,
        os::unix::{
            fs::{MetadataExt, chown, symlink},
            net::UnixListener,
        },
    };

    fn refusal<T: std::fmt::Debug>(result: io::Result<T>) -> NotPlainReason {
        let error = result.unwrap_err();
        let found = find_not_plain(&error).unwrap_or_else(|| panic!("{error}"));
        let Message { zh, en } = describe_error(&error);
        assert!(zh.contains(&found.name) && en.contains(&found.name) && !found.name.is_empty());
        found.reason
    }

    #[test]
    fn only_a_plain_file_is_opened() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::write(at("plain"), "text").unwrap();
        symlink("plain", at("link")).unwrap();
        symlink("nowhere", at("dangling")).unwrap();
        fs::create_dir(at("folder")).unwrap();
        mknodat(CWD, at("pipe"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let _socket = UnixListener::bind(at("socket")).unwrap();
        for (name, what) in [
            ("link", NotPlainReason::Link),
            ("dangling", NotPlainReason::Link),
            ("folder", NotPlainReason::Folder),
            ("pipe", NotPlainReason::Special),
            ("socket", NotPlainReason::Special),
        ] {
            assert_eq!(refusal(open(&at(name))), what, "{name}");
            assert_eq!(refusal(open_to_write(&at(name))), what, "{name}, to be written");
            assert_eq!(refusal(PlainPath::new(&at(name)).length()), what, "the length of {name}");
        }
        assert!(!at("nowhere").exists(), "nothing is created at a link's target");
        for (name, shown) in [("a\u{202E}\u{1B}b", "ab"), ("\u{202E}\u{200B}", r"\u{202e}\u{200b}")] {
            symlink("plain", at(name)).unwrap();
            let error = open(&at(name)).unwrap_err();
            assert_eq!(
                describe_error(&error).en,
                format!("{shown} is a symbolic link, which is not followed; delete it")
            );
            assert!(describe_error(&error).zh.starts_with(&format!("{shown} 是符号链接")), "{error}");
        }
        symlink("socket", at("to socket")).unwrap();
        assert!(open_socket(&at("socket")).is_ok());
        assert_eq!(refusal(open_socket(&at("to socket"))), NotPlainReason::Link);
        for (name, kind) in [("plain", io::ErrorKind::ConnectionRefused), ("none", io::ErrorKind::NotFound)] {
            assert_eq!(open_socket(&at(name)).unwrap_err().kind(), kind, "{name}");
        }
        assert_eq!(read(&at("plain"), 3).unwrap(), b"tex");
        assert_eq!(PlainPath::new(&at("plain")).length().unwrap(), 4);
        assert_eq!(read_if_exists(&at("none"), 9).unwrap(), None);
        open_to_write(&at("new")).unwrap().write_all(b"1").unwrap();
        assert_eq!(open_to_write(&at("new")).unwrap().metadata().unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read(at("new")).unwrap(), b"1");
        assert!(PlainPath::new(&at("new")).is_writable() && !PlainPath::new(&at("none")).is_writable());
        assert!(!at("none").exists());
    }

    #[test]
    fn a_folder_that_is_a_link_leads_nowhere() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        ensure_folder(&at("real/deep")).unwrap();
        ensure_folder(&at("real")).unwrap();
        fs::write(at("real/file"), "text").unwrap();
        symlink("real", at("link")).unwrap();
        assert_eq!(refusal(ensure_folder(&at("link"))), NotPlainReason::NoFolder);
        assert_eq!(refusal(ensure_folder(&at("real/file"))), NotPlainReason::NoFolder);
        assert_eq!(refusal(list_folder(&at("link"))), NotPlainReason::NoFolder);
        assert_eq!(list_folder(&at("real")).unwrap().count(), 2);
        assert_eq!(PlainPath::in_folder(&at("real/file")).read(9).unwrap(), b"text");
        assert_eq!(refusal(PlainPath::in_folder(&at("link/file")).open()), NotPlainReason::NoFolder);
        assert_eq!(refusal(PlainPath::in_folder(&at("link/new")).open_to_write()), NotPlainReason::NoFolder);
        assert!(!at("real/new").exists());
        // Links in the path of the trusted directory itself are its administrator's business
        assert_eq!(read(&at("link/file"), 9).unwrap(), b"text");
        let real = root.path().canonicalize().unwrap();
        for (below, found) in [("real/file", true), ("link/file", false), ("real/../real/file", false)] {
            assert_eq!(PlainPath::beneath(&real, Path::new(below)).open().is_ok(), found, "{below}");
        }
        assert!(PlainPath::beneath(&real, Path::new("..")).open().is_err());
    }

    #[test]
    fn another_name_of_somebody_elses_file_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::write(at("own"), "own").unwrap();
        fs::hard_link(at("own"), at("again")).unwrap();
        assert_eq!(read(&at("again"), 9).unwrap(), b"own");
        if !rustix::process::geteuid().is_root() {
            return;
        }
        chown(root.path(), Some(4242), Some(4242)).unwrap();
        assert_eq!(refusal(open(&at("again"))), NotPlainReason::Foreign);
        assert_eq!(refusal(open_to_write(&at("again"))), NotPlainReason::Foreign);
        fs::remove_file(at("again")).unwrap();
        assert_eq!(read(&at("own"), 9).unwrap(), b"own", "root's own file with one name is accepted");
    }
}
