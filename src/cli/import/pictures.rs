//! Reads the pictures beside a table in a process that keeps the caller's rights: `import` itself has given
//! them up by the time it learns the pictures' names. The process reads only below the folder that the caller
//! named.
//!
//! Each request is one line, a name as JSON text; each reply is one line, an [`Answer`], followed by as many
//! bytes as it announces.

use crate::{
    cli::{Exit, privilege},
    import::{PictureDir, PictureFault, Pictures},
};
use cloud_shelf_core::media::{self, MediaError};
use serde::{Deserialize, Serialize};
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout},
    sync::{Mutex, PoisonError},
};

/// Upper bound on a request line, in bytes: more than a table cell can hold.
const MAX_LINE: u64 = 256 << 10;

/// Arguments of the hidden verb.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    dir: PathBuf,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Bytes(usize),
    Missing(String),
    Outside(String),
    Unreadable { name: String, detail: String },
    TooLarge(usize),
}

impl Answer {
    fn of(fault: PictureFault) -> Self {
        match fault {
            PictureFault::Missing { name } => Self::Missing(name),
            PictureFault::Outside { name } => Self::Outside(name),
            PictureFault::Unreadable { name, detail } => Self::Unreadable { name, detail },
            PictureFault::Media(MediaError::FileTooLarge { bytes }) => Self::TooLarge(bytes),
            fault => Self::Unreadable { name: String::new(), detail: fault.to_string() },
        }
    }
}

/// Answers requests until stdin closes.
pub(in crate::cli) fn serve(args: &Args) -> Exit {
    let pictures = PictureDir::new(&args.dir);
    match answer_all(&pictures, io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => Exit::Ok,
        Err(_) => Exit::Failed,
    }
}

fn answer_all(
    pictures: &dyn Pictures,
    mut questions: impl BufRead,
    mut answers: impl Write,
) -> io::Result<()> {
    loop {
        let mut line = Vec::new();
        if (&mut questions).take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let name: String = serde_json::from_slice(&line)?;
        let (answer, bytes) = match pictures.read(&name) {
            Ok(bytes) => (Answer::Bytes(bytes.len()), bytes),
            Err(fault) => (Answer::of(fault), Vec::new()),
        };
        serde_json::to_writer(&mut answers, &answer)?;
        answers.write_all(b"\n")?;
        answers.write_all(&bytes)?;
        answers.flush()?;
    }
}

/// The client: the handle of the process that reads pictures.
pub(super) struct Servant {
    pipes: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    process: Child,
}

impl Servant {
    /// Starts the process. Call while this process still has the caller's rights.
    pub fn start(dir: &Path) -> io::Result<Self> {
        let mut process =
            privilege::spawn_servant(&["serve-pictures".as_ref(), "--".as_ref(), dir.as_os_str()])?;
        let (Some(questions), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        Ok(Self { pipes: Mutex::new((questions, BufReader::new(answers))), process })
    }
}

impl Pictures for Servant {
    fn read(&self, name: &str) -> Result<Vec<u8>, PictureFault> {
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        let (questions, answers) = &mut *pipes;
        ask(questions, answers, name).unwrap_or_else(|error| {
            Err(PictureFault::Unreadable { name: name.to_owned(), detail: error.to_string() })
        })
    }
}

impl Drop for Servant {
    fn drop(&mut self) {
        // The process may be root's, so this one may not kill it; it exits when its stdin closes
        let _ = self.process.try_wait();
    }
}

fn ask(
    mut questions: impl Write,
    mut answers: impl BufRead,
    name: &str,
) -> io::Result<Result<Vec<u8>, PictureFault>> {
    let mut line = serde_json::to_vec(name)?;
    line.push(b'\n');
    if line.len() as u64 > MAX_LINE {
        return Ok(Err(PictureFault::Missing { name: name.chars().take(80).collect() }));
    }
    questions.write_all(&line)?;
    questions.flush()?;
    let mut line = Vec::new();
    (&mut answers).take(MAX_LINE).read_until(b'\n', &mut line)?;
    Ok(match serde_json::from_slice(&line)? {
        Answer::Bytes(length) if length <= media::MAX_FILE_BYTES + 1 => {
            let mut bytes = vec![0; length];
            answers.read_exact(&mut bytes)?;
            Ok(bytes)
        }
        Answer::Bytes(bytes) | Answer::TooLarge(bytes) => {
            Err(PictureFault::Media(MediaError::FileTooLarge { bytes }))
        }
        Answer::Missing(name) => Err(PictureFault::Missing { name }),
        Answer::Outside(name) => Err(PictureFault::Outside { name }),
        Answer::Unreadable { name, detail } => Err(PictureFault::Unreadable { name, detail }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, io::Cursor};

    #[test]
    fn what_the_folder_says_comes_through_the_pipes() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a.jpg"), [0xFF; 70_000]).unwrap();
        fs::write(root.path().join("empty.jpg"), "").unwrap();
        let big = fs::File::create(root.path().join("big.jpg")).unwrap();
        big.set_len(media::MAX_FILE_BYTES as u64 + 1).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", root.path().join("out.jpg")).unwrap();
        let folder = PictureDir::new(root.path());
        for name in
            ["a.jpg", "A", "empty.jpg", "big.jpg", "none.jpg", "../x", "out.jpg", "", "换\n行", "\u{0}"]
        {
            let mut question = serde_json::to_vec(name).unwrap();
            question.push(b'\n');
            let mut answer = Vec::new();
            answer_all(&folder, &question[..], &mut answer).unwrap();
            let mut asked = Vec::new();
            let heard = ask(&mut asked, Cursor::new(&answer), name).unwrap();
            assert_eq!(asked, question);
            assert_eq!(heard, folder.read(name), "{name}");
        }
        let long = "长".repeat(MAX_LINE as usize);
        assert!(ask(Vec::new(), Cursor::new(b""), &long).unwrap().is_err());
        assert!(ask(Vec::new(), Cursor::new(b"{\"bytes\":9}\n12345678"), "cut").is_err());
        assert!(ask(Vec::new(), Cursor::new(b""), "gone").is_err());
    }
}
