//! Verifies a feed as a unit does.

use super::{FeedFault, PublishError};
use crate::{
    clock::Clock,
    domain::{Message, Sha256},
    feed::{
        FeedAddress, FeedError, KeySet, ObjectRef, PictureRef, PointerClaims, Subject, limits, read_catalog,
        verify_pointer,
    },
    hours::Hours,
    media,
    transport::{FeedClient, FileResponse, Route, TransferError},
};
use std::{
    collections::{HashMap, HashSet},
    io,
    sync::Arc,
};

/// Content of a feed, and everything wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Valid pointers
    pub pointers: usize,
    /// Items of all catalogs
    pub items: usize,
    /// Distinct objects that are pictures
    pub pictures: usize,
    pub faults: Vec<FeedFault>,
    /// All objects that the pointers need
    pub needed: HashSet<Sha256>,
    /// Pointers with opening hours that units can't read
    unread_hours: Vec<FeedFault>,
}

/// Why a file of the feed could not be read.
pub(super) struct ReadFault {
    code: &'static str,
    message: Message,
    retry_helps: bool,
}

impl ReadFault {
    pub fn from_io(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound {
            let message = Message::fixed("文件不存在，请重新发布", "The file does not exist. Publish again");
            return Self { code: "missing", message, retry_helps: false };
        }
        let message = Message::new(
            format!("读不了（{error}），请检查磁盘"),
            format!("The file cannot be read ({error}). Check the disk"),
        );
        Self { code: "unreadable", message, retry_helps: false }
    }

    fn from_transfer(error: &TransferError) -> Self {
        Self { code: error.code(), message: error.message(), retry_helps: error.retry_helps() }
    }
}

impl From<FeedError> for ReadFault {
    fn from(error: FeedError) -> Self {
        Self { code: error.code(), message: error.message(), retry_helps: error.retry_helps() }
    }
}

type ReadFile<'a> = dyn FnMut(&str, u64) -> Result<Vec<u8>, ReadFault> + 'a;

/// Verifies one unit's pointer and objects over the network, with the keys of the feed address.
pub fn verify_url(
    address: &FeedAddress,
    subject: &Subject,
    route: &Route,
    clock: Arc<dyn Clock>,
) -> Result<Verification, PublishError> {
    let client = FeedClient::new(address.base(), route, clock.clone())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(PublishError::io("tokio"))?;
    let mut read = |path: &str, most: u64| {
        let url = address.base().join(path).map_err(|_| ReadFault::from_transfer(&TransferError::BadUrl))?;
        match runtime.block_on(client.fetch_file(&url, None, most, true)) {
            Ok(FileResponse::Modified { bytes, .. }) => Ok(bytes),
            Ok(FileResponse::NotModified) => {
                Err(ReadFault::from_transfer(&TransferError::UnrequestedNotModified))
            }
            Err(error) => Err(ReadFault::from_transfer(&error)),
        }
    };
    let checked = verify_tree(&mut read, &[subject], address.keys(), clock.now(), None).with_unread_hours();
    // Does not wait for a name lookup in progress
    runtime.shutdown_background();
    Ok(checked)
}

/// Follows the pointers to everything they need; `more` is an additional pointer.
pub(super) fn verify_tree(
    read: &mut ReadFile<'_>,
    shelves: &[&Subject],
    keys: &KeySet,
    now: i64,
    more: Option<&PointerClaims>,
) -> Verification {
    let mut checked = Verification::default();
    let mut catalogs = HashSet::new();
    let mut logos = HashSet::new();
    let mut follow = |claims: &PointerClaims| {
        catalogs.insert(claims.catalog);
        logos.extend(claims.brand.logo);
    };
    more.into_iter().for_each(&mut follow);
    for subject in shelves {
        let path = subject.path();
        let verified = read(&path, limits::POINTER_BYTES as u64 + 1)
            .and_then(|bytes| Ok(verify_pointer(&bytes, keys, subject, now, 0)?));
        match verified {
            Ok(pointer) => {
                follow(&pointer);
                checked.pointers += 1;
                let hours = pointer.settings.hours.as_ref();
                if let Some(Err(error)) = hours.map(|hours| Hours::from_json(hours.value())) {
                    let (code, message) = ("bad_hours", error.message());
                    checked.unread_hours.push(FeedFault { path, code, message, retry_helps: false });
                }
            }
            Err(unread) => checked.add_fault(path, unread),
        }
    }
    let mut pictures: HashMap<Sha256, PictureRef> = HashMap::new();
    for catalog in catalogs {
        checked.needed.insert(catalog.sha256);
        match read(&catalog.path(), catalog.size + 1).and_then(|bytes| Ok(read_catalog(&bytes, &catalog)?)) {
            Ok(document) => {
                checked.items += document.items().len();
                pictures.extend(document.pictures().map(|picture| (picture.object.sha256, *picture)));
            }
            Err(unread) => checked.add_fault(catalog.path(), unread),
        }
    }
    for logo in logos {
        checked.check_picture(read, &logo, None);
    }
    for picture in pictures.values() {
        checked.check_picture(read, &picture.object, Some((picture.width, picture.height)));
    }
    checked.faults.sort_by(|a, b| a.path.cmp(&b.path));
    checked
}

impl Verification {
    /// Counts settings that units accept but cannot use as faults, too. Renewals skip this: units that
    /// stop updating would be worse.
    pub(super) fn with_unread_hours(mut self) -> Self {
        self.faults.append(&mut self.unread_hours);
        self
    }

    /// Checks a picture's bytes and, from its header, its size.
    fn check_picture(&mut self, read: &mut ReadFile<'_>, object: &ObjectRef, size: Option<(u32, u32)>) {
        self.needed.insert(object.sha256);
        let found = read(&object.path(), object.size + 1).and_then(|bytes| {
            object.check(&bytes)?;
            media::probe(&bytes).map_err(|error| ReadFault {
                code: error.code(),
                message: error.message(),
                retry_helps: false,
            })
        });
        match (found, size) {
            (Err(unread), _) => self.add_fault(object.path(), unread),
            // EXIF orientation may swap the sides
            (Ok((width, height)), Some(size)) if size != (width, height) && size != (height, width) => {
                let message = Message::new(
                    format!("图片尺寸是 {width}×{height}，与目录不符，请重新发布"),
                    format!(
                        "The picture has {width}×{height} pixels, but the catalog says otherwise. Publish again"
                    ),
                );
                self.add_fault(
                    object.path(),
                    ReadFault { code: "picture_size", message, retry_helps: false },
                );
            }
            (Ok(_), _) => self.pictures += 1,
        }
    }

    fn add_fault(&mut self, path: String, unread: ReadFault) {
        let ReadFault { code, message, retry_helps } = unread;
        self.faults.push(FeedFault { path, code, message, retry_helps });
    }
}
