//! A simulated machine whose power fails wherever a test wants.

use super::super::{
    Candidate, Change, Hands, Installed, Ledger, Outcome, Proof, Release, UpdateError, round,
};
use cloud_shelf_core::domain::Sha256;
use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    time::Duration,
};

/// The behaviour of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    Sound,
    /// dpkg can't configure it
    Uninstallable,
    /// It starts and draws nothing
    Blank,
    /// dpkg never finishes installing it
    Hangs,
}

/// The machine. Versions are numbers here.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub nature: BTreeMap<u32, Nature>,
    pub offered: Vec<u32>,
    /// What survives a power cut
    pub installed: (u32, bool),
    pub kept: Vec<String>,
    pub disk: Ledger,
    pub running: u32,
    pub has_screen: bool,
    pub signed: bool,
    pub is_reachable: bool,
    /// How many calls will find dpkg locked, and how many will fail because of this unit
    pub locked: u32,
    pub hindered: u32,
    pub paused: Duration,
    /// Operations until the power fails
    pub fuse: Option<usize>,
    pub used: usize,
    pub installs: Vec<u32>,
}

struct PowerCut;

impl World {
    pub fn new(nature: &[(u32, Nature)]) -> Self {
        Self {
            nature: nature.iter().copied().chain([(1, Nature::Sound)]).collect(),
            offered: vec![1],
            installed: (1, true),
            kept: Vec::new(),
            disk: Ledger::default(),
            running: 1,
            has_screen: true,
            signed: true,
            is_reachable: true,
            locked: 0,
            hindered: 0,
            paused: Duration::ZERO,
            fuse: None,
            used: 0,
            installs: Vec::new(),
        }
    }

    /// Counts an operation; the power may fail before it and after it.
    fn beat(&mut self) {
        self.used += 1;
        if self.fuse == Some(self.used) {
            self.fuse = None;
            self.used = 0;
            // After the reboot, the installed version runs
            resume_unwind(Box::new(PowerCut));
        }
    }

    /// Runs the updater once; `Err` if the power failed.
    pub fn run(&mut self, may_begin: bool) -> Result<Result<Outcome, UpdateError>, ()> {
        let mut ledger = self.disk.clone();
        let ran = catch_unwind(AssertUnwindSafe(|| round(&mut ledger, self, may_begin)));
        match ran {
            Ok(result) => Ok(result),
            Err(payload) if payload.is::<PowerCut>() => {
                self.running = if self.installed.1 { self.installed.0 } else { 0 };
                Err(())
            }
            Err(payload) => resume_unwind(payload),
        }
    }

    /// Fails as dpkg does before it begins, if told to.
    fn hinder(&mut self) -> Result<(), UpdateError> {
        if self.locked > 0 {
            self.locked -= 1;
            return Err(UpdateError::Busy);
        }
        Ok(())
    }

    pub fn change() -> Change {
        Change { from: Self::release(1), to: Self::release(2), had_catalog: true }
    }

    pub fn release(version: u32) -> Release {
        Release {
            version: version.to_string(),
            file: format!("{version}.deb"),
            sha256: Sha256::digest(&version.to_le_bytes()),
        }
    }
}

impl Hands for World {
    fn now(&self) -> i64 {
        7
    }

    fn pause(&mut self, time: Duration) {
        self.paused += time;
    }

    fn keep_ledger(&mut self, ledger: &Ledger) -> Result<(), UpdateError> {
        self.beat();
        self.disk = ledger.clone();
        self.beat();
        Ok(())
    }

    fn repair(&mut self) -> Result<(), UpdateError> {
        self.beat();
        self.hinder()?;
        match self.nature[&self.installed.0] {
            Nature::Uninstallable => {}
            Nature::Hangs if !self.installed.1 => {
                return Err(UpdateError::Slow { what: "dpkg", minutes: 45 });
            }
            _ => self.installed.1 = true,
        }
        self.beat();
        Ok(())
    }

    fn installed(&mut self) -> Result<Installed, UpdateError> {
        Ok(Installed { version: Some(self.installed.0.to_string()), whole: self.installed.1 })
    }

    fn refresh(&mut self) -> Result<(), UpdateError> {
        self.beat();
        if !self.is_reachable {
            Err(UpdateError::Unreachable { detail: "x".into() })
        } else if !self.signed {
            Err(UpdateError::Signature { detail: "x".into() })
        } else {
            Ok(())
        }
    }

    fn candidate(&mut self) -> Result<Option<Candidate>, UpdateError> {
        Ok(self.offered.iter().max().map(|version| Candidate { version: version.to_string() }))
    }

    fn is_newer(&mut self, version: &str, than: &str) -> Result<bool, UpdateError> {
        Ok(version.parse::<u32>().unwrap() > than.parse::<u32>().unwrap())
    }

    fn fetch(&mut self, candidate: &Candidate) -> Result<Release, UpdateError> {
        self.beat();
        if !self.is_reachable {
            return Err(UpdateError::Unreachable { detail: "x".into() });
        }
        let release = Self::release(candidate.version.parse().unwrap());
        self.kept.push(release.file.clone());
        self.beat();
        Ok(release)
    }

    fn preserve(&mut self, version: &str, kept: Option<&Release>) -> Result<Release, UpdateError> {
        if let Some(kept) = kept.filter(|kept| self.kept.contains(&kept.file)) {
            return Ok(kept.clone());
        }
        self.fetch(&Candidate { version: version.to_owned() })
    }

    fn verify(&mut self, release: &Release) -> Result<(), UpdateError> {
        let is_there = self.kept.contains(&release.file);
        if is_there { Ok(()) } else { Err(UpdateError::Tampered { file: release.file.clone() }) }
    }

    fn install(&mut self, release: &Release) -> Result<(), UpdateError> {
        let version: u32 = release.version.parse().unwrap();
        self.hinder()?;
        self.installs.push(version);
        self.beat();
        self.installed = (version, false);
        self.beat();
        if self.hindered > 0 {
            self.hindered -= 1;
            return Err(UpdateError::Unit { detail: "was killed by signal (Killed)".into() });
        }
        match self.nature[&version] {
            Nature::Uninstallable => return Err(UpdateError::Dpkg { detail: "postinst".into() }),
            Nature::Hangs => return Err(UpdateError::Slow { what: "dpkg", minutes: 45 }),
            Nature::Sound | Nature::Blank => {}
        }
        self.installed.1 = true;
        self.beat();
        Ok(())
    }

    fn restart(&mut self) -> Result<(), UpdateError> {
        self.beat();
        self.running = self.installed.0;
        Ok(())
    }

    fn has_catalog(&mut self) -> bool {
        true
    }

    fn prove(&mut self, change: &Change) -> Proof {
        self.beat();
        if !self.has_screen {
            return Proof::Open;
        }
        assert_eq!(self.running.to_string(), change.to.version, "prove must watch the new version");
        match self.nature[&self.running] {
            Nature::Sound => Proof::Good,
            _ => Proof::Bad(UpdateError::NothingDrawn),
        }
    }

    fn drop_all_but(&mut self, kept: &[&Release]) {
        self.beat();
        self.kept.retain(|file| kept.iter().any(|release| release.file == *file));
    }
}
