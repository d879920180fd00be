//! One unit that follows its feed: poll, plan, fetch, verify, store, swap.

use super::{
    Feed, Plan, Progress, Step, SyncError, TrustedClock, Watch,
    fetch::{self, Arrival, Errand, GoneError, fetch_all},
    line::Line,
    prepare,
    progress::Unwatched,
    retries::Retries,
    stage::{Signed, Stage, open},
    time::Reading,
    trust::{Trust, is_later, publication},
    waiting::Waiting,
};
use crate::store::{Publication, Store, StoreError};
use cloud_shelf_core::{
    attempt::{self, Input, Operation as Trying},
    clock::Clock,
    domain::{CatalogSnapshot, CatalogSource, Sha256},
    feed::{FeedAddress, FeedError, ObjectRef, limits},
    media,
    paths::Paths,
    plain_file,
    transport::{DownloadOptions, FeedClient, FileResponse, Route, TransferError},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How often missing pictures are checked for a due retry. A new catalog makes all of them due.
const LOOK_FOR_LOST: Duration = Duration::from_secs(10 * 60);

/// Outcome of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Nothing new
    Unchanged,
    /// The pointer was new
    Taken {
        /// Whether another catalog is on the screen now
        changed: bool,
        /// Number of objects downloaded for it
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
    line: Line,
    clock: Arc<TrustedClock>,
    trust: Trust,
    /// ETag of a pointer that said nothing new and is not stored
    seen: Option<(Vec<u8>, String)>,
    looked_for_lost: Option<Instant>,
    retries: Retries,
    waiting: Waiting,
}

impl Follower {
    pub fn new(paths: &Paths, feed: Feed, route: &Route, system: Arc<dyn Clock>) -> Result<Self, SyncError> {
        let kept = publication(paths)?;
        let trust = Trust::load(&paths.feed_trust(), &feed.address, &feed.subject, kept.as_ref())?;
        let clock = Arc::new(TrustedClock::new(system, trust.known));
        let client = FeedClient::new(feed.address.base(), route, clock.clone())?;
        let line = Line::new().map_err(|cause| TransferError::Disk(cause.into()))?;
        Ok(Self {
            paths: paths.clone(),
            feed,
            client,
            line,
            clock,
            trust,
            seen: None,
            looked_for_lost: None,
            retries: Retries::default(),
            waiting: Waiting::new(paths.feed_waiting()),
        })
    }

    pub const fn feed(&self) -> &Feed {
        &self.feed
    }

    /// Returns the clock that this unit trusts.
    pub const fn clock(&self) -> &Arc<TrustedClock> {
        &self.clock
    }

    /// Runs one round: polls, and brings what is new. `may_fetch` is false outside the download
    /// window; then a unit that has something to show does not download pictures.
    pub fn round(&mut self, may_fetch: bool, watch: &mut dyn Watch) -> Result<Round, SyncError> {
        watch.progress(Progress::default());
        let kept = publication(&self.paths)?.filter(|kept| kept.subject == self.feed.subject.to_string());
        self.recall(kept.as_ref())?;
        let signed = match self.look(kept.as_ref(), watch) {
            Ok(Some(signed)) => signed,
            Ok(None) => {
                // The published version is on the screen, so none is held back any more
                self.waiting.over();
                return self.mend(may_fetch, watch);
            }
            // An interruption does not wait for thumbnails either
            Err(error @ SyncError::Interrupted(_)) => return Err(error),
            Err(error) => {
                // Unfinished work of an earlier round concerns the current catalog, which stays
                let mended = kept.map(|_| match &error {
                    SyncError::Feed(_) => self.mend(may_fetch, watch).map(|_| ()),
                    _ => self.prepare(watch),
                });
                if let Some(Err(later)) = mended {
                    tracing::warn!(error = %later, "cannot complete an earlier round");
                }
                return Err(error);
            }
        };
        let round = self.take(signed, may_fetch, kept.is_some(), watch)?;
        if round != Round::Held {
            self.prepare(watch)?;
        }
        Ok(round)
    }

    /// Reloads the trust: a bundle or another binding may have changed it. If the clock is known to
    /// be right by now, takes back a later time that was trusted before.
    fn recall(&mut self, kept: Option<&Publication>) -> Result<(), SyncError> {
        let path = self.paths.feed_trust();
        self.trust = Trust::load(&path, &self.feed.address, &self.feed.subject, kept)?;
        let known = self.trust.known.revised(self.clock.reading());
        if known != self.trust.known {
            tracing::warn!(was = self.trust.known.newest, "a document is signed with a time in the future");
            self.trust.known = known;
            if let Err(error) = self.trust.keep(&path, &self.feed.address) {
                tracing::warn!(%error, "the corrected time can't be stored and holds for this run only");
            }
        }
        self.clock.set_known(known);
        Ok(())
    }

    fn prepare(&self, watch: &mut dyn Watch) -> Result<(), SyncError> {
        prepare::prepare(&self.paths, &self.feed.subject, self.clock.now(), watch)
    }

    /// Returns the published version. Polls and verifies, and accepts nothing.
    pub fn published_version(&mut self) -> Result<u64, SyncError> {
        let signed = self.ask(None, None, true, &Unwatched)?;
        // Without an ETag and nothing to compare with, an answer is always new
        signed
            .map(|signed| signed.pointer.version)
            .ok_or(SyncError::Transfer(TransferError::UnrequestedNotModified))
    }

    /// Fetches and verifies the pointer; `None` if it is the current one and still valid.
    fn look(&mut self, kept: Option<&Publication>, watch: &dyn Watch) -> Result<Option<Signed>, SyncError> {
        let etag = kept.and_then(|kept| match &self.seen {
            Some((bytes, etag)) if *bytes == kept.pointer => Some(etag.clone()),
            _ => kept.etag.clone(),
        });
        match self.ask(etag.as_deref(), kept, false, watch) {
            // A cache in between may be stale, or serve something else
            Err(SyncError::Feed(_)) => self.ask(None, kept, true, watch),
            result => result,
        }
    }

    fn ask(
        &mut self,
        etag: Option<&str>,
        kept: Option<&Publication>,
        afresh: bool,
        watch: &dyn Watch,
    ) -> Result<Option<Signed>, SyncError> {
        let url = self.feed.address.pointer_url(&self.feed.subject);
        let asked = self.client.fetch_file(&url, etag, limits::POINTER_BYTES as u64, afresh);
        let (bytes, etag) = match self.line.wait(watch, asked)? {
            FileResponse::NotModified => return self.still_holds(kept).map(|()| None),
            FileResponse::Modified { bytes, etag } => (bytes, etag),
        };
        if kept.is_some_and(|kept| kept.pointer == bytes) {
            // A server without ETags, or with a new ETag for the same content
            self.seen = etag.map(|etag| (bytes, etag));
            return self.still_holds(kept).map(|()| None);
        }
        let attempt = attempt::global().begin(&[Input::pointer(Sha256::digest(&bytes))], Trying::Read)?;
        let pointer = self.trust.verify(&bytes, &self.feed.subject, self.clock.now())?;
        drop(attempt);
        if kept.is_some_and(|kept| is_later(kept, &pointer, &self.feed.subject)) {
            return Ok(None);
        }
        Ok(Some(Signed { bytes, etag, keys: self.trust.keys.to_string(), pointer }))
    }

    /// Whether the current pointer would still be accepted: not after it has expired, nor if a
    /// newer one was seen before the server went back to this one.
    fn still_holds(&self, kept: Option<&Publication>) -> Result<(), SyncError> {
        let Some(kept) = kept else { return Ok(()) };
        self.trust.verify(&kept.pointer, &self.feed.subject, self.clock.now())?;
        Ok(())
    }

    fn take(
        &mut self,
        mut signed: Signed,
        may_fetch: bool,
        has_catalog: bool,
        watch: &mut dyn Watch,
    ) -> Result<Round, SyncError> {
        let store = open(&self.paths)?;
        // Raises the minimum version: nothing older is accepted, whatever becomes of this pointer
        let kept = store.publication()?.filter(|kept| kept.subject == self.feed.subject.to_string());
        let believed = Trust::believe(&self.paths, &self.feed, kept.as_ref(), &signed.bytes, &self.clock)?;
        (signed.pointer, signed.keys) = (believed.pointer, believed.keys.to_string());
        self.trust = believed.trust;
        let (client, line, paths, feed) = (&self.client, &self.line, &self.paths, &self.feed);
        let catalog = |object: &ObjectRef| -> Result<Vec<u8>, SyncError> {
            let downloads = paths.downloads();
            plain_file::ensure_folder(&downloads)
                .map_err(|cause| SyncError::Unwritable { path: downloads.clone(), cause: cause.into() })?;
            let place = downloads.join(object.sha256.to_string());
            line.wait(&*watch, fetch_catalog(client, &feed.address, object, &place))
        };
        let stage = Stage::new(&self.paths, store, signed, catalog)?;
        let plan = stage.plan();
        self.complete(stage, plan, may_fetch || !has_catalog, true, watch)
    }

    /// Fetches what a stage lacks, and swaps. A version that `is_new` is held back if too few of
    /// its pictures have arrived.
    fn complete(
        &mut self,
        mut stage: Stage,
        plan: Plan,
        may_fetch: bool,
        is_new: bool,
        watch: &mut dyn Watch,
    ) -> Result<Round, SyncError> {
        if !plan.is_empty() && !may_fetch {
            return Ok(Round::Held);
        }
        stage.make_room(&plan)?;
        let mut objects = 0;
        let fetched = if plan.is_empty() {
            Ok(())
        } else {
            stage.begin()?;
            self.looked_for_lost = Some(Instant::now());
            self.fetch(&mut stage, plan, &mut objects, watch)
        };
        // What can't be shown must not count as a picture to show
        let fetched = match fetched {
            Ok(()) if is_new => prepare::refuse_unshowable(&mut stage, watch),
            fetched => fetched,
        };
        let trouble = match self.judge(&stage, is_new, fetched) {
            Ok(trouble) => trouble,
            Err(error) => {
                // Store what has arrived before anything else is tried
                let ended = stage.store.end_staging();
                ended.unwrap_or_else(|error| tracing::warn!(%error, "staged objects"));
                return Err(error);
            }
        };
        if !watch.is_wanted() {
            return Err(SyncError::Rebound);
        }
        let swap = stage.swap(CatalogSource::Feed, self.clock.now())?;
        if is_new {
            self.waiting.over();
        }
        self.retries.keep_only(|object| stage.is_lost(object));
        drop(stage);
        match trouble {
            None => Ok(Round::Taken { changed: swap.changed, objects }),
            Some(error) => {
                // The catalog on the screen is incomplete: the rest is due with the next round
                self.looked_for_lost = None;
                self.prepare(watch)?;
                Err(error)
            }
        }
    }

    /// Decides whether the download may be shown. Returns the failure that another round is to
    /// repair, if any.
    fn judge(
        &mut self,
        stage: &Stage,
        is_new: bool,
        fetched: Result<(), SyncError>,
    ) -> Result<Option<SyncError>, SyncError> {
        let trouble = match fetched {
            Ok(()) => None,
            Err(SyncError::Transfer(error)) if !error.is_local() => Some(SyncError::Transfer(error)),
            Err(error) => return Err(error),
        };
        let shown = stage.shown();
        if !is_new || trouble.is_none() && shown.lacking() == 0 {
            return Ok(trouble);
        }
        let before = pictures_on_shelf(&self.paths, &self.feed)?;
        if shown.may_be_taken(before, trouble.is_some(), 0) {
            return Ok(trouble);
        }
        let waited = self.waiting.waited(Reading { at: self.clock.now(), is_set: self.clock.is_set() });
        if shown.may_be_taken(before, trouble.is_some(), waited) {
            tracing::warn!(lacking = shown.lacking(), waited, "a version is accepted without its pictures");
            return Ok(trouble);
        }
        Err(trouble.unwrap_or_else(|| SyncError::PicturesLacking {
            lacking: shown.lacking(),
            wanting: shown.wanting,
            first: shown.first_without.unwrap_or_default(),
            why: stage.why_lost(),
        }))
    }

    fn fetch(
        &mut self,
        stage: &mut Stage,
        plan: Plan,
        objects: &mut usize,
        watch: &mut dyn Watch,
    ) -> Result<(), SyncError> {
        let start = self.client.received_bytes();
        let mut progress = Progress {
            step: Step::Fetching,
            files: plan.fetch.len(),
            bytes: plan.missing_bytes,
            ..Progress::default()
        };
        watch.progress(progress);
        let downloads = self.paths.downloads();
        let errand = Errand {
            client: &self.client,
            address: &self.feed.address,
            wanted: plan.fetch,
            witnesses: stage.witnesses(),
            downloads: &downloads,
        };
        let retries = &mut self.retries;
        fetch_all(&self.line, &errand, &mut |arrival| {
            if let Some((want, arrival)) = arrival {
                let lost = match arrival {
                    Arrival::Whole(whole) => {
                        let _turn = media::wait_for_turn(want.size);
                        let bytes = whole.bytes().map_err(|cause| SyncError::Unwritable {
                            path: downloads.clone(),
                            cause: cause.into(),
                        })?;
                        stage.put(want.object, &bytes)?;
                        *objects += 1;
                        None
                    }
                    Arrival::Gone(GoneError::Transfer(error)) => Some((error.code(), error.object_message())),
                    Arrival::Gone(GoneError::Content(error)) => Some((error.code(), error.message())),
                };
                if let Some((code, message)) = lost {
                    stage.lose(want.object, code, message);
                    retries.failed(want.object, Instant::now());
                }
                progress.files_done += 1;
            }
            progress.bytes_done = (self.client.received_bytes() - start).min(progress.bytes);
            watch.progress(progress);
            watch.interruption().map_or(Ok(()), |why| Err(SyncError::Interrupted(why)))
        })
    }

    /// Completes the current catalog when there is nothing new: retries missing pictures that are
    /// due, and makes missing thumbnails.
    fn mend(&mut self, may_fetch: bool, watch: &mut dyn Watch) -> Result<Round, SyncError> {
        let reader = Store::open_read_only(&self.paths)?;
        let due = self.looked_for_lost.is_none_or(|at| at.elapsed() >= LOOK_FOR_LOST);
        let mut round = Round::Unchanged;
        if Stage::is_due_for_crashes(&reader)?
            && let Some(stage) = Stage::of_kept(&self.paths, open(&self.paths)?, &self.feed.subject)?
        {
            // Other missing pictures wait until their own retry is due
            let now = Instant::now();
            let is_due = |object: &Sha256| may_fetch && self.retries.is_due(object, now);
            let plan = stage.plan_of(is_due);
            round = self.complete(stage, plan, may_fetch, false, watch)?;
        }
        if due && may_fetch && reader.missing()?.count > 0 {
            let now = Instant::now();
            self.looked_for_lost = Some(now);
            if let Some(stage) = Stage::of_kept(&self.paths, open(&self.paths)?, &self.feed.subject)? {
                let plan = stage.plan_of(|object| self.retries.is_due(object, now));
                if !plan.is_empty() {
                    round = self.complete(stage, plan, true, false, watch)?;
                }
            }
        }
        self.prepare(watch)?;
        Ok(round)
    }
}

/// Returns how many items on the screen show a picture; `None` if the screen shows no catalog of
/// this feed, so that another catalog loses nothing.
fn pictures_on_shelf(paths: &Paths, feed: &Feed) -> Result<Option<usize>, SyncError> {
    let reader = match Store::open_read_only(paths) {
        Ok(reader) => reader,
        Err(StoreError::Missing | StoreError::Damaged { .. } | StoreError::Older { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let is_anothers = reader.publication()?.is_some_and(|kept| kept.subject != feed.subject.to_string());
    let snapshot = reader.snapshot()?.filter(|snapshot| !is_anothers && !snapshot.items.is_empty());
    let with_picture =
        |snapshot: CatalogSnapshot| snapshot.items.iter().filter(|item| !item.pictures.is_empty()).count();
    Ok(snapshot.map(with_picture))
}

/// Fetches the catalog object. Fails if it does not match its signed hash.
async fn fetch_catalog(
    client: &FeedClient,
    address: &FeedAddress,
    object: &ObjectRef,
    place: &std::path::Path,
) -> Result<Vec<u8>, SyncError> {
    let url = address.object_url(object);
    let mut manner = DownloadOptions { text: true, afresh: false };
    loop {
        let came = client.fetch_object(&url, object.size, place, manner).await;
        let error = match came {
            Ok(came) => {
                let bytes = fetch::read(came, place)
                    .map_err(|cause| SyncError::Unwritable { path: place.into(), cause: cause.into() })?;
                match object.check(&bytes) {
                    Ok(()) => return Ok(bytes),
                    Err(error @ FeedError::WrongHash { .. }) if manner.afresh => {
                        tracing::warn!(%error, "the catalog does not match its signed hash");
                        return Err(SyncError::WrongCatalog { object: object.sha256 });
                    }
                    Err(error) => SyncError::from(error),
                }
            }
            Err(error) if error.is_wrong_content() => error.into(),
            Err(TransferError::Status { status: status @ (404 | 410), .. }) => {
                return Err(SyncError::NoCatalog { object: object.sha256, status });
            }
            Err(error) => return Err(error.into()),
        };
        if manner.afresh {
            return Err(error);
        }
        manner.afresh = true;
    }
}
