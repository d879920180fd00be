//! Keeps the last log lines for the service page; every line also goes to stderr.

use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{Mutex, PoisonError},
};

/// Number of lines kept.
const MAX_LINES: usize = 100;
const MAX_LINE_BYTES: usize = 400;

static KEPT: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());

/// The log's writer. Writing never fails: a line that stderr refuses (full disk, failed card, closed pipe) is
/// still kept for the service page and must not end the program. On a failed write, tracing-subscriber calls
/// `eprintln!`, which panics if stderr fails.
#[derive(Debug, Default)]
pub struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        keep(&String::from_utf8_lossy(bytes));
        // A failure of stderr can't be reported anywhere
        let _ = io::stderr().lock().write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = io::stderr().lock().flush();
        Ok(())
    }
}

fn keep(text: &str) {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    for line in text.lines().filter(|line| !line.is_empty()) {
        if kept.len() == MAX_LINES {
            kept.pop_front();
        }
        kept.push_back(line[..line.floor_char_boundary(MAX_LINE_BYTES)].to_owned());
    }
}

/// Returns the kept lines, newest first.
pub(super) fn lines() -> Vec<String> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
