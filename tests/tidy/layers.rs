//! The layers inside each crate: Cargo holds the edges between crates.

use super::{report, source::Crate};
use std::collections::{BTreeMap, BTreeSet};

type Table = &'static [(&'static str, &'static [&'static str])];

/// Which modules a module may use: lower ones only. Modules of one layer use each other only if listed here.
const CORE: Table = &[
    ("domain", &[]),
    ("clock", &[]),
    ("paths", &[]),
    ("plain_file", &["domain"]),
    ("durable", &[]),
    ("disk", &["domain", "plain_file"]),
    ("watchdog", &[]),
    ("heap", &[]),
    ("sqlite", &["plain_file", "watchdog"]),
    ("program", &["watchdog"]),
    ("trap", &[]),
    ("attempt", &["clock", "disk", "domain", "durable", "paths", "plain_file", "watchdog"]),
    ("link", &["domain"]),
    ("binding", &["domain"]),
    ("qr", &[]),
    ("search", &["domain"]),
    ("hours", &["domain"]),
    ("feed", &["domain"]),
    ("config", &["domain", "hours"]),
    ("settings", &["config", "domain", "feed", "hours"]),
    ("report", &["domain", "feed"]),
    ("table", &["domain", "link"]),
    ("media", &["domain", "heap", "trap", "watchdog"]),
    ("transport", &["disk", "domain", "clock", "config", "plain_file"]),
    ("panel", &["disk", "domain", "durable", "plain_file"]),
    ("intake", &["attempt", "domain", "media", "plain_file", "table", "transport"]),
    (
        "publish",
        &["domain", "clock", "durable", "feed", "hours", "intake", "media", "paths", "table", "transport"],
    ),
];

const UNIT: Table = &[
    ("store", &[]),
    ("telemetry", &[]),
    ("pin", &[]),
    ("sync", &["store"]),
    ("unit", &["store", "sync"]),
    ("enrolment", &["pin", "sync", "telemetry", "unit"]),
    ("network", &[]),
    ("import", &["store"]),
    ("inbox", &["enrolment", "sync"]),
    ("doctor", &["store", "sync", "telemetry", "unit"]),
    ("support", &["unit"]),
    ("update", &[]),
    ("control", &["sync", "telemetry"]),
    (
        "cli",
        &[
            "control",
            "doctor",
            "enrolment",
            "import",
            "pin",
            "store",
            "support",
            "sync",
            "telemetry",
            "unit",
            "update",
        ],
    ),
];

/// The kiosk's own, which are no part of the library.
const KIOSK: Table = &[("splash", &[]), ("app", &[])];

fn crates() -> [(Crate, Table); 3] {
    [
        (Crate::read("core/src", "lib", &[], true), CORE),
        (Crate::read("src", "lib", &["main", "bin", "app", "splash"], true), UNIT),
        (Crate::kiosk(true), KIOSK),
    ]
}

#[test]
fn modules_use_only_what_stands_below_them() {
    let mut problems = vec![];
    for (crate_, table) in crates() {
        let allowed: BTreeMap<_, BTreeSet<_>> =
            table.iter().map(|(name, below)| (*name, below.iter().copied().collect())).collect();
        for module in crate_.floors() {
            if !allowed.contains_key(module.as_str()) {
                problems.push(format!("{}: {module} has no place in the table of layers", crate_.folder));
            }
        }
        for edge in crate_.edges() {
            let (Some(own), Some(other)) = (edge.from.first(), edge.to.first()) else { continue };
            if own != other && allowed.get(own.as_str()).is_some_and(|below| !below.contains(other.as_str()))
            {
                problems.push(format!("{}:{}: {own} must not use {other}", edge.file.display(), edge.line));
            }
        }
    }
    report(&problems);
}

#[test]
fn the_table_of_layers_has_no_cycle() {
    for table in [CORE, UNIT, KIOSK] {
        let mut placed = BTreeSet::new();
        while placed.len() < table.len() {
            let before = placed.len();
            for (name, below) in table {
                if below.iter().all(|other| placed.contains(other)) {
                    placed.insert(*name);
                }
            }
            assert!(placed.len() > before, "the table of layers has a cycle outside of {placed:?}");
        }
    }
}
