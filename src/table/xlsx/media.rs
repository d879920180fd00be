//! Pictures of a workbook, each loaded once however often it is shown.

use super::{Archive, PictureSource, TableError};
use crate::table::limits;
use std::{collections::HashMap, sync::Arc};

#[derive(Default)]
pub(super) struct Media {
    /// `None` is a picture that is not there or too large
    loaded: HashMap<String, Option<Arc<[u8]>>>,
}

impl Media {
    /// A picture by its part; `None` where it cannot be had.
    pub fn load(
        &mut self,
        archive: &mut Archive<'_>,
        part: &str,
    ) -> Result<Option<PictureSource>, TableError> {
        if !self.loaded.contains_key(part) {
            if self.loaded.len() >= limits::PICTURES {
                return Ok(None);
            }
            // One that is too large or damaged is left out; the rest of the table goes on
            let bytes = match archive.bytes(part, limits::PICTURE_BYTES) {
                Ok(bytes) => bytes.map(Arc::from),
                Err(TableError::Bomb | TableError::Damaged(_)) => None,
                Err(error) => return Err(error),
            };
            self.loaded.insert(part.to_owned(), bytes);
        }
        let name = part.rsplit('/').next().unwrap_or(part).to_owned();
        let bytes = self.loaded.get(part).cloned().flatten();
        Ok(bytes.map(|bytes| PictureSource::Embedded { name, bytes }))
    }
}
