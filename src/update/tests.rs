//! Updates of a simulated machine whose power fails wherever a test wants.

mod world;

use super::{Failure, Outcome, Phase, UpdateError, check};
use proptest::prelude::*;
use std::time::Duration;
use world::{Nature, World};

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
        // The version before it is kept for a person
        let mut kept = vec!["1.deb".to_owned()];
        kept.extend((nature == Nature::Sound).then(|| "2.deb".to_owned()));
        world.kept.sort();
        assert_eq!(world.kept, kept, "{nature:?}");
        world.installs.clear();
        let again = world.run(true).unwrap().unwrap();
        assert_eq!(again == Outcome::Refused { version: "2".into() }, refused);
        assert!(world.installs.is_empty());
        // A later version gets its own chance
        world.nature.insert(3, Nature::Sound);
        world.offered.push(3);
        let later = world.run(true).unwrap().unwrap();
        assert_eq!(later, Outcome::Updated { from: installed.to_string(), to: "3".into() });
        world.kept.sort();
        assert_eq!(world.kept, [format!("{installed}.deb"), "3.deb".into()]);
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
    // What was begun is continued at any time
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
    world.disk.phase = Phase::Ready { change: World::change() };
    assert_eq!(world.run(true).unwrap().unwrap_err().code(), "update_tampered");
    assert_eq!(world.disk.phase, Phase::Idle);
    assert!(matches!(world.run(true).unwrap().unwrap(), Outcome::Updated { .. }));
}

#[test]
fn what_never_ends_is_given_up_after_two_tries() {
    let mut world = World::new(&[(2, Nature::Hangs)]);
    world.offered.push(2);
    assert_eq!(world.run(true).unwrap().unwrap_err().code(), "update_slow");
    assert_eq!(world.disk.failure.as_ref().unwrap().code, "update_slow");
    assert!(matches!(world.disk.phase, Phase::Installing { too_slow: 1, .. }), "{:?}", world.disk.phase);
    let Outcome::WentBack { version, why } = world.run(false).unwrap().unwrap() else {
        panic!("not rolled back")
    };
    assert_eq!((version.as_str(), why.code.as_str()), ("1", "update_slow"));
    assert_eq!((world.installed, world.running), ((1, true), 1));
    // The bad version's scripts were not run once more
    assert_eq!(world.installs, [2, 1]);
    assert!(world.disk.is_refused("2"));
}

#[test]
fn a_repair_that_fails_is_written_down() {
    for phase in [Phase::Idle, Phase::Unproven { change: World::change() }] {
        let mut world = World::new(&[(2, Nature::Hangs)]);
        world.installed = (2, false);
        world.disk.phase = phase;
        assert_eq!(world.run(false).unwrap().unwrap_err().code(), "update_slow");
        assert_eq!(world.disk.failure.as_ref().unwrap().code, "update_slow");
    }
}

#[test]
fn the_way_back_waits_for_dpkgs_lock() {
    let going_back = || {
        let mut world = World::new(&[(2, Nature::Uninstallable)]);
        world.installed = (2, false);
        world.running = 0;
        world.kept = vec!["1.deb".into()];
        let why = Failure::of(&UpdateError::Broken, Some("2"), 7);
        world.disk.phase = Phase::GoingBack { change: World::change(), why, refuse: true };
        world
    };
    let mut world = going_back();
    world.locked = 60;
    assert!(matches!(world.run(false).unwrap().unwrap(), Outcome::WentBack { .. }));
    assert_eq!((world.installed, world.running), ((1, true), 1));
    assert_eq!(world.paused, Duration::from_secs(30 * 60));
    let mut world = going_back();
    world.locked = 61;
    assert_eq!(world.run(false).unwrap().unwrap_err().code(), "update_busy");
    assert_eq!(world.disk.failure.as_ref().unwrap().code, "update_busy");
    assert!(matches!(world.run(false).unwrap().unwrap(), Outcome::WentBack { .. }));
}

#[test]
fn a_lock_is_waited_for_only_where_half_an_installation_lies() {
    let mut world = World::new(&[(2, Nature::Sound)]);
    world.offered.push(2);
    world.locked = 1;
    assert_eq!(world.run(true).unwrap().unwrap_err().code(), "update_busy");
    assert_eq!((world.paused, world.disk.failure.clone()), (Duration::ZERO, None));
    world.kept = vec!["1.deb".into(), "2.deb".into()];
    world.installed = (2, false);
    world.disk.phase = Phase::Installing { change: World::change(), too_slow: 0 };
    world.locked = 5;
    assert!(matches!(world.run(false).unwrap().unwrap(), Outcome::Updated { .. }));
    assert_eq!(world.paused, Duration::from_secs(150));
}

