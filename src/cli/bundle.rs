//! `bundle`: one file with diagnostics for support.

use super::{Context, Exit, Output, doctor, privilege, result_file, status};
use crate::{
    doctor::examine,
    support::{self, Part, Redactor},
};
use cloud_shelf_core::{
    clock::{Clock, SystemClock},
    domain::Message,
};
use serde::Serialize;
use serde_json::Value;
use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 写到哪个文件或文件夹（- 是标准输出）/ the file or folder to write (- is stdout)
    #[arg(value_name = "OUT")]
    out: PathBuf,
}

/// Upper bound on the archive, in bytes; each of its parts has a bound of its own.
const MOST: u64 = 2 * support::MAX_BYTES as u64;

/// The fields of `status` that may leave the unit.
const STATUS: &[&str] = &[
    "schema",
    "bound",
    "brand",
    "store_id",
    "device_id",
    "feed",
    "catalog.version",
    "catalog.items",
    "catalog.pictures",
    "catalog.pictures_missing",
    "catalog.last_sync",
    "catalog.source",
    "data",
    "settings",
    "reports.key_id",
    "reports.activation",
    "reports.waiting",
    "reports.folded",
    "reports.sent",
    "reports.lost",
    "reports.last_report",
    "reports.problem",
    "kiosk.running",
    "kiosk.page",
    "kiosk.frames",
    "kiosk.version",
    "kiosk.started_at",
    "kiosk.database_opened",
    "kiosk.catalog_read",
    "kiosk.catalog_version",
    "kiosk.language",
    "kiosk.width",
    "kiosk.height",
    "kiosk.picture_bytes",
    "kiosk.picture_bytes_max",
    "kiosk.cards_waiting",
    "kiosk.sync",
    "kiosk.offline",
    "kiosk.left_alone",
    "kiosk.left_alone_count",
    "update",
    "version",
];

const README: &str = "\
这是一台云货架设备的诊断包，里面没有密码、密钥和 PIN。
Diagnostics of a Cloud Shelf unit, for support. They contain no passwords, keys or PINs.

doctor.json    检查结果 / findings and remedies
status.json    状态 / the state of the unit
settings.json  设置（只含允许的项目）/ settings (only those that may leave the unit)
versions.txt   软件版本 / versions of packages
logs.txt       程序日志 / logs of the kiosk and of updates
kernel.txt     内核日志 / the kernel's log
";

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let to_stdout = args.out == Path::new("-");
    if to_stdout && io::stdout().is_terminal() {
        output.tell(&Message::fixed(
            "诊断包不能显示在终端上。请写文件名，或用 > 保存到文件",
            "A bundle can't be shown on a terminal. Name a file, or redirect the output with >",
        ));
        return Exit::Usage;
    }
    let made = if to_stdout || !privilege::is_split(context.paths.state_dir()) {
        make(args, context, output)
    } else {
        // The state is read by a process of the state's owner; the output file is written by the caller
        privilege::said_by_owner(context, &["bundle", "-"], MOST, output)
    };
    let bytes = match made {
        Ok(bytes) => bytes,
        Err(exit) => return exit,
    };
    if to_stdout {
        output.bytes(&bytes);
        return Exit::Ok;
    }
    let path = if args.out.is_dir() {
        args.out.join(format!("{}.tar.gz", support::folder(&bytes)))
    } else {
        args.out.clone()
    };
    if let Err(error) = result_file::save_private(&path, &bytes, &context.paths) {
        return failed(&path, &error, output);
    }
    if context.json {
        output.json(&serde_json::json!({ "schema": super::json::SCHEMA, "ok": true, "path": path, "bytes": bytes.len() }));
    } else {
        let kib = bytes.len().div_ceil(1024);
        let done = Message::new(
            format!("诊断包已保存到 {}（{kib} KiB），里面没有密码和密钥，可以发给技术支持", path.display()),
            format!(
                "Saved to {} ({kib} KiB). It contains no passwords or keys: send it to support",
                path.display()
            ),
        );
        output.line(done.get(context.lang));
    }
    Exit::Ok
}

/// Returns the archive's bytes; on failure, the person has already been told.
fn make(args: &Args, context: &Context, output: &Output) -> Result<Vec<u8>, Exit> {
    output.tell(&Message::fixed(
        "正在检查设备、收集日志，约需一分钟……",
        "Checking the unit and collecting its logs; this takes up to a minute…",
    ));
    // Only the system's logs need root
    let system = System { packages: support::packages(), logs: support::logs(), kernel: support::kernel() };
    if let Err(error) = privilege::become_owner(context.paths.state_dir()) {
        output.tell(&error.message());
        return Err(Exit::Failed);
    }
    let now = SystemClock.now();
    support::pack(&folder(context, now), &parts(system, context, output), now)
        .map_err(|error| failed(&args.out, &error, output))
}

/// Output of the system's own programs.
struct System {
    packages: String,
    logs: String,
    kernel: String,
}

fn failed(path: &Path, error: &io::Error, output: &Output) -> Exit {
    output.tell(&Message::new(
        format!("诊断包无法保存到 {}（{error}）。请换一个文件夹或 U 盘，或检查磁盘是否已满", path.display()),
        format!("The bundle can't be saved to {} ({error}). Use another folder or a stick, or check for a full disk", path.display()),
    ));
    Exit::Failed
}

/// Names the folder after the device and the time, so that bundles of several units don't collide.
fn folder(context: &Context, now: i64) -> String {
    let bound = context.unit().read_binding().ok().flatten();
    let device = bound.map_or_else(|| "unbound".to_owned(), |bound| bound.binding.device.to_string());
    let safe: String =
        device.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(32).collect();
    let time = jiff::Timestamp::from_second(now).unwrap_or_default().strftime("%Y%m%dT%H%M%SZ");
    format!("cloud-shelf-{safe}-{time}")
}

fn parts(system: System, context: &Context, output: &Output) -> Vec<Part> {
    let redactor = Redactor::new(support::secrets(&context.unit()));
    let status = value(&status::collect(context, output));
    let checks = examine(&doctor::patient(context), &SystemClock, &mut |_| {});
    let part = |name, text: String| Part::new(name, redactor.strike(&text));
    let json = |name, mut document: Value| {
        redactor.strike_in(&mut document);
        Part::new(name, format!("{document:#}\n"))
    };
    vec![
        Part::new("README.txt", README),
        json("doctor.json", value(&doctor::DoctorReport::of(&checks))),
        json("status.json", support::pick(&status, STATUS)),
        json("settings.json", support::settings(&context.unit())),
        part("versions.txt", system.packages),
        part("logs.txt", system.logs),
        part("kernel.txt", system.kernel),
    ]
}

fn value(report: &impl Serialize) -> Value {
    serde_json::to_value(report).unwrap_or_else(|error| error.to_string().into())
}
