//! Updates on a machine that is made up, whose power fails wherever a test wants it to.

use super::{
    Candidate, Change, Hands, Installed, Ledger, Outcome, Phase, Proof, Release, UpdateError, check, round,
};
use crate::domain::Sha256;
use proptest::prelude::*;
use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

/// What a version is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nature {
    Sound,
    /// dpkg can't configure it
    Uninstallable,
    /// It starts and draws nothing
    Blank,
}

/// Versions are numbers here.
#[derive(Clone, Debug)]
struct World {
    nature: BTreeMap<u32, Nature>,
    offered: Vec<u32>,
    /// What survives a power cut
    installed: (u32, bool),
    kept: Vec<String>,
    disk: Ledger,
    running: u32,
    has_screen: bool,
    signed: bool,
    /// Operations until the power fails
    fuse: Option<usize>,
    used: usize,
    installs: Vec<u32>,
}

struct PowerCut;

impl World {
    fn new(nature: &[(u32, Nature)]) -> Self {
        Self {
            nature: nature.iter().copied().chain([(1, Nature::Sound)]).collect(),
            offered: vec![1],
            installed: (1, true),
            kept: Vec::new(),
            disk: Ledger::default(),
            running: 1,
            has_screen: true,
            signed: true,
            fuse: None,
            used: 0,
            installs: Vec::new(),
        }
    }

    /// The power may fail before this, and after it.
    fn beat(&mut self) {
        self.used += 1;
        if self.fuse == Some(self.used) {
            self.fuse = None;
            self.used = 0;
            // What is running is what is installed once the machine is up again
            resume_unwind(Box::new(PowerCut));
        }
    }

    /// One start of the updater; `Err` where the power failed.
    fn run(&mut self, may_begin: bool) -> Result<Result<Outcome, UpdateError>, ()> {
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

    fn release(version: u32) -> Release {
        Release {
            version: version.to_string(),
            file: format!("{version}.deb"),
            sha256: Sha256::of(&version.to_le_bytes()),
        }
    }
}

impl Hands for World {
    fn now(&self) -> i64 {
        7
    }

    fn keep_ledger(&mut self, ledger: &Ledger) -> Result<(), UpdateError> {
        self.beat();
        self.disk = ledger.clone();
        self.beat();
        Ok(())
    }

    fn repair(&mut self) -> Result<(), UpdateError> {
        self.beat();
        if self.nature[&self.installed.0] != Nature::Uninstallable {
            self.installed.1 = true;
        }
        self.beat();
        Ok(())
    }

    fn installed(&mut self) -> Result<Installed, UpdateError> {
        Ok(Installed { version: Some(self.installed.0.to_string()), whole: self.installed.1 })
    }

    fn refresh(&mut self) -> Result<(), UpdateError> {
        self.beat();
        if self.signed { Ok(()) } else { Err(UpdateError::Signature { detail: "x".into() }) }
    }

    fn candidate(&mut self) -> Result<Option<Candidate>, UpdateError> {
        Ok(self.offered.iter().max().map(|version| Candidate { version: version.to_string() }))
    }

    fn is_newer(&mut self, version: &str, than: &str) -> Result<bool, UpdateError> {
        Ok(version.parse::<u32>().unwrap() > than.parse::<u32>().unwrap())
    }

    fn fetch(&mut self, candidate: &Candidate) -> Result<Release, UpdateError> {
        self.beat();
        let release = Self::release(candidate.version.parse().unwrap());
        self.kept.push(release.file.clone());
        self.beat();
        Ok(release)
    }

    fn preserve(&mut self, version: &str, _: Option<&Release>) -> Result<Release, UpdateError> {
        self.fetch(&Candidate { version: version.to_owned() })
    }

    fn verify(&mut self, release: &Release) -> Result<(), UpdateError> {
        let is_there = self.kept.contains(&release.file);
        if is_there { Ok(()) } else { Err(UpdateError::Tampered { file: release.file.clone() }) }
    }

