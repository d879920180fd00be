//! Runs other programs for their output, with a deadline and an upper bound on the output kept.

use crate::watchdog;
use rustix::process::{Pid, Signal, kill_process_group};
use std::{
    io::{self, Read, Write},
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

/// The result of a program that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramOutput {
    /// Exit code; `None` if a signal ended the program
    pub code: Option<i32>,
    /// The last `most` bytes of standard output
    pub out: String,
    pub err: String,
}

/// Why a program gave no result.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    #[error("{program} is not installed")]
    NotInstalled { program: String },
    #[error("{program} did not end within {} s", .patience.as_secs())]
    TimedOut { program: String, patience: Duration },
    #[error("{program} can't be run: {error}")]
    Failed { program: String, error: io::Error },
}

impl ProgramOutput {
    pub fn is_ok(&self) -> bool {
        self.code == Some(0)
    }
}

/// Runs a program without input in the C.UTF-8 locale and waits for its end. Keeps the last `most` bytes of
/// each output. Past the deadline, kills the program and its children.
pub fn run(command: &mut Command, patience: Duration, most: usize) -> Result<ProgramOutput, ProgramError> {
    run_with_input(command, "", patience, most)
}

/// Like [`run`], with a short input, which must fit into a pipe (64 KiB).
pub fn run_with_input(
    command: &mut Command,
    input: &str,
    patience: Duration,
    most: usize,
) -> Result<ProgramOutput, ProgramError> {
    run_until(command, input, patience, most, |_| false)
}

/// Like [`run_with_input`], but kills the program as soon as its output is enough.
pub fn run_until(
    command: &mut Command,
    input: &str,
    patience: Duration,
    most: usize,
    enough: impl Fn(&[u8]) -> bool + Send + 'static,
) -> Result<ProgramOutput, ProgramError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => ProgramError::NotInstalled { program: program.clone() },
        _ => ProgramError::Failed { program: program.clone(), error },
    };
    let end = Instant::now() + patience;
    // Plain C would not be UTF-8; unlike C, C.UTF-8 can be overridden by LANGUAGE
    command.env("LC_ALL", "C.UTF-8").env_remove("LANGUAGE").process_group(0);
    let stdin = if input.is_empty() { Stdio::null() } else { Stdio::piped() };
    command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    if let Some(mut pipe) = child.stdin.take() {
        // A write error means that the program has exited; its exit code tells more
        let _ = pipe.write_all(input.as_bytes());
    }
    // Until the child is reaped, its process id is not reused
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let kill = move || {
        // The program may just have ended
        let _ = group.map(|group| kill_process_group(group, Signal::KILL));
    };
    let watch = move |out: &[u8]| {
        if enough(out) {
            kill();
        }
    };
    let outputs = (
        child.stdout.take().map(|out| read_tail(out, most, watch)),
        child.stderr.take().map(|err| read_tail(err, most, |_| ())),
    );
    let text = |output: Option<Receiver<Vec<u8>>>| -> Result<String, RecvTimeoutError> {
        let Some(output) = output else { return Ok(String::new()) };
        let bytes =
            watchdog::pause_during(|| output.recv_timeout(end.saturating_duration_since(Instant::now())))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let said = text(outputs.0).and_then(|out| Ok((out, text(outputs.1)?)));
    let ended = wait_for_exit(child);
    let left = if said.is_ok() { end.saturating_duration_since(Instant::now()) } else { Duration::ZERO };
    match (said, watchdog::pause_during(|| ended.recv_timeout(left))) {
        (Ok((out, err)), Ok(status)) => Ok(ProgramOutput { code: status.map_err(failed)?.code(), out, err }),
        _ => {
            kill();
            Err(ProgramError::TimedOut { program, patience })
        }
    }
}

/// Waits for the child on a thread of its own, so that the caller can wait with a deadline.
fn wait_for_exit(mut child: Child) -> Receiver<io::Result<ExitStatus>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        // The caller may have timed out
        let _ = sender.send(child.wait());
    });
    receiver
}

/// Reads an output to its end on a thread of its own, since both pipes fill at once. Shows `watch` the output
/// so far.
fn read_tail(
    mut output: impl Read + Send + 'static,
    most: usize,
    watch: impl Fn(&[u8]) + Send + 'static,
) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let (mut kept, mut chunk) = (Vec::new(), [0; 8192]);
        while let Ok(read @ 1..) = output.read(&mut chunk) {
            kept.extend_from_slice(&chunk[..read]);
            if kept.len() > most.saturating_mul(2).max(chunk.len()) {
                kept.drain(..kept.len() - most);
            }
            watch(&kept);
        }
        kept.drain(..kept.len().saturating_sub(most));
        // The caller may have timed out
        let _ = sender.send(kept);
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, patience: Duration, most: usize) -> Result<ProgramOutput, ProgramError> {
        run(Command::new("sh").args(["-c", script]), patience, most)
    }

    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn both_outputs_and_the_code_are_told() {
        let said = sh("echo out; echo err >&2; exit 3", LONG, 100).unwrap();
        assert_eq!(said, ProgramOutput { code: Some(3), out: "out\n".into(), err: "err\n".into() });
        assert_eq!(sh("kill -9 $$", LONG, 100).unwrap().code, None);
        let gone = run(&mut Command::new("no-such-program-anywhere"), LONG, 1).unwrap_err();
        assert!(matches!(gone, ProgramError::NotInstalled { .. }), "{gone}");
    }

    #[test]
    fn its_words_are_those_that_programs_read() {
        let mut command = Command::new("sh");
        command.env("LANGUAGE", "zh_CN:zh").env("LC_ALL", "zh_CN.UTF-8");
        let said = run(command.args(["-c", "echo $LC_ALL $LANGUAGE"]), LONG, 100).unwrap();
        assert_eq!(said.out, "C.UTF-8\n");
    }

    #[test]
    fn what_it_is_given_it_reads() {
        let said = run_with_input(&mut Command::new("cat"), "秘密", LONG, 100).unwrap();
        assert_eq!(said.out, "秘密");
        assert!(run_with_input(&mut Command::new("true"), "nobody reads this", LONG, 100).unwrap().is_ok());
    }

    #[test]
    fn one_that_has_said_enough_is_ended() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo once; echo once more; sleep 600 & sleep 600"]);
        let enough = |out: &[u8]| out.ends_with(b"once more\n");
        let said = run_until(&mut command, "", LONG, 100, enough).unwrap();
        assert_eq!(said, ProgramOutput { code: None, out: "once\nonce more\n".into(), err: String::new() });
    }

    #[test]
    fn of_many_words_the_last_are_kept() {
        let said = sh("seq 1 200000; seq 1 200000 >&2", LONG, 7).unwrap();
        assert_eq!((said.out.as_str(), said.err.as_str()), ("200000\n", "200000\n"));
    }

    #[test]
    fn one_that_does_not_end_is_ended_with_its_children() {
        let begun = Instant::now();
        for script in ["sleep 600 & sleep 600", "exec >&- 2>&-; sleep 600", "sleep 600 & exit 0"] {
            let slow = sh(script, Duration::from_millis(200), 10).unwrap_err();
            assert!(matches!(slow, ProgramError::TimedOut { .. }), "{slow}");
        }
        assert!(begun.elapsed() < LONG);
    }
}
