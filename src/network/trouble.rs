//! Why joining a network failed, in words. Pure.

use cloud_shelf_core::domain::Message;

/// What keeps NetworkManager from doing its work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("nmcli is not installed")]
    NotInstalled,
    #[error("NetworkManager does not run")]
    NotRunning,
    #[error("this program may not set the network")]
    NotAllowed,
    #[error("the pass phrase is wrong")]
    WrongPhrase,
    #[error("the network is not in reach")]
    NotFound,
    #[error("the router gives no address")]
    NoAddress,
    #[error("it took too long")]
    TooLong,
    #[error("{0}")]
    Other(String),
}

impl Trouble {
    /// Derives the cause from nmcli's exit code and English message: `Error: Connection activation failed:
    /// (7) Secrets were required, but not provided.` The number in brackets is NetworkManager's reason.
    pub(super) fn of(code: Option<i32>, said: &str) -> Self {
        let reason = said.split('(').skip(1).find_map(|rest| rest.split_once(')')?.0.parse::<u32>().ok());
        let lower = said.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        match (code, reason) {
            (Some(8), _) => Self::NotRunning,
            // There is no system bus, so NetworkManager can't run
            _ if has(&["could not create nmclient"]) => Self::NotRunning,
            _ if has(&["not authorized", "insufficient privileges", "not privileged"]) => Self::NotAllowed,
            // No secrets; the supplicant disconnected, failed, or timed out: a router that rejects the pass
            // phrase gives no answer
            (_, Some(7..=11)) => Self::WrongPhrase,
            _ if has(&[
                "secrets were required",
                "psk: property is invalid",
                "invalid password",
                "wrong password",
            ]) =>
            {
                Self::WrongPhrase
            }
            (_, Some(53)) => Self::NotFound,
            _ if has(&["no network with ssid", "could not be found"]) => Self::NotFound,
            (_, Some(5 | 15..=17)) => Self::NoAddress,
            (None | Some(3), _) => Self::TooLong,
            _ => Self::Other(said.trim().chars().take(200).collect()),
        }
    }

    /// What happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::NotInstalled => Message::fixed(
                "这台设备没有安装 NetworkManager，不能在这里设置 Wi-Fi。请插网线，或在系统里设置",
                "NetworkManager is not installed, so Wi-Fi can't be set here. Use a cable, or the system's own means",
            ),
            Self::NotRunning => Message::fixed(
                "NetworkManager 没有运行，不能设置 Wi-Fi。请重启设备；仍不行请插网线",
                "NetworkManager does not run, so Wi-Fi can't be set. Restart the unit; if that does not help, use a cable",
            ),
            Self::NotAllowed => Message::fixed(
                "本程序没有设置网络的权限。请安装 polkitd（sudo apt install polkitd），或用 sudo nmcli 设置",
                "This program may not set the network. Install polkitd (sudo apt install polkitd), or use sudo nmcli",
            ),
            Self::WrongPhrase => Message::fixed(
                "密码不对。请核对大小写后再输一次",
                "The pass phrase is wrong. Check capitals, and type it again",
            ),
            Self::NotFound => Message::fixed(
                "找不到这个网络。请靠近路由器，核对名称后重新搜索",
                "This network is not in reach. Move closer to its router, check the name, and look again",
            ),
            Self::NoAddress => Message::fixed(
                "连上了，但路由器没有分配地址。请重启路由器，或检查它的 DHCP",
                "It is joined, but its router gives no address. Restart the router, or check its DHCP",
            ),
            Self::TooLong => Message::fixed(
                "太久没有回应。请靠近路由器再试一次",
                "There was no answer for too long. Move closer to the router, and try again",
            ),
            Self::Other(said) => Message::new(
                format!("没有成功（{said}）。请再试一次，或插网线"),
                format!("It did not work ({said}). Try again, or use a cable"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nmcli_says_is_understood() {
        for (code, said, expected) in [
            (
                Some(4),
                "Error: Connection activation failed: (7) Secrets were required, but not provided.",
                Trouble::WrongPhrase,
            ),
            (
                Some(4),
                "Error: Connection activation failed: Secrets were required, but not provided.",
                Trouble::WrongPhrase,
            ),
            (Some(2), "Error: 802-11-wireless-security.psk: property is invalid.", Trouble::WrongPhrase),
            (Some(10), "Error: No network with SSID 'shop (2)' found.", Trouble::NotFound),
            (
                Some(4),
                "Error: Connection activation failed: (53) The Wi-Fi network could not be found.",
                Trouble::NotFound,
            ),
            (
                Some(4),
                "Error: Connection activation failed: (5) IP configuration could not be reserved (no available address, timeout, etc.).",
                Trouble::NoAddress,
            ),
            (Some(8), "Error: NetworkManager is not running.", Trouble::NotRunning),
            (
                Some(1),
                "Error: Could not create NMClient object: Could not connect: No such file or directory.",
                Trouble::NotRunning,
            ),
            (
                Some(4),
                "Error: Failed to add/activate new connection: Not authorized to control networking.",
                Trouble::NotAllowed,
            ),
            (Some(3), "Error: Timeout 45 sec expired.", Trouble::TooLong),
            (None, "", Trouble::TooLong),
            (Some(1), "Error: boom", Trouble::Other("Error: boom".into())),
        ] {
            assert_eq!(Trouble::of(code, said), expected, "{said}");
        }
    }
}
