//! Pictures on their way in: read or fetched, decoded on two threads, stored by the caller's.
//!
//! Every channel is short, so that no more than a few pictures are in memory at once.

use super::{ImportError, PictureFault, Progress, picture_dir::PictureDir, put};
use crate::{
    domain::{Picture, Sha256},
    media::{self, MediaError, Prepared},
    store::Store,
    table::PictureSource,
    transport::{FetchError, Fetcher, Options},
};
use std::{
    borrow::Cow,
    collections::HashMap,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

const WORKERS: usize = 2;
/// Above this, one picture is decoded at a time: two would not fit into a small unit.
const LARGE_PIXELS: u64 = 12_000_000;

type Outcome = Result<Picture, PictureFault>;

/// A picture to decode, by its index.
enum Job<'a> {
    File(usize, PathBuf),
    Bytes(usize, Cow<'a, [u8]>),
    Failed(usize, PictureFault),
}

/// A picture that came through the workers.
enum Ready<'a> {
    Known(Picture),
    New(Cow<'a, [u8]>, Prepared),
}

/// Takes each of the sources in; the outcomes are in their order.
pub(super) fn run(
    store: &mut Store,
    sources: &[&PictureSource],
    dir: &PictureDir,
    fetch: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<Outcome>, ImportError> {
    let total = sources.len();
    let mut outcomes: Vec<Option<Outcome>> = vec![None; total];
    if total == 0 {
        return Ok(Vec::new());
    }
    // Names are looked up here: it is quick, and the listings are one thread's.
    let jobs: Vec<Job<'_>> = sources
        .iter()
        .enumerate()
        .filter_map(|(index, source)| match source {
            PictureSource::File(name) => Some(
                dir.find(name).map_or_else(|fault| Job::Failed(index, fault), |path| Job::File(index, path)),
            ),
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
    let known = Mutex::new(store.pictures()?);
    let large = Mutex::new(());
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
            let (known, large) = (&known, &large);
            scope.spawn(move || work(&jobs, &ready, known, large));
        }
        drop((job_receiver, ready_sender));
        for (done, (index, result)) in ready_receiver.into_iter().enumerate() {
            outcomes[index] = Some(match result {
                Ok(Ready::Known(picture)) => Ok(picture),
                Ok(Ready::New(bytes, prepared)) => {
                    let picture = put(store, &bytes, prepared)?;
                    locked(&known).insert(picture.object, picture);
                    Ok(picture)
                }
                Err(fault) => Err(fault),
            });
            progress(Progress { done: done + 1, total });
        }
        Ok::<_, ImportError>(())
    })?;
    let unreachable = || Err(PictureFault::Fetch(FetchError::Unreachable { detail: "not asked".into() }));
    Ok(outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(unreachable)).collect())
}

fn work<'a>(
    jobs: &Mutex<Receiver<Job<'a>>>,
    ready: &SyncSender<(usize, Result<Ready<'a>, PictureFault>)>,
    known: &Mutex<HashMap<Sha256, Picture>>,
    large: &Mutex<()>,
) {
    loop {
        // The lock is held while waiting: whoever waits for the lock waits for a job too.
        let Ok(job) = locked(jobs).recv() else { return };
        let (index, result) = match job {
            Job::File(index, path) => (index, read_file(&path).map(Cow::Owned)),
            Job::Bytes(index, bytes) => (index, Ok(bytes)),
            Job::Failed(index, fault) => (index, Err(fault)),
        };
        let result = result.and_then(|bytes| take(bytes, known, large));
        if ready.send((index, result)).is_err() {
            return;
        }
    }
}

fn take<'a>(
    bytes: Cow<'a, [u8]>,
    known: &Mutex<HashMap<Sha256, Picture>>,
    large: &Mutex<()>,
) -> Result<Ready<'a>, PictureFault> {
    if let Some(picture) = locked(known).get(&Sha256::of(&bytes)) {
        return Ok(Ready::Known(*picture));
    }
    let (width, height) = media::probe(&bytes).map_err(PictureFault::Media)?;
    let _alone = (u64::from(width) * u64::from(height) > LARGE_PIXELS).then(|| locked(large));
    let prepared = media::prepare(&bytes).map_err(PictureFault::Media)?;
    Ok(Ready::New(bytes, prepared))
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

/// The bytes of a picture's file, up to the cap.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, PictureFault> {
    let name = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let unreadable = |detail: String| PictureFault::Unreadable { name: name(), detail };
    let metadata = match path.metadata() {
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            return Err(PictureFault::Missing { name: name() });
        }
        result => result.map_err(|cause| unreadable(cause.to_string()))?,
    };
    if !metadata.is_file() {
        // Opening a pipe would wait for ever.
        return Err(unreadable("not a file".into()));
    }
    let cap = media::MAX_FILE_BYTES;
    if metadata.len() > cap as u64 {
        return Err(PictureFault::Media(MediaError::FileTooLarge { bytes: metadata.len() as usize }));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    let file = File::open(path).map_err(|cause| unreadable(cause.to_string()))?;
    file.take(cap as u64 + 1).read_to_end(&mut bytes).map_err(|cause| unreadable(cause.to_string()))?;
    Ok(bytes)
}

/// A lock whose holder panicked guards nothing that could be half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
