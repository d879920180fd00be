//! NetworkManager, by its `nmcli`.

use super::{Trouble, Wifi, fields, merge, scan_line};
use crate::program::{self, ProgramError};
use std::{path::PathBuf, process::Command, time::Duration};

/// More than all the networks of a street are not listed.
const MAX_BYTES: usize = 256 * 1024;
/// For a question that needs no radio.
const QUICK: Duration = Duration::from_secs(10);
/// A scan of all channels takes some seconds.
const SCAN: Duration = Duration::from_secs(30);
/// What it puts out before it reads a pass phrase from its stdin. Once it has none that works, it asks
/// again, gives itself the same answer, and so on until its time is over.
const PROMPT: &str = "Passwords or encryption keys are required";
/// What NetworkManager itself waits for a join, in seconds, and what we wait for it.
const JOIN_S: &str = "45";
const JOIN: Duration = Duration::from_secs(60);

/// How far the network leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connectivity {
    None,
    /// A page wants to be filled in first
    Portal,
    /// Not to the internet
    Limited,
    Full,
    Unknown,
}

#[derive(Clone, Debug)]
pub struct Nmcli {
    program: PathBuf,
}

impl Default for Nmcli {
    /// The one on the path.
    fn default() -> Self {
        Self::new("nmcli")
    }
}

impl Nmcli {
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into() }
    }

    /// The networks in reach; with `scan` they are looked for anew.
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

    /// Whether there is a radio for Wi-Fi.
    pub fn has_wifi(&self) -> Result<bool, Trouble> {
        let said = self.ask(&["--terse", "--fields", "TYPE", "device"], "", QUICK)?;
        Ok(said.lines().any(|line| line == "wifi"))
    }

    /// Names of Wi-Fi networks that this unit knows how to join.
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

    /// Joins a network and waits for its address. A network that was not known before and can't be
    /// joined is forgotten again, so that nothing tries a wrong pass phrase for ever.
    pub fn join(&self, name: &str, pass: Option<&str>, hidden: bool) -> Result<(), Trouble> {
        let known = self.known()?.iter().any(|known| known == name);
        if known && pass.is_none() {
            return self.ask(&["--wait", JOIN_S, "connection", "up", "id", name], "", JOIN).map(drop);
        }
        if known {
            // Another pass phrase than it had
            self.forget(name)?;
        }
        let mut args = vec!["--wait", JOIN_S];
        // With --ask it reads the pass phrase from its stdin
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
                tracing::debug!(%error, "there was nothing to forget");
            }
        })
    }

    /// `device wifi connect` would have it in the list of what was seen, where no hidden network is.
    fn know_hidden(&self, name: &str, secured: bool) -> Result<(), Trouble> {
        let mut args =
            vec!["connection", "add", "type", "wifi", "ifname", "*", "con-name", name, "ssid", name];
        args.extend(["802-11-wireless.hidden", "yes"]);
        if secured {
            // WPA3's way with a pass phrase is tried for it, too
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
            ProgramError::NotThere { .. } => Trouble::NotInstalled,
            ProgramError::TooSlow { .. } => Trouble::TooLong,
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
