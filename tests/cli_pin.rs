//! `cloud-shelfctl pin`: the real command, in directories of its own.

use cloud_shelf::pin::{Answer, Gate, PinFile};
use cloud_shelf_core::paths::Paths;
use serde_json::Value;
use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    process::{Command, Output, Stdio},
    time::Instant,
};

struct Unit(tempfile::TempDir);

impl Unit {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn paths(&self) -> Paths {
        Paths::new(Some(self.0.path().join("state")), None, None)
    }

    fn run(&self, args: &[&str], input: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cloud-shelfctl"));
        command
            .args(args)
            .env_clear()
            .env("CLOUD_SHELF_STATE", self.paths().state_dir())
            .env("LANG", "en_GB.UTF-8");
        run(command, input)
    }

    fn json(&self, args: &[&str], input: &str) -> Value {
        let output = self.run(&[&["--json"], args].concat(), input);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    }

    fn try_pin(&self, pin: &str) -> Answer {
        let now = Instant::now();
        Gate::new(PinFile::new(&self.paths()), now).open(pin, now).unwrap()
    }
}

fn run(mut command: Command, input: &str) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_pin_from_stdin_opens_and_its_file_is_private() {
    let unit = Unit::new();
    let output = unit.run(&["pin", "-"], "471 1\n");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let output = unit.run(&["pin", "-"], "4711\n");
    assert!(output.status.success(), "{output:?}");
    assert!(!String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).contains("4711"));
    assert_eq!(unit.try_pin("4711"), Answer::Right);
    assert_eq!(fs::metadata(unit.paths().pin()).unwrap().permissions().mode() & 0o777, 0o600);
    let status: Value = serde_json::from_slice(&unit.run(&["--json", "status"], "").stdout).unwrap();
    assert_eq!(status["pin_set"], true);
}

#[test]
fn a_made_pin_is_told_once() {
    let unit = Unit::new();
    let made = unit.json(&["pin", "--generate", "--digits", "8"], "");
    let pin = made["generated"].as_str().unwrap();
    assert_eq!((made["pin_set"].as_bool(), pin.len()), (Some(true), 8));
    assert_eq!(unit.try_pin(pin), Answer::Right);
    let output = unit.run(&["pin", "--generate"], "");
    let pin = String::from_utf8(output.stdout).unwrap();
    assert_eq!(pin.trim().len(), 6, "stdout must hold only the PIN: {pin:?}");
    assert_eq!(unit.try_pin(&pin), Answer::Right);
}

#[test]
fn what_is_no_good_pin_changes_nothing() {
    let unit = Unit::new();
    assert!(unit.run(&["pin", "-"], "8520").status.success());
    for (input, problem) in [
        ("1234", "pin_trivial"),
        ("", "pin_length"),
        ("12345678901234567890", "pin_length"),
        ("abcd", "pin_not_digits"),
    ] {
        let refused = unit.json(&["pin", "-"], input);
        assert_eq!(
            (&refused["problems"][0]["problem"], &refused["pin_set"]),
            (&problem.into(), &true.into())
        );
        assert!(refused["problems"][0]["remedy"].as_str().is_some_and(|zh| !zh.is_ascii()));
    }
    let refused = unit.json(&["pin"], "4711\n4711\n");
    assert_eq!(refused["problems"][0]["problem"], "no_terminal");
    assert_eq!(
        unit.run(&["pin", "4711"], "").status.code(),
        Some(2),
        "a PIN on the command line must be refused"
    );
    assert_eq!(unit.run(&["pin", "--digits", "3", "--generate"], "").status.code(), Some(2));
    assert_eq!(unit.try_pin("8520"), Answer::Right);
}

#[test]
fn a_forgotten_pin_opens_nothing() {
    let unit = Unit::new();
    assert!(unit.run(&["pin", "-"], "8520").status.success());
    assert_eq!(unit.json(&["pin", "--remove"], "")["pin_set"], false);
    assert_eq!(unit.try_pin("8520"), Answer::NoPin);
    let again = unit.run(&["pin", "--remove"], "");
    assert!(again.status.success() && String::from_utf8_lossy(&again.stderr).contains("no PIN"), "{again:?}");
}

#[test]
fn binding_reminds_of_the_pin() {
    let unit = Unit::new();
    let bind = ["bind", "启赋品牌，门店id：184454101，设备id:8F6A77C73E"];
    let told = |output: Output| String::from_utf8(output.stderr).unwrap();
    assert!(told(unit.run(&bind, "")).contains("cloud-shelfctl pin"));
    assert!(unit.run(&["pin", "-"], "8520").status.success());
    assert!(!told(unit.run(&bind, "")).contains("cloud-shelfctl pin"));
}

#[test]
fn on_a_terminal_it_asks_twice_and_shows_nothing() {
    let unit = Unit::new();
    let ask = |input: &str| {
        let mut command = Command::new("script");
        command
            .args(["--quiet", "--return", "--command"])
            .arg(format!("{} pin", env!("CARGO_BIN_EXE_cloud-shelfctl")))
            .arg("/dev/null")
            .env("CLOUD_SHELF_STATE", unit.paths().state_dir())
            .env("LANG", "en_GB.UTF-8");
        run(command, input)
    };
    let differs = ask("4711\n4712\n");
    assert_eq!(differs.status.code(), Some(2), "{differs:?}");
    assert!(!unit.paths().pin().exists());
    let set = ask("4711\n4711\n");
    assert!(set.status.success(), "{set:?}");
    assert_eq!(unit.try_pin("4711"), Answer::Right);
}
