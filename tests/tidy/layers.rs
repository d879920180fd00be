//! The layers inside each crate: Cargo holds the edges between crates.

use super::{
    report,
    source::{Crate, Segments},
};
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

/// The pages stand beside each other: none uses another, `navigation`, or what stands above it.
const SCREEN: Table = &[
    ("glyphs", &[]),
    ("desk", &[]),
    ("idle", &[]),
    ("listing", &[]),
    ("observer", &[]),
    ("pictures", &[]),
    ("theme", &["glyphs", "pictures"]),
    ("cards", &["glyphs", "listing", "pictures", "theme"]),
    ("effect", &["desk", "listing", "theme"]),
    // What all pages share; which pages there are, it only passes on
    ("pages", &["listing", "pictures", "theme"]),
    ("pages/ask", &["effect", "pages"]),
    ("pages/attract", &["cards", "effect", "glyphs", "pages", "pictures"]),
    ("pages/closed", &["effect", "pages"]),
    ("pages/entry", &["desk", "effect", "pages"]),
    ("pages/fault", &["listing", "pages"]),
    ("pages/item", &["cards", "effect", "glyphs", "listing", "pages", "pictures", "theme"]),
    ("pages/network", &["desk", "effect", "glyphs", "pages"]),
    ("pages/news", &["effect", "pages"]),
    ("pages/search", &["cards", "effect", "glyphs", "listing", "pages", "pictures"]),
    ("pages/service", &["desk", "effect", "glyphs", "pages"]),
    ("pages/setup", &["desk", "effect", "pages"]),
    ("pages/shelf", &["cards", "effect", "glyphs", "pages", "pictures"]),
    ("panel", &["effect", "pages"]),
    (
        "navigation",
        &[
            "desk",
            "effect",
            "idle",
            "listing",
            "observer",
            "pages",
            "pages/ask",
            "pages/attract",
            "pages/closed",
            "pages/entry",
            "pages/fault",
            "pages/item",
            "pages/network",
            "pages/news",
            "pages/search",
            "pages/service",
            "pages/setup",
            "pages/shelf",
            "panel",
            "pictures",
            "theme",
        ],
    ),
    ("touches", &["effect", "navigation", "theme"]),
    (
        "screen",
        &[
            "desk",
            "effect",
            "navigation",
            "observer",
            "pages/fault",
            "pages/news",
            "pages/search",
            "panel",
            "pictures",
            "touches",
        ],
    ),
];

fn crates() -> [(Crate, Table); 4] {
    [
        (Crate::read("core/src", "lib", &[], true), CORE),
        (Crate::read("screen/src", "lib", &[], true), SCREEN),
        (Crate::read("src", "lib", &["main", "bin", "app", "splash"], true), UNIT),
        (Crate::kiosk(true), KIOSK),
    ]
}

/// The line of a table that a file belongs to. Where a table lists the modules of a folder one by one, each
/// of them has a line of its own.
fn line(table: Table, file: &Segments) -> Option<String> {
    let first = file.first()?;
    let is_split = table.iter().any(|(name, _)| name.starts_with(&format!("{first}/")));
    match file.get(1) {
        Some(second) if is_split => Some(format!("{first}/{second}")),
        _ => Some(first.clone()),
    }
}

#[test]
fn modules_use_only_what_stands_below_them() {
    let mut problems = vec![];
    for (crate_, table) in crates() {
        let allowed: BTreeMap<_, BTreeSet<_>> =
            table.iter().map(|(name, below)| (*name, below.iter().copied().collect())).collect();
        let lines: BTreeSet<_> = crate_.modules().filter_map(|file| line(table, file)).collect();
        for module in &lines {
            if !allowed.contains_key(module.as_str()) {
                problems.push(format!("{}: {module} has no place in the table of layers", crate_.folder));
            }
        }
        for name in allowed.keys().filter(|name| !lines.contains(**name)) {
            problems.push(format!("{}: {name} is no module any more: take it from the table", crate_.folder));
        }
        for edge in crate_.edges() {
            let (Some(own), Some(other)) = (line(table, &edge.from), line(table, &edge.to)) else { continue };
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
    for table in [CORE, SCREEN, UNIT, KIOSK] {
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
