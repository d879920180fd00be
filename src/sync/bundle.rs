//! A unit's part of the feed in one file, such as one on a USB stick. The file is only ever read,
//! and every member passes the same checks as a download.

use super::{
    Feed, Plan, Progress, Round, Step, SyncError, TrustedClock, Watch, prepare,
    stage::{Signed, Stage, open},
    trust::{Trust, accepted, is_later, publication},
    waiting::Waiting,
};
use cloud_shelf_core::{
    attempt::{self, Input, Operation as Trying},
    clock::Clock,
    domain::{CatalogSource, Sha256},
    feed::{ObjectRef, Subject, limits},
    media,
    paths::Paths,
};
use std::{
    collections::HashMap,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};
use tar::Archive;

/// A bundle is identified by its length and this many of its first bytes.
const KNOWN_BY: u64 = 64 << 10;
/// Upper bound on tar members: more than the largest catalog has pictures.
const MAX_MEMBERS: usize = 200_000;

/// Whether a file begins as a bundle does; the first 262 bytes are enough.
pub fn is_bundle(head: &[u8]) -> bool {
    // Offset of the magic in a POSIX.1 tar header
    head.get(257..262) == Some(b"ustar")
}

/// Whether a bundle has a pointer for a unit. The pointer is verified only when the bundle is taken
/// in.
pub fn bundle_holds(file: impl Read + Seek, subject: &Subject) -> bool {
    let wanted = subject.path();
    Members { file }.each(|path, _, _| Ok((path == wanted).then_some(()))).is_ok_and(|found| found.is_some())
}

/// Takes in a bundle's data for this unit.
pub fn take_bundle(
    paths: &Paths,
    feed: &Feed,
    file: impl Read + Seek,
    system: Arc<dyn Clock>,
    watch: &mut dyn Watch,
) -> Result<Round, SyncError> {
    watch.progress(Progress::default());
    let mut members = Members { file };
    let attempt = attempt::global().begin(&[members.thing()?], Trying::Read)?;
    let bytes = members.find(&feed.subject.path(), limits::POINTER_BYTES as u64)?;
    let bytes = bytes.ok_or_else(|| SyncError::OtherBundle { wanted: feed.subject.to_string() })?;
    let kept = publication(paths)?.filter(|kept| kept.subject == feed.subject.to_string());
    let mut trust = Trust::load(&paths.feed_trust(), &feed.address, &feed.subject, kept.as_ref())?;
    let clock = TrustedClock::new(system, trust.known);
    trust.known = trust.known.revised(clock.reading());
    clock.set_known(trust.known);
    // A pointer that is refused does not wait for the store's lock
    trust.verify(&bytes, &feed.subject, clock.now())?;
    let store = open(paths)?;
    let kept = store.publication()?.filter(|kept| kept.subject == feed.subject.to_string());
    let believed = Trust::believe(paths, feed, kept.as_ref(), &bytes, &clock)?;
    let (pointer, keys) = (believed.pointer, believed.keys.to_string());
    // If both say the same, the later one stays; the bundle may still bring missing pictures
    let later = kept.filter(|kept| is_later(kept, &pointer, &feed.subject));
    let is_known = later.is_some();
    let signed = match later.and_then(|kept| Some((accepted(&kept, &feed.subject)?, kept))) {
        Some((pointer, kept)) => Signed { bytes: kept.pointer, etag: kept.etag, keys: kept.keys, pointer },
        None => Signed { bytes, etag: None, keys, pointer },
    };
    let catalog = |object: &ObjectRef| {
        members.find(&object.path(), object.size)?.ok_or(SyncError::BundleIncomplete { lacking: 1 })
    };
    let mut stage = Stage::new(paths, store, signed, catalog)?;
    let plan = stage.plan();
    if is_known && plan.is_empty() {
        drop((stage, attempt));
        // The power may have failed while thumbnails were made
        prepare::prepare(paths, &feed.subject, clock.now(), watch)?;
        return Ok(Round::Unchanged);
    }
    stage.make_room(&plan)?;
    let objects = plan.fetch.len();
    if objects > 0 {
        stage.begin()?;
        let copied = members.copy(&mut stage, &plan, watch);
        if copied.is_err() {
            stage.store.end_staging().unwrap_or_else(|error| tracing::warn!(%error, "staged objects"));
        }
        copied?;
    }
    if !watch.is_wanted() {
        return Err(SyncError::Rebound);
    }
    let swap = stage.swap(CatalogSource::Bundle, clock.now())?;
    Waiting::new(paths.feed_waiting()).over();
    drop((stage, attempt));
    prepare::prepare(paths, &feed.subject, clock.now(), watch)?;
    Ok(Round::Taken { changed: swap.changed, objects })
}

