//! A kiosk whose stderr takes no writes: a full disk, a failed card, a pipe without a reader, or a pipe whose
//! reader does not read.

use super::{
    kiosk::{COMPACT, PATIENT, command},
    shelf::{Shelf, rows},
    x_server::XServer,
};
use rustix::fs::{OFlags, fcntl_setfl};
use std::{
    fs::{self, File},
    io::{self, Write},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(60);

fn lives_with(stderr: impl Into<Stdio>) {
    let shelf = Shelf::of(&rows(3));
    let x = XServer::start(COMPACT.size);
    // Causes many log lines: full verbosity and damaged input
    fs::write(shelf.state().join("binding.json"), "{").unwrap();
    let mut command = command(&shelf, &format!("{PATIENT}nonsense = 1\n"), &x.display);
    let mut program = command.args(["--verbose", "--size", "800x480"]).stderr(stderr).spawn().unwrap();
    let end = Instant::now() + PATIENCE;
    let mut frames = 0;
    while frames == 0 {
        assert!(program.try_wait().unwrap().is_none(), "a log line has ended the kiosk");
        assert!(Instant::now() < end);
        frames = shelf.json(&["status"])["kiosk"]["frames"].as_u64().unwrap_or(0);
        thread::sleep(Duration::from_millis(50));
    }
    // A fault that is logged at run time
    fs::write(shelf.database(), [0x5A; 100_000]).unwrap();
    shelf.import_rows(&rows(4));
    let shows = |count: usize| shelf.json(&["status"])["catalog"]["items"] == count;
    while !shows(4) {
        assert!(Instant::now() < end);
        thread::sleep(Duration::from_millis(50));
    }
    assert!(program.try_wait().unwrap().is_none(), "a log line has ended the kiosk");
    assert!(shelf.ctl(&["show", "shelf"]).status.success());
    program.kill().unwrap();
    program.wait().unwrap();
}

#[test]
fn it_lives_with_a_log_on_a_full_disk() {
    lives_with(File::options().write(true).open("/dev/full").unwrap());
}

#[test]
fn it_lives_with_a_log_without_a_reader() {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    lives_with(writer);
}

#[test]
fn it_lives_with_a_log_that_nobody_reads() {
    // The reader stays open to the end and reads nothing
    let (_reader, mut writer) = io::pipe().unwrap();
    fcntl_setfl(&writer, OFlags::NONBLOCK).unwrap();
    while writer.write(&[b'x'; 4096]).is_ok() {}
    fcntl_setfl(&writer, OFlags::empty()).unwrap();
    lives_with(writer);
}
