//! Arbitrary bytes as a server's answer to a report.
#![no_main]

use cloud_shelf_core::{domain::text, report::ReportAnswer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(answer) = ReportAnswer::parse(bytes, "AAECAwQFBgcICQoLDA0ODw") {
        for text in [&answer.words.zh, &answer.words.en, &answer.reason] {
            assert!(text.chars().count() <= 200 && text::first_hidden(text).is_none());
        }
    }
});
