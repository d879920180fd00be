//! The unit's network links, from `/sys/class/net`, `/proc/net/route`, and the C library's list of addresses.

use cloud_shelf_core::domain::Message;
use std::{
    fs,
    net::{IpAddr, Ipv4Addr},
    path::Path,
};

/// `ARPHRD_ETHER`: cables and Wi-Fi, but not tunnels.
const ETHERNET: &str = "1";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    Wired,
    Wireless,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// No carrier: no cable, or no Wi-Fi joined
    Apart,
    /// Carrier, but no address
    NoAddress,
    Up,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub name: String,
    pub kind: LinkKind,
    pub state: LinkState,
    /// Addresses under which others can reach this unit
    pub addresses: Vec<IpAddr>,
}

impl Link {
    pub fn title(&self) -> Message {
        let name = &self.name;
        match self.kind {
            LinkKind::Wired => Message::new(format!("有线 {name}"), format!("Wired {name}")),
            LinkKind::Wireless => Message::new(format!("Wi-Fi {name}"), format!("Wi-Fi {name}")),
        }
    }

    /// Describes the link's state, and what to do if something is wrong.
    pub fn words(&self) -> Message {
        match (self.state, self.kind) {
            (LinkState::Apart, LinkKind::Wired) => {
                Message::fixed("没插网线，或对端没开机", "no cable, or nothing switched on at its other end")
            }
            (LinkState::Apart, LinkKind::Wireless) => Message::fixed("没有连接", "not joined"),
            (LinkState::NoAddress, _) => Message::fixed(
                "没有分到地址，请检查路由器的 DHCP",
                "no address; check the DHCP of the router",
            ),
            (LinkState::Up, _) => {
                let all = self.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join("  ");
                Message::new(all.clone(), all)
            }
        }
    }
}

/// Returns the links below a root (`/` except in tests), wired ones first.
pub fn links(root: &Path) -> Vec<Link> {
    let addresses = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "the unit's addresses can't be read");
        vec![]
    });
    let of = |name: &str| {
        let ours = addresses.iter().filter(|address| address.name == name).map(if_addrs::Interface::ip);
        ours.filter(is_reachable).collect::<Vec<_>>()
    };
    let entries = fs::read_dir(root.join("sys/class/net")).into_iter().flatten().flatten();
    let mut found: Vec<Link> =
        entries.filter_map(|entry| link(&entry.path(), of(&entry.file_name().to_string_lossy()))).collect();
    found.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    found
}

fn link(path: &Path, addresses: Vec<IpAddr>) -> Option<Link> {
    let name = path.file_name()?.to_str()?.to_owned();
    let line = |file: &str| fs::read_to_string(path.join(file)).ok().map(|text| text.trim().to_owned());
    // Virtual interfaces, such as a bridge of containers, have no hardware
    if line("type")? != ETHERNET || !path.join("device").exists() {
        return None;
    }
    let wireless = path.join("wireless").exists() || path.join("phy80211").exists();
    let carrier = line("carrier").as_deref() == Some("1");
    let state = match (carrier, addresses.is_empty()) {
        (_, false) => LinkState::Up,
        (true, true) => LinkState::NoAddress,
        (false, true) => LinkState::Apart,
    };
    Some(Link { name, kind: if wireless { LinkKind::Wireless } else { LinkKind::Wired }, state, addresses })
}

/// Returns whether others can reach an address; link-local addresses don't count.
const fn is_reachable(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !address.is_link_local() && !address.is_loopback(),
        IpAddr::V6(address) => !address.is_unicast_link_local() && !address.is_loopback(),
    }
}

/// Returns the default gateway for IPv4.
pub fn gateway(root: &Path) -> Option<Ipv4Addr> {
    let table = fs::read_to_string(root.join("proc/net/route")).ok()?;
    table.lines().skip(1).find_map(|line| {
        let mut words = line.split_ascii_whitespace().skip(1);
        let (destination, gateway) = (words.next()?, words.next()?);
        let gateway = u32::from_str_radix(gateway, 16).ok().filter(|gateway| *gateway != 0)?;
        // Stored in native byte order
        (destination == "00000000").then(|| Ipv4Addr::from(gateway.to_ne_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    #[test]
    fn cables_come_before_radio_and_what_is_no_hardware_is_left_out() {
        let dir = net(&[
            ("sys/class/net/wlan9/type", "1\n"),
            ("sys/class/net/wlan9/device/uevent", ""),
            ("sys/class/net/wlan9/wireless/x", ""),
            ("sys/class/net/wlan9/carrier", "1\n"),
            ("sys/class/net/eth9/type", "1\n"),
            ("sys/class/net/eth9/device/uevent", ""),
            ("sys/class/net/docker9/type", "1\n"),
            ("sys/class/net/lo/type", "772\n"),
        ]);
        let found = links(dir.path());
        let found: Vec<_> = found.iter().map(|link| (link.name.as_str(), link.kind, link.state)).collect();
        assert_eq!(
            found,
            [
                ("eth9", LinkKind::Wired, LinkState::Apart),
                ("wlan9", LinkKind::Wireless, LinkState::NoAddress)
            ]
        );
        assert_eq!(links(Path::new("/nowhere")), []);
    }

    #[test]
    fn an_address_makes_a_link_one_that_is_up() {
        let dir = net(&[("eth0/type", "1"), ("eth0/device/uevent", "")]);
        let found = link(&dir.path().join("eth0"), vec!["192.0.2.7".parse().unwrap()]).unwrap();
        assert_eq!((found.state, found.words().en.as_ref()), (LinkState::Up, "192.0.2.7"));
        assert!(!is_reachable(&"fe80::1".parse().unwrap()) && !is_reachable(&"169.254.3.4".parse().unwrap()));
    }

    #[test]
    fn the_default_route_names_the_gateway() {
        let head = "Iface\tDestination\tGateway\tFlags\n";
        for (rows, expected) in [
            ("", None),
            ("eth0\t0001A8C0\t00000000\t0001\n", None),
            ("eth0\t0001A8C0\t00000000\t0001\neth0\t00000000\t0101A8C0\t0003\n", Some("192.168.1.1")),
            ("wg0\t00000000\t00000000\t0001\n", None),
            ("x\n\neth0\t00000000\tzz\n", None),
        ] {
            let dir = net(&[("proc/net/route", &format!("{head}{rows}"))]);
            assert_eq!(gateway(dir.path()).map(|ip| ip.to_string()).as_deref(), expected, "{rows}");
        }
    }
}
