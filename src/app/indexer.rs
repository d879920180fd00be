//! Builds a catalog's search index on a thread of its own.

use super::thread;
use cloud_shelf_core::{domain::CatalogSnapshot, search::Index, watchdog};
use cloud_shelf_screen::{IndexSource, with_screen};
use std::sync::Arc;

pub struct Indexer;

impl IndexSource for Indexer {
    fn request(&self, catalog: Arc<CatalogSnapshot>) {
        thread::spawn("index", move || {
            let _work = watchdog::begin_work("index");
            let index = Arc::new(Index::new(catalog));
            let told = slint::invoke_from_event_loop(move || with_screen(|screen| screen.set_index(index)));
            if told.is_err() {
                tracing::debug!("the screen is gone");
            }
        });
    }
}
