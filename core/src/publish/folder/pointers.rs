//! Writes an edition's pointers.

use super::{keys::KeyRing, last as kept, objects};
use crate::{
    domain::Sha256,
    feed::{Subject, limits, verify_pointer},
    paths::FeedDir,
    publish::{
        PublishError,
        edition::{Edition, subject_of_nobody},
        verify::{self, ReadFault, Verification},
    },
};
use std::{
    collections::HashSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

/// Outcome of publishing an edition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteOutcome {
    pub version: u64,
    /// False if the content is that of the previous edition
    pub changed: bool,
    /// Units of the feed
    pub shelves: usize,
    /// Pointers written; the others were up to date
    pub pointers: usize,
    /// Objects deleted because nothing has needed them for a week
    pub collected: usize,
}

/// Writes all pointers that are not up to date, after verifying everything that they need. Returns
/// how many, and the needed objects.
pub(super) fn release(
    dir: &FeedDir,
    ring: &KeyRing,
    edition: &Edition,
    last: Option<&Edition>,
    shelves: &[&Subject],
    now: i64,
) -> Result<(usize, HashSet<Sha256>), PublishError> {
    let (staging, public) = (dir.staging(), dir.public());
    let is_new = last.is_none_or(|last| last.version != edition.version);
    let mut staged = Vec::new();
    for &subject in shelves {
        let place = public.join(subject.path());
        if !is_new && is_up_to_date(&place, ring, edition, subject, now)? {
            continue;
        }
        let text = ring.signer.sign(&edition.claims(subject.clone()))?;
        let path = staging.join(flat_name(&subject.path()));
        objects::write(&path, text.as_bytes())?;
        set_later_mtime(&path, &place).map_err(PublishError::io(path))?;
        staged.push(subject);
    }
    let checked = verify_staged(dir, ring, edition, &staged, now)?;
    if last != Some(edition) || !staged.is_empty() {
        objects::sync_tree(dir)?;
    }
    if last != Some(edition) {
        // Before the pointers: no later run may give this version to other content
        kept::write(edition, dir, ring)?;
    }
    for subject in &staged {
        let place = public.join(subject.path());
        objects::create_parent(&place)?;
        fs::rename(staging.join(flat_name(&subject.path())), &place).map_err(PublishError::io(place))?;
    }
    if !staged.is_empty() {
        objects::sync_tree(dir)?;
    }
    clear_staging(&staging)?;
    Ok((staged.len(), checked.needed))
}

/// Removes the staging folder of this or an interrupted run.
pub(super) fn clear_staging(staging: &Path) -> Result<(), PublishError> {
    match fs::remove_dir_all(staging) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(PublishError::io(staging)(error)),
        _ => Ok(()),
    }
}

fn is_up_to_date(
    place: &PathBuf,
    ring: &KeyRing,
    edition: &Edition,
    subject: &Subject,
    now: i64,
) -> Result<bool, PublishError> {
    let bytes = match objects::read(place, limits::POINTER_BYTES as u64 + 1) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(PublishError::io(place)(error)),
    };
    // A pointer that a unit would refuse is written again
    let pointer = verify_pointer(&bytes, &ring.trusted, subject, now, 0);
    Ok(pointer
        .is_ok_and(|pointer| pointer.kid() == ring.signer.kid() && edition.matches_claims(&pointer, now)))
}

/// Returns a flat file name for a staged pointer: ten thousand folders, one per store, would take
/// longer to create and delete than everything else. No code has a plus sign.
fn flat_name(path: &str) -> String {
    path.replace('/', "+")
}

/// Sets a later modification time than the previous pointer's. Servers derive an ETag from a file's
/// size and its time in whole seconds, so two pointers of one size must differ in that, even within
/// a second or after the clock was set back.
fn set_later_mtime(path: &Path, earlier: &Path) -> io::Result<()> {
    let earlier = match fs::metadata(earlier) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        earlier => earlier?.modified()?,
    };
    let file = File::options().write(true).open(path)?;
    let least = earlier + Duration::from_secs(1);
    if file.metadata()?.modified()? < least { file.set_modified(least) } else { Ok(()) }
}

/// Verifies the staged pointers and all objects as a unit that knows this feed's keys.
fn verify_staged(
    dir: &FeedDir,
    ring: &KeyRing,
    edition: &Edition,
    staged: &[&Subject],
    now: i64,
) -> Result<Verification, PublishError> {
    let (staging, public) = (dir.staging(), dir.public());
    let mut read = |path: &str, most: u64| {
        let is_pointer = path.starts_with("v1/shelves/");
        let place = if is_pointer { staging.join(flat_name(path)) } else { public.join(path) };
        objects::read(&place, most).map_err(|error| ReadFault::from_io(&error))
    };
    let checked = verify::verify_tree(
        &mut read,
        staged,
        &ring.trusted,
        now,
        Some(&edition.claims(subject_of_nobody()?)),
    );
    if checked.faults.is_empty() {
        return Ok(checked);
    }
    // Delete objects that do not match their hash; the next run creates them again
    for fault in &checked.faults {
        let path = public.join(&fault.path);
        if fault.path.starts_with("v1/objects/") && path.exists() {
            fs::remove_file(&path).map_err(PublishError::io(path))?;
        }
    }
    clear_staging(&staging)?;
    Err(PublishError::Unsound { faults: checked.faults })
}
