//! Streams that refuse writes: a failing log never ends a program, and a result that can't be written is an
//! error with an exit code.

use std::{
    fs::{self, File},
    io,
    path::Path,
    process::{Command, ExitStatus, Stdio},
};

/// A stderr whose first write fails.
fn broken() -> [(&'static str, Stdio); 2] {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    [("a full disk", full.into()), ("a pipe that nobody reads", writer.into())]
}

fn ctl(state: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloud-shelfctl"));
    command.arg("--state").arg(state).args(args).stdin(Stdio::null()).current_dir(state);
    command
}

fn code(status: ExitStatus, what: &str) -> i32 {
    status.code().unwrap_or_else(|| panic!("{what}: ended by a signal: {status}"))
}

/// Each kind of verb, with messages on stderr beside its result.
fn verbs(state: &Path) -> Vec<Vec<String>> {
    fs::write(state.join("bad.csv"), "商品,链接\n甲,https://m.tb.cn/h.abc\n").unwrap();
    fs::write(state.join("good.csv"), "商品,链接\n甲,https://detail.tmall.com/item.htm?id=600000001\n")
        .unwrap();
    [
        "status",
        "sync",
        "show shelf",
        "screenshot out.png",
        "screen",
        "screen --rotation 45",
        "doctor",
        "bundle help.tar.gz",
        "pin --generate",
        "pin --remove",
        "import bad.csv",
        "import nowhere.csv",
        "import good.csv",
        "check table bad.csv",
        "check links nonsense",
        "check bindings nonsense",
        "template out.xlsx",
        "bind nonsense",
        "bind 启赋品牌，门店id：184454101，设备id:8F6A77C73E --feed https://127.0.0.1:1/feed",
        "unbind",
        "update --check",
        "feed init feed",
        "feed verify feed",
        "feed keys feed",
        "feed publish feed bad.csv",
        "no-such-verb",
        "--help",
    ]
    .iter()
    .map(|line| line.split(' ').map(str::to_owned).collect())
    .collect()
}

#[test]
fn no_verb_is_ended_by_a_stderr_that_takes_no_writes() {
    for kind in 0..2 {
        let (sound, odd) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let lines = verbs(sound.path());
        verbs(odd.path());
        for line in lines {
            let args: Vec<&str> = line.iter().map(String::as_str).collect();
            let expected = ctl(sound.path(), &args).output().unwrap();
            let (name, stderr) = broken().into_iter().nth(kind).unwrap();
            let what = format!("{args:?} with {name}");
            let status = ctl(odd.path(), &args).stdout(Stdio::null()).stderr(stderr).status().unwrap();
            assert_eq!(code(status, &what), code(expected.status, &what), "{what}: {expected:?}");
        }
    }
}

#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let state = tempfile::tempdir().unwrap();
    verbs(state.path());
    let (_, full) = broken().into_iter().next().unwrap();
    drop(full);
    for args in [&["check", "table", "good.csv"][..], &["--json", "status"], &["screen"], &["template", "-"]]
    {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = ctl(state.path(), args).args(["--lang", "en"]).stdout(full).output().unwrap();
        assert_eq!(code(output.status, &format!("{args:?}")), 1, "{args:?}: {output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("Cannot write the result"), "{args:?}: {said}");
        // Both streams at once
        let full = || File::options().write(true).open("/dev/full").unwrap();
        let status = ctl(state.path(), args).stdout(full()).stderr(full()).status().unwrap();
        assert_eq!(code(status, &format!("{args:?}")), 1, "{args:?}");
    }
}
