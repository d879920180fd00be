//! Arbitrary bytes as a line of the control socket: a request, and a reply.
#![no_main]

use cloud_shelf::control::{Reply, Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &[u8]| {
    match Request::read(line) {
        // A parsed request survives a round trip
        Ok(request) => assert_eq!(Request::read(&request.line().unwrap()).unwrap(), request),
        Err(refusal) => assert!(matches!(refusal, Reply::Refused { .. })),
    }
    if let Ok(reply) = Reply::read(line) {
        assert_eq!(Reply::read(&reply.line().unwrap()).unwrap(), reply);
    }
});
