//! Keeps the last log lines for the service page; every line also goes to stderr.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::{
    collections::VecDeque,
    io::{self, Write},
    os::fd::AsFd,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// Number of lines kept.
const MAX_LINES: usize = 100;
const MAX_LINE_BYTES: usize = 400;

/// A pipe that polls as writable takes at least this many bytes without blocking (`PIPE_BUF`); a socket, more.
const PART_BYTES: usize = 4096;

static KEPT: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());
/// Number of lines dropped since stderr last took one.
static LOST: AtomicU64 = AtomicU64::new(0);

/// The log's writer. Writing never fails and never blocks: a line that stderr does not take (full disk, failed
/// card, closed pipe, full pipe) is still kept for the service page and must neither end nor stop the program.
/// On a failed write, tracing-subscriber calls `eprintln!`, which panics if stderr fails.
#[derive(Debug, Default)]
pub struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        keep(&String::from_utf8_lossy(bytes));
        tell(io::stderr().lock(), bytes, &LOST);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = io::stderr().lock().flush();
        Ok(())
    }
}

/// Writes a line without blocking; counts the line as lost if there is no room for it.
fn tell(mut to: impl Write + AsFd, line: &[u8], lost: &AtomicU64) {
    let before = lost.load(Relaxed);
    let gap = match before {
        0 => String::new(),
        lines => format!("... lines lost, for nobody read them: {lines}\n"),
    };
    for part in gap.as_bytes().chunks(PART_BYTES).chain(line.chunks(PART_BYTES)) {
        if !has_room(&to) {
            lost.fetch_add(1, Relaxed);
            return;
        }
        // A failed write can't be reported anywhere
        let _ = to.write_all(part);
    }
    lost.fetch_sub(before, Relaxed);
}

fn has_room(to: &impl AsFd) -> bool {
    let mut asked = PollFd::new(to, PollFlags::OUT);
    let polled = poll(std::slice::from_mut(&mut asked), Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
    // If polling fails, a write is attempted all the same
    polled.is_err() || !asked.revents().is_empty()
}

fn keep(text: &str) {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    for line in text.lines().filter(|line| !line.is_empty()) {
        if kept.len() == MAX_LINES {
            kept.pop_front();
        }
        let (start, _) = line.split_at(line.floor_char_boundary(MAX_LINE_BYTES));
        kept.push_back(start.to_owned());
    }
}

/// Returns the kept lines, newest first.
pub(super) fn lines() -> Vec<String> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{OFlags, fcntl_setfl};
    use std::io::Read;

    #[test]
    fn a_log_that_nobody_reads_loses_lines_and_says_how_many() {
        let (mut reader, mut writer) = io::pipe().unwrap();
        fcntl_setfl(&writer, OFlags::NONBLOCK).unwrap();
        while writer.write(&[b'x'; PART_BYTES]).is_ok() {}
        fcntl_setfl(&writer, OFlags::empty()).unwrap();
        let lost = AtomicU64::new(0);
        for _ in 0..3 {
            // Longer than one part: the second part must not block either
            tell(&writer, &[b'y'; 3 * PART_BYTES], &lost);
        }
        assert_eq!(lost.load(Relaxed), 3);
        let mut room = vec![0; 10 * PART_BYTES];
        reader.read_exact(&mut room).unwrap();
        tell(&writer, b"again\n", &lost);
        assert_eq!(lost.load(Relaxed), 0);
        drop(writer);
        let mut rest = String::new();
        reader.read_to_string(&mut rest).unwrap();
        let said = rest.trim_start_matches('x');
        assert_eq!(said, "... lines lost, for nobody read them: 3\nagain\n");
    }

    #[test]
    fn the_newest_lines_are_kept_and_none_is_endless() {
        for number in 0..MAX_LINES + 20 {
            keep(&format!("行 {number}\n"));
        }
        keep(&"字".repeat(1000));
        let lines = lines();
        assert_eq!(lines.len(), MAX_LINES);
        assert!(lines[0].len() <= MAX_LINE_BYTES && lines[0].starts_with('字'));
        assert_eq!(lines[1], format!("行 {}", MAX_LINES + 19));
    }
}
