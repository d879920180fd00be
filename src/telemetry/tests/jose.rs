//! Reports as an independent JOSE library reads them; `script/venv` installs it.

use super::{
    receiver::Receiver,
    shelf::{CATALOG, NOW, Shelf, UNIT},
};
use cloud_shelf_core::{domain::ItemId, report::Event};
use serde_json::{Value, json};
use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Returns the library's view of a report and a key.
fn read(python: &Path, jwk: &Value, jws: &str) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/jose/reports.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = json!({"jwk": jwk, "jws": jws}).to_string();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn an_independent_library_takes_every_report_and_refuses_what_was_changed() {
    let made = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/script/venv")).output().unwrap();
    assert!(made.status.success(), "script/venv: {}", String::from_utf8_lossy(&made.stderr));
    let python = PathBuf::from(String::from_utf8(made.stdout).unwrap().trim_end());
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[UNIT]);
    let shelf = Shelf::start(dir.path(), &receiver.address());
    let item = ItemId::parse("567812345678").unwrap();
    shelf.recorder.record(Event::QrShown { item, seconds: 34 });
    let ledger = receiver.wait("an event", |ledger| ledger.events().0 == 1 && !ledger.heartbeats.is_empty());
    let jwk = ledger.activations[0]["jwk"].clone();
    let last = ledger.last.clone();
    drop(ledger);
    shelf.stop();
    for kind in ["activation", "heartbeat", "events"] {
        let seen = read(&python, &jwk, &last[kind]);
        assert_eq!(seen["header"], json!({"alg": "EdDSA", "kid": seen["thumbprint"]}));
        assert_eq!((&seen["claims"]["report"], &seen["claims"]["sub"]), (&json!(kind), &json!(UNIT)));
        if kind == "heartbeat" {
            // What an operator needs to notice a unit stuck at an old catalog
            let claims = &seen["claims"];
            assert_eq!(claims["catalog_version"], CATALOG.version);
            assert_eq!(claims["catalog_signed_at"], CATALOG.signed_at);
            assert_eq!(claims["catalog_expires_at"], CATALOG.expires_at);
            assert_eq!((&claims["catalog_expired"], &claims["in_step_at"]), (&json!(true), &json!(NOW - 60)));
        }
        if kind == "events" {
            assert_eq!(seen["claims"]["events"][0]["item_id"], "567812345678");
        }
    }
}
