//! A state directory per test, and the installer's command on it.

use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

pub struct Shelf {
    folder: TempDir,
}

/// One item of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub item_id: String,
    pub title: String,
    pub url: String,
    pub pictures: usize,
}

impl Shelf {
    /// Creates an empty shelf.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("state")).unwrap();
        Self { folder }
    }

    /// Creates a shelf with the demo brand's items.
    pub fn demo() -> Self {
        let shelf = Self::empty();
        shelf.import(&demo_table());
        shelf
    }

    /// Creates a shelf with these items, which have no pictures.
    pub fn of(rows: &[Row]) -> Self {
        let shelf = Self::empty();
        shelf.import_rows(rows);
        shelf
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// Plugs in a stick; its files appear all at once, as with a mount.
    pub fn plug(&self, name: &str, fill: impl FnOnce(&Path)) -> PathBuf {
        let (stick, plugged) = (self.folder().join(name), self.state().join("sticks").join(name));
        fs::create_dir_all(&stick).unwrap();
        fs::create_dir_all(plugged.parent().unwrap()).unwrap();
        fill(&stick);
        fs::rename(stick, &plugged).unwrap();
        plugged
    }

    pub fn database(&self) -> PathBuf {
        self.state().join("shelf.db")
    }

    pub fn ctl(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_cloud-shelfctl"))
            .arg("--state")
            .arg(self.state())
            .args(args)
            .env("LANG", "en_US.UTF-8")
            .output()
            .unwrap()
    }

    pub fn json(&self, args: &[&str]) -> Value {
        let output = self.ctl(&[&["--json"], args].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}: {output:?}"))
    }

    pub fn import(&self, table: &Path) {
        let output = self.ctl(&["import", table.to_str().unwrap()]);
        assert!(output.status.success(), "{output:?}");
    }

    pub fn import_rows(&self, rows: &[Row]) {
        let table = self.folder.path().join("table.csv");
        let lines = rows.iter().map(|row| format!("{},{},样品\n", row.title, row.url));
        fs::write(&table, format!("商品,链接,分类\n{}", lines.collect::<String>())).unwrap();
        self.import(&table);
    }

    /// Returns the items of a table, as reported by `check table`.
    pub fn rows(&self, table: &Path) -> Vec<Row> {
        let checked = self.json(&["check", "table", table.to_str().unwrap()]);
        let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
        let items = checked["items"].as_array().unwrap().iter();
        items
            .map(|item| Row {
                item_id: text(item, "item_id"),
                title: text(item, "title"),
                url: text(item, "url"),
                pictures: item["pictures"].as_array().map_or(0, Vec::len),
            })
            .collect()
    }
}

pub fn demo_table() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/demo.xlsx")
}

/// Returns this many made-up items.
pub fn rows(count: usize) -> Vec<Row> {
    (0..count)
        .map(|number| {
            let item_id = (600_000_000_000 + number as u64).to_string();
            Row {
                title: format!("样品{number:02}号"),
                url: format!("https://detail.tmall.com/item.htm?id={item_id}"),
                item_id,
                pictures: 0,
            }
        })
        .collect()
}
