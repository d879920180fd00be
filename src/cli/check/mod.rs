//! `check`: checks what a brand sent; changes nothing.

mod bindings;
mod links;
mod table;
mod verdict;

use super::{Context, Exit, Output};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// 检查商品表格（- 是标准输入）/ check a product table (- is stdin)
    Table(table::Args),
    /// 检查商品链接，一行一条 / check item links, one a line
    Links(links::Args),
    /// 检查绑定信息 / check binding lines
    Bindings(bindings::Args),
}

pub(super) fn run(verb: &Verb, context: &Context, output: &mut Output) -> Exit {
    match verb {
        Verb::Table(args) => table::run(args, context, output),
        Verb::Links(args) => links::run(args, context, output),
        Verb::Bindings(args) => bindings::run(args, context, output),
    }
}
