//! Bundles that come as files, in the inbox or on USB sticks, and a stick's `bind.toml`: what is there, what
//! of it is new, and what is left alone and why. Sticks are only read, and of them only the top folder.
//!
//! Whoever watches the folders calls [`Inbox::look`] when something has happened. What became of a bundle it
//! hears from the [`Ledger`], which other threads share.

mod file;
mod ledger;
mod left;
mod listing;

pub use file::Identity;
pub use ledger::{Ledger, Refusal, Settled};
pub use left::{LeftAlone, Why};
pub use listing::BIND_FILE;

use crate::{
    enrolment,
    paths::Paths,
    plain_file::{self, Place},
    sync::{Feed, bundle_holds},
};
use file::{Kind, judge};
use listing::{Listing, list};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

/// Files that are opened in one look; the next one goes on with the others.
const OPENED: usize = 4_096;

/// What a look has found that is new.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub bundles: Vec<PathBuf>,
    /// No more of each than shows that it is too large
    pub bind_files: Vec<(PathBuf, Vec<u8>)>,
    /// Whether another look has to follow, since there was more than one look takes
    pub is_more: bool,
}

#[derive(Debug)]
pub struct Inbox {
    paths: Paths,
    ledger: Ledger,
    known: HashMap<PathBuf, Known>,
}

/// A file that was looked at, as it was then.
#[derive(Debug)]
struct Known {
    identity: Identity,
    kind: Kind,
    /// Whether it holds the shelf that was asked for
    holds: Option<(String, bool)>,
    /// For whom it was handed over last
    handed_for: Option<Owner>,
}

/// Whose items a file is handed over for: the feed that the unit follows, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Owner(Option<Feed>);

impl Inbox {
    pub fn new(paths: &Paths, ledger: &Ledger) -> Self {
        Self { paths: paths.clone(), ledger: ledger.clone(), known: HashMap::new() }
    }

    /// Somebody has written or moved this file: what was known of it holds no more.
    pub fn forget(&mut self, path: &Path) {
        self.known.remove(path);
    }

    pub fn forget_all(&mut self) {
        self.known.clear();
    }

    /// Looks at all folders. `feed` is the one that this shelf follows, and `is_written` says of a file
    /// whether somebody may still be writing it.
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

    /// Of a stick for many shelves, those that hold this one; where none does, the first says so.
    fn ours(&mut self, stick: &Listing, feed: Option<&Feed>) -> Vec<PathBuf> {
        let bundles = self.bundles(stick);
        let Some(feed) = feed else { return bundles.into_iter().take(1).collect() };
        let subject = feed.subject.to_string();
        let mut ours = Vec::new();
        for path in &bundles {
            let Some(known) = self.known.get_mut(path) else { continue };
            if known.holds.as_ref().is_none_or(|(of, _)| *of != subject) {
                let holds = Place::in_folder(path).open().is_ok_and(|file| bundle_holds(file, &feed.subject));
                known.holds = Some((subject.clone(), holds));
            }
            if known.holds.as_ref().is_some_and(|(_, holds)| *holds) {
                ours.push(path.clone());
            }
        }
        if ours.is_empty() { bundles.into_iter().take(1).collect() } else { ours }
    }

    /// Hands a bundle over once for each binding of the unit, and again where it was refused for a reason that
    /// passes.
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
        // Else enough are on their way: when one of them is settled, there is another look
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
