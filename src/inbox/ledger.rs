//! Records which bundles wait to be imported and which files were ignored. Shared by the threads that scan,
//! import and report. Its lock is never held while a file operation may block.

use super::{Identity, LeftAlone, Why, file::head};
use cloud_shelf_core::{
    domain::{Message, Sha256},
    paths::Paths,
};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    process,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Upper bound on the bundles that wait at a time.
const WAITING: usize = 64;
/// Upper bound on the ignored files that are listed.
const TOLD: usize = 100;
/// Backoff for bundles refused for a passing reason: the first delay, which doubles up to the last one.
const FIRST_AGAIN: Duration = Duration::from_secs(60);
const LAST_AGAIN: Duration = Duration::from_secs(3600);

/// The ledger; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Ledger(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    /// Bundles handed over, with their identity at that time
    waiting: HashMap<PathBuf, (Identity, Sha256)>,
    /// Files ignored by the last scan
    left: Vec<LeftAlone>,
    /// Bundles that were refused, or imported but not removed
    settled: HashMap<PathBuf, Why>,
    /// Refused bundles that are retried, with the time of the retry
    again: HashMap<PathBuf, Again>,
}

#[derive(Clone, Copy, Debug)]
struct Again {
    at: Instant,
    after: Duration,
}

/// Why a bundle was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub words: Message,
    /// Whether the reason may pass by itself, such as a full disk or a store that another program is writing
    pub passes: bool,
}

/// The outcome for a bundle's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Imported, and removed if it was in the inbox
    Done,
    /// Refused; the file stays for its owner
    Refused,
    /// Moved away or renamed meanwhile; a scan finds it under its new name
    Gone,
}

impl Ledger {
    /// Records that a bundle is handed over. Returns false if too many wait, or this path already does.
    pub(super) fn begin(&self, path: &Path, identity: Identity, head: Sha256) -> bool {
        let mut book = self.book();
        // A file replaced while its path waits is handed over again when the first is settled
        if book.waiting.len() >= WAITING || book.waiting.contains_key(path) {
            return false;
        }
        book.settled.remove(path);
        book.waiting.insert(path.into(), (identity, head));
        true
    }

    /// Returns whether the retry of a bundle refused for a passing reason is due.
    pub(super) fn is_due(&self, path: &Path) -> bool {
        self.book().again.get(path).is_some_and(|again| again.at <= Instant::now())
    }

    /// Returns when the next retry is due.
    pub fn next_due(&self) -> Option<Instant> {
        let book = self.book();
        // A bundle that waits to be imported is settled first
        book.again
            .iter()
            .filter(|(path, _)| !book.waiting.contains_key(*path))
            .map(|(_, again)| again.at)
            .min()
    }

    /// Replaces the list of ignored files by that of the latest scan. Logs each file once.
    pub(super) fn leave(&self, left: Vec<LeftAlone>) {
        let mut book = self.book();
        // There may be a hundred thousand files, so they are looked up in a map
        let before: HashMap<&Path, &Why> = book.left.iter().map(|left| (&*left.path, &left.why)).collect();
        let is_new = |left: &&LeftAlone| before.get(&*left.path) != Some(&&left.why);
        for left in left.iter().filter(is_new).take(TOLD) {
            tracing::warn!(path = %left.path.display(), why = %left.message().en, "a file is ignored");
        }
        book.left = left;
    }

    /// Forgets settled bundles whose files are gone.
    pub(super) fn forget_but(&self, is_there: impl Fn(&Path) -> bool) {
        let mut book = self.book();
        book.settled.retain(|path, _| is_there(path));
        book.again.retain(|path, _| is_there(path));
    }

    /// Settles a bundle: imported, or refused with a message. An imported bundle in the inbox is removed if
    /// it is still the file that was handed over.
    pub fn settle(&self, paths: &Paths, path: &Path, refused: Option<&Refusal>) -> Settled {
        let handed = self.book().waiting.remove(path);
        self.plan_again(path, refused.is_some_and(|refusal| refusal.passes));
        // File system clocks are coarse, so the content is compared, too
        let now = fs::symlink_metadata(path).ok().map(|file| Identity::of(&file));
        let is_it = |(identity, content): (Identity, Sha256)| {
            now == Some(identity) && head(path).is_ok_and(|now| now == Some(content))
        };
        let is_in_inbox = path.parent() == Some(&paths.inbox());
        match (refused, now) {
            (Some(_), None) if is_in_inbox => Settled::Gone,
            (Some(refusal), _) => {
                self.book().settled.insert(path.into(), Why::Refused(refusal.words.clone()));
                Settled::Refused
            }
            // Another file has taken its path meanwhile: the next scan handles it
            (None, _) if !is_in_inbox || !handed.is_some_and(is_it) => Settled::Done,
            (None, _) => {
                if let Some(Err(error)) = handed.map(|(handed, _)| remove(path, handed)) {
                    tracing::warn!(%error, path = %path.display(), "the bundle can't be removed");
                    self.book().settled.insert(path.into(), Why::Stays(error.to_string()));
                }
                Settled::Done
            }
        }
    }

    fn plan_again(&self, path: &Path, is_due: bool) {
        let mut book = self.book();
        let before = book.again.remove(path);
        if is_due {
            let after = before.map_or(FIRST_AGAIN, |before| (before.after * 2).min(LAST_AGAIN));
            book.again.insert(path.into(), Again { at: Instant::now() + after, after });
        }
    }

    /// Returns the ignored files, up to a bound, and their total number.
    pub fn left(&self) -> (Vec<LeftAlone>, usize) {
        let book = self.book();
        let settled = book.settled.iter().map(|(path, why)| LeftAlone::new(path, why.clone()));
        let mut all: Vec<LeftAlone> = book.left.iter().cloned().chain(settled).collect();
        all.sort_by(|one, other| one.path.cmp(&other.path));
        let count = all.len();
        all.truncate(TOLD);
        (all, count)
    }

    /// Makes all retries due.
    #[cfg(test)]
    pub(super) fn pass_time(&self) {
        self.book().again.values_mut().for_each(|again| again.at = Instant::now());
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes exactly the given file. Moves it aside first, so that a file which somebody puts at the path at
/// the same moment is not removed.
fn remove(path: &Path, handed: Identity) -> io::Result<()> {
    let aside = path.with_file_name(format!(".taken-{}", process::id()));
    match fs::rename(path, &aside) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        renamed => renamed?,
    }
    let is_it =
        fs::symlink_metadata(&aside).is_ok_and(|file| Identity::without_name(&file) == handed.nameless());
    if is_it {
        return fs::remove_file(&aside);
    }
    // If a third file has taken the path, this one stays under the name beside it
    Ok(renameat_with(CWD, &aside, CWD, path, RenameFlags::NOREPLACE)?)
}
