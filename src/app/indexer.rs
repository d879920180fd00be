//! Builds a catalog's search index on a thread of its own.

use super::thread;
use crate::{
    domain::CatalogSnapshot,
    search::Index,
    ui::{IndexSource, with_screen},
    watchdog,
};
use std::sync::Arc;

pub struct Indexer;

impl IndexSource for Indexer {
    fn request(&self, catalog: Arc<CatalogSnapshot>) {
        thread::spawn("index", move || {
            let _work = watchdog::begin("index");
            let index = Arc::new(Index::new(catalog));
            let told = slint::invoke_from_event_loop(move || with_screen(|screen| screen.set_index(index)));
            if told.is_err() {
                tracing::debug!("the screen is gone");
            }
        });
    }
}
