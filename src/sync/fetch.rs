//! Objects from the feed's server, some at a time, each verified before it is handed over.

use super::{SyncError, Want};
use crate::{
    domain::Sha256,
    feed::{Address, FeedError, ObjectRef},
    transport::{Body, Came, FeedClient, Manner, TransferError},
    watchdog,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::Duration,
};
use tokio::{runtime::Runtime, task::JoinSet};
use url::Url;

/// At a time; what they hold in memory is bounded by the client's landing.
const CONNECTIONS: usize = 4;
/// How often one who follows hears how far it is
const BEAT: Duration = Duration::from_millis(500);

/// What came of one object.
pub(super) enum Arrival {
    Whole(Vec<u8>),
    /// The server does not have it, or not as it was published
    Gone(GoneError),
}

/// Why an object can't be had from this server, as things are.
#[derive(Debug, thiserror::Error)]
pub(super) enum GoneError {
    #[error(transparent)]
    Transfer(TransferError),
    #[error(transparent)]
    Content(FeedError),
}

/// Fetches everything that is wanted, and hands each over on this thread. `each` hears of `None`
/// from time to time while nothing has come. The first failure that waiting may mend ends it, and
/// what came so far stays.
pub(super) fn fetch_all(
    runtime: &Runtime,
    client: &FeedClient,
    address: &Address,
    wanted: Vec<Want>,
    place: &(dyn Fn(&Sha256) -> PathBuf + Sync),
    each: &mut dyn FnMut(Option<(Want, Arrival)>) -> Result<(), SyncError>,
) -> Result<(), SyncError> {
    let wanted: Vec<(Want, Url, PathBuf)> = wanted
        .into_iter()
        .map(|want| (want, address.object_url(&reference(&want)), place(&want.object)))
        .collect();
    thread::scope(|scope| {
        // Short: what has come and is not stored yet is in memory
        let (sender, receiver) = sync_channel(1);
        let client = client.clone();
        thread::Builder::new()
            .name("sync-fetch".into())
            .spawn_scoped(scope, move || runtime.block_on(run(&client, wanted, &sender)))
            .map_err(|cause| TransferError::Disk(cause.into()))?;
        hand_over(receiver, each)
    })
}

/// An object's outcome, or the failure that ends it all.
type Fetched = Result<(Want, Arrival), TransferError>;

fn hand_over(
    receiver: Receiver<Fetched>,
    each: &mut dyn FnMut(Option<(Want, Arrival)>) -> Result<(), SyncError>,
) -> Result<(), SyncError> {
    loop {
        match watchdog::waiting(|| receiver.recv_timeout(BEAT)) {
            Ok(arrival) => each(Some(arrival?))?,
            Err(RecvTimeoutError::Timeout) => each(None)?,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

/// On the runtime that the client was used on before: its open connections live there.
async fn run(client: &FeedClient, wanted: Vec<(Want, Url, PathBuf)>, sender: &SyncSender<Fetched>) {
    let mut wanted = wanted.into_iter();
    let mut running = JoinSet::new();
    loop {
        while running.len() < CONNECTIONS
            && let Some((want, url, place)) = wanted.next()
        {
            let client = client.clone();
            running.spawn(async move { fetch(&client, want, &url, &place).await });
        }
        let Some(done) = running.join_next().await else { return };
        // A task is never cancelled while the set lives; one that panicked brings nothing
        let Ok(arrival) = done else { return };
        let failed = arrival.is_err();
        // This waits where more has come than the store has taken in, and so do all connections
        if sender.send(arrival).is_err() || failed {
            return;
        }
    }
}

/// One object. What is not as it was published is asked for once more, past all caches.
pub(super) async fn fetch(client: &FeedClient, want: Want, url: &Url, place: &Path) -> Fetched {
    let mut afresh = false;
    loop {
        let gone = match attempt(client, &want, url, place, Manner { text: false, afresh }).await {
            Ok(bytes) => return Ok((want, Arrival::Whole(bytes))),
            Err(error) => error,
        };
        match gone {
            GoneError::Transfer(error) if error.is_gone() => {
                return Ok((want, Arrival::Gone(GoneError::Transfer(error))));
            }
            GoneError::Transfer(error) if !error.is_wrong() => return Err(error),
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
    manner: Manner,
) -> Result<Vec<u8>, GoneError> {
    let came = client.fetch(url, want.size, place, manner).await.map_err(GoneError::Transfer)?;
    let _work = watchdog::begin("fetch");
    let bytes = read(came, place).map_err(|cause| GoneError::Transfer(TransferError::Disk(cause.into())))?;
    reference(want).check(&bytes).map_err(GoneError::Content)?;
    Ok(bytes)
}

/// The bytes that came; a file of them is no more needed, be they right or wrong.
pub(super) fn read(came: Came, place: &Path) -> io::Result<Vec<u8>> {
    match came.body {
        Body::Memory(bytes) => Ok(bytes),
        Body::File => {
            let bytes = fs::read(place)?;
            fs::remove_file(place)?;
            Ok(bytes)
        }
    }
}

pub(super) const fn reference(want: &Want) -> ObjectRef {
    ObjectRef { sha256: want.object, size: want.size }
}
