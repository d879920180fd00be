//! The picture makers: turn stored pictures into pixels of exactly the size that a page needs.

use super::thread;
use cloud_shelf::store::{Reader, Store, StoreError};
use cloud_shelf_core::{
    attempt::{self, Attempt, AttemptError, Input},
    domain::{RenditionKind, Rgb},
    media::{self, Fit, MediaError},
    paths::Paths,
    watchdog,
};
use cloud_shelf_screen::{Fetched, PictureKey, PictureSource, Urgency, with_screen};
use slint::{Rgb8Pixel, SharedPixelBuffer};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// As many as can decode in parallel on the smallest unit without slowing the UI.
const MAKERS: usize = 2;

const WHITE: Rgb = Rgb(255, 255, 255);

/// Starts the makers.
pub fn start(paths: &Paths) -> PictureQueue {
    let queue = PictureQueue(Arc::default());
    for number in 0..MAKERS {
        let (shared, paths) = (queue.0.clone(), paths.clone());
        thread::spawn(&format!("pictures-{number}"), move || {
            Maker { paths, reader: None }.run(&shared);
        });
    }
    queue
}

/// The queue of requested pictures.
#[derive(Clone, Default)]
pub struct PictureQueue(Arc<Shared>);

#[derive(Default)]
struct Shared {
    waiting: Mutex<Vec<(Urgency, PictureKey)>>,
    more: Condvar,
    finished: Mutex<Vec<(PictureKey, Fetched)>>,
}

impl PictureSource for PictureQueue {
    fn request(&self, key: PictureKey, urgency: Urgency) {
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|(_, other)| *other != key);
        waiting.push((urgency, key));
        self.0.more.notify_one();
    }

    fn forget(&self, key: &PictureKey) {
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|(_, other)| other != key);
    }
}

