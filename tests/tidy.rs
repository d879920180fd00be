//! Rules of this code base that the compiler does not check: layers, file sizes, and who may use what.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Which modules a module may use: lower ones only. Modules of one layer use each other only if listed here.
const MAY_USE: &[(&str, &[&str])] = &[
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
    ("qr", &[]),
    ("search", &["domain"]),
    ("hours", &["domain"]),
    ("feed", &["domain"]),
    ("config", &["domain", "hours"]),
    ("settings", &["config", "domain", "feed", "hours"]),
    ("table", &["domain", "link"]),
    ("store", &["disk", "domain", "paths", "clock", "durable", "plain_file", "sqlite", "watchdog"]),
    ("media", &["domain", "heap", "trap", "watchdog"]),
    ("transport", &["disk", "domain", "clock", "config", "plain_file"]),
    (
        "telemetry",
        &["domain", "clock", "paths", "plain_file", "disk", "durable", "sqlite", "transport", "watchdog"],
    ),
    ("binding", &["disk", "domain", "paths", "durable", "plain_file"]),
    ("pin", &["disk", "domain", "durable", "paths", "plain_file"]),
    ("screen", &["disk", "domain", "durable", "plain_file"]),
    ("enrolment", &["binding", "domain", "feed", "paths", "pin", "sync", "telemetry"]),
    ("network", &["config", "domain", "durable", "plain_file", "program"]),
    ("intake", &["attempt", "domain", "media", "plain_file", "table", "transport"]),
    ("import", &["attempt", "domain", "clock", "paths", "intake", "table", "store", "media", "transport"]),
    (
        "publish",
        &["domain", "clock", "durable", "feed", "hours", "intake", "media", "paths", "table", "transport"],
    ),
    (
        "sync",
        &[
            "attempt",
            "clock",
            "config",
            "disk",
            "domain",
            "durable",
            "feed",
            "hours",
            "media",
            "paths",
            "plain_file",
            "store",
            "transport",
            "watchdog",
        ],
    ),
    ("inbox", &["domain", "enrolment", "feed", "paths", "plain_file", "sync"]),
    (
        "doctor",
        &[
            "attempt",
            "binding",
            "clock",
            "config",
            "disk",
            "domain",
            "feed",
            "network",
            "paths",
            "plain_file",
            "program",
            "screen",
            "store",
            "sync",
            "telemetry",
            "transport",
        ],
    ),
    ("support", &["paths", "plain_file", "program"]),
    ("update", &["clock", "config", "disk", "domain", "durable", "hours", "paths", "plain_file", "program"]),
    ("ui", &["domain", "clock", "hours", "media", "qr", "search", "settings"]),
    ("platform", &["domain", "screen"]),
    ("splash", &["screen"]),
    ("control", &["disk", "domain", "paths", "plain_file", "settings", "sync", "telemetry"]),
    (
        "cli",
        &[
            "attempt",
            "binding",
            "clock",
            "config",
            "control",
            "disk",
            "doctor",
            "domain",
            "durable",
            "enrolment",
            "feed",
            "hours",
            "import",
            "intake",
            "link",
            "media",
            "network",
            "paths",
            "pin",
            "plain_file",
            "program",
            "publish",
            "screen",
            "settings",
            "store",
            "support",
            "sync",
            "table",
            "telemetry",
            "transport",
            "update",
        ],
    ),
    (
        "app",
        &[
            "attempt",
            "binding",
            "clock",
            "config",
            "control",
            "disk",
            "domain",
            "durable",
            "enrolment",
            "feed",
            "hours",
            "inbox",
            "media",
            "network",
            "paths",
            "pin",
            "plain_file",
            "platform",
            "program",
            "screen",
            "search",
            "settings",
            "store",
            "sync",
            "telemetry",
            "transport",
            "trap",
            "ui",
            "update",
            "watchdog",
        ],
    ),
];

