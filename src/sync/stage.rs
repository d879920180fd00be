//! A catalog on its way into the store: what has arrived, what is missing, and the swap.

use super::{Plan, SyncError, Want, decency::Shown, trust::accepted};
use crate::store::{
    CatalogDraft, MissingPicture, OpenOptions, Publication, Reader, RenditionDraft, STAGING_LOG_BYTES, Store,
    StoreError, Swap, Unusable,
};
use cloud_shelf_core::{
    attempt::{self, AttemptError, Input, InputKind, Operation as Trying},
    disk::free_bytes,
    domain::{CatalogSource, Item, Message, Picture, RenditionKind, Rgb, Sha256},
    feed::{CatalogDocument, FeedBrand, ObjectRef, PictureRef, Pointer, Subject, read_catalog},
    media::{self, Logo},
    paths::Paths,
    plain_file::{self, PlainPath},
};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs,
};

/// Placeholder colour until a picture's own colour is measured.
const UNMEASURED: Rgb = Rgb(0xEE, 0xEE, 0xEE);
/// Disk space that a sync leaves free.
const RESERVE: u64 = 32 << 20;

/// Problem code of a picture that ended the program.
const CRASHES: &str = InputKind::Picture.code();

/// Why each missing picture can't be shown.
type Lost = HashMap<Sha256, Unusable>;

/// A verified pointer with its catalog, and the store that receives the objects.
pub(super) struct Stage {
    paths: Paths,
    pub store: Store,
    pointer: Pointer,
    document: CatalogDocument,
    publication: Publication,
    has: HashSet<Sha256>,
    lost: Lost,
}

/// A verified pointer as it was received.
pub(super) struct Signed {
    pub bytes: Vec<u8>,
    pub etag: Option<String>,
    /// The keys that verified it
    pub keys: String,
    pub pointer: Pointer,
}

pub(super) fn open(paths: &Paths) -> Result<Store, SyncError> {
    let opened = Store::open_with(paths, &OpenOptions::default())?;
    if let Some(aside) = &opened.set_aside {
        tracing::warn!(aside = %aside.display(), "the damaged database was set aside; the items come again");
    }
    Ok(opened.store)
}

impl Stage {
    /// Creates a stage. `catalog` fetches the document that the pointer names; it is called only if
    /// the store does not have it.
    pub fn new(
        paths: &Paths,
        mut store: Store,
        signed: Signed,
        catalog: impl FnOnce(&ObjectRef) -> Result<Vec<u8>, SyncError>,
    ) -> Result<Self, SyncError> {
        let Signed { bytes, etag, keys, pointer } = signed;
        let object = pointer.catalog;
        let stored = store.object(&object.sha256)?.filter(|bytes| object.check(bytes).is_ok());
        let is_stored = stored.is_some();
        let text = stored.map_or_else(|| catalog(&object), Ok)?;
        let document = read(&text, &object)?;
        if !is_stored {
            store.put_object(&object.sha256, &text)?;
        }
        let kept = store.publication()?;
        let publication = Publication {
            subject: pointer.subject.to_string(),
            version: pointer.version,
            pointer: bytes,
            keys,
            etag,
            document: object.sha256,
            unusable: kept.map(|kept| kept.unusable).unwrap_or_default(),
        };
        let has = store.objects()?;
        Ok(Self { paths: paths.clone(), store, pointer, document, publication, has, lost: Lost::new() })
    }

    /// Creates a stage for the current catalog, to complete it; `None` if that catalog did not come
    /// from a feed.
    pub fn of_kept(paths: &Paths, store: Store, subject: &Subject) -> Result<Option<Self>, SyncError> {
        let Some(kept) = store.publication()? else { return Ok(None) };
        let Some(pointer) = accepted(&kept, subject) else { return Ok(None) };
        let Some(text) = store.object(&kept.document)? else { return Ok(None) };
        let document = read(&text, &pointer.catalog)?;
        let has = store.objects()?;
        let lost = Lost::new();
        Ok(Some(Self { paths: paths.clone(), store, pointer, document, publication: kept, has, lost }))
    }

    /// Returns what is left to fetch, without objects that are known to be unusable.
    pub fn plan(&self) -> Plan {
        self.plan_of(|_| true)
    }

    /// Same as [`Self::plan`], without pictures whose retry is not due.
    pub fn plan_of(&self, is_due: impl Fn(&Sha256) -> bool) -> Plan {
        let known = |object: &Sha256| {
            self.has.contains(object) || self.publication.unusable.contains_key(object) || !is_due(object)
        };
        Plan::new(self.wanted(), known, &self.begun())
    }