impl Shared {
    /// Returns the most urgent request, oldest first; blocks until there is one.
    fn next(&self) -> PictureKey {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let most = waiting.iter().map(|(urgency, _)| *urgency).max();
            let place = waiting.iter().position(|(urgency, _)| Some(*urgency) == most);
            match place {
                Some(place) => return waiting.remove(place).1,
                None => waiting = self.more.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Hands a finished picture to the screen, batching all that are ready into one call to the UI thread.
    fn finish(self: &Arc<Self>, key: PictureKey, fetched: Fetched) {
        let mut finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        finished.push((key, fetched));
        if finished.len() > 1 {
            return;
        }
        drop(finished);
        let shared = self.clone();
        let told = slint::invoke_from_event_loop(move || {
            let finished =
                std::mem::take(&mut *shared.finished.lock().unwrap_or_else(PoisonError::into_inner));
            with_screen(|screen| screen.deliver(finished));
        });
        if told.is_err() {
            tracing::debug!("the screen is gone");
        }
    }
}

struct Maker {
    paths: Paths,
    reader: Option<Reader>,
}

/// Why a picture can't be made.
#[derive(Debug, thiserror::Error)]
enum MakeError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Media(#[from] MediaError),
    #[error(transparent)]
    Attempt(#[from] AttemptError),
    #[error("the picture is not in the store")]
    Gone,
}

/// A picture's bytes, with the guards that must live until they are decoded: for a published original, the
/// note of the attempt and, for a large one, the turn to hold it in memory.
struct Source {
    bytes: Vec<u8>,
    _attempt: Option<Attempt>,
    _turn: Option<media::Turn<'static>>,
}

impl Source {
    /// A rendition made by this program: decoding it is safe.
    const fn made(bytes: Vec<u8>) -> Self {
        Self { bytes, _attempt: None, _turn: None }
    }
}

/// Returns the largest rendition of a picture.
fn largest(reader: &Reader, key: &PictureKey) -> Option<Result<Source, StoreError>> {
    RenditionKind::ALL.iter().rev().find_map(|kind| made(reader, key, *kind))
}

/// Returns one rendition of a picture.
fn made(reader: &Reader, key: &PictureKey, kind: RenditionKind) -> Option<Result<Source, StoreError>> {
    let made = reader.rendition(&key.object, kind).transpose()?;
    Some(made.map(Source::made))
}

/// Returns the published original. If its thumbnails exist, it has been decoded before and needs no attempt.
fn original(reader: &Reader, key: &PictureKey) -> Result<Option<Source>, MakeError> {
    let Some(size) = reader.object_size(&key.object)? else { return Ok(None) };
    let is_proven = !key.mark && reader.picture(&key.object)?.is_some();
    // Before the turn: an attempt may have to wait for the others to finish
    let attempt = match is_proven {
        true => None,
        false => Some(attempt::global().begin_drawing(Input::picture(key.object), key.mark)?),
    };
    let turn = media::wait_for_turn(size);
    let bytes = reader.object(&key.object)?;
    Ok(bytes.map(|bytes| Source { bytes, _attempt: attempt, _turn: turn }))
}

/// Returns the rendition of a brand's mark, or the original if an earlier version of this program made no
/// rendition.
fn mark(reader: &Reader, key: &PictureKey) -> Result<Source, MakeError> {
    match made(reader, key, RenditionKind::Logo) {
        Some(made) => Ok(made?),
        None => original(reader, key)?.ok_or(MakeError::Gone),
    }
}

/// Returns the smallest rendition that is large enough; failing that, the original, which may be sharper;
/// failing that, the largest rendition left.
fn source(reader: &Reader, key: &PictureKey) -> Result<Source, MakeError> {
    let longest = key.width.max(key.height);
    let kinds = &RenditionKind::ALL;
    let (small, large) = kinds.split_at(kinds.partition_point(|kind| kind.max_side() < longest));
    let stored = |kind: &RenditionKind| made(reader, key, *kind);
    if let Some(found) = large.iter().find_map(stored) {
        return Ok(found?);
    }
    // A picture that was just synced has no thumbnails yet, and an older store lacks some sizes
    if let Some(found) = original(reader, key)? {
        return Ok(found);
    }
    let found = small.iter().rev().find_map(stored);
    Ok(found.ok_or(MakeError::Gone)??)
}

impl Maker {
    fn run(mut self, shared: &Arc<Shared>) {
        loop {
            let key = shared.next();
            let work = watchdog::begin_work("picture");
            let made = self.make(&key);
            drop(work);
            match &made {
                Ok(_) => {}
                Err(MakeError::Attempt(error)) => tracing::warn!(%error, "a picture is skipped"),
                Err(error) => {
                    tracing::warn!(%error, object = %key.object, "a picture can't be made");
                    self.reader = None;
                }
            }
            shared.finish(key, made.ok());
        }
    }

    fn make(&mut self, key: &PictureKey) -> Result<SharedPixelBuffer<Rgb8Pixel>, MakeError> {
        let reader = match &self.reader {
            Some(reader) => reader,
            None => self.reader.insert(Store::open_read_only(&self.paths)?),
        };
        let size = (key.width, key.height);
        let mut pixels = if key.mark {
            let Source { bytes, .. } = &mark(reader, key)?;
            media::decode_scaled(bytes, size, Fit::Contain(key.around), key.around)?
        } else {
            let source = source(reader, key)?;
            // A picture that fills the page already has the right size: decode it without a copy
            if key.radius == 0 && media::probe(&source.bytes).is_ok_and(|found| found == size) {
                let mut picture = SharedPixelBuffer::new(key.width, key.height);
                if media::decode_into(&source.bytes, key.width, key.height, picture.make_mut_bytes())? {
                    return Ok(picture);
                }
            }
            match media::decode_scaled(&source.bytes, size, Fit::Extend, WHITE) {
                // Scaling down the original may need more memory than is allowed on a large panel
                Err(MediaError::TooCostly { .. }) => {
                    drop(source);
                    let source = largest(reader, key).ok_or(MakeError::Gone)??;
                    media::decode_scaled(&source.bytes, size, Fit::Extend, WHITE)?
                }
                shown => shown?,
            }
        };
        if key.radius > 0 {
            media::round_corners(&mut pixels, key.radius, key.around);
        }
        Ok(SharedPixelBuffer::clone_from_slice(&pixels.rgb, pixels.width, pixels.height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud_shelf::store::{PictureDraft, RenditionDraft};
    use cloud_shelf_core::domain::{Picture, Sha256};

    #[test]
    fn a_spoilt_picture_is_made_of_what_is_left_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), None, None);
        let mut store = Store::open(&paths).unwrap().store;
        let bytes = b"as it came".to_vec();
        let object = Sha256::digest(&bytes);
        let renditions: Vec<RenditionDraft> = [RenditionKind::Tile, RenditionKind::Card]
            .map(|kind| RenditionDraft { kind, width: 1, height: 1, bytes: vec![kind as u8] })
            .into();
        let picture = Picture { object, width: 2000, height: 2000, color: Rgb(0, 0, 0) };
        store.put_picture(&PictureDraft { bytes: &bytes, picture, renditions }).unwrap();
        let reader = Store::open_read_only(&paths).unwrap();
        let of = |side| {
            let key =
                PictureKey { object, width: side, height: 1, radius: 0, around: Rgb(0, 0, 0), mark: false };
            source(&reader, &key).ok().map(|source| source.bytes)
        };
        let [tile, card] = [RenditionKind::Tile, RenditionKind::Card].map(|kind| Some(vec![kind as u8]));
        assert_eq!([of(200), of(201), of(401)], [tile.clone(), card.clone(), Some(bytes)]);

        let db = rusqlite::Connection::open(paths.database()).unwrap();
        db.execute("UPDATE object SET bytes = zeroblob(size)", []).unwrap();
        assert_eq!([of(200), of(1500)], [tile, card]);
        db.execute("DELETE FROM rendition", []).unwrap();
        assert_eq!(of(200), None);
    }
}
