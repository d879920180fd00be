//! Parallel download of objects from the feed's server. Each is verified before it is handed over.

use super::{
    SyncError, Want,
    doubt::{Doubt, Next},
    line::Line,
};
use cloud_shelf_core::{
    domain::Sha256,
    feed::{FeedAddress, FeedError, ObjectRef, limits},
    plain_file::PlainPath,
    transport::{Download, DownloadBody, DownloadOptions, FeedClient, TransferError},
    watchdog,
};
use std::{
    collections::VecDeque,
    fs, io,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::Duration,
};
use tokio::{
    select,
    sync::oneshot,
    task::JoinSet,
    time::{Instant, timeout_at},
};
use url::Url;

/// Parallel downloads. The client's landing bounds their memory: a large object stays in its file
/// until it is stored.
const CONNECTIONS: usize = 4;
/// Upper bound for any object; an object with more bytes than published fails its hash check.
const MAX_BYTES: u64 = limits::PICTURE_BYTES;
/// Interval at which progress is reported and interruption is checked
const BEAT: Duration = Duration::from_millis(250);

/// Outcome for one object.
pub(super) enum Arrival {
    Whole(Whole),
    /// Not available, or not as published
    Gone(GoneError),
}

/// A verified object; a large one is still in its file.
pub(super) struct Whole {
    body: DownloadBody,
    place: PathBuf,
}

impl Whole {
    /// Verifies a download without reading a large object into memory. Deletes it if it is wrong.
    fn check(came: Download, place: &Path, object: &ObjectRef) -> Result<Self, GoneError> {
        let whole = Self { body: came.body, place: place.to_owned() };
        let checked = match &whole.body {
            DownloadBody::Memory(bytes) => object.check(bytes),
            DownloadBody::File => {
                let (size, hash) = whole.hash().map_err(disk)?;
                object.check_found(size, || hash)
            }
        };
        if let Err(error) = checked {
            whole.remove().map_err(disk)?;
            return Err(GoneError::Content(error));
        }
        Ok(whole)
    }

    /// Reads all bytes into memory and deletes the file.
    pub fn bytes(self) -> io::Result<Vec<u8>> {
        match self.body {
            DownloadBody::Memory(bytes) => Ok(bytes),
            DownloadBody::File => {
                let bytes = PlainPath::in_folder(&self.place).read(MAX_BYTES + 1)?;
                fs::remove_file(&self.place)?;
                Ok(bytes)
            }
        }
    }

    fn hash(&self) -> io::Result<(u64, Sha256)> {
        let file = PlainPath::in_folder(&self.place).open()?;
        Ok((file.metadata()?.len(), Sha256::digest_reader(file)?))
    }

    fn remove(self) -> io::Result<()> {
        match self.body {
            DownloadBody::Memory(_) => Ok(()),
            DownloadBody::File => fs::remove_file(&self.place),
        }
    }
}

fn disk(cause: io::Error) -> GoneError {
    GoneError::Transfer(TransferError::Disk(cause.into()))
}

/// Why an object can't be had from this server at present.
#[derive(Debug, thiserror::Error)]
pub(super) enum GoneError {
    #[error(transparent)]
    Transfer(TransferError),
    #[error(transparent)]
    Content(FeedError),
}

/// What to fetch, and from where.
pub(super) struct Errand<'a> {
    pub client: &'a FeedClient,
    pub address: &'a FeedAddress,
    pub wanted: Vec<Want>,
    /// Known-good objects of the same catalog, fetched one after the other as probes when the server is in
    /// doubt (see [`Doubt`])
    pub witnesses: Vec<Want>,
    /// Folder for downloads
    pub downloads: &'a Path,
}

/// Fetches everything that is wanted, and hands each object to `each` on this thread. `each` gets
/// `None` from time to time while nothing arrives. An object that fails by itself is handed over as
/// gone. A failure of the network, the server, this unit or `each` ends the download; what has
/// arrived stays.
pub(super) fn fetch_all(
    line: &Line,
    errand: &Errand<'_>,
    each: &mut dyn FnMut(Option<(Want, Arrival)>) -> Result<(), SyncError>,
) -> Result<(), SyncError> {
    thread::scope(|scope| {
        // Capacity 1: what has arrived and is not stored yet is in memory
        let (sender, receiver) = sync_channel(1);
        let (stop, stopped) = oneshot::channel::<()>();
        // On the runtime of the client's earlier requests: its open connections live there
        let work = move || {
            line.block_on(async {
                select! {
                    () = errand.run(&sender) => {}
                    _ = stopped => {}
                }
            });
        };
        thread::Builder::new()
            .name("sync-fetch".into())
            .spawn_scoped(scope, work)
            .map_err(|cause| TransferError::Disk(cause.into()))?;
        let handed = hand_over(&receiver, each);
        // Nobody receives what is still in flight
        drop((stop, receiver));
        handed
    })
}

/// An object's outcome, or the failure that ends the whole download.
type Fetched = Result<(Want, Arrival), TransferError>;

