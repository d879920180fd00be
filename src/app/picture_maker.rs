//! The picture makers: stored thumbnails to pixels of exactly the size that a page wants.

use super::thread;
use crate::{
    domain::RenditionKind,
    media::{self, Fit, MediaError},
    paths::Paths,
    store::{Reader, Store, StoreError},
    ui::{Fetched, PictureKey, PictureSource, Urgency, with_screen},
    watchdog,
};
use slint::{Rgb8Pixel, SharedPixelBuffer};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// As many as decode beside each other on the smallest unit without holding up the UI.
const MAKERS: usize = 2;

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

/// What is still to be made.
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
    /// The most urgent request, the oldest of those; waits for one.
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

    /// Hands a finished picture to the screen: one call to the UI thread for all that are ready.
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

/// Why a picture can't be shown.
#[derive(Debug, thiserror::Error)]
enum MakeError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Media(#[from] MediaError),
    #[error("the picture is not in the store")]
    Gone,
}

/// The smallest that is large enough; where none is, the picture as it came, which may be sharper;
/// where that is gone or spoilt, the largest that is still there.
fn source(reader: &Reader, key: &PictureKey) -> Result<Vec<u8>, MakeError> {
    let longest = key.width.max(key.height);
    let kinds = &RenditionKind::ALL;
    let (small, large) = kinds.split_at(kinds.partition_point(|kind| kind.max_side() < longest));
    let stored = |kind: &RenditionKind| reader.rendition(&key.object, *kind).transpose();
    let found = large.iter().find_map(stored);
    // One that a feed has just brought has no thumbnails yet, and an older store lacks some
    let found = found.or_else(|| reader.object(&key.object).transpose());
    let found = found.or_else(|| small.iter().rev().find_map(stored));
    Ok(found.ok_or(MakeError::Gone)??)
}

impl Maker {
    fn run(mut self, shared: &Arc<Shared>) {
        loop {
            let key = shared.next();
            let work = watchdog::begin("picture");
            let made = self.make(&key);
            drop(work);
            if let Err(error) = &made {
                tracing::warn!(%error, object = %key.object, "a picture can't be shown");
                self.reader = None;
            }
            shared.finish(key, made.ok());
        }
    }

    fn make(&mut self, key: &PictureKey) -> Result<SharedPixelBuffer<Rgb8Pixel>, MakeError> {
        let reader = match &self.reader {
            Some(reader) => reader,
            None => self.reader.insert(Store::open_read_only(&self.paths)?),
        };
        let decoded = if key.mark {
            media::decode_on(&reader.object(&key.object)?.ok_or(MakeError::Gone)?, key.around)?
        } else {
            let jpeg = source(reader, key)?;
            // A picture that fills the page has the right size already, and no copy is made of it
            if key.radius == 0 && media::probe(&jpeg)? == (key.width, key.height) {
                let mut picture = SharedPixelBuffer::new(key.width, key.height);
                if media::decode_into(&jpeg, key.width, key.height, picture.make_mut_bytes())? {
                    return Ok(picture);
                }
            }
            media::decode(&jpeg)?
        };
        let fit = if key.mark { Fit::Contain(key.around) } else { Fit::Extend };
        let mut pixels = if (decoded.width, decoded.height) == (key.width, key.height) {
            decoded
        } else {
            media::scale(&decoded, key.width, key.height, fit)?
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
    use crate::{
        domain::{Picture, Rgb, Sha256},
        store::{PictureDraft, RenditionDraft},
    };

    #[test]
    fn a_spoilt_picture_is_made_of_what_is_left_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), None, None);
        let mut store = Store::open(&paths).unwrap().store;
        let bytes = b"as it came".to_vec();
        let object = Sha256::of(&bytes);
        let renditions: Vec<RenditionDraft> = [RenditionKind::Tile, RenditionKind::Card]
            .map(|kind| RenditionDraft { kind, width: 1, height: 1, bytes: vec![kind as u8] })
            .into();
        let picture = Picture { object, width: 2000, height: 2000, color: Rgb(0, 0, 0) };
        store.put_picture(&PictureDraft { bytes: &bytes, picture, renditions }).unwrap();
        let reader = Store::open_read_only(&paths).unwrap();
        let of = |side| {
            let key =
                PictureKey { object, width: side, height: 1, radius: 0, around: Rgb(0, 0, 0), mark: false };
            source(&reader, &key).ok()
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
