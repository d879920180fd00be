//! From a merchant's table to an edition.

use super::{
    BrandChange, ClockWord, Feed, PublishError, Written,
    content::{Content, Edition},
    objects, pointers, settings,
};
use crate::{
    domain::{self, ItemLink, Message, Sha256},
    durable,
    feed::{Brand, CatalogDocument, ObjectRef, PictureRef, Settings, limits, read_catalog},
    intake::{self, PictureDir, PictureFault, Progress, Sources, arrange, picture_problem},
    media::{self, Portable},
    paths::FeedDir,
    table::{Problem, Table, TableItem},
    transport,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io,
    path::Path,
};

/// Options of publishing a table.
#[derive(Clone, Debug, Default)]
pub struct TableOptions {
    pub brand: BrandChange,
    /// Replaces the published settings
    pub settings: Option<Settings>,
    /// Limits and timeouts for pictures given by URL
    pub fetch: transport::Options,
    /// Life of the pointers in days, 1 to 400
    pub days: Option<u16>,
    /// Minimum version: for a directory restored from a backup
    pub at_least: u64,
    /// A person's statement on this computer's clock
    pub clock: ClockWord,
}

/// Outcome of publishing a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub written: Written,
    pub items: usize,
    /// Pictures of all items; a shared picture counts once per item
    pub pictures: usize,
    /// Pictures that the table names and no item has
    pub pictures_missing: usize,
    /// Objects that were new in the tree
    pub objects: usize,
    /// Problems of the table, then of the pictures
    pub problems: Vec<Problem>,
    /// Rows that gave no item
    pub left_out: usize,
}

