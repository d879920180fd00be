//! Replays the fuzzers' corpora on a stable compiler, so that what was once found stays fixed.

use cloud_shelf::{binding, link, table};
use std::{fs, path::Path};

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path());
    let inputs: Vec<_> = entries.map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect();
    assert!(!inputs.is_empty(), "{target} has no corpus");
    inputs
}

#[test]
fn link() {
    for (name, bytes) in corpus("link") {
        if let Ok(found) = link::parse(&String::from_utf8_lossy(&bytes)) {
            assert_eq!(link::parse(&found.to_string()), Ok(found), "{name}");
        }
    }
}

#[test]
fn binding_line() {
    for (name, bytes) in corpus("binding_line") {
        let found = binding::parse(&String::from_utf8_lossy(&bytes));
        assert!(!found.bindings.is_empty() || !found.problems.is_empty(), "{name}");
    }
}

#[test]
fn table() {
    for (_, bytes) in corpus("table") {
        let _ = table::read("fuzz", &bytes);
    }
}
