//! The kiosk's composition root: threads, the order of start and stop, and nothing that could
//! be tested further down.
//!
//! Threads: the UI (main), the keeper (watches the state directory and the settings file, and loads
//! what has changed), two picture makers, the control socket, reports to the operator, the sync
//! with the feed, two that do what staff ask for on the screen, one that follows the screen's set-up,
//! one that waits for the word to end, and two that wait for bundles: in the inbox, and on USB sticks.
//! When a shopper opens the search page, one more makes its index and ends.

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
mod vitals;
mod watch;

pub use log::Log;

use crate::{
    attempt::{Attempts, Role},
    clock::{SystemClock, UnitClock},
    inbox::Ledger,
    paths::Paths,
    platform::{self, Shown},
    screen::GpuTrial,
    settings::Settings,
    sync::Handle,
    ui::{Place, Screen},
};
use anyhow::Context as _;
use lock::Lock;
use std::{rc::Rc, sync::Arc, time::Duration};

/// What the command line says.
#[derive(Clone, Debug)]
pub struct Options {
    pub paths: Paths,
    /// Window size in pixels; full screen without it
    pub size: Option<(u32, u32)>,
    /// The page to start on
    pub start: Place,
}

/// Ceiling of the decoded pictures held: all cards in reach of a portrait screen (7 MiB), a large
/// picture and its strip, and the one before. A screen of more pixels has that much more.
const PICTURE_BYTES: usize = 14 << 20;

/// The catalog is on the first frame if it comes within this.
const FIRST_LOAD: Duration = Duration::from_secs(2);

/// Events of the last seconds are waited for this long at the end.
const LAST_WRITE: Duration = Duration::from_secs(2);

/// Runs the kiosk until its window closes, or it is told to end.
pub fn run(options: &Options) -> anyhow::Result<()> {
    memory::set_habits();
    let paths = &options.paths;
    let lock = Lock::take(paths)?;
    let (attempts, start) = Attempts::open(paths, Role::Kiosk, Arc::new(SystemClock));
    attempts.adopt();
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
        Settings::of(&[]),
        Rc::new(pictures),
        Rc::new(indexer::Indexer),
        PICTURE_BYTES,
        match shown {
            Shown::Console => Arc::new(UnitClock::new("/")),
            // The owner of a desktop looks after its clock
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
        tracing::info!("there is nothing to show on the page asked for");
    }
    let (recorder, activity) = lock.serves.then(|| reports::start(paths, &handle)).unzip();
    if let Some(recorder) = &recorder {
        let ledger = Ledger::default();
        control::start(paths, &handle, &vitals, activity.unwrap_or_default(), &ledger);
        let desk = desk::Desk::start(paths, &handle);
        sync::start(paths, &handle, &desk, &ledger);
        screen.set_desk(Rc::new(desk));
        screen.set_observer(Rc::new(recorder.clone()));
    }
    screen.show_window()?;
    let _service = service::Service::start();
    ending::await_signals();
    let ended = slint::run_event_loop();
    // A round that waits for the network is not waited for
    handle.end();
    ended?;
    if let Err(error) = trial.pass() {
        tracing::warn!(%error, "the next start will not know that the GPU draws well");
    }
    if recorder.is_some_and(|recorder| !recorder.flush(LAST_WRITE)) {
        tracing::warn!("the last events are not written");
    }
    drop(ending);
    drop(lock);
    if desk::is_restart_wanted() {
        return Err(desk::start_anew()).context("the program can't be started anew");
    }
    Ok(())
}

/// A window on somebody's desktop leaves the panel alone; one that fills the screen has it.
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
