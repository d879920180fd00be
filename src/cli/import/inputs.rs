//! The inputs that an import reads with the caller's rights, before the command becomes the state's owner.

use super::{Failure, ImportArgs, pictures::Servant};
use crate::{
    cli::{Context, input, privilege},
    import::{ImportError, PictureDir, Pictures},
    sync,
};
use cloud_shelf_core::{intake, table};
use std::{
    fs::File,
    io::{Read, Seek},
    path::Path,
};

pub(super) enum Inputs {
    /// A bundle file, positioned at its beginning
    Bundle(File),
    Table {
        bytes: Vec<u8>,
        logo: Option<Vec<u8>>,
        pictures: Box<dyn Pictures>,
    },
}

impl Inputs {
    pub fn read(args: &ImportArgs, context: &Context) -> Result<Self, Failure> {
        if let Some(file) = bundle(&args.path) {
            return Ok(Self::Bundle(file));
        }
        let bytes = input::bytes(&args.path, table::MAX_FILE_BYTES).map_err(Failure::Source)?;
        let logo = args.logo.as_deref().map(intake::read_file).transpose();
        let logo = logo.map_err(|fault| Failure::Import(ImportError::Logo(fault)))?;
        let dir = args.picture_dir();
        let pictures: Box<dyn Pictures> = if privilege::is_split(context.paths.state_dir()) {
            Box::new(Servant::start(&dir).map_err(Failure::Servant)?)
        } else {
            Box::new(PictureDir::new(&dir))
        };
        Ok(Self::Table { bytes, logo, pictures })
    }
}

/// Opens the file if it is a bundle, not a table. A pipe is never a bundle, since a bundle is read more than
/// once.
fn bundle(path: &Path) -> Option<File> {
    let mut head = [0; 262];
    let mut file = path.is_file().then(|| File::open(path).ok())??;
    let is_bundle = file.read_exact(&mut head).is_ok() && sync::is_bundle(&head);
    (is_bundle && file.rewind().is_ok()).then_some(file)
}
