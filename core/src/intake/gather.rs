//! Gathers pictures: reads or fetches them, processes them on two threads, and stores them on the
//! caller's.
//!
//! All channels are short, so that only a few pictures are in memory at once.

use super::{PictureFault, Pictures};
use crate::{
    attempt::{self, AttemptError, Input, Operation},
    domain::Sha256,
    media::MediaError,
    table::{PictureSource, TableItem},
    transport::{FetchError, FetchOptions, Fetcher},
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

/// Progress of gathering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub total: usize,
}

/// A picture to process, by its index.
enum Job<'a> {
    File(usize, &'a str),
    Bytes(usize, Cow<'a, [u8]>),
    Failed(usize, PictureFault),
}

/// A processed picture.
enum ProcessedPicture<'a, T, M> {
    Known(T),
    New(Sha256, Cow<'a, [u8]>, M),
}

/// A picture's index and outcome.
type WorkerResult<'a, T, M> = (usize, Result<ProcessedPicture<'a, T, M>, PictureFault>);

/// Gathers all sources; the outcomes are in their order.
///
/// `pictures` resolves the names in `sources`. `known` maps the hash of a picture's bytes to what
/// an earlier run stored for it. Any other picture is processed by `make` on a worker thread and
/// stored by `keep`, which returns its value.
pub fn gather<T: Copy + Send, M: Send, E>(
    sources: &[&PictureSource],
    pictures: &dyn Pictures,
    fetch: &FetchOptions,
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
                // The receiver is gone once the store has failed
                if job_sender.send(job).is_err() {
                    return;
                }
            }
        });
        for _ in 0..WORKERS {
            let (jobs, ready) = (job_receiver.clone(), ready_sender.clone());
            let known = &known;
            scope.spawn(move || run_worker(&jobs, &ready, pictures, known, make));
        }
        drop((job_receiver, ready_sender));
        for (done, (index, result)) in ready_receiver.into_iter().enumerate() {
            outcomes[index] = Some(match result {
                Ok(ProcessedPicture::Known(kept)) => Ok(kept),
                Ok(ProcessedPicture::New(hash, bytes, made)) => {
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

fn run_worker<'a, T: Copy, M>(
    jobs: &Mutex<Receiver<Job<'a>>>,
    ready: &SyncSender<WorkerResult<'a, T, M>>,
    pictures: &dyn Pictures,
    known: &Mutex<HashMap<Sha256, T>>,
    make: &impl Fn(&[u8]) -> Result<M, MediaError>,
) {
    loop {
        // Holds the lock while it waits: a thread that waits for the lock waits for a job, too
        let Ok(job) = locked(jobs).recv() else { return };
        let (index, result) = match job {
            Job::File(index, name) => (index, pictures.read(name).map(Cow::Owned)),
            Job::Bytes(index, bytes) => (index, Ok(bytes)),
            Job::Failed(index, fault) => (index, Err(fault)),
        };
        let result = result.and_then(|bytes| process_picture(bytes, known, make));
        if ready.send((index, result)).is_err() {
            return;
        }
    }
}

fn process_picture<'a, T: Copy, M>(
    bytes: Cow<'a, [u8]>,
    known: &Mutex<HashMap<Sha256, T>>,
    make: &impl Fn(&[u8]) -> Result<M, MediaError>,
) -> Result<ProcessedPicture<'a, T, M>, PictureFault> {
    let hash = Sha256::digest(&bytes);
    if let Some(kept) = locked(known).get(&hash) {
        return Ok(ProcessedPicture::Known(*kept));
    }
    let _attempt = match attempt::global().begin(&[Input::picture(hash)], Operation::Prepare) {
        Err(AttemptError::SetAside(_)) => return Err(PictureFault::Media(MediaError::Crashes)),
        // If no attempt record can be written, the store reports the cause
        attempt => attempt.ok(),
    };
    let made = make(&bytes).map_err(PictureFault::Media)?;
    Ok(ProcessedPicture::New(hash, bytes, made))
}

fn fetch_urls(urls: Vec<(usize, String)>, options: &FetchOptions, jobs: &SyncSender<Job<'_>>) {
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
            // Does not wait for a name lookup in progress
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

/// Locks a mutex, ignoring poison: the data is never half updated.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Each picture once, and which of them each item has.
pub struct Sources<'a> {
    pub list: Vec<&'a PictureSource>,
    /// Indices into `list`, per item in order
    pub of_item: Vec<Vec<usize>>,
}

/// Identity of a picture source.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    File(&'a str),
    Url(&'a str),
    /// Address of the bytes in memory; equal bytes elsewhere are found by their hash later
    Embedded(*const u8),
}

impl<'a> Sources<'a> {
    pub fn from_items(items: &'a [TableItem]) -> Self {
        let mut list = Vec::new();
        let mut known = HashMap::new();
        let mut index = |source: &'a PictureSource| {
            let key = match source {
                PictureSource::File(name) => Key::File(name),
                PictureSource::Url(url) => Key::Url(url),
                PictureSource::Embedded { bytes, .. } => Key::Embedded(bytes.as_ptr()),
            };
            *known.entry(key).or_insert_with(|| {
                list.push(source);
                list.len() - 1
            })
        };
        let of_item = items.iter().map(|item| item.pictures.iter().map(&mut index).collect()).collect();
        Self { list, of_item }
    }
}
