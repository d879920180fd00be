//! Imports of tables and folders as merchants send them.

mod files;
mod urls;
mod whole;

use super::{ImportError, ImportOptions, ImportReport, PictureDir, import};
use crate::store::Store;
use cloud_shelf_core::{
    domain::ItemLink,
    paths::Paths,
    table::{PictureSource, Table, TableItem},
};
use std::{fs, path::Path};

/// A unit's state directory, and a folder with a table's pictures.
struct Shop {
    state: tempfile::TempDir,
    folder: tempfile::TempDir,
}

impl Shop {
    fn new() -> Self {
        Self { state: tempfile::tempdir().unwrap(), folder: tempfile::tempdir().unwrap() }
    }

    fn paths(&self) -> Paths {
        Paths::new(Some(self.state.path().into()), None, None)
    }

    fn store(&self) -> Store {
        Store::open(&self.paths()).unwrap().store
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Copies one of the test pictures into the folder.
    fn picture(&self, fixture: &str, name: &str) {
        let path = self.folder().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, fixture_bytes(fixture)).unwrap();
    }

    fn import(&self, items: Vec<TableItem>) -> Result<ImportReport, ImportError> {
        self.import_with(items, &ImportOptions::default())
    }

    fn import_with(
        &self,
        items: Vec<TableItem>,
        options: &ImportOptions<'_>,
    ) -> Result<ImportReport, ImportError> {
        let table = Table { items, problems: Vec::new() };
        import(table, &PictureDir::new(self.folder()), &mut self.store(), options, &mut |_| {})
    }
}

fn fixture_bytes(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/images").join(name)).unwrap()
}

fn item(row: u32, pictures: Vec<PictureSource>) -> TableItem {
    let link = format!("https://detail.tmall.com/item.htm?id={}", 600_000_000 + u64::from(row));
    TableItem {
        sheet: "Sheet1".into(),
        row,
        title: format!("商品 {row}"),
        link: ItemLink::from_canonical(&link).unwrap(),
        price: None,
        sale_price: None,
        selling_points: Vec::new(),
        category: None,
        pictures,
        sort: None,
        listed_from: None,
        listed_until: None,
        barcode: None,
    }
}

fn file(name: &str) -> PictureSource {
    PictureSource::File(name.into())
}
