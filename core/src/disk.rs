//! The disk of a directory: free space, and the meaning of its errors.

use crate::{domain::Message, plain_file};
use rustix::{
    fs::{Mode, OFlags, StatVfsMountFlags},
    io::Errno,
};
use std::{io, path::Path};

/// Returns the free space for this program, in bytes; `None` if unknown.
pub fn free_bytes(dir: &Path) -> Option<u64> {
    let space = rustix::fs::statvfs(dir).ok()?;
    space.f_bavail.checked_mul(space.f_frsize)
}

/// Whether a directory is on a file system that has become read-only, as the kernel does after an
/// error; false if unknown.
pub fn is_read_only(dir: &Path) -> bool {
    // Since Linux 6.15 an ext4 file system with an error still claims to be mounted "rw", so create
    // an unnamed temporary file to find out
    let nameless = || rustix::fs::open(dir, OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC, Mode::RUSR);
    rustix::fs::statvfs(dir).is_ok_and(|space| space.f_flag.contains(StatVfsMountFlags::RDONLY))
        || nameless().is_err_and(|error| error == Errno::ROFS)
}

/// Explains a read-only card, and says what to do.
pub const fn read_only_message() -> Message {
    Message::fixed(
        "存储卡已变为只读：系统发现错误后会这样保护数据。请重启设备，开机时会检查并修复；若再次变为只读，请更换存储卡",
        "The SD card has become read-only, which is how the system protects it after an error. Restart the unit, which \
         checks and repairs the card; if it happens again, replace the card",
    )
}

/// Returns one sentence on what to do about a file that could not be read or written.
pub fn remedy(error: &io::Error) -> Message {
    if plain_file::find_not_plain(error).is_some() {
        return Message::fixed(
            "删除后再试；若不清楚它从哪里来，请联系技术支持",
            "Then try again; if its origin is unknown, tell support",
        );
    }
    match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => read_only_message(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Message::fixed("存储空间已满。请清理磁盘后再试", "The disk is full. Make room and try again")
        }
        io::ErrorKind::PermissionDenied => Message::fixed(
            "当前用户没有权限。请加上 sudo 再试一次；若仍不行，请检查这个文件的权限",
            "This user lacks permission. Try again with sudo; if that fails, too, check the file's permissions",
        ),
        _ => Message::fixed(
            "请运行 sudo cloud-shelfctl doctor 检查存储卡和文件权限",
            "Run sudo cloud-shelfctl doctor, which checks the SD card, and check the file's permissions",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_a_remedy_of_its_own() {
        let en = |kind: io::ErrorKind| remedy(&kind.into()).en.into_owned();
        assert!(en(io::ErrorKind::ReadOnlyFilesystem).contains("replace the card"));
        assert!(!en(io::ErrorKind::ReadOnlyFilesystem).contains("sudo"));
        assert!(en(io::ErrorKind::StorageFull).contains("room"));
        assert!(en(io::ErrorKind::PermissionDenied).contains("with sudo"));
        assert!(en(io::ErrorKind::Other).contains("doctor"));
        let errno = io::Error::from_raw_os_error(Errno::ROFS.raw_os_error());
        assert_eq!(remedy(&errno), read_only_message());
        assert!(!is_read_only(tempfile::tempdir().unwrap().path()));
    }

    #[test]
    fn free_space_is_that_of_the_directorys_disk() {
        let dir = tempfile::tempdir().unwrap();
        assert!(free_bytes(dir.path()).unwrap() > 0);
        assert_eq!(free_bytes(&dir.path().join("nowhere")), None);
    }
}
