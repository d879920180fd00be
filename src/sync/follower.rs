//! One shelf that follows its feed: look, plan, fetch, verify, keep, swap.

use super::{
    Feed, Plan, Progress, Step, SyncError, TrustedClock, Watch,
    fetch::{self, Arrival, GoneError, fetch_all},
    prepare,
    stage::{Signed, Stage, open},
    trust::Trust,
};
use crate::{
    clock::Clock,
    domain::{Sha256, Source},
    feed::{Address, FeedError, ObjectRef, Pointer, limits, verify_pointer},
    paths::Paths,
    store::{Publication, Store, StoreError},
    transport::{Answer, FeedClient, Manner, Route, TransferError},
    watchdog,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

/// Pictures that the server did not have are asked for again after this, or with the next catalog.
const RETRY_LOST: Duration = Duration::from_secs(6 * 3600);

/// What came of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// There was nothing new
    Unchanged,
    /// The pointer said something new
    Taken {
        /// Whether there is another catalog on the shelf now
        changed: bool,
        /// Objects that came for it
        objects: usize,
    },
    /// There is something new, and its pictures wait for the download window
    Held,
}

/// Follows one feed for one binding.
pub struct Follower {
    paths: Paths,
    feed: Feed,
    client: FeedClient,
    runtime: Runtime,
    clock: Arc<TrustedClock>,
    trust: Trust,
    /// The tag of a pointer that said nothing new, and that is not kept
    seen: Option<(Vec<u8>, String)>,
    asked_for_lost: Option<Instant>,
}

