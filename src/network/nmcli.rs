//! NetworkManager, through `nmcli`.

use super::{Trouble, Wifi, fields, merge, scan_line};
use cloud_shelf_core::program::{self, ProgramError};
use std::{path::PathBuf, process::Command, time::Duration};

/// Upper bound on the output, in bytes: more than all networks of a street take.
const MAX_BYTES: usize = 256 * 1024;
/// Timeout of a call that needs no radio.
const QUICK: Duration = Duration::from_secs(10);
/// Timeout of a scan; all channels take some seconds.
const SCAN: Duration = Duration::from_secs(30);
/// The prompt that `nmcli` prints before it reads a pass phrase from stdin. After a wrong pass phrase it
/// prompts again, takes the same answer, and repeats until it times out.
const PROMPT: &str = "Passwords or encryption keys are required";
/// How long NetworkManager waits for a join, in seconds, and how long this program waits for NetworkManager.
const JOIN_S: &str = "45";
const JOIN: Duration = Duration::from_secs(60);

/// How far the network reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connectivity {
    None,
    /// A captive portal wants a login first
    Portal,
    /// Not as far as the internet
    Limited,
    Full,
    Unknown,
}

#[derive(Clone, Debug)]
pub struct Nmcli {
    program: PathBuf,
}

impl Default for Nmcli {
    /// Finds `nmcli` on the `PATH`.
    fn default() -> Self {
        Self::new("nmcli")
    }
}

impl Nmcli {
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into() }
    }

    /// Returns the networks in range; `scan` forces a new scan.
    pub fn wifis(&self, scan: bool) -> Result<Vec<Wifi>, Trouble> {
        let rescan = if scan { "yes" } else { "no" };
        let fields = "IN-USE,SSID,SIGNAL,SECURITY";
        let said = self.ask(
            &["--terse", "--fields", fields, "device", "wifi", "list", "--rescan", rescan],
            "",
            SCAN,
        )?;
        Ok(merge(said.lines().filter_map(scan_line)))
    }

    /// Returns whether there is a Wi-Fi radio.
    pub fn has_wifi(&self) -> Result<bool, Trouble> {
        let said = self.ask(&["--terse", "--fields", "TYPE", "device"], "", QUICK)?;
        Ok(said.lines().any(|line| line == "wifi"))
    }

    /// Returns the names of Wi-Fi networks with a saved connection.
    pub fn known(&self) -> Result<Vec<String>, Trouble> {
        let said = self.ask(&["--terse", "--fields", "TYPE,NAME", "connection", "show"], "", QUICK)?;
        let name = |line: &str| match <[String; 2]>::try_from(fields(line)) {
            Ok([kind, name]) if kind == "802-11-wireless" || kind == "wifi" => Some(name),
            _ => None,
        };
        Ok(said.lines().filter_map(name).collect())
    }

    pub fn connectivity(&self) -> Result<Connectivity, Trouble> {
        let said = self.ask(&["--terse", "networking", "connectivity"], "", QUICK)?;
        Ok(match said.trim() {
            "none" => Connectivity::None,
            "portal" => Connectivity::Portal,
            "limited" => Connectivity::Limited,
            "full" => Connectivity::Full,
            _ => Connectivity::Unknown,
        })
    }

    /// Joins a network and waits for its address. If a new network can't be joined, its saved connection is
    /// deleted, so that a wrong pass phrase is not retried for ever.
    pub fn join(&self, name: &str, pass: Option<&str>, hidden: bool) -> Result<(), Trouble> {
        let known = self.known()?.iter().any(|known| known == name);
        if known && pass.is_none() {
            return self.ask(&["--wait", JOIN_S, "connection", "up", "id", name], "", JOIN).map(drop);
        }
        if known {
            // Replaces the saved pass phrase
            self.forget(name)?;
        }
        let mut args = vec!["--wait", JOIN_S];
        // With --ask, nmcli reads the pass phrase from stdin
        args.extend(pass.map(|_| "--ask"));
        if hidden {
            self.know_hidden(name, pass.is_some())?;
            args.extend(["connection", "up", "id", name]);
        } else {
            args.extend(["device", "wifi", "connect", name, "name", name]);
        }
        let stdin = pass.map(|pass| format!("{pass}\n")).unwrap_or_default();
        self.ask(&args, &stdin, JOIN).map(drop).inspect_err(|_| {
            if let Err(error) = self.forget(name) {
                tracing::debug!(%error, "there was no saved connection to delete");
            }
        })
    }

    /// Saves a connection for a hidden network, since `device wifi connect` finds only networks seen in a
    /// scan.
    fn know_hidden(&self, name: &str, secured: bool) -> Result<(), Trouble> {
        let mut args =
            vec!["connection", "add", "type", "wifi", "ifname", "*", "con-name", name, "ssid", name];
        args.extend(["802-11-wireless.hidden", "yes"]);
        if secured {
            // NetworkManager then also tries WPA3-Personal
            args.extend(["802-11-wireless-security.key-mgmt", "wpa-psk"]);
        }
        self.ask(&args, "", QUICK).map(drop)
    }

    pub fn forget(&self, name: &str) -> Result<(), Trouble> {
        self.ask(&["connection", "delete", "id", name], "", QUICK).map(drop)
    }

    fn ask(&self, args: &[&str], stdin: &str, patience: Duration) -> Result<String, Trouble> {
        let mut command = Command::new(&self.program);
        let asks_again = |out: &[u8]| String::from_utf8_lossy(out).matches(PROMPT).count() > 1;
        let said = program::run_until(command.args(args), stdin, patience, MAX_BYTES, asks_again);
        let said = said.map_err(|error| match error {
            ProgramError::NotInstalled { .. } => Trouble::NotInstalled,
            ProgramError::TimedOut { .. } => Trouble::TooLong,
            ProgramError::Failed { .. } => Trouble::Other(error.to_string()),
        })?;
        match said {
            said if said.is_ok() => Ok(said.out),
            said if asks_again(said.out.as_bytes()) => Err(Trouble::WrongPhrase),
            said => Err(Trouble::of(said.code, &said.err)),
        }
    }
}

#[cfg(test)]
#[path = "nmcli_tests.rs"]
mod tests;
