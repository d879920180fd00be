//! Arbitrary bytes as a picture, through each decoding function. None takes more memory than it
//! reserved.
#![no_main]

use cloud_shelf_core::{
    domain::Rgb,
    heap,
    media::{self, Fit, MediaError, limits},
};
use libfuzzer_sys::fuzz_target;

const WHITE: Rgb = Rgb(255, 255, 255);
/// Upper bound for parsing a header.
const HEADER: u64 = 1 << 20;

fn hold<T>(bytes: &[u8], work: impl FnOnce() -> Result<T, MediaError>) -> Option<T> {
    let ((result, asked), took) = heap::measure_peak(|| media::measure_budget(work));
    let may = asked.saturating_sub(bytes.len() as u64).max(HEADER);
    assert!(took as u64 <= may, "took {took} bytes, but {may} were reserved");
    assert!(asked <= limits::DECODING_BYTES);
    result.ok()
}

fuzz_target!(|bytes: &[u8]| {
    let Some((width, height)) = hold(bytes, || media::probe(bytes)) else { return };
    if let Some(prepared) = hold(bytes, || media::prepare_picture(bytes)) {
        for made in prepared.renditions {
            let mut rgb = vec![0; 3 * made.width as usize * made.height as usize];
            hold(&made.jpeg, || media::decode_into(&made.jpeg, made.width, made.height, &mut rgb)).unwrap();
        }
    }
    hold(bytes, || media::prepare_published(bytes));
    hold(bytes, || media::prepare_logo(bytes));
    hold(bytes, || media::decode_scaled(bytes, (64, 48), Fit::Extend, WHITE));
    let mut rgb = vec![0; 3 * width as usize * height as usize];
    hold(bytes, || media::decode_into(bytes, width, height, &mut rgb));
    hold(bytes, || media::decode_onto(bytes, WHITE));
});