const MAX_LINES: usize = 500;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root()).unwrap().to_owned(), text));
            }
        }
    }
    assert!(!found.is_empty(), "no .{extension} files in {folder}");
    found.sort();
    found
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// Returns the module of a source file: `table` for `src/table/xlsx/mod.rs`.
fn module(path: &Path) -> Option<String> {
    let inner = path.strip_prefix("src").ok()?;
    let first = inner.components().next()?.as_os_str().to_str()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (!["lib", "bin"].contains(&name)).then(|| name.to_owned())
}

/// Returns the modules named after `crate::`, with line numbers, also in braces over several lines.
fn used(text: &str) -> Vec<(usize, String)> {
    let mut found = vec![];
    for (at, _) in text.match_indices("crate::") {
        let line = text[..at].matches('\n').count() + 1;
        let rest = &text[at + "crate::".len()..];
        let word = |s: &str| s.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        if let Some(group) = rest.strip_prefix('{') {
            let (mut depth, mut start) = (0, true);
            for (offset, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => start = true,
                    c if depth == 0 && start && c.is_alphabetic() => {
                        found.push((line + group[..offset].matches('\n').count(), word(&group[offset..])));
                        start = false;
                    }
                    _ => {}
                }
            }
        } else {
            found.push((line, word(rest)));
        }
    }
    found
}

#[test]
fn modules_use_only_what_stands_below_them() {
    let allowed: BTreeMap<_, BTreeSet<_>> =
        MAY_USE.iter().map(|(name, below)| (*name, below.iter().copied().collect())).collect();
    let mut problems = vec![];
    for (path, text) in files("src", "rs") {
        let Some(own) = module(&path) else { continue };
        let Some(below) = allowed.get(own.as_str()) else {
            problems
                .push(format!("{}: the module {own} is missing from the table of layers", path.display()));
            continue;
        };
        for (line, other) in used(&text) {
            if other != own && allowed.contains_key(other.as_str()) && !below.contains(other.as_str()) {
                problems.push(format!("{}:{line}: {own} must not use {other}", path.display()));
            }
        }
    }
    report(&problems);
}

#[test]
fn the_table_of_layers_has_no_cycle() {
    let mut placed = BTreeSet::new();
    while placed.len() < MAY_USE.len() {
        let before = placed.len();
        for (name, below) in MAY_USE {
            if below.iter().all(|other| placed.contains(other)) {
                placed.insert(*name);
            }
        }
        assert!(placed.len() > before, "the table of layers has a cycle outside of {placed:?}");
    }
}

#[test]
fn the_scan_finds_uses_in_all_their_forms() {
    let text = "use crate::{\n    a::{b, c},\n    d,\n};\nuse crate::e;\nlet x = crate::f::g();";
    let found: Vec<_> = used(text).into_iter().collect();
    let expected = [(2, "a"), (3, "d"), (5, "e"), (6, "f")];
    assert_eq!(found, expected.map(|(line, name)| (line, name.to_owned())));
}

#[test]
fn files_stay_small_and_say_what_they_are() {
    let mut problems = vec![];
    for folder in ["src", "tests", "benches"] {
        for (path, text) in files(folder, "rs") {
            let lines = text.lines().count();
            if lines > MAX_LINES {
                problems.push(format!("{}: {lines} lines", path.display()));
            }
            let inner = path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with("tests"));
            if !text.starts_with("//!") && !inner {
                problems.push(format!("{}: no //! line describes the file", path.display()));
            }
        }
    }
    for (path, text) in files("ui", "slint") {
        if text.lines().count() > MAX_LINES || !text.starts_with("//") {
            problems.push(format!("{}: too long, or no comment describes the file", path.display()));
        }
    }
    report(&problems);
}

