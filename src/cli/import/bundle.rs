//! `import` of a bundle: one shelf's part of the feed in a single file.

use crate::{
    cli::{
        Context, Exit, Output, attempts,
        progress::progress_bar,
        sync::{Bar, bound_feed, report},
    },
    control::SyncDone,
    sync::{Done, take_bundle},
};
use cloud_shelf_core::clock::{Clock, SystemClock, UnitClock};
use std::{fs::File, path::Path, sync::Arc};

pub(super) fn run(path: &Path, file: File, context: &Context, output: &mut Output) -> Exit {
    let feed = match bound_feed(context, output) {
        Ok(feed) => feed,
        Err(exit) => return exit,
    };
    attempts::note(context);
    let bar = progress_bar(context);
    let clock = Arc::new(UnitClock::new("/"));
    let taken = take_bundle(&context.paths, &feed, file, clock, &mut Bar::new(&bar));
    bar.finish_and_clear();
    let done = Done::of_bundle(path, taken, SystemClock.now());
    report(&SyncDone::from(&done), "command", context, output)
}