struct Members<F> {
    file: F,
}

impl<F: Read + Seek> Members<F> {
    /// Identity of the bundle in the attempt record, for the case that reading it ends the program.
    fn thing(&mut self) -> Result<Input, SyncError> {
        let length = self.file.seek(SeekFrom::End(0)).map_err(cut)?;
        self.file.seek(SeekFrom::Start(0)).map_err(cut)?;
        let mut head = length.to_be_bytes().to_vec();
        (&mut self.file).take(KNOWN_BY).read_to_end(&mut head).map_err(cut)?;
        Ok(Input::bundle(Sha256::digest(&head)))
    }

    /// Calls a function with the path, size and content of each regular file until it returns a
    /// value.
    fn each<T>(
        &mut self,
        mut look: impl FnMut(&str, u64, &mut dyn Read) -> Result<Option<T>, SyncError>,
    ) -> Result<Option<T>, SyncError> {
        self.file.seek(SeekFrom::Start(0)).map_err(cut)?;
        let mut archive = Archive::new(&mut self.file);
        // Raw: the archive reader would read extension records with long names whole, and no name
        // in a feed is long
        let entries = archive.entries_with_seek().map_err(cut)?.raw(true);
        for (number, entry) in entries.take(MAX_MEMBERS).enumerate() {
            let mut entry = entry.map_err(|error| match error.kind() {
                // The tar reader's own error, if no good header came before
                io::ErrorKind::Other if number == 0 => SyncError::NotABundle { detail: error.to_string() },
                _ => cut(error),
            })?;
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let size = entry.size();
            let path = path.strip_prefix("./").unwrap_or(&path);
            if let Some(found) = look(path, size, &mut entry)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn find(&mut self, wanted: &str, most: u64) -> Result<Option<Vec<u8>>, SyncError> {
        self.each(|path, size, member| {
            // A member over the limit is read one byte beyond it, and refused for its size
            if path == wanted { read(member, size.min(most + 1)).map(Some) } else { Ok(None) }
        })
    }

    /// Copies every planned object into the stage.
    fn copy(&mut self, stage: &mut Stage, plan: &Plan, watch: &mut dyn Watch) -> Result<(), SyncError> {
        let mut lacking: HashMap<Sha256, u64> =
            plan.fetch.iter().map(|want| (want.object, want.size)).collect();
        let files = lacking.len();
        let mut progress = Progress { step: Step::Fetching, files, bytes: plan.bytes, ..Progress::default() };
        watch.progress(progress);
        self.each(|path, size, member| {
            let name = path.strip_prefix("v1/objects/").and_then(|name| name.parse::<Sha256>().ok());
            let Some((object, wanted)) = name.and_then(|name| Some((name, *lacking.get(&name)?))) else {
                return Ok(None);
            };
            let _turn = media::wait_for_turn(wanted);
            let bytes = read(member, size.min(wanted + 1))?;
            ObjectRef { sha256: object, size: wanted }.check(&bytes)?;
            stage.put(object, &bytes)?;
            lacking.remove(&object);
            progress.files_done += 1;
            progress.bytes_done += wanted;
            watch.progress(progress);
            Ok(lacking.is_empty().then_some(()))
        })?;
        match lacking.len() {
            0 => Ok(()),
            lacking => Err(SyncError::BundleIncomplete { lacking }),
        }
    }
}

/// Reads exactly `size` bytes of a member.
fn read(member: &mut dyn Read, size: u64) -> Result<Vec<u8>, SyncError> {
    // Allocates once, and no more than a growing vector would have in the end
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(limits::PICTURE_BYTES)).unwrap_or(0));
    member.take(size).read_to_end(&mut bytes).map_err(cut)?;
    if bytes.len() as u64 == size { Ok(bytes) } else { Err(cut(io::ErrorKind::UnexpectedEof.into())) }
}

fn cut(error: io::Error) -> SyncError {
    SyncError::BundleCut(error.into())
}
