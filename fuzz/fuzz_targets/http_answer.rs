//! Arbitrary bytes as a server's response to a request for a pointer, a catalog or the rest of a
//! picture, or to a report.
#![no_main]

use cloud_shelf_core::transport::Replay;
use libfuzzer_sys::fuzz_target;
use std::{path::PathBuf, sync::LazyLock};

thread_local! {
    static REPLAY: LazyLock<Replay> = LazyLock::new(|| {
        let place: PathBuf = std::env::temp_dir().join(format!("http_answer-{}", std::process::id()));
        Replay::new(place).unwrap()
    });
}

fuzz_target!(|bytes: &[u8]| {
    REPLAY.with(|replay| {
        if let Some(replayed) = replay.play(bytes) {
            replayed.check();
        }
    });
});
