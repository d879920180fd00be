//! `show`: has the running kiosk go to a page.

use super::{Context, Exit, Output, kiosk};
use crate::control::{Request, Show};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    page: Page,
}

#[derive(Debug, clap::Subcommand)]
enum Page {
    /// 待机页 / the attract page
    Attract,
    /// 货架页 / the shelf page
    Shelf,
    /// 搜索页 / the search page
    Search,
    /// 商品页 / an item's page
    Item {
        /// 商品编号 / the item's id
        #[arg(value_name = "ID")]
        item_id: String,
    },
    /// 服务页（输入 PIN 后才打开） / the service page, as far as its PIN
    Service,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let page = match &args.page {
        Page::Attract => Show::Attract,
        Page::Shelf => Show::Shelf,
        Page::Search => Show::Search,
        Page::Service => Show::Service,
        Page::Item { item_id } => Show::Item { item_id: item_id.clone() },
    };
    match kiosk::ask(&Request::Show { page }, context, output) {
        Ok(_) => Exit::Ok,
        Err(exit) => exit,
    }
}
