//! Root's commands on a unit whose state belongs to another user, who has set traps in it: symbolic links,
//! hard links and pipes under every name that the programs use. Only root can play both parts; for anybody
//! else the tests are skipped.

use crate::{
    serving::while_serving,
    trap::{Guard, OWNER, PATIENCE, SECRET, TABLE, Trap, Unit, bounded, is_root},
};
use cloud_shelf::control::{Handler, Reply, Request, serve};
use cloud_shelf_core::paths::Paths;
use serde_json::Value;
use std::{
    fs::{self, Permissions},
    io::Write,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown, symlink},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// Verbs quick enough to run with a trap under each name.
fn quick_verbs() -> Vec<Vec<&'static str>> {
    vec![
        vec!["status"],
        vec!["--json", "status"],
        vec!["sync"],
        vec!["import", "../table.csv"],
        vec!["bind", "--store", "184454101", "--device", "0000000001"],
        vec!["screen", "--rotation", "180", "--renderer", "auto"],
        vec!["pin", "--generate"],
        vec!["show", "attract"],
        vec!["screenshot", "out.png"],
        vec!["screenshot", "-"],
        vec!["facts"],
        vec!["unbind"],
    ]
}

fn slow_verbs() -> Vec<Vec<&'static str>> {
    vec![
        vec!["doctor", "--json"],
        vec!["bundle", "-"],
        vec!["bundle", "out.tar.gz"],
        vec!["update", "--check"],
        vec!["update", "--scheduled"],
    ]
}

/// Runs each verb with the trap under each name.
fn every_verb_and_name(trap: Trap) {
    if !is_root() {
        return;
    }
    let unit = Unit::new();
    let guard = Guard::new(&unit);
    for file in unit.files() {
        for verb in quick_verbs() {
            let name = file.file_name().unwrap().to_str().unwrap();
            unit.restore();
            unit.set(trap, &file, &guard.secret);
            let output = unit.run(&verb);
            guard.check(&format!("{verb:?} with {trap:?} as {name}"), &output);
        }
    }
    for verb in slow_verbs() {
        unit.restore();
        for file in unit.files() {
            unit.set(trap, &file, &guard.secret);
        }
        let output = unit.run(&verb);
        guard.check(&format!("{verb:?} with {trap:?} everywhere"), &output);
    }
    assert!(guard.is_whole());
}

#[test]
fn no_verb_of_root_follows_a_link() {
    every_verb_and_name(Trap::Link);
}

#[test]
fn no_verb_of_root_touches_a_hard_link() {
    every_verb_and_name(Trap::HardLink);
}

#[test]
fn no_verb_of_root_waits_for_a_pipe() {
    every_verb_and_name(Trap::Pipe);
}

#[test]
fn a_folder_that_is_a_link_leads_root_nowhere() {
    if !is_root() {
        return;
    }
    let unit = Unit::new();
    let target = unit.root_only().join("folder");
    fs::create_dir(&target).unwrap();
    let paths = unit.paths();
    let object = unit.files().pop().unwrap();
    fs::write(target.join(object.file_name().unwrap()), "root's").unwrap();
    fs::write(target.join("state.json"), SECRET).unwrap();
    let before = fs::read_dir(&target).unwrap().count();
    for folder in [paths.downloads(), paths.inbox(), paths.sticks(), paths.updates()] {
        for verb in quick_verbs().into_iter().chain(slow_verbs()) {
            unit.restore();
            let _ = fs::remove_dir_all(&folder);
            symlink(&target, &folder).unwrap();
            unit.give(&folder);
            let output = unit.run(&verb);
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(!said.contains("only root may read this"), "{verb:?} {said}");
            assert_eq!(fs::read_dir(&target).unwrap().count(), before, "{verb:?} {output:?}");
            assert_eq!(fs::read(target.join(object.file_name().unwrap())).unwrap(), b"root's", "{verb:?}");
            assert_eq!(fs::read(target.join("state.json")).unwrap(), SECRET.as_bytes(), "{verb:?}");
        }
    }
}

