//! `screenshot`: what the running kiosk has on its screen, as a PNG.

use super::{Context, Exit, Output, kiosk};
use crate::{control::Request, domain::Message};
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

/// More than any screen's PNG has.
const MAX_BYTES: u64 = 256 << 20;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// PNG 文件（- 是标准输出）/ the PNG file (- is stdout)
    #[arg(value_name = "OUT.png")]
    out: PathBuf,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    if let Err(exit) = kiosk::ask(&Request::Screenshot, context, output) {
        return exit;
    }
    let fetched = fetch(&context.paths.screenshot()).and_then(|bytes| {
        if args.out == Path::new("-") {
            output.bytes(&bytes);
            Ok(())
        } else {
            std::fs::write(&args.out, bytes)
        }
    });
    match fetched {
        Ok(()) => Exit::Ok,
        Err(error) => {
            output.tell(&Message::new(
                format!("截屏无法保存到 {}：{error}", args.out.display()),
                format!("The screenshot can't be saved to {}: {error}", args.out.display()),
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
