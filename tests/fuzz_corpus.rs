//! Replays the fuzzers' corpora on a stable compiler, so that what was once found stays fixed.

use cloud_shelf::{
    binding,
    domain::{DeviceId, StoreId},
    feed::{ObjectRef, Signer, Subject, read_catalog, verify_pointer},
    link, table,
    telemetry::Answer,
};
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

#[test]
fn feed_pointer() {
    let subject = Subject::new(StoreId::parse("184454101").unwrap(), DeviceId::parse("8F6A77C73E").unwrap());
    let (subject, signer) = (subject.unwrap(), Signer::from_seed(&[1; 32]));
    let verify = |bytes: &[u8]| verify_pointer(bytes, &signer.public().into(), &subject, 1_800_000_000, 0);
    let mut sound = 0;
    for (name, bytes) in corpus("feed_pointer") {
        let _ = verify(&bytes);
        if let Ok(pointer) = verify(signer.sign_payload(&bytes).as_bytes()) {
            assert_eq!(*verify(signer.sign(&pointer).unwrap().as_bytes()).unwrap(), *pointer, "{name}");
            sound += 1;
        }
    }
    assert!(sound > 0, "a corpus in which nothing is sound leads no fuzzer inside");
}

#[test]
fn feed_catalog() {
    let read = |bytes: &[u8]| read_catalog(bytes, &ObjectRef::of(bytes));
    let mut sound = 0;
    for (name, bytes) in corpus("feed_catalog") {
        if let Ok(catalog) = read(&bytes) {
            assert_eq!(read(&catalog.to_bytes().unwrap()), Ok(catalog), "{name}");
            sound += 1;
        }
    }
    assert!(sound > 0, "a corpus in which nothing is sound leads no fuzzer inside");
}

#[test]
fn report_answer() {
    let mut answers = 0;
    for (name, bytes) in corpus("report_answer") {
        if let Some(answer) = Answer::read(&bytes, "AAECAwQFBgcICQoLDA0ODw") {
            for text in [&answer.words.zh, &answer.words.en, &answer.reason] {
                assert!(text.chars().count() <= 200 && !text.chars().any(char::is_control), "{name}");
            }
            answers += 1;
        }
    }
    assert!(answers > 0, "a corpus in which nothing is an answer leads no fuzzer inside");
}
