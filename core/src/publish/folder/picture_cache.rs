//! Pictures that were taken in before.

use super::objects;
use crate::{
    domain::Sha256,
    durable,
    feed::{ObjectRef, PictureRef},
    intake::PictureFault,
    paths::FeedDir,
    publish::PublishError,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io,
};

/// Cache from picture files to their converted objects, so that no file is decoded again.
pub(super) struct PictureCache(BTreeMap<Sha256, PictureRef>);

/// JSON form of an entry.
#[derive(Serialize, Deserialize)]
struct CachedPictureForm {
    source: String,
    object: String,
    size: u64,
    width: u32,
    height: u32,
}

impl PictureCache {
    /// Loads the readable entries; losing the cache costs time only.
    pub fn load(dir: &FeedDir) -> Self {
        let bytes = objects::read(&dir.pictures(), 256 << 20).unwrap_or_default();
        let forms: Vec<CachedPictureForm> = serde_json::from_slice(&bytes).unwrap_or_default();
        let read = |form: CachedPictureForm| {
            let CachedPictureForm { source, object, size, width, height } = form;
            let object = ObjectRef { sha256: object.parse().ok()?, size };
            Some((source.parse().ok()?, PictureRef { object, width, height }))
        };
        Self(forms.into_iter().filter_map(read).collect())
    }

    /// Returns the entries whose objects still exist.
    pub fn pictures(&self, dir: &FeedDir) -> HashMap<Sha256, PictureRef> {
        self.0
            .iter()
            .filter(|(_, picture)| objects::exists(dir, &picture.object))
            .map(|(s, p)| (*s, *p))
            .collect()
    }

    /// Stores the entries in use, and the new ones.
    pub fn keep(
        self,
        dir: &FeedDir,
        made: BTreeMap<Sha256, PictureRef>,
        outcomes: &[Result<PictureRef, PictureFault>],
    ) -> Result<(), PublishError> {
        let used: HashSet<_> = outcomes.iter().flatten().map(|picture| picture.object.sha256).collect();
        let mut kept = self.0.clone();
        kept.extend(made);
        kept.retain(|_, picture| used.contains(&picture.object.sha256));
        if kept == self.0 {
            return Ok(());
        }
        let form = |(source, picture): (&Sha256, &PictureRef)| CachedPictureForm {
            source: source.to_string(),
            object: picture.object.sha256.to_string(),
            size: picture.object.size,
            width: picture.width,
            height: picture.height,
        };
        let forms: Vec<_> = kept.iter().map(form).collect();
        let path = dir.pictures();
        let bytes = serde_json::to_vec(&forms).map_err(io::Error::from);
        bytes.and_then(|bytes| durable::replace(&path, &bytes)).map_err(PublishError::io(path))
    }
}