    /// Returns objects of this catalog that the unit already has: the smallest, then the catalog itself in
    /// case just that one fails. A server that delivers one of them is healthy. Never empty.
    pub fn witnesses(&self) -> Vec<Want> {
        let ObjectRef { sha256, size } = self.pointer.catalog;
        let there = self.wanted().filter(|want| self.has.contains(&want.object));
        let smallest = there.min_by_key(|want| want.size);
        smallest.into_iter().chain([Want { object: sha256, size, rank: 0 }]).collect()
    }

    /// Counts the items that would show a picture if this catalog were swapped in now.
    pub fn shown(&self) -> Shown {
        let mut shown = Shown::default();
        for item in self.document.items().iter().filter(|item| !item.pictures.is_empty()) {
            shown.wanting += 1;
            let may_be_shown = |object: &Sha256| {
                self.has.contains(object) && !self.publication.unusable.contains_key(object)
            };
            if item.pictures.iter().any(|picture| may_be_shown(&picture.object.sha256)) {
                shown.with += 1;
            } else if shown.first_without.is_none() {
                shown.first_without = Some(item.title.clone());
            }
        }
        shown
    }

    /// Whether a picture of this catalog is missing.
    pub fn is_lost(&self, object: &Sha256) -> bool {
        !self.has.contains(object)
    }

    /// Returns the reason for one of the missing pictures.
    pub fn why_lost(&self) -> Message {
        let why = |object: &Sha256| self.lost.get(object).or_else(|| self.publication.unusable.get(object));
        let lost = self.wanted().find_map(|want| why(&want.object));
        lost.map_or_else(not_there_yet, |lost| lost.remedy.clone())
    }

    fn wanted(&self) -> impl Iterator<Item = Want> {
        let want = |object: ObjectRef, rank| Want { object: object.sha256, size: object.size, rank };
        let logo = self.pointer.brand.logo.map(|logo| want(logo, 0));
        let items = self.document.items().iter();
        let pictures = items.flat_map(move |item| {
            item.pictures.iter().zip(0..).map(move |(picture, rank)| want(picture.object, rank))
        });
        logo.into_iter().chain(pictures)
    }

