//! Diagnoses a unit: a finding and a remedy for each thing that can be checked.
//!
//! The checks judge values read from Linux's own files, below a root that tests replace, or printed by
//! programs of the system. Nothing is changed, except that one page is written to the state directory and
//! deleted again. Every check has a time limit.

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

pub use check::{Check, Topic, Verdict};
pub use panel::has_screen;

use crate::{
    binding::BindingFile,
    network::ProxyFile,
    store::Store,
    sync::{self, Feed, InForce, Known, Reading},
    telemetry::Machine,
};
use cloud_shelf_core::{
    clock::{BUILD_TIME, Clock, UnitClock},
    config::Config,
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
    let paths = &patient.paths;
    let bound = BindingFile::new(paths.binding()).read();
    let config = Config::load(paths.config());
    let mut all = Vec::new();
    let mut part = |look: &mut dyn FnMut(&mut Vec<Check>)| {
        let mut checks = Vec::new();
        look(&mut checks);
        found(&checks);
        all.append(&mut checks);
    };
    part(&mut |checks| shelf::look(paths, &bound, &config, clock.now(), checks));
    part(&mut |checks| service::look(&tree, patient.kiosk.as_deref(), checks));
    part(&mut |checks| panel::look(&tree, checks));
    part(&mut |checks| power::look(&Machine::new(tree.root()), checks));
    part(&mut |checks| card::look(&tree, paths, checks));
    let bound = bound.ok().flatten();
    let feed = bound.as_ref().and_then(|bound| Feed::of_binding(bound.feed.as_deref()?, &bound.binding).ok());
    let unit_clock = UnitClock::new(&patient.root);
    let reading = Reading { at: clock.now(), is_set: unit_clock.is_set() };
    part(&mut |checks| {
        let in_force = feed.as_ref().and_then(|feed| InForce::of(paths, feed, &unit_clock));
        let kept = Store::open_read_only(paths).and_then(|reader| reader.publication()).ok().flatten();
        let said =
            kept.zip(bound.as_ref()).and_then(|(kept, b)| sync::feed_settings(paths, &kept, &b.binding));
        signed::look(in_force, said.as_ref(), checks);
    });
    part(&mut |checks| time::look(&tree, known(paths, feed.as_ref()), reading, checks));
    let network = ProxyFile::new(paths.proxy()).fill_in(config.unwrap_or_default().network);
    let route = Route { timeouts: network::timeouts(), ..sync::route(&network) };
    part(&mut |checks| network::look(&tree, paths, feed.as_ref(), &route, checks));
    all
}

/// Returns the times that have certainly passed.
fn known(paths: &Paths, feed: Option<&Feed>) -> Known {
    let nothing = Known { built: BUILD_TIME, ..Known::default() };
    feed.map_or(nothing, |feed| sync::known_times(&paths.feed_trust(), &feed.address, &feed.subject))
}