#[test]
fn what_is_wrong_is_said_in_words() {
    if !is_root() {
        return;
    }
    let unit = Unit::new();
    let guard = Guard::new(&unit);
    let paths = unit.paths();
    let import = &["import", "../table.csv"][..];
    for (file, verb, code) in [
        (paths.binding(), &["sync"][..], 1),
        (paths.binding(), &["bind", "--store", "1", "--device", "2"], 1),
        (paths.writer_lock(), import, 1),
        (paths.screen(), &["screen", "--rotation", "0"], 1),
        (paths.control_socket(), &["show", "attract"], 1),
        (paths.device_key(), &["bind", "--store", "1", "--device", "2"], 1),
        (PathBuf::from(format!("{}-wal", paths.database().display())), import, 1),
    ] {
        for (trap, words) in [
            (Trap::Link, "is a symbolic link, which is not followed; delete it"),
            (Trap::Pipe, "is a pipe, a socket or a device, not a regular file; delete it"),
        ] {
            // Nobody listens behind a pipe
            if trap == Trap::Pipe && file == paths.control_socket() {
                continue;
            }
            unit.restore();
            unit.set(trap, &file, &guard.secret);
            let output = unit.run(verb);
            let said = String::from_utf8_lossy(&output.stderr);
            let name = file.file_name().unwrap().to_str().unwrap();
            assert!(said.contains(&format!("{name} {words}")), "{verb:?} with {name}: {output:?}");
            assert_eq!(output.status.code(), Some(code), "{verb:?} with {name}: {output:?}");
        }
    }
    // A damaged database is set aside, and so is a symbolic link in its place
    unit.restore();
    unit.set(Trap::Link, &paths.database(), &guard.secret);
    let output = unit.good(import);
    assert!(String::from_utf8_lossy(&output.stderr).contains("database was damaged"), "{output:?}");
    assert!(fs::symlink_metadata(paths.database()).unwrap().is_file());
    assert!(guard.is_whole());
}

#[test]
fn a_command_of_root_keeps_nothing() {
    if !is_root() {
        return;
    }
    let unit = Unit::new();
    // The command waits for the PIN
    let mut child = unit.command(&["pin", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let begun = Instant::now();
    let about = loop {
        let about = fs::read_to_string(&status).unwrap();
        if about.contains(&format!("Uid:\t{OWNER}")) && about.contains("NoNewPrivs:\t1") {
            break about;
        }
        assert!(begun.elapsed() < PATIENCE, "{about}");
        thread::sleep(Duration::from_millis(3));
    };
    let line = |name: &str| about.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim();
    let all = [OWNER.to_string(), OWNER.to_string(), OWNER.to_string(), OWNER.to_string()].join("\t");
    assert_eq!((line("Uid:"), line("Gid:"), line("Groups:")), (&*all, &*all, ""));
    for capabilities in ["CapInh:", "CapPrm:", "CapEff:", "CapAmb:"] {
        assert_eq!(line(capabilities), "0000000000000000", "{capabilities}");
    }
    // The state's owner may not read the command's memory or trace it
    let trace = Command::new("cat")
        .arg(format!("/proc/{}/mem", child.id()))
        .uid(OWNER)
        .gid(OWNER)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&trace.stderr).contains("Permission denied"), "{trace:?}");
    input.write_all(b"471147\n").unwrap();
    drop(input);
    assert!(bounded(child, &["pin", "-"]).status.success());
    for entry in fs::read_dir(unit.state()).unwrap() {
        let entry = entry.unwrap();
        let file = entry.metadata().unwrap();
        assert_eq!((file.uid(), file.gid()), (OWNER, OWNER), "{}", entry.path().display());
    }
}

