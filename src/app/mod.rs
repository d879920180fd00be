//! The kiosk's composition root: threads, and the order of start and shutdown. Logic that can be tested below
//! lives below.
//!
//! Threads: the UI (main), the keeper (watches the state directory and the settings file, and loads changes),
//! two picture makers, the control socket, reports to the operator, the sync with the feed, two for the desk
//! (orders that staff give on the screen), one that follows the screen's set-up, one that waits for signals,
//! and two that wait for bundles: in the inbox, and on USB sticks. Opening the search page starts one more,
//! which builds the index and ends.

mod control;
mod desk;
mod ending;
mod inbox;
mod indexer;
mod keeper;
mod lock;
mod log;
mod memory;
mod notice;
mod picture_maker;
mod probation;
mod reports;
mod screen_setup;
mod service;
mod sync;
mod thread;
mod ui_thread;
mod vitals;
mod watch;

pub use log::Log;

use anyhow::Context as _;
use cloud_shelf::{inbox::Ledger, sync::Handle};
use cloud_shelf_core::{
    attempt::{Attempts, Role},
    clock::{SystemClock, UnitClock},
    panel::GpuTrial,
    paths::Paths,
    settings::Settings,
};
use cloud_shelf_platform::{self as platform, Shown};
use cloud_shelf_screen::{Place, Screen};
use lock::Lock;
use std::{rc::Rc, sync::Arc, time::Duration};

/// The command line's options.
#[derive(Clone, Debug)]
pub struct Options {
    pub paths: Paths,
    /// Window size in pixels; `None` for full screen
    pub size: Option<(u32, u32)>,
    /// The page to start on
    pub start: Place,
}

/// Upper bound on decoded pictures: all cards in reach on a portrait screen (7 MiB), a large picture and its
/// strip, and the previous one. Larger screens get proportionally more.
const PICTURE_BYTES: usize = 14 << 20;

/// How long the first frame waits for the catalog.
const FIRST_LOAD: Duration = Duration::from_secs(2);

/// How long shutdown waits for the last events to be written.
const LAST_WRITE: Duration = Duration::from_secs(2);

/// Runs the kiosk until its window closes or a signal ends it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    memory::set_habits();
    let paths = &options.paths;
    let lock = Lock::take(paths)?;
    let (attempts, start) = Attempts::open(paths, Role::Kiosk, Arc::new(SystemClock));
    attempts.set_global();
    let ending = ending::InGoodOrder(attempts.clone());
    let handle = Handle::default();
    let vitals = vitals::Vitals::new();
    let first = keeper::start(paths, &handle, &vitals, (&attempts, start));
    let pictures = picture_maker::start(paths);
    let setup = screen_setup::load(paths);
    let trial = GpuTrial::new(paths.gpu_tries());
    let shown =
        platform::install(options.size, &setup, trial.clone()).context("the screen can't be opened")?;
    let screen = Screen::new(
        Settings::merge(&[]),
        Rc::new(pictures),
        Rc::new(indexer::Indexer),
        PICTURE_BYTES,
        match shown {
            Shown::Console => Arc::new(UnitClock::new("/")),
            // A desktop's clock is its owner's concern
            Shown::Windowed | Shown::Slint => Arc::new(SystemClock),
        },
    )
    .context("the screen can't be opened")?;
    if shown == Shown::Slint
        && let Some((width, height)) = options.size
    {
        screen.window().set_size(slint::PhysicalSize::new(width, height));
    }
    screen_setup::follow(paths, setup);
    match shown {
        Shown::Console => screen.set_panel(Box::new(|lit| {
            platform::set_lit(lit);
        })),
        Shown::Windowed if options.size.is_none() => take_panel_over(&screen),
        Shown::Windowed | Shown::Slint => {}
    }
    screen.resized();
    match first.recv_timeout(FIRST_LOAD) {
        Ok(update) => update.apply(&screen),
        Err(_) => screen.set_notice(Some(notice::starting())),
    }
    if screen.show(&options.start).is_err() {
        tracing::info!("the requested start page has nothing to show");
    }
    let (recorder, activity) = lock.serves.then(|| reports::start(paths, &handle)).unzip();
    if let Some(recorder) = &recorder {
        let ledger = Ledger::default();
        control::start(paths, &handle, &vitals, activity.unwrap_or_default(), &ledger);
        let desk = desk::Desk::start(paths, &handle);
        sync::start(paths, &handle, &desk, &ledger);
        screen.set_desk(Rc::new(desk));
        screen.set_observer(Rc::new(reports::Recorded(recorder.clone())));
    }
    screen.show_window()?;
    let _service = service::Service::start();
    ending::await_signals();
    let ended = slint::run_event_loop();
    // Not joined: a round may be waiting for the network
    handle.end();
    ended?;
    if let Err(error) = trial.reset() {
        tracing::warn!(%error, "the GPU's success could not be recorded for the next start");
    }
    if recorder.is_some_and(|recorder| !recorder.flush(LAST_WRITE)) {
        tracing::warn!("the last events were not written in time");
    }
    drop(ending);
    drop(lock);
    if desk::is_restart_wanted() {
        return Err(desk::start_anew()).context("the program can't be restarted");
    }
    Ok(())
}

/// Takes over switching the panel, unless the kiosk is a window on a desktop.
fn take_panel_over(screen: &Screen) {
    match platform::take_panel_over() {
        Ok(Some(panel)) => screen.set_panel(Box::new(move |lit| {
            if let Err(error) = panel.set_lit(lit) {
                tracing::warn!(%error, lit, "the panel can't be switched");
            }
        })),
        Ok(None) => tracing::info!("the panel can't be switched: the closed page stays on"),
        Err(error) => tracing::warn!(%error, "the panel can't be switched"),
    }
}