#[test]
fn only_clock_reads_the_time_and_only_paths_knows_places() {
    let mut problems = vec![];
    for (path, text) in files("src", "rs") {
        let own = module(&path).unwrap_or_default();
        // Tests inside the source files are exempt
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let mut forbid = |who: &str, words: &[&str]| {
            for (number, line) in text.lines().enumerate() {
                if own != who && words.iter().any(|word| line.contains(word)) {
                    problems.push(format!("{}:{}: belongs to {who}: {line}", path.display(), number + 1));
                }
            }
        };
        forbid("clock", &["SystemTime::now", "Timestamp::now", "Zoned::now"]);
        forbid("paths", &["/var/lib", "/etc/cloud-shelf", "shelf.db\""]);
    }
    report(&problems);
}

/// Files that may open files with the standard library, which follows symbolic links, and why. The unit's
/// state, its sticks and its inbox belong to users whom root must not trust: `plain_file` opens their files,
/// `durable` replaces them.
const OPENERS: &[(&str, &str)] = &[
    ("src/durable.rs", "replaces the state's files"),
    ("src/app/inbox.rs", "the kernel's list of mounts"),
    ("src/attempt/file.rs", "the state directory itself"),
    ("src/cli/feed", "the operator's own folder"),
    ("src/cli/import/inputs.rs", "what the caller names, by the caller's rights"),
    ("src/cli/input.rs", "what the caller names, by the caller's rights"),
    ("src/cli/result_file.rs", "where the caller wants it, by the caller's rights"),
    ("src/clock.rs", "the kernel's and systemd's"),
    ("src/config", "an administrator's settings"),
    ("src/control/server.rs", "the state directory itself"),
    ("src/doctor/card.rs", "a new file of its own"),
    ("src/doctor/tree.rs", "the kernel's"),
    ("src/intake/picture_dir.rs", "what the caller names, by the caller's rights"),
    ("src/network/link.rs", "the kernel's"),
    ("src/platform", "the kernel's"),
    ("src/publish", "the operator's own folder"),
    ("src/screen/backlight.rs", "the kernel's"),
    ("src/screen/connector.rs", "the kernel's"),
    ("src/splash.rs", "the kernel's"),
    ("src/table/compound.rs", "a compound file, which is in memory"),
    ("src/sqlite/kept.rs", "the state directory itself"),
    ("src/support/secrets.rs", "an administrator's settings"),
    ("src/support/settings.rs", "an administrator's settings"),
    ("src/transport/replay.rs", "a folder of a test's own"),
    ("src/telemetry/machine.rs", "the kernel's"),
    ("src/update", "root's own folder, and packages"),
    ("src/watchdog.rs", "the kernel's"),
];

#[test]
fn the_state_is_opened_by_one_module() {
    const WORDS: [&str; 10] = [
        "File::open(",
        "File::create(",
        "File::create_new(",
        "File::options(",
        "OpenOptions::new(",
        "fs::read(",
        "fs::read_to_string(",
        "fs::write(",
        "fs::copy(",
        "Connection::open(",
    ];
    let mut problems = vec![];
    let mut used = BTreeSet::new();
    for (path, text) in files("src", "rs") {
        let is_test = path.components().any(|part| part.as_os_str() == "tests")
            || path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with("tests"));
        // Tests inside the source files are exempt
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let may = OPENERS.iter().find(|(opener, _)| path.starts_with(opener));
        for (number, line) in text.lines().enumerate() {
            let opens = WORDS.iter().any(|word| line.contains(word)) && !line.contains("plain_file::");
            if opens && !is_test {
                match may {
                    Some((opener, _)) => drop(used.insert(*opener)),
                    None => problems.push(format!("{}:{}: {}", path.display(), number + 1, line.trim())),
                }
            }
        }
    }
    report(&problems);
    let unused: Vec<_> = OPENERS.iter().filter(|(opener, _)| !used.contains(opener)).collect();
    assert!(unused.is_empty(), "these no longer open anything: {unused:?}");
}

#[test]
fn nothing_prints_by_a_macro_that_ends_the_program() {
    let mut problems = vec![];
    for (path, text) in files("src", "rs") {
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        if path.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            // `eprintln!` panics if stderr refuses writes, for example on a full disk
            if line.contains("println!(") || line.contains("print!(") {
                problems.push(format!("{}:{}: use Output, or tracing", path.display(), number + 1));
            }
        }
    }
    report(&problems);
}

