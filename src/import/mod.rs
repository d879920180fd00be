//! Imports a merchant's table into this unit's catalog.
//!
//! A missing or bad picture never costs an item: the item is shown on a designed card, and the report says
//! what to do. Pictures are stored one by one as they are ready, so an interrupted import resumes; the
//! catalog is swapped once, at the end. The import is idempotent. Pictures by URL are fetched on every
//! import; if the server can't be reached, the item keeps its old picture.

mod error;
mod report;

#[cfg(test)]
mod tests;

pub use cloud_shelf_core::intake::{PictureDir, PictureFault, Pictures, Progress};
pub use error::ImportError;
pub use report::ImportReport;

use crate::store::{CatalogDraft, MissingPicture, PictureDraft, RenditionDraft, Store};
use cloud_shelf_core::{
    attempt::{self, AttemptError, Input, Operation},
    clock::{Clock, SystemClock},
    domain::{Brand, CatalogSource, ItemLink, Picture, RenditionKind, Rgb, Sha256},
    intake::{self, Sources, arrange, picture_problem},
    media,
    table::{self, Problem, Table, TableItem},
    transport,
};
use std::collections::{HashMap, HashSet};

/// Codes of table problems that cost an item a picture.
const NO_PICTURE: [&str; 2] = [table::BAD_PICTURE, table::LOST_PICTURE];

/// Changes to the brand; `None` leaves a part as it is on this unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrandChange {
    pub name: Option<String>,
    pub primary: Option<Rgb>,
    pub accent: Option<Rgb>,
    /// Bytes of a picture file
    pub logo: Option<Vec<u8>>,
}

/// How to import.
pub struct ImportOptions<'a> {
    pub brand: BrandChange,
    /// Limits and timeouts for pictures by URL
    pub fetch: transport::FetchOptions,
    pub clock: &'a dyn Clock,
}

impl Default for ImportOptions<'_> {
    fn default() -> Self {
        Self { brand: BrandChange::default(), fetch: transport::FetchOptions::default(), clock: &SystemClock }
    }
}

