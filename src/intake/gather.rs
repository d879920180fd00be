//! Pictures on their way in: read or fetched, worked on by two threads, kept by the caller's.
//!
//! Every channel is short, so that no more than a few pictures are in memory at once.

use super::{PictureFault, Pictures};
use crate::{
    attempt::{self, Refused, Step, Thing},
    domain::Sha256,
    media::MediaError,
    table::PictureSource,
    transport::{FetchError, Fetcher, Options},
};
use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

const WORKERS: usize = 2;

/// How far the pictures are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub total: usize,
}

/// A picture to work on, by its index.
enum Job<'a> {
    File(usize, &'a str),
    Bytes(usize, Cow<'a, [u8]>),
    Failed(usize, PictureFault),
}

/// A picture that came through the workers.
enum Ready<'a, T, M> {
    Known(T),
    New(Sha256, Cow<'a, [u8]>, M),
}

/// A picture's index, and what came of it.
type Worked<'a, T, M> = (usize, Result<Ready<'a, T, M>, PictureFault>);

/// Takes each of the sources in; the outcomes are in their order.
///
/// `pictures` are those that sources name. `known` holds, by the hash of its bytes, what was kept of a picture before. Of any other, `make`
/// makes something on a worker's thread, and `keep` keeps it and says what it is from then on.
pub fn gather<T: Copy + Send, M: Send, E>(
    sources: &[&PictureSource],
    pictures: &dyn Pictures,
    fetch: &Options,
    known: HashMap<Sha256, T>,
    make: &(impl Fn(&[u8]) -> Result<M, MediaError> + Sync),
    mut keep: impl FnMut(&[u8], M) -> Result<T, E>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<Result<T, PictureFault>>, E> {
    let total = sources.len();
    let mut outcomes: Vec<Option<Result<T, PictureFault>>> = sources.iter().map(|_| None).collect();
    if total == 0 {
        return Ok(Vec::new());
    }
    let jobs: Vec<Job<'_>> = sources
        .iter()
        .enumerate()
        .filter_map(|(index, source)| match source {
            PictureSource::File(name) => Some(Job::File(index, name)),
            PictureSource::Embedded { bytes, .. } => Some(Job::Bytes(index, Cow::Borrowed(bytes))),
            PictureSource::Url(_) => None,
        })
        .collect();
    let urls: Vec<(usize, String)> = sources
        .iter()
        .enumerate()
        .filter_map(|(index, source)| match source {
            PictureSource::Url(url) => Some((index, url.clone())),
            _ => None,
        })
        .collect();
    let known = Mutex::new(known);
    thread::scope(|scope| {
        let (job_sender, job_receiver) = sync_channel(1);
        let (ready_sender, ready_receiver) = sync_channel(1);
        let job_receiver = Arc::new(Mutex::new(job_receiver));
        if !urls.is_empty() {
            let jobs = job_sender.clone();
            scope.spawn(move || fetch_urls(urls, fetch, &jobs));
        }
        scope.spawn(move || {
            for job in jobs {
                // Nobody receives any more once the store has failed.
                if job_sender.send(job).is_err() {
                    return;
                }
            }
        });
        for _ in 0..WORKERS {
            let (jobs, ready) = (job_receiver.clone(), ready_sender.clone());
            let known = &known;
            scope.spawn(move || work(&jobs, &ready, pictures, known, make));
        }
        drop((job_receiver, ready_sender));
        for (done, (index, result)) in ready_receiver.into_iter().enumerate() {
            outcomes[index] = Some(match result {
                Ok(Ready::Known(kept)) => Ok(kept),
                Ok(Ready::New(hash, bytes, made)) => {
                    let kept = keep(&bytes, made)?;
                    locked(&known).insert(hash, kept);
                    Ok(kept)
                }
                Err(fault) => Err(fault),
            });
            progress(Progress { done: done + 1, total });
        }
        Ok::<_, E>(())
    })?;
    let unreachable = || Err(PictureFault::Fetch(FetchError::Unreachable { detail: "not asked".into() }));
    Ok(outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(unreachable)).collect())
}

fn work<'a, T: Copy, M>(
    jobs: &Mutex<Receiver<Job<'a>>>,
    ready: &SyncSender<Worked<'a, T, M>>,
    pictures: &dyn Pictures,
    known: &Mutex<HashMap<Sha256, T>>,
    make: &impl Fn(&[u8]) -> Result<M, MediaError>,
) {
    loop {
        // The lock is held while waiting: whoever waits for the lock waits for a job too.
        let Ok(job) = locked(jobs).recv() else { return };
        let (index, result) = match job {
            Job::File(index, name) => (index, pictures.read(name).map(Cow::Owned)),
            Job::Bytes(index, bytes) => (index, Ok(bytes)),
            Job::Failed(index, fault) => (index, Err(fault)),
        };
        let result = result.and_then(|bytes| take(bytes, known, make));
        if ready.send((index, result)).is_err() {
            return;
        }
    }
}

fn take<'a, T: Copy, M>(
    bytes: Cow<'a, [u8]>,
    known: &Mutex<HashMap<Sha256, T>>,
    make: &impl Fn(&[u8]) -> Result<M, MediaError>,
) -> Result<Ready<'a, T, M>, PictureFault> {
    let hash = Sha256::of(&bytes);
    if let Some(kept) = locked(known).get(&hash) {
        return Ok(Ready::Known(*kept));
    }
    let _attempt = match attempt::own().begin(&[Thing::picture(hash)], Step::Prepare) {
        Err(Refused::SetAside(_)) => return Err(PictureFault::Media(MediaError::Crashes)),
        // Where nothing can be noted, the store says so
        attempt => attempt.ok(),
    };
    let made = make(&bytes).map_err(PictureFault::Media)?;
    Ok(Ready::New(hash, bytes, made))
}

fn fetch_urls(urls: Vec<(usize, String)>, options: &Options, jobs: &SyncSender<Job<'_>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| FetchError::Unreachable { detail: error.to_string() });
    let failed = |index, error| Job::Failed(index, PictureFault::Fetch(error));
    match runtime.and_then(|runtime| Ok((runtime, Fetcher::new(options.clone())?))) {
        Ok((runtime, fetcher)) => {
            runtime.block_on(fetcher.fetch_all(urls, |index, result| {
                let job = match result {
                    Ok(bytes) => Job::Bytes(index, Cow::Owned(bytes)),
                    Err(error) => failed(index, error),
                };
                jobs.send(job).is_ok()
            }));
            // A name that is still being resolved is not waited for.
            runtime.shutdown_background();
        }
        Err(error) => {
            for (index, _) in urls {
                if jobs.send(failed(index, error.clone())).is_err() {
                    return;
                }
            }
        }
    }
}

/// A lock whose holder panicked guards nothing that could be half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
