//! `screenshot`: what the running kiosk has on its screen, as a PNG.

use super::{Context, Exit, Output, kiosk};
use crate::{control::Request, domain::Message};
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

/// More than any screen's PNG has.
const MAX_BYTES: u64 = 256 << 20;

const TRIES: u32 = 10;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// PNG 文件（- 是标准输出）/ the PNG file (- is stdout)
    #[arg(value_name = "OUT.png")]
    out: PathBuf,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let mut tries = 0;
    let fetched = loop {
        if let Err(exit) = kiosk::ask(&Request::Screenshot, context, output) {
            return exit;
        }
        tries += 1;
        match fetch(&context.paths.screenshot()) {
            // Somebody else who asked at the same time has taken it away
            Err(error) if error.kind() == io::ErrorKind::NotFound && tries < TRIES => {}
            fetched => break fetched,
        }
    };
    let saved = fetched.and_then(|bytes| {
        if args.out == Path::new("-") {
            output.bytes(&bytes);
            Ok(())
        } else {
            std::fs::write(&args.out, bytes)
        }
    });
    match saved {
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

/// Takes the kiosk's file away: it may show what a shopper looked at.
fn fetch(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::PermissionDenied => return Err(error),
        _ => {}
    }
    Ok(bytes)
}