#[test]
fn nothing_unfinished_is_left_behind() {
    let marks = ["todo!", "unimplemented!", "dbg!", concat!("TO", "DO"), concat!("FIX", "ME")];
    let mut problems = vec![];
    for (folder, extension) in [("src", "rs"), ("tests", "rs"), ("ui", "slint"), ("ui", "rs")] {
        for (path, text) in files(folder, extension) {
            for (number, line) in text.lines().enumerate() {
                if !path.ends_with("tidy.rs") && marks.iter().any(|mark| line.contains(mark)) {
                    problems.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
                }
            }
        }
    }
    report(&problems);
}

#[test]
fn every_word_on_a_page_can_be_translated() {
    let po = fs::read_to_string(root().join("ui/lang/zh_CN/LC_MESSAGES/cloud-shelf-ui.po")).unwrap();
    let mut problems = vec![];
    for (path, text) in files("ui", "slint") {
        let sample = ["adapters", "preview"].iter().any(|part| path.to_string_lossy().contains(part));
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let place = format!("{}:{}", path.display(), number + 1);
            if let Some((_, after)) = code.split_once("@tr(\"") {
                let message = after.split('"').next().unwrap_or_default();
                if !po.contains(&format!("msgid \"{message}\"")) {
                    problems.push(format!("{place}: {message:?} has no Chinese"));
                }
            }
            let literal = code.trim_start().starts_with("text:") || code.contains("label:");
            let words = code.split('"').skip(1).step_by(2).any(|s| s.chars().any(char::is_alphabetic));
            // The language button names each language in that language
            if literal && words && !sample && !code.contains("@tr") && !code.contains("\"English\"") {
                problems.push(format!("{place}: words without @tr: {}", code.trim()));
            }
        }
    }
    report(&problems);
}

/// Returns the colours, lengths and durations written as numbers. Zero and the single pixel used for rounding
/// are not counted.
fn measures(code: &str) -> Vec<String> {
    const UNITS: [&str; 11] = ["px", "phx", "pt", "rem", "mm", "cm", "in", "ms", "s", "deg", "rad"];
    let mut found = vec![];
    let chars: Vec<char> = code.chars().collect();
    let word = |from: usize, fits: fn(&char) -> bool| chars[from..].iter().take_while(|c| fits(c)).collect();
    for (place, c) in chars.iter().enumerate() {
        let inside = place > 0 && (chars[place - 1].is_alphanumeric() || "_-.".contains(chars[place - 1]));
        if *c == '#' {
            found.push(word(place, |c| c.is_ascii_hexdigit() || *c == '#'));
        } else if c.is_ascii_digit() && !inside {
            let number: String = word(place, |c| c.is_ascii_digit() || *c == '.');
            let unit: String = word(place + number.len(), char::is_ascii_alphabetic);
            let none = ["0", "1"].contains(&number.as_str()) && ["px", "phx"].contains(&unit.as_str());
            if UNITS.contains(&unit.as_str()) && !none && !number.chars().all(|c| c == '0') {
                found.push(format!("{number}{unit}"));
            }
        }
    }
    found
}

#[test]
fn colours_sizes_and_durations_are_in_the_theme() {
    let mut problems = vec![];
    for (path, text) in files("ui", "slint").iter().filter(|(path, _)| !path.ends_with("theme.slint")) {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            // Skip string literals and path data
            let code: String = code.split('"').step_by(2).collect();
            for measure in measures(&code) {
                problems.push(format!(
                    "{}:{}: {measure} belongs to ui/theme.slint",
                    path.display(),
                    number + 1
                ));
            }
        }
    }
    report(&problems);
    let example = "x: 2px; color: #1d1c1a; duration: 150ms; y: 0px; z: round(w / 1px) * 1phx; gap-1: Theme.gap-2 * 0.5;";
    assert_eq!(measures(example), ["2px", "#1d1c1a", "150ms"]);
}
