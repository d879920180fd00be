//! Files that arrive in the inbox or on USB sticks: bundles, and a stick's `bind.toml`. Finds what is new,
//! and records what is ignored and why. Sticks are only read, and only their top folder.
//!
//! The thread that watches the folders calls [`Inbox::look`] when something has happened. The [`Ledger`],
//! shared with other threads, tells what became of each bundle.

mod file;
mod ledger;
mod left;
mod listing;

pub use file::{BIND_FILE, Identity};
pub use ledger::{Ledger, Refusal, Settled};
pub use left::{LeftAlone, Why};

use crate::{
    enrolment,
    sync::{Feed, bundle_holds},
};
use cloud_shelf_core::{
    paths::Paths,
    plain_file::{self, PlainPath},
};
use file::{Kind, judge};
use listing::{Listing, list};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

/// Upper bound on the files opened in one scan; the next scan continues.
const OPENED: usize = 4_096;

/// The new files that a scan has found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub bundles: Vec<PathBuf>,
    /// Contents, cut just above the size limit so that an oversized file is still recognized
    pub bind_files: Vec<(PathBuf, Vec<u8>)>,
    /// Whether another scan must follow, since one scan has a limit
    pub is_more: bool,
}

#[derive(Debug)]
pub struct Inbox {
    paths: Paths,
    ledger: Ledger,
    known: HashMap<PathBuf, Known>,
}

/// A file that was examined, with its identity at that time.
#[derive(Debug)]
struct Known {
    identity: Identity,
    kind: Kind,
    /// The shelf that was looked for, and whether the bundle contains it
    holds: Option<(String, bool)>,
    /// The owner that the file was last handed over for
    handed_for: Option<Owner>,
}

/// The feed whose items a file is handed over for; `None` for a unit that follows no feed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Owner(Option<Feed>);

impl Inbox {
    pub fn new(paths: &Paths, ledger: &Ledger) -> Self {
        Self { paths: paths.clone(), ledger: ledger.clone(), known: HashMap::new() }
    }

    /// Forgets a file, since somebody has written or moved it.
    pub fn forget(&mut self, path: &Path) {
        self.known.remove(path);
    }

    pub fn forget_all(&mut self) {
        self.known.clear();
    }

    /// Scans all folders. `feed` is the feed that this unit follows; `is_written` returns whether a file may
    /// still be written to.
    pub fn look(&mut self, feed: Option<&Feed>, is_written: impl Fn(&Path) -> bool) -> Found {
        let mut left = Vec::new();
        let inbox = list(&self.paths.inbox(), true, &mut left);
        let sticks: Vec<Listing> = listing::folders(&self.paths.sticks())
            .iter()
            .map(|stick| list(stick, false, &mut left))
            .collect();
        let all = || inbox.files.iter().chain(sticks.iter().flat_map(|stick| &stick.files));
        let there: HashMap<&Path, Identity> = all().map(|(path, id)| (path.as_path(), *id)).collect();
        self.known.retain(|path, known| there.get(path.as_path()) == Some(&known.identity));
        self.ledger.forget_but(|path| there.contains_key(path));

        let mut found = Found::default();
        let mut opened = 0;
        for (path, identity) in all() {
            if self.known.contains_key(path) || is_written(path) {
                continue;
            }
            if opened == OPENED {
                found.is_more = true;
                break;
            }
            opened += 1;
            let known = Known { identity: *identity, kind: judge(path), holds: None, handed_for: None };
            self.known.insert(path.clone(), known);
        }
        for (path, _) in all() {
            let is_in_inbox = path.parent() == Some(&self.paths.inbox());
            let why = self.known.get(path).and_then(|known| known.kind.why(path, is_in_inbox));
            left.extend(why.map(|why| LeftAlone::new(path, why)));
        }
        let inbox = self.bundles(&inbox);
        let ours: Vec<PathBuf> =
            inbox.into_iter().chain(sticks.iter().flat_map(|stick| self.ours(stick, feed))).collect();
        let owner = Owner(feed.cloned());
        for path in ours {
            self.hand_over(path, &owner, &mut found);
        }
        for stick in &sticks {
            self.bind_file(stick, &mut found, &mut left);
        }
        self.ledger.leave(left);
        found
    }

    fn bundles(&self, listing: &Listing) -> Vec<PathBuf> {
        let is_bundle = |path: &&PathBuf| {
            self.known.get(*path).is_some_and(|known| matches!(known.kind, Kind::Bundle(_)))
        };
        listing.files.iter().map(|(path, _)| path).filter(is_bundle).cloned().collect()
    }

    /// Returns the bundles of a stick that contain this unit's shelf; if none does, the first, whose refusal
    /// says so.
    fn ours(&mut self, stick: &Listing, feed: Option<&Feed>) -> Vec<PathBuf> {
        let bundles = self.bundles(stick);
        let Some(feed) = feed else { return bundles.into_iter().take(1).collect() };
        let subject = feed.subject.to_string();
        let mut ours = Vec::new();
        for path in &bundles {
            let Some(known) = self.known.get_mut(path) else { continue };
            if known.holds.as_ref().is_none_or(|(of, _)| *of != subject) {
                let holds =
                    PlainPath::in_folder(path).open().is_ok_and(|file| bundle_holds(file, &feed.subject));
                known.holds = Some((subject.clone(), holds));
            }
            if known.holds.as_ref().is_some_and(|(_, holds)| *holds) {
                ours.push(path.clone());
            }
        }
        if ours.is_empty() { bundles.into_iter().take(1).collect() } else { ours }
    }

    /// Hands a bundle over once for each binding of the unit, and again when its retry is due.
    fn hand_over(&mut self, path: PathBuf, owner: &Owner, found: &mut Found) {
        let Some(known) = self.known.get_mut(&path) else { return };
        if known.handed_for.as_ref() == Some(owner) && !self.ledger.is_due(&path) {
            return;
        }
        let Kind::Bundle(head) = known.kind else { return };
        if self.ledger.begin(&path, known.identity, head) {
            known.handed_for = Some(owner.clone());
            found.bundles.push(path);
        }
        // Otherwise too many wait already: settling one triggers another scan
    }

    fn bind_file(&mut self, stick: &Listing, found: &mut Found, left: &mut Vec<LeftAlone>) {
        let path = stick.folder.join(BIND_FILE);
        let is_new = |known: &&mut Known| known.handed_for.is_none() && matches!(known.kind, Kind::BindFile);
        let Some(known) = self.known.get_mut(&path).filter(is_new) else { return };
        known.handed_for = Some(Owner(None));
        match plain_file::read(&path, enrolment::MAX_BYTES + 1) {
            Ok(bytes) => found.bind_files.push((path, bytes)),
            Err(error) => left.push(LeftAlone::new(&path, Why::of(&error))),
        }
    }
}

#[cfg(test)]
mod tests;
