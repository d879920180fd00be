use super::*;
use std::{fs, os::unix::fs::PermissionsExt};

/// Stands in for nmcli: a shop with two networks, one of which accepts one pass phrase. Records its calls.
const SCRIPT: &str = r#"#!/bin/sh
cd "$(dirname "$0")"
echo "$*" >> calls
case "$*" in
*"wifi list"*) printf '*:shop:72:WPA2\n :guest\\:1:40:\n' ;;
*"TYPE device") printf 'ethernet\nwifi\nloopback\n' ;;
*"TYPE,NAME connection show") printf '802-3-ethernet:Wired connection 1\n'; cat known 2>/dev/null || true ;;
*"networking connectivity") echo portal ;;
*"connection add"*) echo "802-11-wireless:shop" > known ;;
"--wait"*"--ask connection up id shop" | *"wifi connect shop"*)
    echo "Passwords or encryption keys are required to access the wireless network 'shop'."
    read -r pass
    echo "802-11-wireless:shop" > known
    [ "$pass" = 'S3cret:"$ word' ] && exit 0
    echo "Passwords or encryption keys are required to access the wireless network 'shop'."
    exec sleep 100 ;;
*"connection up"*) echo "Error: Connection activation failed: (53) The Wi-Fi network could not be found." >&2; exit 4 ;;
*"connection delete"*) rm -f known ;;
*"wifi connect slow"*) exec sleep 100 ;;
*) echo "Error: argument not understood" >&2; exit 2 ;;
esac
"#;

struct Shop(tempfile::TempDir);

impl Shop {
    fn new() -> Self {
        let shop = Self(tempfile::tempdir().unwrap());
        let path = shop.0.path().join("nmcli");
        fs::write(&path, SCRIPT).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        shop
    }

    fn nmcli(&self) -> Nmcli {
        Nmcli::new(self.0.path().join("nmcli"))
    }

    fn calls(&self) -> String {
        fs::read_to_string(self.0.path().join("calls")).unwrap()
    }
}

#[test]
fn a_shops_networks_are_listed() {
    let shop = Shop::new();
    let nmcli = shop.nmcli();
    let names: Vec<_> = nmcli.wifis(true).unwrap().into_iter().map(|wifi| wifi.name).collect();
    assert_eq!(names, ["shop", "guest:1"]);
    assert!(nmcli.has_wifi().unwrap());
    assert_eq!(nmcli.known().unwrap(), Vec::<String>::new());
    assert_eq!(nmcli.connectivity().unwrap(), Connectivity::Portal);
}

#[test]
fn the_pass_phrase_is_on_no_command_line() {
    let shop = Shop::new();
    shop.nmcli().join("shop", Some("S3cret:\"$ word"), false).unwrap();
    assert!(shop.calls().contains("--ask device wifi connect shop"), "{}", shop.calls());
    assert!(!shop.calls().contains("S3cret"), "{}", shop.calls());
    assert_eq!(shop.nmcli().known().unwrap(), ["shop"]);
}

#[test]
fn a_hidden_network_is_described_before_it_is_joined() {
    let shop = Shop::new();
    shop.nmcli().join("shop", Some("S3cret:\"$ word"), true).unwrap();
    let described = "ssid shop 802-11-wireless.hidden yes 802-11-wireless-security.key-mgmt wpa-psk\n--wait 45 --ask connection up id shop\n";
    assert!(shop.calls().ends_with(described), "{}", shop.calls());
    assert_eq!(shop.nmcli().known().unwrap(), ["shop"]);
}

#[test]
fn a_wrong_pass_phrase_is_not_kept() {
    let shop = Shop::new();
    for hidden in [false, true] {
        assert_eq!(shop.nmcli().join("shop", Some("wrong phrase"), hidden), Err(Trouble::WrongPhrase));
        assert_eq!(shop.nmcli().known().unwrap(), Vec::<String>::new());
    }
}

#[test]
fn a_known_network_is_joined_as_it_is_known() {
    let shop = Shop::new();
    shop.nmcli().join("shop", Some("S3cret:\"$ word"), false).unwrap();
    assert_eq!(shop.nmcli().join("shop", None, false), Err(Trouble::NotFound));
    assert_eq!(shop.nmcli().known().unwrap(), ["shop"], "a network out of range must not be forgotten");
    shop.nmcli().forget("shop").unwrap();
    assert_eq!(shop.nmcli().known().unwrap(), Vec::<String>::new());
}

#[test]
fn without_a_network_manager_it_says_so() {
    assert_eq!(Nmcli::new("/nowhere/nmcli").wifis(false), Err(Trouble::NotInstalled));
}

#[test]
fn a_program_that_hangs_is_let_go() {
    let shop = Shop::new();
    let asked = shop.nmcli().ask(&["wifi", "connect", "slow"], "", Duration::from_millis(300));
    assert_eq!(asked, Err(Trouble::TooLong));
}
