//! `feed`: the operator's verbs, which run on any computer.

mod add_shelf;
mod bundle;
mod failure;
mod init;
mod keys;
mod publish;
mod shelf;
mod verify;

use super::{Context, Exit, Output};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// 新建发布目录和密钥 / create a feed's directory and its key
    Init(init::Args),
    /// 添加货架 / add shelves
    AddShelf(add_shelf::Args),
    /// 发布商品表格；不写表格就续期 / publish a table; without one, renew what is published
    Publish(publish::Args),
    /// 像货架一样检查已发布的内容 / check what is published as a shelf would
    Verify(verify::Args),
    /// 导出给 U 盘用的文件 / write a bundle for a USB stick
    Bundle(bundle::Args),
    /// 密钥 / the keys
    #[command(subcommand)]
    Keys(keys::Verb),
}

pub(super) fn run(verb: &Verb, context: &Context, output: &mut Output) -> Exit {
    match verb {
        Verb::Init(args) => init::run(args, context, output),
        Verb::AddShelf(args) => add_shelf::run(args, context, output),
        Verb::Publish(args) => publish::run(args, context, output),
        Verb::Verify(args) => verify::run(args, context, output),
        Verb::Bundle(args) => bundle::run(args, context, output),
        Verb::Keys(verb) => keys::run(verb, context, output),
    }
}
