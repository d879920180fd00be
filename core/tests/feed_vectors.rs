//! The specification's test vectors: created here, stored in `tests/data/feed`, replayed by this
//! program and by an independent JOSE library.
//!
//! `script/accept vectors` writes them again.

mod catalogs;
mod jws;
mod pointers;

use cloud_shelf_core::{
    domain::{DeviceId, StoreId},
    feed::{KeySet, ObjectRef, Subject, read_catalog, verify_pointer},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// `index.json`.
#[derive(Serialize, Deserialize)]
struct Index {
    about: String,
    pointers: Vec<PointerCase>,
    catalogs: Vec<CatalogCase>,
}

/// A pointer, with the unit's state when it arrives.
#[derive(Serialize, Deserialize)]
struct PointerCase {
    file: String,
    why: String,
    store: String,
    device: String,
    /// Public keys, base64url
    trusted: Vec<String>,
    /// Unix time in seconds
    now: i64,
    min_version: u64,
    accepted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// Whether the signature is valid for a JOSE library that has the trusted keys and allows EdDSA
    /// only. Absent if libraries may differ, and the specification is stricter than some.
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<bool>,
}

/// A catalog, with a pointer's reference to it.
#[derive(Serialize, Deserialize)]
struct CatalogCase {
    file: String,
    why: String,
    sha256: String,
    size: u64,
    accepted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

type Files = BTreeMap<String, Vec<u8>>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/feed")
}

fn make() -> Files {
    let mut files = Files::new();
    let index = Index {
        about: "Test vectors of docs/FEED.md. Written by tests/feed_vectors.rs.".into(),
        pointers: pointers::make(&mut files),
        catalogs: catalogs::make(&mut files),
    };
    let mut text = serde_json::to_vec_pretty(&index).unwrap();
    text.push(b'\n');
    files.insert("index.json".into(), text);
    files
}

fn index() -> Index {
    serde_json::from_slice(&fs::read(folder().join("index.json")).unwrap()).unwrap()
}

fn files_in(folder: &Path, prefix: &str) -> Files {
    let mut found = Files::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            found.append(&mut files_in(&entry.path(), &format!("{name}/")));
        } else {
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    found
}

#[test]
fn the_vectors_in_the_tree_are_those_that_are_made_here() {
    let made = make();
    if std::env::var_os("CLOUD_SHELF_ACCEPT").is_some() {
        let _ = fs::remove_dir_all(folder());
        for (name, bytes) in &made {
            let path = folder().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let kept = files_in(&folder(), "");
    assert_eq!(kept.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>());
    for (name, bytes) in &made {
        assert!(kept[name] == *bytes, "{name} differs; script/accept vectors writes it again");
    }
}

#[test]
fn this_program_judges_every_vector_as_the_index_says() {
    let index = index();
    let read = |file: &str| fs::read(folder().join(file)).unwrap();
    for case in &index.pointers {
        let codes = (StoreId::parse(&case.store).unwrap(), DeviceId::parse(&case.device).unwrap());
        let subject = Subject::new(codes.0, codes.1).unwrap();
        let keys: KeySet = case.trusted.join(",").parse().unwrap();
        let result = verify_pointer(&read(&case.file), &keys, &subject, case.now, case.min_version);
        let problem = result.as_ref().err().map(|error| error.code().to_owned());
        assert_eq!((result.is_ok(), problem), (case.accepted, case.problem.clone()), "{}", case.file);
    }
    for case in &index.catalogs {
        let object = ObjectRef { sha256: case.sha256.parse().unwrap(), size: case.size };
        let result = read_catalog(&read(&case.file), &object);
        let problem = result.as_ref().err().map(|error| error.code().to_owned());
        assert_eq!((result.is_ok(), problem), (case.accepted, case.problem.clone()), "{}", case.file);
    }
    let codes = |accepted: bool| index.pointers.iter().filter(|case| case.accepted == accepted).count();
    assert!(codes(true) >= 8 && codes(false) >= 50, "{} accepted, {} refused", codes(true), codes(false));
}

#[test]
fn an_independent_jose_library_judges_them_alike() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let made = Command::new(root.join("script/venv")).output().unwrap();
    assert!(made.status.success(), "script/venv: {}", String::from_utf8_lossy(&made.stderr));
    let python = String::from_utf8(made.stdout).unwrap();
    let done = Command::new(python.trim()).arg(root.join("tests/feed_vectors.py")).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{out}{err}");
    let index = index();
    let all = format!("{} pointers and {} catalogs", index.pointers.len(), index.catalogs.len());
    assert!(out.contains(&all), "not all were checked: {out}");
}
