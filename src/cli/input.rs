//! Reads files and stdin up to a size limit.

use cloud_shelf_core::domain::Message;
use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::Path,
};

/// Upper bound on a list of links or binding lines, in bytes.
const MAX_TEXT_BYTES: u64 = 4 << 20;

/// Reads a file; `-` is stdin.
pub(super) fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Message> {
    let failed = |error: io::Error| {
        let name = path.display();
        let (zh, en) = match error.kind() {
            io::ErrorKind::NotFound => (
                "没有这个文件，请核对文件名和所在文件夹".to_owned(),
                "there is no such file; check its name and folder".to_owned(),
            ),
            io::ErrorKind::PermissionDenied => (
                "没有权限读取，请用 sudo 再试".to_owned(),
                "no permission to read it; try again with sudo".to_owned(),
            ),
            io::ErrorKind::IsADirectory => (
                "这是文件夹，请指定里面的表格文件".to_owned(),
                "this is a folder; name the table in it".to_owned(),
            ),
            _ => (error.to_string(), error.to_string()),
        };
        Message::new(format!("读不了 {name}：{zh}"), format!("Cannot read {name}: {en}"))
    };
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().take(limit + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
    };
    read.map_err(failed)?;
    if bytes.len() as u64 > limit {
        let (name, mib) = (path.display(), limit >> 20);
        return Err(Message::new(
            format!("{name} 超过 {mib} MB，没有读取。请把它拆小"),
            format!("{name} is larger than {mib} MiB and was not read. Make it smaller"),
        ));
    }
    Ok(bytes)
}

/// Returns the texts of a command line; `-`, or no text at all, reads stdin as one text.
pub(super) fn texts(args: &[String]) -> Result<Vec<Text>, Message> {
    if args.is_empty() && io::stdin().is_terminal() {
        return Ok(Vec::new());
    }
    if args.is_empty() {
        return Ok(vec![stdin()?]);
    }
    args.iter().map(|arg| if arg == "-" { stdin() } else { Ok(Text::Argument(arg.clone())) }).collect()
}

/// A text to check.
pub(super) enum Text {
    Argument(String),
    Stdin(String),
}

impl Text {
    pub fn into_inner(self) -> String {
        match self {
            Self::Argument(text) | Self::Stdin(text) => text,
        }
    }
}

fn stdin() -> Result<Text, Message> {
    let bytes = bytes(Path::new("-"), MAX_TEXT_BYTES)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(Text::Stdin(text.trim_start_matches('\u{FEFF}').to_owned()))
}
