//! Numbers and bytes from a seed: the same seed tells the same story.

use std::time::{SystemTime, UNIX_EPOCH};

/// The generator `SplitMix64` (Steele, Lea, Flood 2014): small, and good enough to vary tests.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// A story of its own each time: from the time, or from the seed that the variable gives to repeat one. Says which.
    pub(crate) fn unless_repeated_by(variable: &str) -> Self {
        #[expect(clippy::disallowed_methods, reason = "the server's configuration knows nothing of tests")]
        let given = std::env::var(variable).ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as u64);
        eprintln!("to repeat these moments: {variable}={seed}");
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `range`, whose end is not included.
    pub(crate) fn within(&mut self, range: std::ops::Range<u64>) -> u64 {
        range.start + self.next() % (range.end - range.start)
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            bytes.extend_from_slice(&self.next().to_le_bytes());
        }
        bytes.truncate(length);
        bytes
    }
}
