//! `template OUT.xlsx`: writes the empty product table.

use super::{Context, Exit, Output, json, result_file};
use cloud_shelf_core::{domain::Message, table::template};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 写到哪个文件（- 是标准输出）/ the file to write (- is stdout)
    #[arg(value_name = "OUT.xlsx")]
    out: PathBuf,
    /// 覆盖已有的文件 / overwrite a file that exists
    #[arg(long)]
    force: bool,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    path: String,
    bytes: usize,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let bytes = match template::build() {
        Ok(bytes) => bytes,
        Err(error) => {
            output.tell(&Message::new(format!("生成表格失败：{error}"), error.to_string()));
            return Exit::Failed;
        }
    };
    if args.out == Path::new("-") {
        output.bytes(&bytes);
        return Exit::Ok;
    }
    let path = args.out.display();
    // A filled-in table is worth more than an empty one
    if args.out.exists() && !args.force {
        output.tell(&Message::new(
            format!("{path} 已经存在，没有覆盖。请换一个文件名，或加上 --force"),
            format!("{path} exists and was not overwritten. Use another name, or add --force"),
        ));
        return Exit::Failed;
    }
    if let Err(error) = result_file::save(&args.out, &bytes, &context.paths) {
        output.tell(&Message::new(
            format!("写不了 {path}：{error}。请检查文件夹是否存在、磁盘是否已满"),
            format!("Cannot write {path}: {error}. Check that the folder exists and the disk is not full"),
        ));
        return Exit::Failed;
    }
    if context.json {
        output.json(&Report { schema: json::SCHEMA, path: path.to_string(), bytes: bytes.len() });
    } else {
        output.line(&path.to_string());
        output.tell(&Message::fixed(
            "空表已生成。填好后可以用 cloud-shelfctl check table 检查",
            "The empty table is ready. Fill it in and check it with cloud-shelfctl check table",
        ));
    }
    Exit::Ok
}