impl Feed {
    /// Publishes a table to all units: first the pictures (by file name from `pictures`, by URL, or
    /// pasted into the sheet), then the catalog, then the pointers. `progress` is called for each
    /// picture.
    pub fn publish(
        &mut self,
        table: Table,
        pictures: &Path,
        options: &TableOptions,
        now: i64,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Published, PublishError> {
        let Table { items, mut problems } = table;
        if items.is_empty() {
            return Err(PublishError::NoItems { problems });
        }
        options.settings.as_ref().map_or(Ok(()), settings::check)?;
        self.check_time(now, options.clock)?;
        pointers::clear(&self.dir.staging())?;
        let last = Edition::last(&self.dir, &self.state)?.map(|last| last.content);
        let before = last.as_ref().and_then(|last| catalog(&self.dir, &last.catalog));
        let mut tally = Tally { objects: 0, missing: 0 };
        let brand = brand(&self.dir, last.as_ref().map(|last| &last.brand), &options.brand, &mut tally)?;
        let shown = gather(
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
        let (catalog, is_new) = objects::put(&self.dir, &document.to_bytes()?)?;
        tally.objects += usize::from(is_new);
        let settings = options.settings.clone().or(last.map(|last| last.settings)).unwrap_or_default();
        let content = Content { brand, catalog, settings };
        let lifetime = Self::lifetime(options.days);
        let written = self.publish_content(content, now, lifetime, options.at_least, options.clock)?;
        let left_out: HashSet<_> = problems
            .iter()
            .filter(|problem| problem.leaves_out)
            .map(|problem| (&problem.sheet, problem.row))
            .collect();
        Ok(Published {
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
fn catalog(dir: &FeedDir, object: &ObjectRef) -> Option<CatalogDocument> {
    let bytes = objects::read(&dir.public().join(object.path()), object.size + 1).ok()?;
    read_catalog(&bytes, object).ok()
}

fn brand(
    dir: &FeedDir,
    last: Option<&Brand>,
    change: &BrandChange,
    tally: &mut Tally,
) -> Result<Brand, PublishError> {
    let usual = domain::Brand::default();
    let name = change.name.as_deref().map(|name| name.trim().to_owned());
    let mut brand = Brand {
        name: name.or_else(|| last.map(|last| last.name.clone())).ok_or(PublishError::NoBrand)?,
        primary: change.primary.or(last.map(|last| last.primary)).unwrap_or(usual.primary),
        accent: change.accent.or(last.map(|last| last.accent)).unwrap_or(usual.accent),
        logo: last.and_then(|last| last.logo),
    };
    if let Some(path) = &change.logo {
        // Keeps transparency
        let mark = intake::read_file(path)
            .and_then(|bytes| media::mark(&bytes).map_err(PictureFault::Media))
            .map_err(PublishError::Logo)?;
        let (logo, is_new) = objects::put(dir, &mark.bytes)?;
        tally.objects += usize::from(is_new);
        brand.logo = Some(logo);
    }
    Ok(brand)
}

/// Stores the pictures of each item in the tree.
#[expect(clippy::too_many_arguments, reason = "one step of one function, with its own reader")]
fn gather(
    dir: &FeedDir,
    items: &[TableItem],
    pictures: &PictureDir,
    fetch: &transport::Options,
    before: Option<&CatalogDocument>,
    tally: &mut Tally,
    problems: &mut Vec<Problem>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<Vec<PictureRef>>, PublishError> {
    let sources = Sources::of(items);
    let known = Known::load(dir);
    let made = std::cell::RefCell::new(BTreeMap::new());
    let keep = |source: &[u8], portable: Portable| {
        let Portable { width, height, jpeg } = portable;
        let (object, is_new) = objects::put(dir, &jpeg)?;
        tally.objects += usize::from(is_new);
        let picture = PictureRef { object, width, height };
        made.borrow_mut().insert(Sha256::of(source), picture);
        Ok::<_, PublishError>(picture)
    };
    let outcomes = intake::gather(
        &sources.list,
        pictures,
        fetch,
        known.pictures(dir),
        &media::portable,
        keep,
        progress,
    )?;
    known.keep(dir, made.into_inner(), &outcomes)?;
    let before: HashMap<&ItemLink, &[PictureRef]> = before
        .iter()
        .flat_map(|document| document.items())
        .map(|item| (&item.link, &item.pictures[..]))
        .collect();
    let mut shown = Vec::with_capacity(items.len());
    for (item, wanted) in items.iter().zip(&sources.of_item) {
        let before = before.get(&item.link).filter(|pictures| pictures.len() == wanted.len());
        let mut pictures = Vec::new();
        for (place, &source) in wanted.iter().enumerate() {
            match &outcomes[source] {
                Ok(picture) => pictures.push(*picture),
                Err(fault) => {
                    problems.push(picture_problem(item, fault));
                    match before.filter(|_| fault.retry_helps()) {
                        Some(before) => pictures.push(before[place]),
                        None => tally.missing += 1,
                    }
                }
            }
        }
        if pictures.len() > limits::PICTURES {
            problems.push(too_many(item, pictures.len()));
            pictures.truncate(limits::PICTURES);
        }
        shown.push(pictures);
    }
    Ok(shown)
}

fn too_many(item: &TableItem, count: usize) -> Problem {
    let most = limits::PICTURES;
    Problem {
        sheet: item.sheet.clone(),
        row: item.row,
        column: None,
        kind: "too_many_pictures",
        remedy: Message::new(
            format!("有 {count} 张图片，只发布了前 {most} 张。请把最重要的放在前面"),
            format!(
                "The item has {count} pictures; the first {most} were published. Put the best ones first"
            ),
        ),
        leaves_out: false,
    }
}

/// Cache from picture files to their converted objects, so that no file is decoded again.
struct Known(BTreeMap<Sha256, PictureRef>);

/// JSON form of an entry.
#[derive(Serialize, Deserialize)]
struct KnownForm {
    source: String,
    object: String,
    size: u64,
    width: u32,
    height: u32,
}

impl Known {
    /// Loads the readable entries; losing the cache costs time only.
    fn load(dir: &FeedDir) -> Self {
        let bytes = objects::read(&dir.pictures(), 256 << 20).unwrap_or_default();
        let forms: Vec<KnownForm> = serde_json::from_slice(&bytes).unwrap_or_default();
        let read = |form: KnownForm| {
            let KnownForm { source, object, size, width, height } = form;
            let object = ObjectRef { sha256: object.parse().ok()?, size };
            Some((source.parse().ok()?, PictureRef { object, width, height }))
        };
        Self(forms.into_iter().filter_map(read).collect())
    }

    /// Returns the entries whose objects still exist.
    fn pictures(&self, dir: &FeedDir) -> HashMap<Sha256, PictureRef> {
        self.0
            .iter()
            .filter(|(_, picture)| objects::has(dir, &picture.object))
            .map(|(s, p)| (*s, *p))
            .collect()
    }

    /// Stores the entries in use, and the new ones.
    fn keep(
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
        let form = |(source, picture): (&Sha256, &PictureRef)| KnownForm {
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