    fn install(&mut self, release: &Release) -> Result<(), UpdateError> {
        let version: u32 = release.version.parse().unwrap();
        self.installs.push(version);
        self.beat();
        self.installed = (version, false);
        self.beat();
        if self.nature[&version] == Nature::Uninstallable {
            return Err(UpdateError::Dpkg { detail: "postinst".into() });
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
        assert_eq!(self.running.to_string(), change.to.version, "another version is looked at");
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

#[test]
fn a_sound_version_stays_and_a_bad_one_goes_and_never_comes_again() {
    for (nature, installed, refused) in
        [(Nature::Sound, 2, false), (Nature::Blank, 1, true), (Nature::Uninstallable, 1, true)]
    {
        let mut world = World::new(&[(2, nature)]);
        world.offered.push(2);
        world.run(true).unwrap().unwrap();
        assert_eq!((world.installed, world.running), ((installed, true), installed), "{nature:?}");
        assert_eq!(world.disk.phase, Phase::Idle);
        assert_eq!(world.disk.is_refused("2"), refused);
        assert_eq!(world.disk.failure.is_some(), refused);
        assert_eq!(world.kept, [format!("{installed}.deb")]);
        world.installs.clear();
        let again = world.run(true).unwrap().unwrap();
        assert_eq!(again == Outcome::Refused { version: "2".into() }, refused);
        assert!(world.installs.is_empty());
        // A later one is another matter
        world.nature.insert(3, Nature::Sound);
        world.offered.push(3);
        let later = world.run(true).unwrap().unwrap();
        assert_eq!(later, Outcome::Updated { from: installed.to_string(), to: "3".into() });
        assert_eq!(world.disk.failure, None);
    }
}

#[test]
fn nothing_is_begun_out_of_time_and_an_older_version_never() {
    let mut world = World::new(&[(2, Nature::Sound)]);
    world.offered.push(2);
    assert_eq!(world.run(false).unwrap().unwrap(), Outcome::Rest);
    assert!(world.installs.is_empty());
    world.run(true).unwrap().unwrap();
    world.offered = vec![1];
    assert_eq!(world.run(true).unwrap().unwrap(), Outcome::Current);
    assert_eq!(world.installed, (2, true));
    let mut ledger = world.disk.clone();
    assert_eq!(check(&mut ledger, &mut world).unwrap(), Outcome::Current);
}

#[test]
fn a_wrong_signature_is_told_and_changes_nothing() {
    let mut world = World::new(&[(2, Nature::Sound)]);
    world.offered.push(2);
    world.signed = false;
    let error = world.run(true).unwrap().unwrap_err();
    assert_eq!(error.code(), "update_bad_signature");
    assert_eq!(world.disk.failure.as_ref().unwrap().code, "update_bad_signature");
    assert_eq!((world.installed, world.installs.len()), ((1, true), 0));
    world.signed = true;
    assert!(matches!(world.run(true).unwrap().unwrap(), Outcome::Updated { .. }));
}

#[test]
fn without_a_screen_nothing_is_held_against_a_version() {
    let mut world = World::new(&[(2, Nature::Sound)]);
    world.offered.push(2);
    world.has_screen = false;
    for _ in 0..3 {
        assert_eq!(world.run(true).unwrap().unwrap(), Outcome::Unproven { version: "2".into() });
    }
    world.has_screen = true;
    // What was begun is gone on with at any time
    assert!(matches!(world.run(false).unwrap().unwrap(), Outcome::Updated { .. }));
}

#[test]
fn what_a_person_installs_by_hand_stays() {
    let mut world = World::new(&[(2, Nature::Sound), (5, Nature::Sound)]);
    world.offered.push(2);
    world.has_screen = false;
    world.run(true).unwrap().unwrap();
    world.installed = (5, true);
    world.running = 5;
    world.has_screen = true;
    assert_eq!(world.run(false).unwrap().unwrap(), Outcome::Rest);
    assert_eq!((world.installed, world.disk.phase.clone()), ((5, true), Phase::Idle));
}

#[test]
fn a_package_that_rots_on_the_card_is_brought_again() {
    let mut world = World::new(&[(2, Nature::Sound)]);
    world.offered.push(2);
    world.disk.phase =
        Phase::Ready { change: Change { from: World::release(1), to: World::release(2), had_catalog: true } };
    assert_eq!(world.run(true).unwrap().unwrap_err().code(), "update_tampered");
    assert_eq!(world.disk.phase, Phase::Idle);
    assert!(matches!(world.run(true).unwrap().unwrap(), Outcome::Updated { .. }));
}

/// Cuts the power at every single operation of an update, and goes on.
#[test]
fn a_power_cut_anywhere_changes_nothing_of_how_it_ends() {
    for (nature, installed) in [(Nature::Sound, 2), (Nature::Blank, 1), (Nature::Uninstallable, 1)] {
        let mut cut = 1;
        loop {
            let mut world = World::new(&[(2, nature)]);
            world.offered.push(2);
            world.fuse = Some(cut);
            let was_cut = world.run(true).is_err();
            world.fuse = None;
            // At the next start, and in the next night
            let _ = world.run(false).unwrap();
            let _ = world.run(true).unwrap();
            assert_eq!(
                (world.installed, world.running),
                ((installed, true), installed),
                "{nature:?}, cut at {cut}"
            );
            assert_eq!(world.disk.phase, Phase::Idle, "{nature:?}, cut at {cut}");
            assert_eq!(world.disk.is_refused("2"), nature != Nature::Sound, "{nature:?}, cut at {cut}");
            if !was_cut {
                break;
            }
            cut += 1;
        }
        assert!(cut > 15, "only {cut} operations were cut");
    }
}

fn nature() -> impl Strategy<Value = Nature> {
    prop_oneof![2 => Just(Nature::Sound), 1 => Just(Nature::Uninstallable), 1 => Just(Nature::Blank)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn whatever_comes_and_whenever_the_power_fails(
        natures in prop::collection::vec(nature(), 1..5),
        cuts in prop::collection::vec((prop::option::of(1..40usize), any::<bool>(), any::<bool>()), 1..40),
    ) {
        let natures: Vec<_> = (2..).zip(natures).collect();
        let mut world = World::new(&natures);
        let mut shipped = natures.iter().map(|(version, _)| *version);
        for (cut, ships, may_begin) in cuts {
            if ships && let Some(version) = shipped.next() {
                world.offered.push(version);
            }
            world.fuse = cut;
            world.used = 0;
            let refused: Vec<_> = world.disk.refused.clone();
            world.installs.clear();
            let _ = world.run(may_begin);
            for version in &world.installs {
                prop_assert!(!refused.iter().any(|refusal| refusal.version == version.to_string()), "refused, and installed");
            }
            // No sound version is ever refused, however often the power fails
            for refusal in &world.disk.refused {
                prop_assert_ne!(world.nature[&refusal.version.parse::<u32>().unwrap()], Nature::Sound);
            }
        }
        world.fuse = None;
        let _ = world.run(false).unwrap();
        prop_assert!(world.installed.1 && world.running == world.installed.0);
        prop_assert_eq!(world.nature[&world.installed.0], Nature::Sound);
        let is_over = matches!(world.disk.phase, Phase::Idle | Phase::Ready { .. });
        prop_assert!(is_over, "{:?}", world.disk.phase);
    }
}
