use super::*;
use cloud_shelf_core::domain::{DeviceId, StoreId};
use std::os::unix::fs::symlink;
use tempfile::TempDir;

fn unit() -> (TempDir, ThisUnit) {
    let dir = tempfile::tempdir().unwrap();
    let paths = Paths::new(Some(dir.path().join("state")), Some(dir.path().join("settings.toml")), None);
    fs::create_dir(paths.state_dir()).unwrap();
    let unit = ThisUnit::new(&paths);
    (dir, unit)
}

fn bound() -> Bound {
    Bound {
        binding: Binding {
            brand: "启赋".into(),
            store: StoreId::parse("184454101").unwrap(),
            device: DeviceId::parse("8F6A77C73E").unwrap(),
        },
        feed: None,
    }
}

#[test]
fn a_mistake_leaves_the_last_settings_in_force() {
    let (_dir, unit) = unit();
    let LoadedConfig { config, problem } = unit.load_config();
    assert!(config == Config::default() && problem.is_none(), "a missing file has no mistake");
    fs::write(unit.config_path(), "[network]\npoll_s = 60\n").unwrap();
    assert_eq!(unit.load_config().config.network.poll_s, 60);
    for wrong in ["[network", "", "[network]\npoll_s = 1\n", "\0"] {
        fs::write(unit.config_path(), wrong).unwrap();
        let LoadedConfig { config, problem } = unit.clone().load_config();
        let expected = if wrong.is_empty() { 300 } else { 60 };
        assert_eq!((config.network.poll_s, problem.is_some()), (expected, !wrong.is_empty()), "{wrong:?}");
        fs::write(unit.config_path(), "[network]\npoll_s = 60\n").unwrap();
        unit.load_config();
    }
    fs::write(unit.config_path(), "[network").unwrap();
    assert_eq!(
        ThisUnit::new(unit.paths()).load_config().config,
        Config::default(),
        "another process has no last"
    );
}

#[test]
fn the_settings_files_own_proxy_goes_first() {
    let (_dir, unit) = unit();
    let plain = Config::default();
    assert_eq!(unit.find_network(&plain).proxy, None);
    unit.write_proxy("http://user:word@10.0.0.1:3128").unwrap();
    assert_eq!(unit.find_network(&plain).proxy.as_deref(), Some("http://user:word@10.0.0.1:3128"));
    let own = Config {
        network: NetworkConfig { proxy: Some("http://own:1".into()), ..NetworkConfig::default() },
        ..plain
    };
    assert_eq!(unit.find_network(&own).proxy.as_deref(), Some("http://own:1"));
    for no_address in ["10.0.0.1:3128", "socks5://a:1", "http://a/path", "http://"] {
        assert!(matches!(unit.write_proxy(no_address), Err(ProxyError::NoAddress)), "{no_address}");
    }
    unit.write_proxy("").unwrap();
    assert_eq!(unit.read_proxy().unwrap(), None);
    // What the first versions wrote
    fs::write(unit.paths().proxy(), r#"{"proxy":"http://10.0.0.1:3128"}"#).unwrap();
    assert_eq!(unit.read_proxy().unwrap().as_deref(), Some("http://10.0.0.1:3128"));
}

/// The table at the head of the module.
#[test]
fn each_file_that_cannot_be_used_is_met_in_one_way() {
    for (name, text, is_damage) in [
        ("empty", Some(""), true),
        ("no JSON", Some("\0\0{"), true),
        ("another form", Some(r#"{"schema":1,"proxy":7,"brand":8}"#), true),
        ("newer", Some(r#"{"schema":9,"proxy":"http://a:1"}"#), false),
        ("a link", None, false),
    ] {
        let (_dir, unit) = unit();
        let spoil = |path: PathBuf| match text {
            Some(text) => fs::write(path, text).unwrap(),
            None => symlink("/nowhere", path).unwrap(),
        };
        let (binding, proxy) = (unit.binding_path(), unit.paths().proxy());
        spoil(binding.clone());
        spoil(proxy.clone());
        // Reading changes nothing, and the unit counts as neither bound nor behind a proxy
        for _ in 0..2 {
            assert!(unit.read_binding().is_err() && unit.read_proxy().is_err(), "{name}");
            assert_eq!(unit.find_feed().unwrap(), None, "{name}");
            assert_eq!(unit.find_network(&Config::default()).proxy, None, "{name}");
        }
        let aside = |path: &PathBuf| durable::list_set_aside(path).len();
        // What is damaged is set aside by the two acts that may; everything else is nobody's to change
        let written = (unit.write_binding(&bound()).is_ok(), unit.write_proxy("http://b:2").is_ok());
        assert_eq!(written, (is_damage, is_damage), "{name}");
        assert_eq!(
            (aside(&binding), aside(&proxy)),
            (usize::from(is_damage), usize::from(is_damage)),
            "{name}"
        );
        fs::remove_file(&binding).unwrap();
        fs::remove_file(&proxy).unwrap();
        spoil(binding.clone());
        spoil(proxy.clone());
        assert_eq!(unit.set_damaged_aside().len(), if is_damage { 2 } else { 0 }, "{name}");
        let expected = if is_damage { 2 } else { 0 };
        assert_eq!((aside(&binding), aside(&proxy)), (expected, expected), "{name}");
        assert_eq!(binding.symlink_metadata().is_err(), is_damage, "{name}");
    }
}

#[test]
fn a_damaged_binding_that_is_removed_is_kept() {
    let (_dir, unit) = unit();
    assert!(!unit.remove_binding().unwrap());
    assert_eq!(unit.write_binding(&bound()).unwrap(), None);
    assert_eq!(unit.read_binding().unwrap(), Some(bound()));
    assert!(unit.bound_since().is_some());
    assert!(unit.remove_binding().unwrap());
    fs::write(unit.binding_path(), "{").unwrap();
    assert!(unit.remove_binding().unwrap());
    assert_eq!(unit.found_damaged_bindings().len(), 1);
}
