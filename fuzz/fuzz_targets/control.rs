//! Any bytes as a line of the control socket: what a command asks, and what a kiosk answers.
#![no_main]

use cloud_shelf::control::{Reply, Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &[u8]| {
    match Request::read(line) {
        // What is understood can be asked again, by the same line
        Ok(request) => assert_eq!(Request::read(&request.line().unwrap()).unwrap(), request),
        Err(refusal) => assert!(matches!(refusal, Reply::Refused { .. })),
    }
    if let Ok(reply) = Reply::read(line) {
        assert_eq!(Reply::read(&reply.line().unwrap()).unwrap(), reply);
    }
});
