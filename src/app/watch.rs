//! Watches the file that a path leads to, even if it does not exist yet, through any links, and however the
//! file is replaced.

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::{
    collections::{BTreeSet, VecDeque},
    ffi::OsString,
    fs, io,
    path::{Component, Path, PathBuf},
};

/// The kernel's own limit on symbolic links in one path.
const MAX_LINKS: usize = 40;

/// A watch on one file. It is spent after the first change, since the path may then lead elsewhere; a new
/// watch follows the new path.
pub struct Watch {
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Calls `changed`, on another thread, when the file at `path` may have changed.
    pub fn file(path: &Path, changed: impl Fn() + Send + 'static) -> notify::Result<Self> {
        let entries = entries(&std::path::absolute(path).map_err(notify::Error::io)?);
        let paths: BTreeSet<PathBuf> = entries.iter().map(|(dir, name)| dir.join(name)).collect();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let of_interest = event.is_ok_and(|event| {
                let touched = event.paths.iter().any(|path| paths.contains(path));
                event.need_rescan() || (touched && !matches!(event.kind, EventKind::Access(_)))
            });
            if of_interest {
                changed();
            }
        })?;
        let mut watched = false;
        for dir in entries.iter().map(|(dir, _)| dir).collect::<BTreeSet<_>>() {
            // A directory on the way may be unreadable for this user, such as a home directory
            match watcher.watch(dir, RecursiveMode::NonRecursive) {
                Ok(()) => watched = true,
                Err(error) => tracing::debug!(%error, dir = %dir.display(), "not watched"),
            }
        }
        if watched {
            Ok(Self { _watcher: watcher })
        } else {
            Err(notify::Error::io(io::ErrorKind::NotFound.into()))
        }
    }
}

/// Returns the entries that decide where an absolute path leads, each as a link-free directory and a name in
/// it. Stops at the first entry that does not exist.
fn entries(path: &Path) -> Vec<(PathBuf, OsString)> {
    let mut found = vec![];
    let mut dir = PathBuf::from("/");
    let mut rest: VecDeque<OsString> = names(path).collect();
    let mut links = 0;
    while let Some(name) = rest.pop_front() {
        if name == ".." {
            dir.pop();
            continue;
        }
        let next = dir.join(&name);
        found.push((dir.clone(), name));
        match fs::symlink_metadata(&next) {
            Ok(about) if about.is_symlink() => {
                links += 1;
                let Some(target) = fs::read_link(&next).ok().filter(|_| links <= MAX_LINKS) else { break };
                if target.is_absolute() {
                    dir = "/".into();
                }
                for name in names(&target).collect::<Vec<_>>().into_iter().rev() {
                    rest.push_front(name);
                }
            }
            Ok(_) => dir = next,
            Err(_) => break,
        }
    }
    found
}

/// Returns the names and `..` components of a path.
fn names(path: &Path) -> impl Iterator<Item = OsString> {
    path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        os::unix::fs::symlink,
        sync::mpsc::{Receiver, channel},
        time::Duration,
    };

    fn watch(path: &Path) -> (Watch, Receiver<()>) {
        let (sender, receiver) = channel();
        let told = move || {
            let _ = sender.send(());
        };
        (Watch::file(path, told).unwrap(), receiver)
    }

    /// Asserts that a change to a file is reported, and that the next watch reports the next change.
    fn tells(path: &Path, what: &str, change: impl FnOnce()) {
        let (_watch, told) = watch(path);
        change();
        told.recv_timeout(Duration::from_secs(20)).unwrap_or_else(|_| panic!("{what} is not reported"));
    }

    #[test]
    fn every_way_to_change_a_file_is_told() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let path = root.join("etc/shelf/settings.toml");
        tells(&path, "the first folder", || fs::create_dir(root.join("etc")).unwrap());
        tells(&path, "the second folder", || fs::create_dir(root.join("etc/shelf")).unwrap());
        tells(&path, "a new file", || fs::write(&path, "1").unwrap());
        tells(&path, "a write in place", || fs::write(&path, "2").unwrap());
        tells(&path, "a rename over it", || {
            fs::write(root.join("etc/shelf/.settings.toml.swp"), "3").unwrap();
            fs::rename(root.join("etc/shelf/.settings.toml.swp"), &path).unwrap();
        });
        tells(&path, "a removal", || fs::remove_file(&path).unwrap());
        tells(&path, "the folder's removal", || fs::remove_dir(root.join("etc/shelf")).unwrap());
        fs::create_dir(root.join("other")).unwrap();
        fs::write(root.join("other/settings.toml"), "4").unwrap();
        tells(&path, "a link to a folder", || symlink("../other", root.join("etc/shelf")).unwrap());
        tells(&path, "a write behind the link", || fs::write(root.join("other/settings.toml"), "5").unwrap());
        fs::write(root.join("real.toml"), "6").unwrap();
        tells(&path, "a link in its place", || {
            symlink(root.join("real.toml"), root.join("other/new")).unwrap();
            fs::rename(root.join("other/new"), root.join("other/settings.toml")).unwrap();
        });
        tells(&path, "a write behind both links", || fs::write(root.join("real.toml"), "7").unwrap());
        tells(&path, "another target", || {
            symlink(root.join("none.toml"), root.join("other/new")).unwrap();
            fs::rename(root.join("other/new"), root.join("other/settings.toml")).unwrap();
        });
        tells(&path, "a target that appears", || fs::write(root.join("none.toml"), "8").unwrap());
    }

    #[test]
    fn what_is_done_to_others_is_not_told() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().canonicalize().unwrap().join("settings.toml");
        fs::write(&path, "1").unwrap();
        let (watch, told) = watch(&path);
        for number in 0..100 {
            fs::write(path.with_file_name(format!("settings.toml.{number}")), "2").unwrap();
            fs::read(&path).unwrap();
        }
        // Events come in order, so this removal is the last one reported
        fs::remove_file(&path).unwrap();
        told.recv_timeout(Duration::from_secs(20)).unwrap();
        drop(watch);
        assert_eq!(told.iter().count(), 0);
    }

    #[test]
    fn links_in_a_circle_end() {
        let root = tempfile::tempdir().unwrap();
        symlink("b", root.path().join("a")).unwrap();
        symlink("a", root.path().join("b")).unwrap();
        let found = entries(&root.path().canonicalize().unwrap().join("a/settings.toml"));
        assert!(found.len() < 60, "{}", found.len());
    }
}