#[test]
fn a_table_and_its_pictures_come_from_where_only_root_may_read_and_results_go_there() {
    if !is_root() {
        return;
    }
    let unit = Unit::new();
    let home = unit.root_only();
    let picture = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/images").join(name);
    fs::create_dir(home.join("图片")).unwrap();
    fs::copy(picture("quarter-chroma.jpg"), home.join("图片/奶粉.jpg")).unwrap();
    fs::copy(picture("alpha.png"), home.join("logo.png")).unwrap();
    let table = "商品,链接,图片\n奶粉,https://detail.tmall.com/item.htm?id=567812345678,奶粉\n\
                 米粉,https://detail.tmall.com/item.htm?id=567812345679,没有.jpg\n\
                 面条,https://detail.tmall.com/item.htm?id=567812345670,外面.jpg\n";
    symlink("/etc/passwd", home.join("外面.jpg")).unwrap();
    fs::write(home.join("table.csv"), table).unwrap();
    for name in ["table.csv", "logo.png", "图片/奶粉.jpg"] {
        fs::set_permissions(home.join(name), Permissions::from_mode(0o600)).unwrap();
    }
    let words = ["--json", "import", "table.csv", "--logo", "logo.png", "--brand", "启赋"];
    let output = unit.run(&words);
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["items"], &report["pictures"]), (&3.into(), &1.into()), "{report}");
    let problems: Vec<_> =
        report["problems"].as_array().unwrap().iter().map(|p| p["problem"].as_str()).collect();
    assert!(problems.contains(&Some("picture_missing")), "{report}");
    assert!(problems.contains(&Some("picture_outside")), "{report}");

    // The bundle contains what there is of the state, and belongs to the caller
    unit.good(&["bundle", "out.tar.gz"]);
    let file = fs::metadata(home.join("out.tar.gz")).unwrap();
    assert_eq!((file.uid(), file.mode() & 0o777), (0, 0o600));
    unit.good(&["bundle", "."]);
    let names =
        || fs::read_dir(&home).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(
        names().any(|name| name.starts_with("cloud-shelf-0000000001-")),
        "{:?}",
        names().collect::<Vec<_>>()
    );
    unit.good(&["template", "empty.xlsx"]);
    // Without a screenshot, no file is written
    assert_eq!(unit.run(&["screenshot", "out.png"]).status.code(), Some(6));
    assert!(!home.join("out.png").exists());
}

#[test]
fn what_is_imported_from_the_state_is_read_as_its_owner() {
    if !is_root() {
        return;
    }
    let unit = Unit::new();
    let guard = Guard::new(&unit);
    let inbox = unit.state().join("inbox");
    fs::create_dir(&inbox).unwrap();
    unit.give(&inbox);
    symlink(&guard.secret, inbox.join("table.csv")).unwrap();
    symlink(unit.root_only(), inbox.join("folder")).unwrap();
    for (words, relative) in [
        (vec!["table.csv"], true),
        (vec!["table.csv"], false),
        (vec!["folder/secret"], true),
        (vec!["../../table.csv", "--logo", "table.csv"], true),
    ] {
        let named: Vec<String> = if relative {
            words.iter().map(|word| (*word).to_owned()).collect()
        } else {
            vec![inbox.join(words[0]).display().to_string()]
        };
        let words: Vec<&str> =
            [&["import"][..], &named.iter().map(String::as_str).collect::<Vec<_>>()].concat();
        let output = unit.command(&words).current_dir(&inbox).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{words:?} {output:?}");
        guard.check(&format!("{words:?}"), &output);
    }
    let real = unit.state().join("real.csv");
    fs::write(&real, TABLE).unwrap();
    unit.give(&real);
    unit.good(&["import", real.to_str().unwrap()]);
}

#[test]
fn a_result_in_a_folder_of_others_does_not_follow_their_link() {
    if !is_root() {
        return;
    }
    let unit = Unit::new();
    let guard = Guard::new(&unit);
    for (name, verb) in [("a", "template"), ("b", "bundle")] {
        let out = unit.state().join(name);
        symlink(&guard.secret, &out).unwrap();
        unit.give(&out);
        let force = if verb == "template" { &["--force"][..] } else { &[] };
        let output = unit.run(&[&[verb, out.to_str().unwrap()], force].concat());
        guard.check(verb, &output);
    }
    assert!(guard.is_whole());
}

