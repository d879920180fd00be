//! Deterministic jitter: differs from unit to unit, and repeats for the same seed.

use std::time::Duration;

/// SplitMix64 (Steele, Lea and Flood, 2014). Good enough to spread units over time; not for
/// security.
#[derive(Clone, Debug)]
pub(super) struct Jitter(u64);

impl Jitter {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a random duration in `shortest..longest`.
    pub fn between(&mut self, shortest: Duration, longest: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let part = (mixed >> 11) as f64 / (1_u64 << 53) as f64;
        shortest + longest.saturating_sub(shortest).mul_f64(part)
    }
}
