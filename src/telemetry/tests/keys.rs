//! The device key file.

use super::super::{DeviceKey, DeviceKeyError};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cloud_shelf_core::report::PublicJwk;
use ed25519_dalek::{Signature, VerifyingKey};
use std::{fs, os::unix::fs::PermissionsExt, sync::Barrier, thread};

#[test]
fn a_key_is_made_once_for_its_owner_only() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state/device.key");
    assert!(DeviceKey::load(&path).unwrap().is_none());
    let made = DeviceKey::load_or_make(&path).unwrap();
    let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing else is left behind");
    assert_eq!(DeviceKey::load_or_make(&path).unwrap().public(), made.public());
    // A backup may have restored it with other permissions
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(DeviceKey::load(&path).unwrap().unwrap().public(), made.public());
    assert_eq!(mode(), 0o644, "whoever only looks changes nothing");
    assert_eq!(DeviceKey::load_or_make(&path).unwrap().public(), made.public());
    assert_eq!(mode(), 0o600);
    assert!(DeviceKey::remove(&path).unwrap());
    assert!(!DeviceKey::remove(&path).unwrap());
    assert_ne!(DeviceKey::load_or_make(&path).unwrap().public(), made.public());
}

#[test]
fn the_private_half_is_never_shown() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("device.key");
    let key = DeviceKey::load_or_make(&path).unwrap();
    let file: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let secret = file["d"].as_str().unwrap();
    for shown in [
        format!("{key:?}"),
        format!("{:?}", key.public()),
        serde_json::to_string(&PublicJwk::from(key.public())).unwrap(),
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn all_who_make_it_at_once_get_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("device.key");
    let start = Barrier::new(8);
    let keys: Vec<_> = thread::scope(|scope| {
        let make = || {
            start.wait();
            DeviceKey::load_or_make(&path).unwrap().public()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let kept = DeviceKey::load(&path).unwrap().unwrap().public();
    assert_eq!(keys, vec![kept; 8]);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_damaged_key_is_reported_and_kept_beside_its_successor() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("device.key");
    let good = {
        DeviceKey::load_or_make(&path).unwrap();
        fs::read_to_string(&path).unwrap()
    };
    let long = "x".repeat(10_000);
    let foreign = good.replacen("\"x\":\"", "\"x\":\"A", 1);
    let texts = ["", "\0\0\0", "{}", "[]", &good[..good.len() / 2], &foreign, &long];
    for (n, text) in (1..).zip(texts) {
        fs::write(&path, text).unwrap();
        let error = DeviceKey::load(&path).unwrap_err();
        assert!(matches!(error, DeviceKeyError::Damaged { .. }), "{text:?}");
        assert!(error.message().zh.contains("运营方"));
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "reading does not change the file");
        let made = DeviceKey::load_or_make(&path).unwrap();
        assert_eq!(DeviceKey::load(&path).unwrap().unwrap().public(), made.public());
        assert_eq!(fs::read_to_string(dir.path().join(format!("device.key.damaged-{n}"))).unwrap(), text);
    }
}

#[test]
fn a_place_that_cannot_be_used_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    let inside = dir.path().join("file/device.key");
    assert!(matches!(DeviceKey::load_or_make(&inside), Err(DeviceKeyError::Read { .. })));
    assert!(matches!(DeviceKey::load(dir.path()), Err(DeviceKeyError::Read { .. })));
}

#[test]
fn what_is_signed_is_a_compact_jws_of_the_named_key() {
    let dir = tempfile::tempdir().unwrap();
    let key = DeviceKey::load_or_make(&dir.path().join("device.key")).unwrap();
    let text = key.signer().sign_payload(b"{\"schema\":1}");
    let parts: Vec<_> = text.split('.').collect();
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let header: serde_json::Value = serde_json::from_slice(&decode(parts[0])).unwrap();
    assert_eq!(header, serde_json::json!({"alg": "EdDSA", "kid": key.public().id()}));
    assert_eq!(decode(parts[1]), b"{\"schema\":1}");
    let signature = Signature::from_slice(&decode(parts[2])).unwrap();
    let public = VerifyingKey::from_bytes(&decode(&key.public().to_string()).try_into().unwrap()).unwrap();
    let signed = format!("{}.{}", parts[0], parts[1]);
    public.verify_strict(signed.as_bytes(), &signature).unwrap();
    assert!(public.verify_strict(b"other", &signature).is_err());
}

#[test]
fn the_keys_id_is_that_of_rfc_8037() {
    // Key of appendix A.2, thumbprint of appendix A.3
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("device.key");
    let jwk = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    fs::write(&path, jwk).unwrap();
    let key = DeviceKey::load(&path).unwrap().unwrap();
    assert_eq!(key.public().id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}
