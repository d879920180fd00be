//! The installer's command: verbs, and their reports as text and JSON.
//!
//! One file per verb. A verb gets its own arguments and the [`Context`], writes its result to the [`Output`]
//! and returns an [`Exit`]; it never ends the process.

mod attempts;
mod bind;
mod bundle;
mod check;
mod context;
mod doctor;
mod exit;
mod facts;
mod feed;
mod import;
mod input;
mod json;
mod kiosk;
mod locale;
mod output;
mod pin;
mod privilege;
mod progress;
mod report;
mod reports;
mod result_file;
mod screen;
mod screenshot;
mod show;
mod status;
mod sync;
mod template;
mod unbind;
mod update;

use clap::{Parser, Subcommand, ValueEnum};
use cloud_shelf_core::{
    domain::{Lang, Message},
    paths::Paths,
};
use std::{ffi::OsString, path::PathBuf};

pub use context::Context;
pub use exit::Exit;
pub use import::ImportArgs;
pub use output::Output;

/// 智能云货架 · Cloud Shelf：装机、绑定、检查 / set up, bind and check a shelf
#[derive(Debug, Parser)]
#[command(name = "cloud-shelfctl", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    /// 结果用 JSON 输出 / report as JSON
    #[arg(long, global = true)]
    json: bool,
    /// 状态目录 / the unit's state directory
    #[arg(long, global = true, value_name = "DIR", env = "CLOUD_SHELF_STATE", hide_env_values = true)]
    state: Option<PathBuf>,
    /// 设置文件 / the settings file
    #[arg(long, global = true, value_name = "FILE", env = "CLOUD_SHELF_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    /// 语言 / language of reports (default is the system's, else zh)
    #[arg(long, global = true, value_name = "LANG")]
    lang: Option<LangArg>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LangArg {
    Zh,
    En,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// 生成空的商品表格 / create an empty product table
    Template(template::Args),
    /// 检查表格、链接或绑定信息 / check a table, links or binding lines
    #[command(subcommand)]
    Check(check::Verb),
    /// 导入商品表格到本机 / fill this unit from a product table
    Import(ImportArgs),
    /// 发布商品数据给货架 / publish a catalog to shelves
    #[command(subcommand)]
    Feed(feed::Verb),
    /// 绑定门店码和设备码 / bind this unit to a store and a device
    Bind(bind::Args),
    /// 解除绑定 / remove the binding
    Unbind,
    /// 查看这台设备的状态 / show the state of this unit
    Status,
    /// 立即与商品数据服务器同步 / sync with the feed now
    Sync,
    /// 检查这台设备，并说明怎么办 / check this unit and explain remedies
    Doctor(doctor::Args),
    /// 把日志和检查结果收进一个文件，给技术支持 / collect logs and findings in one file for support
    Bundle(bundle::Args),
    /// 升级软件 / download and install the next version
    Update(update::Args),
    /// 让屏幕切换到某一页 / have the kiosk show a page
    Show(show::Args),
    /// 设置服务页的 PIN / set the service page's PIN
    Pin(pin::Args),
    /// 查看或设置屏幕：旋转、接口、分辨率、亮度 / the screen: rotation, output, mode, brightness
    Screen(screen::Args),
    /// 截取屏幕 / take a screenshot
    Screenshot(screenshot::Args),
    /// What `update` has to know of the state
    #[command(hide = true)]
    Facts,
    /// Reads pictures for `import`
    #[command(hide = true)]
    ServePictures(import::pictures::Args),
}

impl Verb {
    /// Whether the verb runs as the state's owner from start to end. Of the others, `import` and `bundle`
    /// first do what needs the caller's rights; `update`, and verbs that write a file for the caller, have a
    /// child process read the state.
    fn is_of_state(&self) -> bool {
        match self {
            Self::Bind(_) | Self::Unbind | Self::Status | Self::Sync | Self::Doctor(_) => true,
            Self::Show(_) | Self::Pin(_) | Self::Screen(_) | Self::Facts => true,
            Self::Screenshot(args) => args.is_to_stdout(),
            Self::Template(_) | Self::Check(_) | Self::Feed(_) => false,
            Self::Import(_) | Self::Bundle(_) | Self::Update(_) | Self::ServePictures(_) => false,
        }
    }
}

/// The parts of the environment that a verb needs; tests set their own.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    pub home: Option<PathBuf>,
    /// `LC_ALL`, `LC_MESSAGES`, `LANG`, in this order
    pub locale: [Option<String>; 3],
}

impl Surroundings {
    pub fn of_process() -> Self {
        let get = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        Self {
            home: std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from),
            locale: [get("LC_ALL"), get("LC_MESSAGES"), get("LANG")],
        }
    }
}

/// Runs a command line.
pub fn run(args: impl IntoIterator<Item = OsString>, surroundings: &Surroundings) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are results, anything else is a usage error; the output may be closed
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Ok };
        }
    };
    let lang = match cli.lang {
        Some(LangArg::Zh) => Lang::Zh,
        Some(LangArg::En) => Lang::En,
        None => locale::lang(&surroundings.locale),
    };
    let context =
        Context { paths: Paths::new(cli.state, cli.config, surroundings.home.clone()), json: cli.json, lang };
    let mut output = Output::new(lang);
    if cli.verb.is_of_state()
        && let Err(error) = privilege::become_owner(context.paths.state_dir())
    {
        output.tell(&error.message());
        return Exit::Failed;
    }
    let exit = match cli.verb {
        Verb::Template(args) => template::run(&args, &context, &mut output),
        Verb::Check(verb) => check::run(&verb, &context, &mut output),
        Verb::Import(args) => import::run(&args, &context, &mut output),
        Verb::Feed(verb) => feed::run(&verb, &context, &mut output),
        Verb::Bind(args) => bind::run(&args, &context, &mut output),
        Verb::Unbind => unbind::run(&context, &mut output),
        Verb::Status => status::run(&context, &mut output),
        Verb::Sync => sync::run(&context, &mut output),
        Verb::Doctor(args) => doctor::run(&args, &context, &mut output),
        Verb::Bundle(args) => bundle::run(&args, &context, &mut output),
        Verb::Update(args) => update::run(&args, &context, &mut output),
        Verb::Show(args) => show::run(&args, &context, &mut output),
        Verb::Pin(args) => pin::run(&args, &context, &mut output),
        Verb::Screen(args) => screen::run(&args, &context, &mut output),
        Verb::Screenshot(args) => screenshot::run(&args, &context, &mut output),
        Verb::Facts => facts::run(&context, &mut output),
        Verb::ServePictures(args) => import::pictures::serve(&args),
    };
    match output.finish() {
        Ok(()) => exit,
        Err(error) => {
            output.tell(&Message::new(
                format!("写不出结果（{error}）。请检查磁盘是否已满"),
                format!("Cannot write the result ({error}). Check for a full disk"),
            ));
            Exit::Failed
        }
    }
}
