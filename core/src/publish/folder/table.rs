//! From a merchant's table to an edition.

use super::{FeedFolder, WriteOutcome, last, objects, picture_cache::PictureCache, pointers};
use crate::{
    domain::{Rgb, Sha256},
    feed::{CatalogDocument, FeedBrand, FeedSettings, ObjectRef, PictureRef, read_catalog},
    intake::{self, PictureDir, PictureFault, Progress, Sources, arrange},
    media::{self, PublishedPicture},
    paths::FeedDir,
    publish::{
        ClockConfirmation, PublishError,
        edition::{ChosenPictures, EditionContent, check_settings, choose_pictures, next_brand},
    },
    table::{Problem, Table, TableItem},
    transport,
};
use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
};

/// Changes to the brand; `None` keeps what is published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrandChange {
    pub name: Option<String>,
    pub primary: Option<Rgb>,
    pub accent: Option<Rgb>,
    /// A picture file
    pub logo: Option<PathBuf>,
}

/// Options of publishing a table.
#[derive(Clone, Debug, Default)]
pub struct TableOptions {
    pub brand: BrandChange,
    /// Replaces the published settings
    pub settings: Option<FeedSettings>,
    /// Limits and timeouts for pictures given by URL
    pub fetch: transport::FetchOptions,
    /// Life of the pointers in days, 1 to 400
    pub days: Option<u16>,
    /// Minimum version: for a directory restored from a backup
    pub at_least: u64,
    /// A person's statement on this computer's clock
    pub clock: ClockConfirmation,
}

/// Outcome of publishing a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishOutcome {
    pub written: WriteOutcome,
    pub items: usize,
    /// Pictures of all items; a shared picture counts once per item
    pub pictures: usize,
    /// Pictures that the table names but no item got
    pub pictures_missing: usize,
    /// Objects that were new in the tree
    pub objects: usize,
    /// Problems of the table, then of the pictures
    pub problems: Vec<Problem>,
    /// Rows that gave no item
    pub left_out: usize,
}

impl FeedFolder {
    /// Publishes a table to all units: first the pictures (by file name from `pictures`, by URL, or
    /// pasted into the sheet), then the catalog, then the pointers. `progress` is called for each
    /// picture.
    pub fn publish_table(
        &mut self,
        table: Table,
        pictures: &Path,
        options: &TableOptions,
        now: i64,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<PublishOutcome, PublishError> {
        let Table { items, mut problems } = table;
        if items.is_empty() {
            return Err(PublishError::NoItems { problems });
        }
        options.settings.as_ref().map_or(Ok(()), check_settings)?;
        self.check_time(now, options.clock)?;
        pointers::clear_staging(&self.dir.staging())?;
        let last = last::read(&self.dir, &self.state)?.map(|last| last.content);
        let before = last.as_ref().and_then(|last| read_last_catalog(&self.dir, &last.catalog));
        let mut tally = Tally { objects: 0, missing: 0 };
        let brand =
            update_brand(&self.dir, last.as_ref().map(|last| &last.brand), &options.brand, &mut tally)?;
        let shown = store_pictures(
            &self.dir,
            &items,
            &PictureDir::new(pictures),
            &options.fetch,
            before.as_ref(),
            &mut tally,
            &mut problems,
            progress,
        )?;
        let (categories, items) = arrange(items, shown);
        let document = CatalogDocument::new(categories, items)?;
        let (catalog, is_new) = objects::store(&self.dir, &document.to_bytes()?)?;
        tally.objects += usize::from(is_new);
        let settings = options.settings.clone().or(last.map(|last| last.settings)).unwrap_or_default();
        let content = EditionContent { brand, catalog, settings };
        let lifetime = Self::lifetime(options.days);
        let written = self.publish_content(content, now, lifetime, options.at_least, options.clock)?;
        let left_out: HashSet<_> = problems
            .iter()
            .filter(|problem| problem.leaves_out)
            .map(|problem| (&problem.sheet, problem.row))
            .collect();
        Ok(PublishOutcome {
            written,
            items: document.items().len(),
            pictures: document.pictures().count(),
            pictures_missing: tally.missing,
            objects: tally.objects,
            left_out: left_out.len(),
            problems,
        })
    }
}

struct Tally {
    objects: usize,
    missing: usize,
}

/// Returns the previous edition's catalog, if it is valid.
fn read_last_catalog(dir: &FeedDir, object: &ObjectRef) -> Option<CatalogDocument> {
    let bytes = objects::read(&dir.public().join(object.path()), object.size + 1).ok()?;
    read_catalog(&bytes, object).ok()
}

fn update_brand(
    dir: &FeedDir,
    last: Option<&FeedBrand>,
    change: &BrandChange,
    tally: &mut Tally,
) -> Result<FeedBrand, PublishError> {
    let mut brand = next_brand(last, change.name.as_deref(), change.primary, change.accent)?;
    if let Some(path) = &change.logo {
        // Keeps transparency
        let mark = intake::read_file(path)
            .and_then(|bytes| media::prepare_logo(&bytes).map_err(PictureFault::Media))
            .map_err(PublishError::Logo)?;
        let (logo, is_new) = objects::store(dir, &mark.bytes)?;
        tally.objects += usize::from(is_new);
        brand.logo = Some(logo);
    }
    Ok(brand)
}

/// Stores the pictures of each item in the tree.
#[expect(clippy::too_many_arguments, reason = "one step of one function, with its own reader")]
fn store_pictures(
    dir: &FeedDir,
    items: &[TableItem],
    pictures: &PictureDir,
    fetch: &transport::FetchOptions,
    before: Option<&CatalogDocument>,
    tally: &mut Tally,
    problems: &mut Vec<Problem>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<Vec<PictureRef>>, PublishError> {
    let sources = Sources::from_items(items);
    let known = PictureCache::load(dir);
    let made = std::cell::RefCell::new(BTreeMap::new());
    let keep = |source: &[u8], portable: PublishedPicture| {
        let PublishedPicture { width, height, jpeg } = portable;
        let (object, is_new) = objects::store(dir, &jpeg)?;
        tally.objects += usize::from(is_new);
        let picture = PictureRef { object, width, height };
        made.borrow_mut().insert(Sha256::digest(source), picture);
        Ok::<_, PublishError>(picture)
    };
    let outcomes = intake::gather(
        &sources.list,
        pictures,
        fetch,
        known.pictures(dir),
        &media::prepare_published,
        keep,
        progress,
    )?;
    known.keep(dir, made.into_inner(), &outcomes)?;
    let ChosenPictures { shown, missing, problems: found } =
        choose_pictures(items, &sources, &outcomes, before);
    tally.missing += missing;
    problems.extend(found);
    Ok(shown)
}
