use super::*;
use proptest::prelude::*;
use std::{fs, os::unix::fs::PermissionsExt};

fn bound() -> Bound {
    Bound {
        binding: Binding {
            brand: "启赋".into(),
            store: StoreId::parse("184454101").unwrap(),
            device: DeviceId::parse("8F6A77C73E").unwrap(),
        },
        feed: Some("https://shelf.example.com/feed".into()),
    }
}

#[test]
fn a_binding_comes_back_and_goes() {
    let dir = tempfile::tempdir().unwrap();
    let file = BindingFile::new(dir.path().join("state/binding.json"));
    assert_eq!(file.read().unwrap(), None);
    assert!(!file.remove().unwrap_or(false));
    file.write(&bound()).unwrap();
    assert_eq!(file.read().unwrap(), Some(bound()));
    let other = Bound { feed: None, ..bound() };
    file.write(&other).unwrap();
    assert_eq!(file.read().unwrap(), Some(other));
    assert_eq!(fs::metadata(&file.path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(dir.path().join("state")).unwrap().count(), 1, "no other file is left behind");
    assert!(file.remove().unwrap());
    assert_eq!(file.read().unwrap(), None);
}

#[test]
fn an_interrupted_writing_does_not_stand_in_the_way() {
    let dir = tempfile::tempdir().unwrap();
    let file = BindingFile::new(dir.path().join("binding.json"));
    for n in 0..20 {
        let left = dir.path().join(format!("binding.json.new-{}-{n}", std::process::id()));
        fs::write(left, "{\"sche").unwrap();
    }
    assert_eq!(file.read().unwrap(), None);
    file.write(&bound()).unwrap();
    assert_eq!(file.read().unwrap(), Some(bound()));
}

#[test]
fn a_damaged_file_stays_until_it_is_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    let file = BindingFile::new(dir.path().join("binding.json"));
    let long = format!("{{\"schema\":1,\"brand\":\"{}\"}}", "x".repeat(100_000));
    for (n, text) in [
        "",
        "\0\0\0",
        "{",
        "[]",
        "{\"schema\":0,\"brand\":\"\",\"store_id\":\"1\",\"device_id\":\"2\"}",
        "{\"schema\":1,\"brand\":\"\",\"store_id\":\"\",\"device_id\":\"2\"}",
        &long,
    ]
    .iter()
    .enumerate()
    {
        fs::write(&file.path, text).unwrap();
        for _ in 0..2 {
            let error = file.read().unwrap_err();
            assert!(matches!(error, BindingError::Damaged { .. }), "{error}");
            assert!(error.message().zh.contains("bind"));
        }
        let aside = file.set_aside().unwrap();
        assert_eq!(fs::read_to_string(&aside).unwrap(), *text);
        assert_eq!(aside, dir.path().join(format!("binding.json.damaged-{}", n + 1)));
        assert_eq!(file.read().unwrap(), None);
    }
}

/// Earlier versions stored a brand unfiltered.
#[test]
fn what_cannot_be_seen_of_a_brand_costs_no_binding() {
    let dir = tempfile::tempdir().unwrap();
    let file = BindingFile::new(dir.path().join("binding.json"));
    let text = r#"{"schema":1,"brand":"启\u202e赋\n官方\u200b","store_id":"1","device_id":"2"}"#;
    fs::write(&file.path, text).unwrap();
    assert_eq!(file.read().unwrap().unwrap().binding.brand, "启赋 官方");
}

#[test]
fn a_newer_file_stays_where_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let file = BindingFile::new(dir.path().join("binding.json"));
    fs::write(&file.path, "{\"schema\":2,\"units\":[]}").unwrap();
    assert!(matches!(file.read(), Err(BindingError::Newer { schema: 2, .. })));
    assert!(file.path.exists());
}

#[test]
fn a_place_that_cannot_be_written_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    let file = BindingFile::new(dir.path().join("file/binding.json"));
    assert!(matches!(file.write(&bound()), Err(BindingError::Write { .. })));
    assert!(matches!(BindingFile::new(dir.path()).read(), Err(BindingError::Read { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }

    #[test]
    fn what_is_written_is_read(brand in "[^\\p{C}]{0,20}", store in "[0-9]{1,12}", device in "[0-9A-F]{1,12}", feed: bool) {
        let dir = tempfile::tempdir().unwrap();
        let file = BindingFile::new(dir.path().join("binding.json"));
        let brand = text::one_line(&brand);
        let bound = Bound {
            binding: Binding { brand, store: StoreId::parse(&store).unwrap(), device: DeviceId::parse(&device).unwrap() },
            feed: feed.then(|| "https://a.test/".to_owned()),
        };
        file.write(&bound).unwrap();
        prop_assert_eq!(file.read().unwrap(), Some(bound));
    }
}