    /// Returns the sizes of partial downloads, and deletes those that are no longer wanted.
    fn begun(&self) -> HashMap<Sha256, u64> {
        let wanted: HashSet<Sha256> = self.wanted().map(|want| want.object).collect();
        let mut begun = HashMap::new();
        for entry in plain_file::list_folder(&self.paths.downloads()).into_iter().flatten().flatten() {
            let name = entry.file_name().to_str().and_then(|name| name.parse::<Sha256>().ok());
            match (name, PlainPath::in_folder(&entry.path()).length()) {
                (Some(name), Ok(length)) if wanted.contains(&name) && !self.has.contains(&name) => {
                    begun.insert(name, length);
                }
                _ => {
                    // Links and pipes are deleted, too. What can't be deleted is retried next time
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
        begun
    }

    /// Checks that this plan fits on the disk. Each byte is stored as it came, again as a
    /// thumbnail, and for a while in the store's write-ahead log.
    pub fn make_room(&mut self, plan: &Plan) -> Result<(), SyncError> {
        let log = plan.bytes.min(STAGING_LOG_BYTES);
        let needed = plan.bytes.saturating_mul(2).saturating_add(log).saturating_add(RESERVE);
        let is_short = |free: &u64| *free < needed;
        let short = |paths: &Paths| free_bytes(paths.state_dir()).filter(is_short);
        if plan.is_empty() || short(&self.paths).is_none() {
            return Ok(());
        }
        // Staged objects of an earlier, unfinished sync may take up the space
        let keep = self.wanted().map(|want| want.object).chain([self.publication.document]).collect();
        self.store.discard(&keep)?;
        self.has = self.store.objects()?;
        match short(&self.paths) {
            Some(free) => Err(SyncError::NoRoom { needed, free }),
            None => Ok(()),
        }
    }

    pub fn begin(&self) -> Result<(), SyncError> {
        let downloads = self.paths.downloads();
        plain_file::ensure_folder(&downloads)
            .map_err(|cause| SyncError::Unwritable { path: downloads, cause: cause.into() })?;
        Ok(self.store.begin_staging()?)
    }

    /// Stores an object whose hash has been verified.
    pub fn put(&mut self, object: Sha256, bytes: &[u8]) -> Result<(), SyncError> {
        // SQLite makes two copies
        let _turn = media::wait_for_turn(bytes.len() as u64);
        self.store.put_object(&object, bytes)?;
        self.has.insert(object);
        Ok(())
    }

    /// Deletes an object whose bytes no longer match its hash.
    pub fn forget(&mut self, object: &Sha256) -> Result<(), SyncError> {
        self.store.drop_object(object)?;
        self.has.remove(object);
        Ok(())
    }

    /// Records that a picture can't be had; its item is shown without it.
    pub fn lose(&mut self, object: Sha256, problem: &str, remedy: Message) {
        self.lost.insert(object, Unusable { problem: problem.to_owned(), remedy });
    }

    /// Records that a picture arrived as published, but this program can't show it. Returns the reason.
    pub fn refuse(&mut self, object: Sha256, problem: &str, remedy: Message) {
        self.publication.unusable.insert(object, Unusable { problem: problem.to_owned(), remedy });
    }

    /// Items' pictures that have come and of which nothing has been made yet, so that it is not known whether
    /// they can be shown.
    pub fn untried(&self) -> Result<Vec<Sha256>, SyncError> {
        let made = self.store.with_renditions()?;
        let mut known: HashSet<Sha256> = HashSet::new();
        let pictures = self.document.items().iter().flat_map(|item| &item.pictures);
        let here = pictures.map(|picture| picture.object.sha256).filter(|object| {
            self.has.contains(object)
                && !made.contains(object)
                && !self.publication.unusable.contains_key(object)
                && known.insert(*object)
        });
        Ok(here.collect())
    }

    /// Swaps this catalog in, with everything that has arrived.
    pub fn swap(&mut self, source: CatalogSource, now: i64) -> Result<Swap, SyncError> {
        self.scale_mark()?;
        let named: HashSet<Sha256> = self.wanted().map(|want| want.object).collect();
        self.publication.unusable.retain(|object, _| named.contains(object));
        let (draft, missing) = self.draft(source, now)?;
        self.store.note_missing(&draft, &missing)?;
        let thing = Input::catalog(self.pointer.catalog.sha256);
        let _attempt = attempt::global().begin(&[thing], Trying::Store)?;
        let swap = self.store.swap_published(&draft, &self.publication);
        let ended = self.store.end_staging();
        let swap = swap?;
        // The catalog is swapped in; if the log is too long for the disk now, the next writer
        // truncates it
        if let Err(error) = ended {
            tracing::warn!(%error, "cannot truncate the store's write-ahead log");
        }
        Ok(swap)
    }

    /// Scales the logo to the one size that pages show, so that the kiosk never decodes a published
    /// file while it starts.
    fn scale_mark(&mut self) -> Result<(), SyncError> {
        let Some(ObjectRef { sha256: logo, size }) = self.pointer.brand.logo else { return Ok(()) };
        if !self.has.contains(&logo)
            || self.publication.unusable.contains_key(&logo)
            || self.store.has_mark(&logo)?
        {
            return Ok(());
        }
        let _attempt = match attempt::global().begin(&[Input::picture(logo)], Trying::Prepare) {
            // Pages leave the logo out until the next attempt
            Err(AttemptError::SetAside(known)) => {
                tracing::warn!(object = %logo, ends = known.crashes, "the logo ended the program and is skipped");
                return Ok(());
            }
            attempt => attempt?,
        };
        let _turn = media::wait_for_turn(size);
        let Some(bytes) = self.store.object(&logo)? else {
            self.forget(&logo)?;
            self.lose(logo, "rotten", rotten());
            return Ok(());
        };
        match media::prepare_logo(&bytes) {
            Ok(Logo { width, height, bytes, .. }) => {
                let mark = RenditionDraft { kind: RenditionKind::Logo, width, height, bytes };
                self.store.put_mark(&logo, &mark)?;
            }
            Err(error) => {
                tracing::warn!(object = %logo, %error, "the logo can't be shown");
                self.refuse(logo, error.code(), error.message());
            }
        }
        Ok(())
    }

    fn draft(
        &self,
        source: CatalogSource,
        now: i64,
    ) -> Result<(CatalogDraft, Vec<MissingPicture>), SyncError> {
        let noted = self.noted()?;
        let crashes = crashes();
        let mut missing = Vec::new();
        let mut items = Vec::with_capacity(self.document.items().len());
        for item in self.document.items() {
            let mut pictures = Vec::with_capacity(item.pictures.len());
            for picture in &item.pictures {
                let object = &picture.object.sha256;
                match crashes.get(object).cloned().or_else(|| self.fault(object, &noted)) {
                    None => pictures.push(shown(picture)),
                    Some(fault) => missing.push(missing_picture(item, picture, fault)),
                }
            }
            items.push(with_pictures(item, pictures));
        }
        let mut brand = FeedBrand::to_domain(&self.pointer.brand);
        if let Some((logo, fault)) = brand.logo.and_then(|logo| Some((logo, self.fault(&logo, &noted)?))) {
            let Unusable { problem, remedy } = fault;
            let (title, picture) = (brand.name.clone(), logo.to_string());
            missing.push(MissingPicture { item: None, title, picture, problem, remedy });
            brand.logo = None;
        }
        let categories = self.document.categories().to_vec();
        Ok((CatalogDraft { source, taken_at: now, brand, categories, items }, missing))
    }

    /// Whether the current catalog shows a picture that has ended the program, or lacks one that is
    /// to be tried again.
    pub fn is_due_for_crashes(reader: &Reader) -> Result<bool, SyncError> {
        let crashes = crashes();
        let missing = reader.missing().map_or_else(|_| Vec::new(), |missing| missing.pictures);
        let came_back = |missing: &MissingPicture| {
            let object = missing.picture.parse().ok();
            missing.problem == CRASHES && object.is_none_or(|object| !crashes.contains_key(&object))
        };
        if missing.iter().any(came_back) {
            return Ok(true);
        }
        if crashes.is_empty() {
            return Ok(false);
        }
        let items = reader.snapshot()?.map(|shown| shown.items).unwrap_or_default();
        let mut pictures = items.iter().flat_map(|item| &item.pictures);
        Ok(pictures.any(|picture| crashes.contains_key(&picture.object)))
    }

    /// Returns why a picture can't be shown; `None` if it can.
    fn fault(&self, object: &Sha256, noted: &BTreeMap<String, Unusable>) -> Option<Unusable> {
        if let Some(why) = self.publication.unusable.get(object) {
            return Some(why.clone());
        }
        if self.has.contains(object) {
            return None;
        }
        let why = self.lost.get(object).or_else(|| noted.get(&object.to_string())).cloned();
        Some(why.unwrap_or_else(|| Unusable { problem: "not_there".into(), remedy: not_there_yet() }))
    }

    /// Returns the current catalog's missing pictures, by object name.
    fn noted(&self) -> Result<BTreeMap<String, Unusable>, SyncError> {
        let missing = match Store::open_read_only(&self.paths).and_then(|reader| reader.missing()) {
            Ok(missing) => missing,
            Err(StoreError::Unreadable(error)) => {
                tracing::warn!(%error, "cannot read why pictures are missing from the current catalog");
                return Ok(BTreeMap::new());
            }
            Err(error) => return Err(error.into()),
        };
        let why = |missing: MissingPicture| Unusable { problem: missing.problem, remedy: missing.remedy };
        Ok(missing.pictures.into_iter().map(|missing| (missing.picture.clone(), why(missing))).collect())
    }
}

const fn not_there_yet() -> Message {
    Message::fixed(
        "图片还没有取到，会自动重试。",
        "The picture has not arrived yet. It is retried automatically.",
    )
}

/// Message for an object whose stored bytes no longer match its hash.
pub(super) const fn rotten() -> Message {
    Message::fixed(
        "存储的图片已损坏，会自动重新下载；若反复出现，请更换存储卡。",
        "The stored picture is damaged. It is downloaded again. If this happens often, replace the SD card.",
    )
}

/// Parses a catalog whose hash was verified. A catalog that ended the program before is refused.
fn read(text: &[u8], object: &ObjectRef) -> Result<CatalogDocument, SyncError> {
    let _attempt = attempt::global().begin(&[Input::catalog(object.sha256)], Trying::Read)?;
    Ok(read_catalog(text, object)?)
}

/// Returns the pictures that are left out for a time because they ended the program. A logo is not
/// among them: pages leave it out by themselves.
fn crashes() -> HashMap<Sha256, Unusable> {
    let known =
        attempt::global().list_set_aside().into_iter().filter(|known| known.input.kind == InputKind::Picture);
    known
        .map(|known| (known.input.id, Unusable { problem: CRASHES.into(), remedy: known.message() }))
        .collect()
}

fn shown(picture: &PictureRef) -> Picture {
    let PictureRef { object, width, height } = *picture;
    Picture { object: object.sha256, width, height, color: UNMEASURED }
}

fn with_pictures(item: &Item<PictureRef>, pictures: Vec<Picture>) -> Item {
    Item {
        link: item.link.clone(),
        title: item.title.clone(),
        price: item.price,
        sale_price: item.sale_price,
        selling_points: item.selling_points.clone(),
        category: item.category,
        pictures,
        barcode: item.barcode.clone(),
        listed_from: item.listed_from,
        listed_until: item.listed_until,
    }
}

fn missing_picture(item: &Item<PictureRef>, picture: &PictureRef, fault: Unusable) -> MissingPicture {
    MissingPicture {
        item: Some(item.link.item.clone()),
        title: item.title.clone(),
        picture: picture.object.sha256.to_string(),
        problem: fault.problem,
        remedy: fault.remedy,
    }
}
