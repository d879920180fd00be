//! `import` of a bundle: a shelf's part of the feed in one file.

use super::{Context, Exit, Output, progress_bar};
use crate::{
    cli::{
        attempts,
        sync::{Bar, bound_feed, report},
    },
    clock::{Clock, SystemClock},
    control::SyncDone,
    sync::{self, Done, SyncError, take_bundle},
};
use std::{fs::File, io::Read, path::Path, sync::Arc};

/// Whether a file is a bundle and no table.
pub(super) fn is_bundle(path: &Path) -> bool {
    let mut head = [0; 262];
    path.is_file()
        && File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok()
        && sync::is_bundle(&head)
}

pub(super) fn run(path: &Path, context: &Context, output: &mut Output) -> Exit {
    let feed = match bound_feed(context, output) {
        Ok(feed) => feed,
        Err(exit) => return exit,
    };
    attempts::note(context);
    let bar = progress_bar(context);
    let taken = File::open(path).map_err(|cause| SyncError::BundleCut(cause.into())).and_then(|file| {
        take_bundle(&context.paths, &feed, file, Arc::new(SystemClock), &mut Bar::new(&bar))
    });
    bar.finish_and_clear();
    let done = Done::of_bundle(path, taken, SystemClock.now());
    report(&SyncDone::from(&done), "command", context, output)
}
