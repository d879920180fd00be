//! Which bundles are on their way into the shelf, and what was left alone; shared by the threads that look,
//! take and tell. It is never held while a file is waited for.

use super::{Identity, LeftAlone, Why, file::head};
use crate::{
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

/// Bundles that wait to be taken at a time.
const WAITING: usize = 64;
/// Files that were left alone of which is told.
const TOLD: usize = 100;
/// A bundle that was refused for a reason that passes is tried again after this time, which doubles up to the
/// other one.
const FIRST_AGAIN: Duration = Duration::from_secs(60);
const LAST_AGAIN: Duration = Duration::from_secs(3600);

/// Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Ledger(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    /// Handed over, as they were then
    waiting: HashMap<PathBuf, (Identity, Sha256)>,
    /// What the last look has left alone
    left: Vec<LeftAlone>,
    /// Bundles that were refused, or taken and not removed
    settled: HashMap<PathBuf, Why>,
    /// Of the refused ones those that are tried again, and when
    again: HashMap<PathBuf, Again>,
}

#[derive(Clone, Copy, Debug)]
struct Again {
    at: Instant,
    after: Duration,
}

/// Why a bundle was not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub words: Message,
    /// Whether the reason passes by itself, such as a full disk or a store that another program writes
    pub passes: bool,
}

/// What became of a bundle's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It was taken in; one in the inbox is gone
    Done,
    /// It was not, and stays for its owner
    Refused,
    /// Somebody has taken it out of the inbox, or given it another name, by which it is found again
    Gone,
}

impl Ledger {
    /// Notes that a bundle is handed over; false where enough are on their way, or this one is.
    pub(super) fn begin(&self, path: &Path, identity: Identity, head: Sha256) -> bool {
        let mut book = self.book();
        // One that is on its way already was another then: it is handed over again once that is settled
        if book.waiting.len() >= WAITING || book.waiting.contains_key(path) {
            return false;
        }
        book.settled.remove(path);
        book.waiting.insert(path.into(), (identity, head));
        true
    }

    /// Whether a bundle that was refused for a reason that passes is due to be tried again.
    pub(super) fn is_due(&self, path: &Path) -> bool {
        self.book().again.get(path).is_some_and(|again| again.at <= Instant::now())
    }

    /// When the next bundle is due to be tried again.
    pub fn next_due(&self) -> Option<Instant> {
        let book = self.book();
        // One that is on its way is settled first
        book.again
            .iter()
            .filter(|(path, _)| !book.waiting.contains_key(*path))
            .map(|(_, again)| again.at)
            .min()
    }

    /// What a look has left alone stands in place of what the one before has. Each is logged once.
    pub(super) fn leave(&self, left: Vec<LeftAlone>) {
        let mut book = self.book();
        // There may be a hundred thousand of them
        let before: HashMap<&Path, &Why> = book.left.iter().map(|left| (&*left.path, &left.why)).collect();
        let is_new = |left: &&LeftAlone| before.get(&*left.path) != Some(&&left.why);
        for left in left.iter().filter(is_new).take(TOLD) {
            tracing::warn!(path = %left.path.display(), why = %left.message().en, "a file is left alone");
        }
        book.left = left;
    }

    /// Forgets bundles that are there no more.
    pub(super) fn forget_but(&self, is_there: impl Fn(&Path) -> bool) {
        let mut book = self.book();
        book.settled.retain(|path, _| is_there(path));
        book.again.retain(|path, _| is_there(path));
    }

    /// A bundle was taken in, or refused. One from the inbox that was taken in is removed, if it is still the
    /// file that was handed over.
    pub fn settle(&self, paths: &Paths, path: &Path, refused: Option<&Refusal>) -> Settled {
        let handed = self.book().waiting.remove(path);
        self.plan_again(path, refused.is_some_and(|refusal| refusal.passes));
        // Clocks of file systems are coarse: what it holds is compared, too
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
            // Another has come to its place meanwhile: it is looked at by itself
            (None, _) if !is_in_inbox || !handed.is_some_and(is_it) => Settled::Done,
            (None, _) => {
                if let Some(Err(error)) = handed.map(|(handed, _)| remove(path, handed)) {
                    tracing::warn!(%error, path = %path.display(), "the bundle is still in the inbox");
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

    /// Files that were left alone, and how many there are altogether.
    pub fn left(&self) -> (Vec<LeftAlone>, usize) {
        let book = self.book();
        let settled = book.settled.iter().map(|(path, why)| LeftAlone::new(path, why.clone()));
        let mut all: Vec<LeftAlone> = book.left.iter().cloned().chain(settled).collect();
        all.sort_by(|one, other| one.path.cmp(&other.path));
        let count = all.len();
        all.truncate(TOLD);
        (all, count)
    }

    /// Has all that is tried again be due.
    #[cfg(test)]
    pub(super) fn pass_time(&self) {
        self.book().again.values_mut().for_each(|again| again.at = Instant::now());
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes just that file. It is moved out of the way first: what somebody moves to its name at this very
/// moment is another one and stays.
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
    // Where a third has come to the name, this one is found beside it
    Ok(renameat_with(CWD, &aside, CWD, path, RenameFlags::NOREPLACE)?)
}