/// Writes a screenshot for the command to fetch, as the kiosk does.
struct Kiosk(Paths);

impl Handler for Kiosk {
    async fn handle(&self, request: Request) -> Reply {
        if request == Request::Screenshot {
            fs::write(self.0.screenshot(), "a picture").unwrap();
            chown(self.0.screenshot(), Some(OWNER), Some(OWNER)).unwrap();
        }
        Reply::Done
    }
}

#[test]
fn a_result_in_the_state_is_written_as_its_owner() {
    if !is_root() {
        return;
    }
    let unit = Unit::new();
    let paths = unit.paths();
    // Readable by everybody, writable by root alone
    let etc = unit.path("etc");
    fs::create_dir(&etc).unwrap();
    symlink(&etc, paths.inbox()).unwrap();
    unit.give(&paths.inbox());
    // An administrator's own symbolic link
    let short = unit.path("short");
    symlink(paths.inbox(), &short).unwrap();
    let verbs = ["screenshot", "bundle", "template"];
    for verb in verbs {
        // Like the file of a writer that is gone: no process has so high an id
        fs::write(etc.join(format!("{verb}.new-4194305-0")), "root's").unwrap();
    }
    let served = {
        let paths = paths.clone();
        async move { serve(&paths.control_socket(), Arc::new(Kiosk(paths))).await }
    };
    while_serving(served, || {
        unit.give(&paths.control_socket());
        for verb in verbs {
            for folder in [&paths.inbox(), &short] {
                let output = unit.run(&[verb, folder.join(verb).to_str().unwrap()]);
                assert_eq!(output.status.code(), Some(1), "{output:?}");
                assert!(String::from_utf8_lossy(&output.stderr).contains("Permission denied"), "{output:?}");
                assert_eq!(fs::read_dir(&etc).unwrap().count(), verbs.len(), "{output:?}");
            }
        }
        let output = unit.run(&["bundle", short.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert_eq!(fs::read_dir(&etc).unwrap().count(), verbs.len(), "{output:?}");

        fs::remove_file(paths.inbox()).unwrap();
        fs::create_dir(paths.inbox()).unwrap();
        unit.give(&paths.inbox());
        for verb in verbs {
            let out = paths.inbox().join(verb);
            unit.good(&[verb, out.to_str().unwrap()]);
            assert_eq!(fs::metadata(&out).unwrap().uid(), OWNER, "{verb}");
        }
        assert_eq!(fs::read(paths.inbox().join("screenshot")).unwrap(), b"a picture");
        // Elsewhere the result belongs to the caller
        let out = unit.root_only().join("out.png");
        unit.good(&["screenshot", "out.png"]);
        assert_eq!(fs::metadata(&out).unwrap().uid(), 0);
    });
    let [dir, out] = [unit.rig.root.path().join("feed"), paths.inbox().join("shelf.tar")];
    let words = ["feed", "bundle", dir.to_str().unwrap(), "184454101", "0000000001", out.to_str().unwrap()];
    let output = unit.run(&words);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("is in this unit's state directory"),
        "{output:?}"
    );
    assert!(!out.exists());
}

#[test]
fn root_takes_no_updates_from_where_another_may_write() {
    if !is_root() {
        return;
    }
    let unit = Unit::new();
    let output = unit.run(&["--json", "update", "--check"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["problem"], "update_place", "{report}");
    assert!(!unit.state().join("updates").exists());
}

#[test]
fn a_state_that_its_owner_cannot_reach_is_said() {
    if !is_root() {
        return;
    }
    let unit = Unit::new();
    fs::set_permissions(unit.rig.root.path(), Permissions::from_mode(0o700)).unwrap();
    for verb in quick_verbs().into_iter().filter(|verb| verb[0] != "import") {
        let output = unit.run(&verb);
        assert_eq!(output.status.code(), Some(1), "{verb:?} {output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("chmod o+x"), "{verb:?} {output:?}");
    }
    chown(unit.state(), Some(0), Some(0)).unwrap();
}
