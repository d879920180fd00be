//! No file imports in a circle, unless it says here why.

use super::{
    report,
    source::{Crate, Edge, Segments, name},
};
use std::collections::{BTreeMap, BTreeSet};

/// The circles that there are: the crate's folder, all files of the circle, and why it stays.
const MAY_CIRCLE: &[(&str, &[&str], &str)] = &[
    ("core/src", &["config", "config/check"], "the settings check themselves, in a file of its own"),
    ("core/src", &["media/error", "media/limits"], "an error names the limit that was passed"),
];

/// Every set of files of which each leads to each other.
fn circles(edges: &BTreeSet<Edge>) -> Vec<BTreeSet<Segments>> {
    let mut next: BTreeMap<&Segments, BTreeSet<&Segments>> = BTreeMap::new();
    for edge in edges {
        next.entry(&edge.from).or_default().insert(&edge.to);
    }
    let reach = |from: &Segments| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(file) = open.pop() {
            for to in next.get(file).into_iter().flatten() {
                if seen.insert((*to).clone()) {
                    open.push(to);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<_, _> = next.keys().map(|file| ((*file).clone(), reach(file))).collect();
    let mut found = BTreeSet::new();
    for (file, all) in &reached {
        let back = |other: &&Segments| reached.get(*other).is_some_and(|theirs| theirs.contains(file));
        let circle: BTreeSet<_> = all.iter().filter(back).cloned().collect();
        if circle.len() > 1 {
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}

#[test]
fn no_file_imports_in_a_circle_unless_it_says_why() {
    let crates = [
        Crate::read("core/src", "lib", &[], false),
        Crate::read("platform/src", "lib", &[], false),
        Crate::read("screen/src", "lib", &[], false),
        Crate::read("src", "lib", &["main", "bin", "app", "splash"], false),
        Crate::kiosk(false),
    ];
    let mut problems = vec![];
    let mut met = BTreeSet::new();
    for crate_ in crates {
        let edges = crate_.edges();
        for circle in circles(&edges) {
            let names: BTreeSet<_> = circle.iter().map(|file| name(file)).collect();
            let known = MAY_CIRCLE.iter().position(|(folder, files, _)| {
                *folder == crate_.folder && files.iter().copied().eq(names.iter().map(String::as_str))
            });
            if let Some(known) = known {
                met.insert(known);
                continue;
            }
            problems.push(format!("{}: a circle of {names:?}", crate_.folder));
            let inside = |edge: &&Edge| circle.contains(&edge.from) && circle.contains(&edge.to);
            for edge in edges.iter().filter(inside) {
                problems.push(format!("    {}:{}: {}", edge.file.display(), edge.line, name(&edge.to)));
            }
        }
    }
    for (place, (folder, files, _)) in MAY_CIRCLE.iter().enumerate() {
        if !met.contains(&place) {
            problems.push(format!("{folder}: {files:?} are no circle any more: take them from the table"));
        }
    }
    report(&problems);
}

#[test]
fn circles_are_found_whatever_their_length() {
    let module = |name: &str| vec![name.to_owned()];
    let edge = |from, to| Edge { from: module(from), to: module(to), file: "".into(), line: 1 };
    let line = [edge("a", "b"), edge("b", "c"), edge("a", "c")];
    assert!(circles(&line.clone().into()).is_empty());
    let circle = line.into_iter().chain([edge("c", "b"), edge("d", "a"), edge("e", "f"), edge("f", "e")]);
    let found = circles(&circle.collect());
    let of = |names: [&str; 2]| names.map(module).into_iter().collect();
    assert_eq!(found, [of(["b", "c"]), of(["e", "f"])]);
}
