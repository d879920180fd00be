//! Decides which catalog the pages may show. A new catalog is recorded before it is shown, and is proven
//! after it has been shown for a while; a careful start falls back to the last proven catalog.

use cloud_shelf::store::ProvenCatalog;
use cloud_shelf_core::{
    attempt::{Attempt, AttemptError, Attempts, Input, Operation, Start, Verdict},
    domain::{CatalogSnapshot, Sha256},
    paths::Paths,
    trap,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A start, or a catalog, that lasts this long is proven.
const PROVEN: Duration = Duration::from_secs(90);
/// How long the proof of a start waits for the feed's first answer.
const FEED_PATIENCE: Duration = Duration::from_secs(15 * 60);
/// Interval of the checks for what is pending.
const LOOK: Duration = Duration::from_secs(5);

pub(super) struct Probation {
    paths: Paths,
    attempts: Attempts,
    start: Start,
    begun: Instant,
    span: Duration,
    /// This run is proven
    is_proven: bool,
    on_trial: Option<Trial>,
    /// The last proven catalog; read on first use
    proven: Option<Option<Sha256>>,
}

struct Trial {
    catalog: ProvenCatalog,
    since: Instant,
    _attempt: Option<Attempt>,
}

/// Which catalog the pages show.
pub(super) enum Admission {
    Show,
    /// The database's catalog is held back; the pages show the last proven one, if any
    Instead(Option<Arc<CatalogSnapshot>>),
}

impl Probation {
    pub fn new(paths: &Paths, attempts: &Attempts, start: Start) -> Self {
        Self {
            paths: paths.clone(),
            attempts: attempts.clone(),
            start,
            begun: Instant::now(),
            span: trap::proven_after().unwrap_or(PROVEN),
            is_proven: false,
            on_trial: None,
            proven: None,
        }
    }

    /// Returns whether this run is a normal one: what a careful start shows proves nothing.
    pub const fn is_usual(&self) -> bool {
        matches!(self.start, Start::Normal) || self.is_proven
    }

    /// Decides whether the catalog with this digest may be shown now, and records it if so.
    pub fn admit(&mut self, digest: Sha256, snapshot: &CatalogSnapshot, subject: &str) -> Admission {
        if self.on_trial.as_ref().is_some_and(|trial| trial.catalog.digest == digest) {
            return Admission::Show;
        }
        let thing = Input::pages(digest);
        let verdict = self.attempts.verdict(&thing);
        if let Verdict::SetAside(_) = verdict {
            return Admission::Instead(self.fall_back(subject));
        }
        let is_known = self.proven() == Some(digest);
        if is_known && self.is_usual() && verdict == Verdict::Fresh {
            self.on_trial = None;
            return Admission::Show;
        }
        // A careful start shows the last proven catalog, which has to prove itself once more
        if !is_known && !self.is_usual() {
            return Admission::Instead(self.fall_back(subject));
        }
        let catalog = ProvenCatalog { digest, subject: subject.to_owned(), snapshot: snapshot.clone() };
        if !self.try_out(catalog, verdict == Verdict::Suspect) {
            return Admission::Instead(self.fall_back(subject));
        }
        Admission::Show
    }

    fn try_out(&mut self, catalog: ProvenCatalog, is_suspect: bool) -> bool {
        // Nothing else new may be tried meanwhile: if the program ends, this catalog did it
        if is_suspect {
            self.attempts.hold_unproven(true);
        }
        let attempt = match self.attempts.begin_long(Input::pages(catalog.digest), Operation::Load) {
            Ok(attempt) => Some(attempt),
            Err(AttemptError::SetAside(_)) => return false,
            Err(error) => {
                // On a full disk, showing the catalog unrecorded is better than showing nothing
                tracing::warn!(%error, "a catalog is shown although the attempt could not be recorded");
                None
            }
        };
        catalog.snapshot.items.iter().for_each(|item| trap::abort_if_marked(item.title.as_bytes()));
        self.on_trial = Some(Trial { catalog, since: Instant::now(), _attempt: attempt });
        true
    }

    fn proven(&mut self) -> Option<Sha256> {
        let paths = &self.paths;
        *self.proven.get_or_insert_with(|| ProvenCatalog::load(paths).map(|proven| proven.digest))
    }

    /// Returns the last proven catalog, if it belongs to this unit's binding. In a careful start, the
    /// catalog may itself have ended the last runs, so the attempt is recorded.
    fn fall_back(&mut self, subject: &str) -> Option<Arc<CatalogSnapshot>> {
        let proven = ProvenCatalog::load(&self.paths).filter(|proven| proven.subject == subject)?;
        let thing = Input::pages(proven.digest);
        let verdict = self.attempts.verdict(&thing);
        let is_on_trial = self.on_trial.as_ref().is_some_and(|trial| trial.catalog.digest == proven.digest);
        let shown = Arc::new(proven.snapshot.clone());
        match verdict {
            Verdict::SetAside(_) => None,
            _ if !self.is_usual() && !is_on_trial => {
                self.try_out(proven, verdict == Verdict::Suspect).then_some(shown)
            }
            _ => Some(shown),
        }
    }

    /// Returns the time until the next proof is due; [`Duration::MAX`] if nothing is pending.
    pub fn wait(&self) -> Duration {
        let of_run = (!self.is_proven).then(|| self.left(self.begun).max(LOOK.min(self.span)));
        let of_trial = self.on_trial.as_ref().map(|trial| self.left(trial.since));
        of_run.into_iter().chain(of_trial).min().unwrap_or(Duration::MAX)
    }

    fn left(&self, since: Instant) -> Duration {
        self.span.saturating_sub(since.elapsed())
    }

    /// Marks what has lasted long enough as proven, provided the pages answer. Returns true if pages may now
    /// draw pictures that were held back.
    pub fn look(&mut self, has_looked_at_feed: bool, pages_answer: impl Fn() -> bool) -> bool {
        let run_is_due = !self.is_proven
            && self.left(self.begun).is_zero()
            && (has_looked_at_feed || self.begun.elapsed() >= FEED_PATIENCE);
        let trial_is_due = self.on_trial.as_ref().is_some_and(|trial| self.left(trial.since).is_zero());
        if !(run_is_due || trial_is_due) || !pages_answer() {
            return false;
        }
        if run_is_due {
            self.is_proven = true;
            self.attempts.prove_run();
            self.attempts.end_careful_start();
        }
        if let Some(trial) = self.on_trial.take_if(|_| trial_is_due) {
            if let Err(error) = trial.catalog.keep(&self.paths) {
                tracing::warn!(%error, "the proven catalog could not be recorded for a careful start");
            }
            self.proven = Some(Some(trial.catalog.digest));
        }
        let released = self.is_usual() && self.on_trial.is_none();
        if released {
            self.attempts.hold_unproven(false);
        }
        released
    }
}
