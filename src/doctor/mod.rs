//! Diagnoses a unit: a finding and a remedy for each thing that can be checked.
//!
//! The checks judge values read from Linux's own files, below a root that tests replace, or printed by
//! programs of the system. Nothing is changed: the write probe uses a file without a name. Every check has a
//! time limit.

mod card;
mod check;
mod input;
mod mount;
mod network;
mod panel;
mod power;
mod said;
mod service;
mod shelf;
mod signed;
mod time;
mod tree;

pub use card::LITTLE_BYTES;
pub use check::{Check, Topic, Verdict};
pub use panel::has_screen;

use crate::{
    sync::Reading,
    telemetry::Machine,
    unit::{LoadedConfig, ThisUnit},
};
use cloud_shelf_core::{
    clock::{Clock, UnitClock},
    paths::Paths,
    transport::Route,
};
use std::path::PathBuf;

/// The unit to be checked.
#[derive(Clone, Debug)]
pub struct Patient {
    pub paths: Paths,
    /// `/` except in tests
    pub root: PathBuf,
    /// Version of the running kiosk, as it reports itself
    pub kiosk: Option<String>,
}

/// Runs all checks; calls `found` with the results of each part as soon as they are known.
pub fn examine(patient: &Patient, clock: &dyn Clock, found: &mut dyn FnMut(&[Check])) -> Vec<Check> {
    let tree = tree::Tree::new(&patient.root);
    let unit = ThisUnit::new(&patient.paths);
    let found_binding = unit.read_binding();
    let LoadedConfig { config, problem } = unit.load_config();
    let mut all = Vec::new();
    let mut part = |look: &mut dyn FnMut(&mut Vec<Check>)| {
        let mut checks = Vec::new();
        look(&mut checks);
        found(&checks);
        all.append(&mut checks);
    };
    part(&mut |checks| shelf::run_checks(&unit, &found_binding, problem.as_ref(), clock.now(), checks));
    part(&mut |checks| service::run_checks(&tree, patient.kiosk.as_deref(), checks));
    part(&mut |checks| panel::run_checks(&tree, checks));
    part(&mut |checks| power::run_checks(&Machine::new(tree.root()), checks));
    part(&mut |checks| card::run_checks(&tree, &patient.paths, checks));
    let bound = found_binding.as_ref().ok().and_then(Option::as_ref);
    let feed = bound.and_then(|bound| bound.find_feed().ok().flatten());
    let unit_clock = UnitClock::new(&patient.root);
    let reading = Reading { at: clock.now(), is_set: unit_clock.is_set() };
    part(&mut |checks| {
        let in_force = feed.as_ref().and_then(|feed| unit.find_in_force(feed, &unit_clock));
        let signed = unit.find_signed_settings(bound.map(|bound| &bound.binding));
        signed::run_checks(in_force, signed.as_ref(), checks);
    });
    part(&mut |checks| time::run_checks(&tree, unit.find_known_times(feed.as_ref()), reading, checks));
    let route = Route { timeouts: network::timeouts(), ..unit.find_route(&config) };
    part(&mut |checks| network::run_checks(&tree, &unit, feed.as_ref(), &route, checks));
    all
}
