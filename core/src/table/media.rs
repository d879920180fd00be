//! Pictures in a workbook, each loaded once however often it is shown.

use super::{PictureSource, TableError, archive::Archive, cell::AttachedPicture, limits};
use std::{collections::HashMap, sync::Arc};

#[derive(Default)]
pub(super) struct Media {
    /// `None`: missing, damaged or too large
    loaded: HashMap<String, Option<Arc<[u8]>>>,
}

impl Media {
    /// Loads the picture of a part. A failure yields its name; the rest of the table is read.
    pub fn load(&mut self, archive: &mut Archive<'_>, part: &str) -> Result<AttachedPicture, TableError> {
        if !self.loaded.contains_key(part) && self.loaded.len() < limits::PICTURES {
            let bytes = match archive.bytes(part, limits::PICTURE_BYTES) {
                Ok(bytes) => bytes.map(Arc::from),
                Err(TableError::Bomb | TableError::Damaged(_)) => None,
                Err(error) => return Err(error),
            };
            self.loaded.insert(part.to_owned(), bytes);
        }
        let name = part.rsplit('/').next().unwrap_or(part).to_owned();
        Ok(match self.loaded.get(part).cloned().flatten() {
            Some(bytes) => AttachedPicture::Picture(PictureSource::Embedded { name, bytes }),
            None => AttachedPicture::Lost(name),
        })
    }
}
