//! Makes the thumbnails of a new catalog after the swap, one picture at a time. Until a thumbnail
//! exists, the pages show the picture as it came. (The logo is scaled before the swap, by
//! [`Stage`].)

use super::{
    Progress, Step, SyncError, Watch,
    stage::{Stage, open, rotten},
};
use crate::store::{RenditionDraft, Store};
use cloud_shelf_core::{
    attempt::{self, AttemptError, Attempts, Input, Operation as Trying, Verdict},
    domain::{CatalogSource, Picture, Sha256},
    feed::Subject,
    media::{self, MediaError, PreparedPicture},
    paths::Paths,
};

/// Pictures decoded before the store is opened for writing; other writers may use it in between.
const TOGETHER: usize = 4;
/// Pictures whose headers are looked at under one note: each note waits for the card.
const HEADERS_TOGETHER: usize = 32;

/// Makes the thumbnails that are still missing. A picture that can't be decoded is removed from its
/// item and recorded as missing.
pub(super) fn prepare(
    paths: &Paths,
    subject: &Subject,
    now: i64,
    watch: &mut dyn Watch,
) -> Result<(), SyncError> {
    let reader = Store::open_read_only(paths)?;
    let waiting = reader.unprepared()?;
    // Earlier versions of this program did not scale the logo
    let mark_waits = reader.unscaled_mark()?.is_some();
    if waiting.is_empty() && !mark_waits {
        return Ok(());
    }
    let mut progress = Progress { step: Step::Preparing, files: waiting.len(), ..Progress::default() };
    let mut bad: Vec<(Sha256, Fault)> = Vec::new();
    for together in groups(waiting, attempt::global(), TOGETHER) {
        if !watch.is_wanted() {
            return Ok(());
        }
        if let Some(why) = watch.interruption() {
            return Err(SyncError::Interrupted(why));
        }
        let mut made = Vec::with_capacity(together.len());
        let things: Vec<Input> = together.iter().copied().map(Input::picture).collect();
        // One attempt record covers the whole group: the SD card is flushed once, not once per
        // picture
        let attempt = match attempt::global().begin(&things, Trying::Prepare) {
            Err(AttemptError::SetAside(known)) => {
                progress.files_done += together.len();
                bad.push((known.input.id, Fault::Crashes));
                continue;
            }
            attempt => attempt?,
        };
        for object in &together {
            watch.progress(progress);
            let _turn = reader.object_size(object)?.and_then(media::wait_for_turn);
            match reader.object(object)? {
                Some(bytes) => match media::prepare_picture(&bytes) {
                    Ok(prepared) => made.push(drafts(*object, prepared)),
                    Err(error) => bad.push((*object, Fault::Media(error))),
                },
                None => bad.push((*object, Fault::Rotten)),
            }
            progress.files_done += 1;
        }
        drop(attempt);
        let mut store = open(paths)?;
        for (picture, renditions) in made {
            // A slow SD card can take seconds per picture
            watch.progress(progress);
            store.put_renditions(picture, &renditions)?;
        }
    }
    watch.progress(progress);
    if bad.is_empty() && !mark_waits {
        return Ok(());
    }
    let source = reader.snapshot()?.map_or(CatalogSource::Feed, |snapshot| snapshot.source);
    let Some(mut stage) = Stage::of_kept(paths, open(paths)?, subject)? else { return Ok(()) };
    for (object, fault) in bad {
        tracing::warn!(%object, ?fault, "a picture can't be shown");
        match fault {
            Fault::Media(error) => stage.refuse(object, error.code(), error.message()),
            // The stage checks for this itself, as long as the attempt record exists
            Fault::Crashes => {}
            Fault::Rotten => {
                stage.forget(&object)?;
                stage.lose(object, "rotten", rotten());
            }
        }
    }
    stage.swap(source, now)?;
    Ok(())
}

#[derive(Debug)]
enum Fault {
    Media(MediaError),
    /// The stored bytes no longer match their hash
    Rotten,
    /// An earlier attempt at this picture ended the program
    Crashes,
}

/// Looks at the headers of pictures that have come, and refuses those that can't be shown by them.
pub(super) fn refuse_unshowable(stage: &mut Stage, watch: &dyn Watch) -> Result<(), SyncError> {
    for together in groups(stage.untried()?, attempt::global(), HEADERS_TOGETHER) {
        if let Some(why) = watch.interruption() {
            return Err(SyncError::Interrupted(why));
        }
        let things: Vec<Input> = together.iter().copied().map(Input::picture).collect();
        let _attempt = match attempt::global().begin(&things, Trying::Read) {
            // It is left out by the stage itself
            Err(AttemptError::SetAside(_)) => continue,
            attempt => attempt?,
        };
        for object in together {
            let Some(bytes) = stage.store.object(&object)? else { continue };
            let _turn = media::wait_for_turn(bytes.len() as u64);
            if let Err(error) = media::probe(&bytes) {
                tracing::warn!(%object, %error, "a picture can't be shown");
                stage.refuse(object, error.code(), error.message());
            }
        }
    }
    Ok(())
}

/// Pictures that are tried together, and each by itself that may be the one that ends the program.
fn groups(waiting: Vec<Sha256>, attempts: &Attempts, size: usize) -> Vec<Vec<Sha256>> {
    let is_fresh = |object: &Sha256| attempts.verdict(&Input::picture(*object)) == Verdict::Fresh;
    let (fresh, alone): (Vec<_>, Vec<_>) =
        waiting.into_iter().partition(|object| !attempts.is_careful() && is_fresh(object));
    let together = fresh.chunks(size).map(<[Sha256]>::to_vec);
    together.chain(alone.into_iter().map(|object| vec![object])).collect()
}

fn drafts(object: Sha256, prepared: PreparedPicture) -> (Picture, Vec<RenditionDraft>) {
    let PreparedPicture { width, height, color, renditions, .. } = prepared;
    let draft = |made: media::Rendition| RenditionDraft {
        kind: made.kind,
        width: made.width,
        height: made.height,
        bytes: made.jpeg,
    };
    (Picture { object, width, height, color }, renditions.into_iter().map(draft).collect())
}
