//! Finds the mount that holds a directory, from `/proc/self/mountinfo` (proc_pid_mountinfo(5)).

use std::path::{Path, PathBuf};

/// A mounted file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// `MAJOR:MINOR`
    pub device: String,
    pub at: PathBuf,
    pub kind: String,
    /// Whether this mount, or the whole file system, is read-only
    pub read_only: bool,
}

/// Returns the mount that a path lies on: of the deepest mount points, the last one mounted.
pub(super) fn holding(mountinfo: &str, path: &Path) -> Option<Mount> {
    mountinfo
        .lines()
        .filter_map(parse)
        .filter(|mount| path.starts_with(&mount.at))
        .max_by_key(|mount| mount.at.as_os_str().len())
}

fn parse(line: &str) -> Option<Mount> {
    let (own, system) = line.split_once(" - ")?;
    let own: Vec<&str> = own.split(' ').collect();
    let mut system = system.split(' ');
    let kind = system.next()?.to_owned();
    let super_options = system.nth(1).unwrap_or_default();
    // Since Linux 6.15, an ext4 that has met an error keeps "rw" and adds this option
    let is_ro = |options: &str| options.split(',').any(|option| ["ro", "emergency_ro"].contains(&option));
    Some(Mount {
        device: (*own.get(2)?).to_owned(),
        at: PathBuf::from(unescape(own.get(4)?)),
        kind,
        read_only: is_ro(own.get(5)?) || is_ro(super_options),
    })
}

/// Decodes `\ooo`: space, tab, newline and backslash are written as three octal digits.
fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let octal = after.split_at_checked(3).and_then(|(digits, rest)| {
            let code = u8::from_str_radix(digits, 8).ok().filter(u8::is_ascii)?;
            Some((code, rest))
        });
        match octal {
            Some((code, behind)) => {
                plain.push(char::from(code));
                rest = behind;
            }
            None => {
                plain.push('\\');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PI: &str = "\
21 1 179:2 / / rw,noatime shared:1 - ext4 /dev/root rw,errors=remount-ro
22 21 0:20 / /run rw - tmpfs tmpfs rw
30 21 8:1 / /media/USB\\040stick ro,relatime - vfat /dev/sda1 rw
40 21 179:3 / /var ro - ext4 /dev/mmcblk0p3 rw
41 21 179:4 / /var/lib/cloud-shelf rw - ext4 /dev/mmcblk0p4 rw,errors=remount-ro,emergency_ro
a line that is none";

    #[test]
    fn the_deepest_mount_holds_a_path_and_either_word_makes_it_read_only() {
        for (path, device, read_only) in [
            ("/home/x", "179:2", false),
            ("/variety", "179:2", false),
            ("/run/cloud-shelf", "0:20", false),
            ("/media/USB stick/a", "8:1", true),
            ("/var/log", "179:3", true),
            ("/var/lib/cloud-shelf/x", "179:4", true),
        ] {
            let mount = holding(PI, Path::new(path)).unwrap();
            assert_eq!((mount.device.as_str(), mount.read_only), (device, read_only), "{path}");
        }
        assert_eq!(holding("", Path::new("/")), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm(text in "(?s).{0,200}", path in "/[a-z/\\\\0-9 ]{0,20}") {
            let _ = holding(&text, Path::new(&path));
            let escaped: String = path.chars().map(|c| if c == ' ' { "\\040".into() } else { c.to_string() }).collect();
            if !path.contains('\\') {
                prop_assert_eq!(unescape(&escaped), path);
            }
        }
    }
}