impl Follower {
    pub fn new(paths: &Paths, feed: Feed, route: &Route, system: Arc<dyn Clock>) -> Result<Self, SyncError> {
        let kept = publication(paths)?;
        let trust = Trust::load(&paths.feed_trust(), &feed.address, &feed.subject, kept.as_ref());
        let clock = Arc::new(TrustedClock::new(system, trust.known()));
        let client = FeedClient::new(feed.address.base(), route, clock.clone())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|cause| TransferError::Disk(cause.into()))?;
        Ok(Self {
            paths: paths.clone(),
            feed,
            client,
            runtime,
            clock,
            trust,
            seen: None,
            asked_for_lost: None,
        })
    }

    pub const fn feed(&self) -> &Feed {
        &self.feed
    }

    /// The time that this shelf believes.
    pub const fn clock(&self) -> &Arc<TrustedClock> {
        &self.clock
    }

    /// Looks once, and brings what is new. `may_fetch` is false outside the download window: then a
    /// shelf that has something to show waits with new pictures.
    pub fn round(&mut self, may_fetch: bool, watch: &mut dyn Watch) -> Result<Round, SyncError> {
        watch.progress(Progress::default());
        let kept = publication(&self.paths)?.filter(|kept| kept.subject == self.feed.subject.to_string());
        let signed = match self.look(kept.as_ref()) {
            Ok(Some(signed)) => signed,
            Ok(None) => return self.mend(may_fetch, watch),
            Err(error) => {
                // What an earlier round left unmade needs no network
                if let Some(Err(later)) = kept.map(|_| self.prepare(watch)) {
                    tracing::warn!(error = %later, "thumbnails that were left unmade");
                }
                return Err(error);
            }
        };
        self.believe(&signed.pointer)?;
        let round = self.take(signed, may_fetch, kept.is_some(), watch)?;
        if round != Round::Held {
            self.prepare(watch)?;
        }
        Ok(round)
    }

    fn prepare(&self, watch: &mut dyn Watch) -> Result<(), SyncError> {
        prepare::prepare(&self.paths, &self.feed.subject, self.clock.now(), watch)
    }

    /// Asks, verifies, and takes nothing: the version that is published.
    pub fn published_version(&mut self) -> Result<u64, SyncError> {
        let signed = self.ask(None, None, true)?;
        // Without a tag and nothing to compare with, an answer is always new
        signed.map(|signed| signed.pointer.version).ok_or(SyncError::Transfer(TransferError::NotAsked))
    }

    /// The pointer, verified; `None` where it is the one that is in force.
    fn look(&mut self, kept: Option<&Publication>) -> Result<Option<Signed>, SyncError> {
        let etag = kept.and_then(|kept| match &self.seen {
            Some((bytes, etag)) if *bytes == kept.pointer => Some(etag.clone()),
            _ => kept.etag.clone(),
        });
        match self.ask(etag.as_deref(), kept, false) {
            // A cache in between may be behind, or keep what is none of ours
            Err(SyncError::Feed(_)) => self.ask(etag.as_deref(), kept, true),
            result => result,
        }
    }

    fn ask(
        &mut self,
        etag: Option<&str>,
        kept: Option<&Publication>,
        afresh: bool,
    ) -> Result<Option<Signed>, SyncError> {
        let url = self.feed.address.pointer_url(&self.feed.subject);
        let asked = self.client.ask(&url, etag, limits::POINTER_BYTES as u64, afresh);
        let (bytes, etag) = match watchdog::waiting(|| self.runtime.block_on(asked))? {
            Answer::Same => return Ok(None),
            Answer::New { bytes, etag } => (bytes, etag),
        };
        if kept.is_some_and(|kept| kept.pointer == bytes) {
            // A server without tags, or with new ones for old content
            self.seen = etag.map(|etag| (bytes, etag));
            return Ok(None);
        }
        let Trust { keys, floor, .. } = &self.trust;
        let pointer = verify_pointer(&bytes, keys, &self.feed.subject, self.clock.now(), *floor)?;
        Ok(Some(Signed { bytes, etag, keys: keys.to_string(), pointer }))
    }

    /// From here on nothing older is taken, whatever becomes of this one.
    fn believe(&mut self, pointer: &Pointer) -> Result<(), SyncError> {
        let after = self.trust.after(pointer);
        if after != self.trust {
            after.keep(&self.paths.feed_trust(), &self.feed.address, &self.feed.subject)?;
            self.clock.heard(after.newest);
            self.trust = after;
        }
        Ok(())
    }

    fn take(
        &mut self,
        signed: Signed,
        may_fetch: bool,
        has_catalog: bool,
        watch: &mut dyn Watch,
    ) -> Result<Round, SyncError> {
        let store = open(&self.paths)?;
        let (client, runtime, paths, feed) = (&self.client, &self.runtime, &self.paths, &self.feed);
        let catalog = |object: &ObjectRef| -> Result<Vec<u8>, SyncError> {
            let downloads = paths.downloads();
            std::fs::create_dir_all(&downloads)
                .map_err(|cause| SyncError::Unwritable { path: downloads.clone(), cause: cause.into() })?;
            let place = downloads.join(object.sha256.to_string());
            watchdog::waiting(|| runtime.block_on(fetch_catalog(client, &feed.address, object, &place)))
        };
        let stage = Stage::new(&self.paths, store, signed, catalog)?;
        self.complete(stage, may_fetch || !has_catalog, watch)
    }

    /// Brings what a stage lacks, and swaps.
    fn complete(
        &mut self,
        mut stage: Stage,
        may_fetch: bool,
        watch: &mut dyn Watch,
    ) -> Result<Round, SyncError> {
        let plan = stage.plan();
        if !plan.is_empty() && !may_fetch {
            return Ok(Round::Held);
        }
        stage.make_room(&plan)?;
        let objects = plan.fetch.len();
        if objects > 0 {
            stage.begin()?;
            self.asked_for_lost = Some(Instant::now());
            // What has come is on the card before anything else is tried
            if let Err(error) = self.fetch(&mut stage, plan, watch) {
                stage.store.end_staging().unwrap_or_else(|error| tracing::warn!(%error, "staged objects"));
                return Err(error);
            }
        }
        if !watch.is_wanted() {
            return Err(SyncError::Rebound);
        }
        let swap = stage.swap(Source::Feed, self.clock.now())?;
        Ok(Round::Taken { changed: swap.changed, objects })
    }

    fn fetch(&self, stage: &mut Stage, plan: Plan, watch: &mut dyn Watch) -> Result<(), SyncError> {
        let start = self.client.received();
        let mut progress = Progress {
            step: Step::Fetching,
            files: plan.fetch.len(),
            bytes: plan.missing_bytes,
            ..Progress::default()
        };
        watch.progress(progress);
        let downloads = self.paths.downloads();
        let place = move |object: &Sha256| downloads.join(object.to_string());
        fetch_all(&self.runtime, &self.client, &self.feed.address, plan.fetch, &place, &mut |arrival| {
            if let Some((want, arrival)) = arrival {
                match arrival {
                    Arrival::Whole(bytes) => stage.put(want.object, &bytes)?,
                    Arrival::Gone(GoneError::Transfer(error)) => {
                        stage.lose(want.object, error.code(), error.message());
                    }
                    Arrival::Gone(GoneError::Content(error)) => {
                        stage.lose(want.object, error.code(), error.message());
                    }
                }
                progress.files_done += 1;
            }
            progress.bytes_done = (self.client.received() - start).min(progress.bytes);
            watch.progress(progress);
            Ok(())
        })
    }

    /// With nothing new to take: what an earlier round could not get, and thumbnails that were not
    /// made yet.
    fn mend(&mut self, may_fetch: bool, watch: &mut dyn Watch) -> Result<Round, SyncError> {
        let reader = Store::open_read_only(&self.paths)?;
        let due = self.asked_for_lost.is_none_or(|at| at.elapsed() >= RETRY_LOST);
        let mut round = Round::Unchanged;
        if due && may_fetch && reader.missing()?.count > 0 {
            self.asked_for_lost = Some(Instant::now());
            if let Some(stage) = Stage::of_kept(&self.paths, open(&self.paths)?, &self.feed.subject)?
                && !stage.plan().is_empty()
            {
                round = self.complete(stage, true, watch)?;
            }
        }
        self.prepare(watch)?;
        Ok(round)
    }
}