#[test]
fn an_old_package_that_rots_on_the_card_is_brought_again() {
    let mut world = World::new(&[(2, Nature::Uninstallable)]);
    world.installed = (2, false);
    world.running = 0;
    let why = Failure::of(&UpdateError::Broken, Some("2"), 7);
    world.disk.phase = Phase::GoingBack { change: World::change(), why, refuse: true };
    world.is_reachable = false;
    assert_eq!(world.run(false).unwrap().unwrap_err().code(), "update_unreachable");
    assert!(matches!(world.disk.phase, Phase::GoingBack { .. }));
    world.is_reachable = true;
    assert!(matches!(world.run(false).unwrap().unwrap(), Outcome::WentBack { .. }));
    assert_eq!((world.installed, world.running), ((1, true), 1));
}

#[test]
fn a_fault_of_the_unit_is_not_held_against_a_version() {
    let mut world = World::new(&[(2, Nature::Sound)]);
    world.offered.push(2);
    world.hindered = 1;
    let Outcome::WentBack { why, .. } = world.run(true).unwrap().unwrap() else { panic!("not rolled back") };
    assert_eq!(why.code, "update_unit");
    assert_eq!((world.installed, world.running), ((1, true), 1));
    assert!(!world.disk.is_refused("2"));
    assert!(matches!(world.run(true).unwrap().unwrap(), Outcome::Updated { .. }));
}

#[test]
fn what_was_brought_another_night_is_asked_for_again() {
    let ready = || {
        let mut world = World::new(&[(2, Nature::Blank), (3, Nature::Sound)]);
        world.kept = vec!["1.deb".into(), "2.deb".into()];
        world.disk.phase = Phase::Ready { change: World::change() };
        world
    };
    // The operator has withdrawn it
    let mut world = ready();
    assert_eq!(world.run(true).unwrap().unwrap(), Outcome::Current);
    assert_eq!((world.disk.phase.clone(), world.installs.len()), (Phase::Idle, 0));
    // There is a newer one
    let mut world = ready();
    world.offered.push(3);
    assert_eq!(world.run(true).unwrap().unwrap(), Outcome::Updated { from: "1".into(), to: "3".into() });
    assert_eq!(world.installs, [3]);
    // The repository can't be reached
    let mut world = ready();
    world.is_reachable = false;
    assert_eq!(world.run(true).unwrap().unwrap_err().code(), "update_unreachable");
    assert_eq!(world.disk.phase, Phase::Ready { change: World::change() });
    assert!(world.installs.is_empty() && world.kept.contains(&"2.deb".into()));
    // The operator still ships it
    let mut world = ready();
    world.nature.insert(2, Nature::Sound);
    world.offered.push(2);
    assert_eq!(world.run(true).unwrap().unwrap(), Outcome::Updated { from: "1".into(), to: "2".into() });
}

#[test]
fn a_look_that_comes_to_its_end_is_waited_for() {
    let mut world = World::new(&[(2, Nature::Sound)]);
    world.disk.waiting_since = Some(1);
    world.is_reachable = false;
    let _ = world.run(true).unwrap();
    assert_eq!((world.disk.waiting_since, world.disk.looked_at), (Some(1), None));
    world.is_reachable = true;
    let _ = world.run(true).unwrap();
    assert_eq!((world.disk.waiting_since, world.disk.looked_at), (Some(7), Some(7)));
    // `check` alone does not end the wait
    world.disk.waiting_since = Some(1);
    let mut ledger = world.disk.clone();
    check(&mut ledger, &mut world).unwrap();
    assert_eq!(world.disk.waiting_since, Some(1));
}

/// Cuts the power at every single operation of an update, then continues.
#[test]
fn a_power_cut_anywhere_changes_nothing_of_how_it_ends() {
    for (nature, installed) in
        [(Nature::Sound, 2), (Nature::Blank, 1), (Nature::Uninstallable, 1), (Nature::Hangs, 1)]
    {
        let mut cut = 1;
        loop {
            let mut world = World::new(&[(2, nature)]);
            world.offered.push(2);
            world.fuse = Some(cut);
            let was_cut = world.run(true).is_err();
            world.fuse = None;
            // The next start, and the next night
            let _ = world.run(false).unwrap();
            let _ = world.run(true).unwrap();
            // What does not finish gets two tries
            let _ = world.run(false).unwrap();
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
    prop_oneof![
        3 => Just(Nature::Sound),
        1 => Just(Nature::Uninstallable),
        1 => Just(Nature::Blank),
        1 => Just(Nature::Hangs),
    ]
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
            // A sound version is never refused, however often the power fails
            for refusal in &world.disk.refused {
                prop_assert_ne!(world.nature[&refusal.version.parse::<u32>().unwrap()], Nature::Sound);
            }
        }
        world.fuse = None;
        // What does not finish gets two tries
        for _ in 0..2 {
            let _ = world.run(false).unwrap();
        }
        prop_assert!(world.installed.1 && world.running == world.installed.0);
        prop_assert_eq!(world.nature[&world.installed.0], Nature::Sound);
        let is_over = matches!(world.disk.phase, Phase::Idle | Phase::Ready { .. });
        prop_assert!(is_over, "{:?}", world.disk.phase);
    }
}
