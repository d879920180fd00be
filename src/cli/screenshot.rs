//! `screenshot`: saves what is on the running kiosk's screen as a PNG.

use super::{Context, Exit, Output, kiosk, privilege, result_file};
use crate::control::Request;
use cloud_shelf_core::{domain::Message, durable, plain_file};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Upper bound on a screenshot, in bytes.
const MAX_BYTES: u64 = 256 << 20;

const TRIES: u32 = 10;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// PNG 文件（- 是标准输出）/ the PNG file (- is stdout)
    #[arg(value_name = "OUT.png")]
    out: PathBuf,
}

impl Args {
    pub fn is_to_stdout(&self) -> bool {
        self.out == Path::new("-")
    }
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let bytes = if args.is_to_stdout() || !privilege::is_split(context.paths.state_dir()) {
        fetch(context, output)
    } else {
        // The kiosk's picture is read by the state's owner; the output file is written by the caller
        privilege::said_by_owner(context, &["screenshot", "-"], MAX_BYTES, output)
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(exit) => return exit,
    };
    if args.is_to_stdout() {
        output.bytes(&bytes);
        return Exit::Ok;
    }
    match result_file::save(&args.out, &bytes, &context.paths) {
        Ok(()) => Exit::Ok,
        Err(error) => {
            output.tell(&Message::new(
                format!("截屏无法保存到 {}（{error}）。请换一个文件夹，或检查磁盘是否已满", args.out.display()),
                format!("The screenshot can't be saved to {} ({error}). Use another folder, or check for a full disk", args.out.display()),
            ));
            Exit::Failed
        }
    }
}

/// Returns the screenshot; on failure, the person has already been told.
fn fetch(context: &Context, output: &Output) -> Result<Vec<u8>, Exit> {
    let mut tries = 0;
    loop {
        kiosk::ask(&Request::Screenshot, context, output)?;
        tries += 1;
        match take_away(&context.paths.screenshot()) {
            Ok(bytes) => return Ok(bytes),
            // Another command has taken the file at the same moment
            Err(error) if error.kind() == io::ErrorKind::NotFound && tries < TRIES => {}
            Err(error) => {
                let Message { zh, en } = plain_file::describe_error(&error);
                output.tell(&Message::new(
                    format!("读不到屏幕程序留下的截屏（{zh}）。请再试一次"),
                    format!("The kiosk's screenshot can't be read ({en}). Try again"),
                ));
                return Err(Exit::Failed);
            }
        }
    }
}

/// Reads the kiosk's file and deletes it, since it may show what a shopper looked at.
fn take_away(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = plain_file::read(path, MAX_BYTES)?;
    match durable::remove(path) {
        Err(error) if error.kind() != io::ErrorKind::PermissionDenied => return Err(error),
        _ => {}
    }
    Ok(bytes)
}
