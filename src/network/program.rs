//! Running a program that may hang: bounded in time and in what it says.

use std::{
    ffi::OsStr,
    io::{self, Read, Write},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const MAX_OUTPUT_BYTES: u64 = 256 * 1024;
const LOOK: Duration = Duration::from_millis(25);

/// What a program has said.
#[derive(Debug)]
pub(super) struct Said {
    /// `None` where it was killed, by us or by others
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Runs a program with these words on its stdin; one that takes longer is killed.
pub(super) fn run<A: AsRef<OsStr>>(
    program: &Path,
    args: &[A],
    stdin: &str,
    patience: Duration,
) -> io::Result<Said> {
    let mut child = Command::new(program)
        .args(args)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut pipe) = child.stdin.take() {
        // One that does not read has gone, which its code says
        let _ = pipe.write_all(stdin.as_bytes());
    }
    let (out, err) = (collect(child.stdout.take()), collect(child.stderr.take()));
    let code = wait(&mut child, Instant::now() + patience)?;
    let text = |reader: thread::JoinHandle<String>| reader.join().unwrap_or_default();
    Ok(Said { code, out: text(out), err: text(err) })
}

fn wait(child: &mut Child, end: Instant) -> io::Result<Option<i32>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

/// Reads to the end what is kept in part, so that the program is not held up.
fn collect(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let Some(mut pipe) = pipe else { return String::new() };
        let mut bytes = vec![];
        let kept = pipe.by_ref().take(MAX_OUTPUT_BYTES).read_to_end(&mut bytes);
        let _ = kept.and_then(|_| io::copy(&mut pipe, &mut io::sink()));
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