/// Imports a table: its pictures (by file name from `pictures`, by URL, or pasted), then the catalog.
/// `progress` is called for each picture.
pub fn import(
    table: Table,
    pictures: &dyn Pictures,
    store: &mut Store,
    options: &ImportOptions<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<ImportReport, ImportError> {
    let Table { items, mut problems } = table;
    if items.is_empty() {
        // A selling shelf is never emptied by a table without a single valid row.
        return Err(ImportError::NoItems { problems });
    }
    let previous = store.load()?.map(|loaded| loaded.snapshot);
    let brand = previous.as_ref().map(|snapshot| snapshot.brand.clone()).unwrap_or_default();
    let brand = changed_brand(brand, &options.brand, store)?;

    let sources = Sources::from_items(&items);
    let known = store.pictures()?;
    let keep = |bytes: &[u8], prepared| put(store, bytes, prepared);
    let outcomes = intake::gather(
        &sources.list,
        pictures,
        &options.fetch,
        known,
        &media::prepare_picture,
        keep,
        progress,
    )?;

    let before: HashMap<&ItemLink, &[Picture]> =
        previous.iter().flat_map(|snapshot| &snapshot.items).map(|i| (&i.link, &i.pictures[..])).collect();
    let mut unread: HashMap<(&str, u32), Vec<&Problem>> = HashMap::new();
    for problem in problems.iter().filter(|problem| NO_PICTURE.contains(&problem.kind)) {
        unread.entry((&problem.sheet, problem.row)).or_default().push(problem);
    }
    let mut missing = Vec::new();
    let mut faults = Vec::new();
    let mut shown: Vec<Vec<Picture>> = Vec::with_capacity(items.len());
    for (item, wanted) in items.iter().zip(&sources.of_item) {
        let before = before.get(&item.link).filter(|pictures| pictures.len() == wanted.len());
        let mut pictures = Vec::with_capacity(wanted.len());
        let unread = unread.get(&(&*item.sheet, item.row)).into_iter().flatten();
        missing.extend(unread.map(|problem| missing_picture(item, "", problem)));
        for (place, &source) in wanted.iter().enumerate() {
            match &outcomes[source] {
                Ok(picture) => pictures.push(*picture),
                Err(fault) => {
                    let problem = picture_problem(item, fault);
                    match before.filter(|_| fault.retry_helps()) {
                        Some(before) => pictures.push(before[place]),
                        None => missing.push(missing_picture(item, sources.list[source].name(), &problem)),
                    }
                    faults.push(problem);
                }
            }
        }
        shown.push(pictures);
    }
    drop(sources);
    problems.append(&mut faults);

    let (categories, items) = arrange(items, shown);
    let draft = CatalogDraft {
        source: CatalogSource::Import,
        taken_at: options.clock.now(),
        brand,
        categories,
        items,
    };
    let pictures = draft.items.iter().map(|item| item.pictures.len()).sum();
    let left_out: HashSet<_> = problems
        .iter()
        .filter(|problem| problem.leaves_out)
        .map(|problem| (&problem.sheet, problem.row))
        .collect();
    let left_out = left_out.len();
    store.note_missing(&draft, &missing)?;
    let swap = store.swap_catalog(&draft)?;
    Ok(ImportReport {
        version: swap.version,
        changed: swap.changed,
        items: draft.items.len(),
        pictures,
        pictures_missing: missing.len(),
        problems,
        left_out,
    })
}

fn missing_picture(item: &TableItem, picture: &str, problem: &Problem) -> MissingPicture {
    MissingPicture {
        item: Some(item.link.item.clone()),
        title: item.title.clone(),
        picture: picture.to_owned(),
        problem: problem.kind.to_owned(),
        remedy: problem.remedy.clone(),
    }
}

fn changed_brand(mut brand: Brand, change: &BrandChange, store: &mut Store) -> Result<Brand, ImportError> {
    if let Some(name) = &change.name {
        name.trim().clone_into(&mut brand.name);
    }
    brand.primary = change.primary.unwrap_or(brand.primary);
    brand.accent = change.accent.unwrap_or(brand.accent);
    if let Some(bytes) = &change.logo {
        let taken = prepare_logo(bytes).map_err(|error| ImportError::Logo(PictureFault::Media(error)));
        let (prepared, mark) = taken?;
        let object = put(store, bytes, prepared)?.object;
        let media::Logo { width, height, bytes, .. } = mark;
        store.put_mark(&object, &RenditionDraft { kind: RenditionKind::Logo, width, height, bytes })?;
        brand.logo = Some(object);
    }
    Ok(brand)
}

/// Prepares a logo's renditions. A logo that has crashed the program before is not tried.
fn prepare_logo(bytes: &[u8]) -> Result<(media::PreparedPicture, media::Logo), media::MediaError> {
    let attempt = attempt::global().begin(&[Input::picture(Sha256::digest(bytes))], Operation::Prepare);
    if let Err(AttemptError::SetAside(_)) = attempt {
        return Err(media::MediaError::Crashes);
    }
    Ok((media::prepare_picture(bytes)?, media::prepare_logo(bytes)?))
}

/// Stores a picture with its renditions.
fn put(store: &mut Store, bytes: &[u8], prepared: media::PreparedPicture) -> Result<Picture, ImportError> {
    let media::PreparedPicture { width, height, color, renditions, .. } = prepared;
    let picture = Picture { object: Sha256::digest(bytes), width, height, color };
    let renditions = renditions
        .into_iter()
        .map(|made| RenditionDraft {
            kind: made.kind,
            width: made.width,
            height: made.height,
            bytes: made.jpeg,
        })
        .collect();
    store.put_picture(&PictureDraft { bytes, picture, renditions })?;
    Ok(picture)
}
