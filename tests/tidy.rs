//! Rules of this code base that the compiler does not check: layers, file sizes, and who may use what.

mod circles;
mod layers;
mod source;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

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

/// The product's code. Tests below it may do as they like.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// The folders of our own Rust code that is shipped.
const SHIPPED: [&str; 4] = ["core/src", "platform/src", "screen/src", "src"];
/// Those of tests and benchmarks.
const TESTS: [&str; 6] = ["core/tests", "core/benches", "screen/tests", "screen/benches", "tests", "benches"];

fn shipped() -> impl Iterator<Item = (PathBuf, String)> {
    SHIPPED.iter().flat_map(|folder| files(folder, "rs"))
}

/// The module a source file belongs to: `core/src/table/xlsx/mod.rs` to `table`.
fn module(path: &Path) -> Option<String> {
    let inner = SHIPPED.iter().find_map(|folder| path.strip_prefix(folder).ok())?;
    let first = inner.components().next()?.as_os_str().to_str()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (!["lib", "main", "bin"].contains(&name)).then(|| name.to_owned())
}

#[test]
fn files_stay_small_and_say_what_they_are() {
    let mut problems = vec![];
    for folder in SHIPPED.iter().chain(&TESTS) {
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
    for (path, text) in shipped() {
        let own = module(&path).unwrap_or_default();
        // Tests inside the source files are exempt
        let text = without_tests(&text);
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
    ("core/src/durable.rs", "replaces the state's files"),
    ("src/app/inbox.rs", "the kernel's list of mounts"),
    ("core/src/attempt/mod.rs", "the kernel's"),
    ("core/src/attempt/file.rs", "the state directory itself"),
    ("src/cli/feed", "the operator's own folder"),
    ("src/cli/import/inputs.rs", "what the caller names, by the caller's rights"),
    ("src/cli/input.rs", "what the caller names, by the caller's rights"),
    ("src/cli/result_file.rs", "where the caller wants it, by the caller's rights"),
    ("core/src/clock.rs", "the kernel's and systemd's"),
    ("core/src/config", "an administrator's settings"),
    ("src/control/server.rs", "the state directory itself"),
    ("src/doctor/card.rs", "a new file of its own"),
    ("src/doctor/tree.rs", "the kernel's"),
    ("core/src/intake/picture_dir.rs", "what the caller names, by the caller's rights"),
    ("src/network/link.rs", "the kernel's"),
    ("platform/src", "the kernel's"),
    ("core/src/publish", "the operator's own folder"),
    ("core/src/panel/backlight.rs", "the kernel's"),
    ("core/src/panel/connector.rs", "the kernel's"),
    ("src/splash.rs", "the kernel's"),
    ("core/src/table/compound.rs", "a compound file, which is in memory"),
    ("core/src/sqlite/backup.rs", "the state directory itself"),
    ("src/support/secrets.rs", "an administrator's settings"),
    ("src/support/settings.rs", "an administrator's settings"),
    ("core/src/transport/replay.rs", "a folder of a test's own"),
    ("src/telemetry/machine.rs", "the kernel's"),
    ("src/update", "root's own folder, and packages"),
    ("core/src/watchdog.rs", "the kernel's"),
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
    for (path, text) in shipped() {
        let is_test = path.components().any(|part| part.as_os_str() == "tests")
            || path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with("tests"));
        // Tests inside the source files are exempt
        let text = without_tests(&text);
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

/// What is pure by its head's word: values in, values out.
const PURE: [&str; 2] = ["core/src/report", "core/src/publish/edition"];

#[test]
fn what_is_pure_reaches_for_nothing() {
    let words =
        ["std::fs", "std::net", "fs::", "File::", "durable", "plain_file", "paths::", "transport", "tokio"];
    let mut problems = vec![];
    for (path, text) in PURE.iter().flat_map(|folder| files(folder, "rs")) {
        for (number, line) in without_tests(&text).lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                problems.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    report(&problems);
}

#[test]
fn nothing_prints_by_a_macro_that_ends_the_program() {
    let mut problems = vec![];
    for (path, text) in shipped() {
        let text = without_tests(&text);
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
    let rust = SHIPPED.iter().chain(&TESTS).map(|folder| (*folder, "rs"));
    for (folder, extension) in rust.chain([("ui", "slint"), ("ui", "rs")]) {
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