/// The object that lists the items. Where it is not what was signed, nothing is taken.
async fn fetch_catalog(
    client: &FeedClient,
    address: &Address,
    object: &ObjectRef,
    place: &std::path::Path,
) -> Result<Vec<u8>, SyncError> {
    let url = address.object_url(object);
    let mut manner = Manner { text: true, afresh: false };
    loop {
        let came = client.fetch(&url, object.size, place, manner).await;
        let error = match came {
            Ok(came) => {
                let bytes = fetch::read(came, place)
                    .map_err(|cause| SyncError::Unwritable { path: place.into(), cause: cause.into() })?;
                match object.check(&bytes) {
                    Ok(()) => return Ok(bytes),
                    Err(error @ FeedError::WrongHash { .. }) if manner.afresh => {
                        tracing::warn!(%error, "the catalog is not the signed one");
                        return Err(SyncError::WrongCatalog { object: object.sha256 });
                    }
                    Err(error) => SyncError::from(error),
                }
            }
            Err(error) if error.is_wrong() => error.into(),
            Err(error) => return Err(error.into()),
        };
        if manner.afresh {
            return Err(error);
        }
        manner.afresh = true;
    }
}

/// What the catalog in force came from. A shelf whose database is damaged, or of a newer program,
/// has nothing to compare with; the writer says so, if it comes to that.
pub(super) fn publication(paths: &Paths) -> Result<Option<Publication>, SyncError> {
    match Store::open_read_only(paths).and_then(|reader| reader.publication()) {
        Ok(kept) => Ok(kept),
        Err(StoreError::Missing | StoreError::Damaged { .. } | StoreError::Older { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
