//! `feed bundle DIR STORE DEVICE OUT`.

use super::{
    failure::{ended, failed},
    shelf,
};
use crate::cli::{Context, Exit, Output, json, privilege};
use cloud_shelf_core::{
    clock::{Clock, SystemClock},
    domain::Message,
    publish::{self, PublishError},
};
use serde::Serialize;
use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// 发布目录 / the feed's directory
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// 门店码 / the store code
    #[arg(value_name = "STORE")]
    store: String,
    /// 设备码 / the device code
    #[arg(value_name = "DEVICE")]
    device: String,
    /// 写到哪个文件（- 是标准输出）/ the file to write (- is stdout)
    #[arg(value_name = "OUT")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    path: String,
    files: usize,
    bytes: u64,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let shelf = match shelf::of_codes(&args.store, &args.device) {
        Ok(shelf) => shelf,
        Err(message) => return ended(Exit::Usage, "bad_shelf", &message, context, output),
    };
    let bundle =
        |out: &mut dyn Write| publish::write_bundle(&args.dir, &shelf.subject, SystemClock.now(), out);
    if args.out == Path::new("-") {
        return match bundle(&mut io::stdout().lock()) {
            Ok(_) => Exit::Ok,
            Err(error) => failed(&error, context, output),
        };
    }
    let state = context.paths.state_dir();
    if privilege::is_split(state) && privilege::is_of_state(&args.out, state) {
        // The published tree is read with the caller's rights, which must not be used to write in the state
        let message = Message::new(
            format!(
                "{} 在这台货架的状态目录里，没有写入。请写到别处，再用 sudo cloud-shelfctl import 导入",
                args.out.display()
            ),
            format!(
                "{} is in this unit's state directory and was not written. Use another folder, then import the file with sudo cloud-shelfctl import",
                args.out.display()
            ),
        );
        return ended(Exit::Usage, "in_state", &message, context, output);
    }
    match to_file(&args.out, bundle) {
        Ok((files, bytes)) if context.json => {
            output.json(&Report { schema: json::SCHEMA, path: args.out.display().to_string(), files, bytes });
        }
        Ok((files, bytes)) => {
            output.line(&args.out.display().to_string());
            let mib = bytes.div_ceil(1 << 20);
            output.tell(&Message::new(
                format!("共 {files} 个文件，{mib} MB。拷到 U 盘，插到这台货架上即可"),
                format!(
                    "{files} files, {mib} MiB. Copy it to a USB stick and plug that into this shelf's unit"
                ),
            ));
        }
        Err(error) => return failed(&error, context, output),
    }
    Exit::Ok
}

/// Writes the file atomically: it is complete or not there.
fn to_file(
    out: &Path,
    bundle: impl FnOnce(&mut dyn Write) -> Result<usize, PublishError>,
) -> Result<(usize, u64), PublishError> {
    let io = |source| PublishError::Io { path: out.to_owned(), source };
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let temporary = out.with_file_name(name);
    let write = || {
        // Remove what an interrupted run left; `create_new` then follows no symbolic link
        let _ = fs::remove_file(&temporary);
        let mut file = BufWriter::new(File::create_new(&temporary).map_err(io)?);
        let files = bundle(&mut file)?;
        let file = file.into_inner().map_err(|error| io(error.into_error()))?;
        file.sync_all().map_err(io)?;
        let bytes = file.metadata().map_err(io)?.len();
        fs::rename(&temporary, out).map_err(io)?;
        Ok((files, bytes))
    };
    write().inspect_err(|_| drop(fs::remove_file(&temporary)))
}
