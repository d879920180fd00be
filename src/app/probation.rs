//! Which catalog the pages may show. One that is new is noted before it is shown, and proves itself by
//! standing there for a while; until another has done so, it is what a careful start falls back to.

use crate::{
    attempt::{Attempt, Attempts, Refused, Start, Step, Thing, Verdict},
    domain::{CatalogSnapshot, Sha256},
    paths::Paths,
    store::ProvenCatalog,
    trap,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A start, and a catalog, that has lived for so long has not ended early.
const PROVEN: Duration = Duration::from_secs(90);
/// A feed that has not answered by then is not waited for.
const FEED_PATIENCE: Duration = Duration::from_secs(15 * 60);
/// How often it is looked at what is waited for.
const LOOK: Duration = Duration::from_secs(5);

pub(super) struct Probation {
    paths: Paths,
    attempts: Attempts,
    start: Start,
    begun: Instant,
    span: Duration,
    /// This run has proven itself
    is_proven: bool,
    on_trial: Option<Trial>,
    /// The catalog that has proven itself last; read when it is first needed
    proven: Option<Option<Sha256>>,
}

struct Trial {
    catalog: ProvenCatalog,
    since: Instant,
    _attempt: Option<Attempt>,
}

/// What the pages show.
pub(super) enum Admission {
    Show,
    /// The one in the database is held back; the one that last worked, where there is one
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

    /// Whether this run counts as one that works: what a careful start shows is no proof.
    pub const fn is_usual(&self) -> bool {
        matches!(self.start, Start::Usual) || self.is_proven
    }

    /// Whether the catalog of this digest may be shown now; it is noted, if so.
    pub fn admit(&mut self, digest: Sha256, snapshot: &CatalogSnapshot, subject: &str) -> Admission {
        if self.on_trial.as_ref().is_some_and(|trial| trial.catalog.digest == digest) {
            return Admission::Show;
        }
        let thing = Thing::pages(digest);
        let verdict = self.attempts.verdict(&thing);
        if let Verdict::SetAside(_) = verdict {
            return Admission::Instead(self.fall_back(subject));
        }
        let is_known = self.proven() == Some(digest);
        if is_known && self.is_usual() && verdict == Verdict::Fresh {
            self.on_trial = None;
            return Admission::Show;
        }
        // A careful start shows what has worked before, and has even that prove itself
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
        // Then it is nothing else if the program ends
        if is_suspect {
            self.attempts.hold_new(true);
        }
        let attempt = match self.attempts.begin_long(Thing::pages(catalog.digest), Step::Load) {
            Ok(attempt) => Some(attempt),
            Err(Refused::SetAside(_)) => return false,
            Err(error) => {
                // A full card that shows nothing would help nobody
                tracing::warn!(%error, "a catalog is shown that could not be noted");
                None
            }
        };
        catalog.snapshot.items.iter().for_each(|item| trap::spring(item.title.as_bytes()));
        self.on_trial = Some(Trial { catalog, since: Instant::now(), _attempt: attempt });
        true
    }

    fn proven(&mut self) -> Option<Sha256> {
        let paths = &self.paths;
        *self.proven.get_or_insert_with(|| ProvenCatalog::load(paths).map(|proven| proven.digest))
    }

    /// The catalog that last worked, of this unit's own binding. In a careful start it may itself be what has
    /// ended the last runs, so it is noted.
    fn fall_back(&mut self, subject: &str) -> Option<Arc<CatalogSnapshot>> {
        let proven = ProvenCatalog::load(&self.paths).filter(|proven| proven.subject == subject)?;
        let thing = Thing::pages(proven.digest);
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

    /// How long until something may be proven; for ever where all is.
    pub fn wait(&self) -> Duration {
        let of_run = (!self.is_proven).then(|| self.left(self.begun).max(LOOK.min(self.span)));
        let of_trial = self.on_trial.as_ref().map(|trial| self.left(trial.since));
        of_run.into_iter().chain(of_trial).min().unwrap_or(Duration::MAX)
    }

    fn left(&self, since: Instant) -> Duration {
        self.span.saturating_sub(since.elapsed())
    }

    /// Takes note of what has proven itself, where the pages are alive. True where pages may draw what
    /// they could not draw before.
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
                tracing::warn!(%error, "a careful start will not know this catalog");
            }
            self.proven = Some(Some(trial.catalog.digest));
        }
        let released = self.is_usual() && self.on_trial.is_none();
        if released {
            self.attempts.hold_new(false);
        }
        released
    }
}