fn hand_over(
    receiver: &Receiver<Fetched>,
    each: &mut dyn FnMut(Option<(Want, Arrival)>) -> Result<(), SyncError>,
) -> Result<(), SyncError> {
    loop {
        match watchdog::pause_during(|| receiver.recv_timeout(BEAT)) {
            Ok(arrival) => each(Some(arrival?))?,
            Err(RecvTimeoutError::Timeout) => each(None)?,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

/// One download.
#[derive(Clone)]
struct Job {
    want: Want,
    url: Url,
    place: PathBuf,
    /// Whether this is the second try in this round
    again: bool,
    /// Value of the request counter when the request was sent
    asked: u64,
}

impl Errand<'_> {
    fn job(&self, want: Want) -> Job {
        let url = self.address.object_url(&reference(&want));
        Job { want, url, place: self.downloads.join(want.object.to_string()), again: false, asked: 0 }
    }

    async fn run(&self, sender: &SyncSender<Fetched>) {
        let bytes = self.wanted.iter().fold(0_u64, |sum, want| sum.saturating_add(want.size));
        let end = Instant::now() + self.client.round_timeout(bytes, self.wanted.len());
        let mut queue: VecDeque<Job> = self.wanted.iter().map(|want| self.job(*want)).collect();
        let mut running = JoinSet::new();
        let mut doubt = Doubt::default();
        let mut last = None;
        let (mut asked, mut failed_at) = (0, 0);
        loop {
            while running.len() < CONNECTIONS
                && let Some(mut job) = queue.pop_front()
            {
                asked += 1;
                job.asked = asked;
                let client = self.client.clone();
                running.spawn(async move {
                    let fetched = fetch(&client, job.want, &job.url, &job.place).await;
                    (job, fetched)
                });
            }
            let (job, fetched) = match timeout_at(end, running.join_next()).await {
                Ok(Some(Ok(done))) => done,
                // The task panicked: it has no result, and its picture is missing
                Ok(Some(Err(_))) => continue,
                Ok(None) => break,
                // The server delivers every file at the slowest permitted rate
                Err(_) => return say(sender, Err(TransferError::TooSlow)),
            };
            let error = match fetched {
                Ok(arrival) => {
                    // A response to a request from before the failure says nothing about the server now
                    if matches!(arrival.1, Arrival::Whole(_)) && job.asked > failed_at {
                        doubt.came();
                    }
                    // Blocks all downloads until the store has caught up
                    if sender.send(Ok(arrival)).is_err() {
                        return;
                    }
                    continue;
                }
                Err(error) if error.is_local() => return say(sender, Err(error)),
                Err(error) => error,
            };
            failed_at = asked;
            let next = doubt.failed(&error);
            if next == Next::GiveUp || next == Next::AskWitness && !self.is_well().await {
                return say(sender, Err(error));
            }
            if next == Next::AskWitness {
                doubt.came();
            }
            last = Some(error.clone());
            // A slow object has used its time; any other failure may be momentary
            if !job.again && !matches!(error, TransferError::TooSlow) {
                queue.push_back(Job { again: true, ..job });
            } else if sender.send(Ok((job.want, Arrival::Gone(GoneError::Transfer(error))))).is_err() {
                return;
            }
        }
        if let Some(error) = last.filter(|_| doubt.is_open())
            && !self.is_well().await
        {
            say(sender, Err(error));
        }
    }

    /// Whether a known-good object arrives now, bypassing all caches.
    async fn is_well(&self) -> bool {
        for witness in &self.witnesses {
            let job = self.job(*witness);
            let manner = DownloadOptions { text: false, afresh: true };
            match attempt(self.client, &job.want, &job.url, &job.place, manner).await {
                Ok(_) => return true,
                Err(error) => tracing::debug!(%error, "the known-good object does not arrive either"),
            }
        }
        false
    }
}

/// Sends the final message; the receiver may be gone.
fn say(sender: &SyncSender<Fetched>, word: Fetched) {
    let _ = sender.send(word);
}

/// Fetches one object. If it is not as published, fetches it once more, bypassing all caches.
async fn fetch(client: &FeedClient, want: Want, url: &Url, place: &Path) -> Fetched {
    let mut afresh = false;
    loop {
        let gone = match attempt(client, &want, url, place, DownloadOptions { text: false, afresh }).await {
            Ok(whole) => return Ok((want, Arrival::Whole(whole))),
            Err(error) => error,
        };
        match gone {
            GoneError::Transfer(error) if error.is_gone() => {
                return Ok((want, Arrival::Gone(GoneError::Transfer(error))));
            }
            GoneError::Transfer(error) if !error.is_wrong_content() => return Err(error),
            gone if afresh => return Ok((want, Arrival::Gone(gone))),
            _ => afresh = true,
        }
    }
}

async fn attempt(
    client: &FeedClient,
    want: &Want,
    url: &Url,
    place: &Path,
    manner: DownloadOptions,
) -> Result<Whole, GoneError> {
    let came = client.fetch_object(url, want.size, place, manner).await.map_err(GoneError::Transfer)?;
    let _work = watchdog::begin_work("fetch");
    Whole::check(came, place, &reference(want))
}

/// Reads the downloaded bytes and deletes their file, whether or not they are right.
pub(super) fn read(came: Download, place: &Path) -> io::Result<Vec<u8>> {
    match came.body {
        DownloadBody::Memory(bytes) => Ok(bytes),
        DownloadBody::File => {
            let bytes = PlainPath::in_folder(place).read(MAX_BYTES + 1)?;
            fs::remove_file(place)?;
            Ok(bytes)
        }
    }
}

pub(super) const fn reference(want: &Want) -> ObjectRef {
    ObjectRef { sha256: want.object, size: want.size }
}
