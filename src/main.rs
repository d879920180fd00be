//! The kiosk. Started under the name `cloud-shelfctl`, it is the installer's command: a unit has one program
//! with two names, since either one alone would contain nearly all of the other.

// What comes from outside, or from another moment, may have any length
#![deny(clippy::indexing_slicing)]
#![cfg_attr(test, allow(clippy::indexing_slicing))]

use anyhow::Context;
use clap::Parser;
mod app;
mod splash;

use cloud_shelf::cli::{Surroundings, run};
use cloud_shelf_core::{panel::ScreenFile, paths::Paths};
use cloud_shelf_screen::Place;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The shelf's screen: a window on a desktop, the whole panel on a console.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// Window size in pixels, such as 1080x1920; without it the window fills the screen
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<(u32, u32)>,
    /// The page to start on
    #[arg(long, value_name = "PAGE", value_parser = ["attract", "shelf"], default_value = "attract")]
    start: String,
    /// State directory
    #[arg(long, value_name = "DIR", env = "CLOUD_SHELF_STATE")]
    state: Option<PathBuf>,
    /// Settings file
    #[arg(long, value_name = "FILE", env = "CLOUD_SHELF_CONFIG")]
    config: Option<PathBuf>,
    /// Draw the splash mark on the kernel's framebuffer and exit
    #[arg(long)]
    splash: bool,
    /// Log more
    #[arg(long, short)]
    verbose: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    let name = std::env::args_os().next().unwrap_or_default();
    if Path::new(&name).file_name().is_some_and(|name| name == "cloud-shelfctl") {
        return Ok(run(std::env::args_os(), &Surroundings::of_process()).into());
    }
    kiosk().map(|()| ExitCode::SUCCESS)
}

fn kiosk() -> anyhow::Result<()> {
    let args = Args::parse();
    let level = if args.verbose { tracing::Level::DEBUG } else { tracing::Level::WARN };
    tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(app::Log::default).init();
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let paths = Paths::new(args.state, args.config, home);
    if args.splash {
        let setup = ScreenFile::new(paths.screen()).load().unwrap_or_default();
        return splash::show(Path::new("/"), setup.rotation).context("the splash mark can't be drawn");
    }
    app::run(&app::Options {
        paths,
        size: args.size,
        start: if args.start == "shelf" { Place::Shelf } else { Place::Attract },
    })
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let side = |text: &str| text.parse().ok().filter(|side| (320..=7680).contains(side));
    text.split_once(['x', 'X', '×'])
        .and_then(|(width, height)| Some((side(width)?, side(height)?)))
        .ok_or_else(|| "a size is written as 1080x1920".to_owned())
}
