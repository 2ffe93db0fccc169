//! Numbers that look random and are the same on every run.

/// A mixed number for a thing and a purpose (SplitMix64).
pub(super) const fn mixed(number: u64, purpose: u64) -> u64 {
    let mut z =
        number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(purpose.wrapping_mul(0xbf58_476d_1ce4_e5b9)).wrapping_add(1);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number below a limit.
pub(super) const fn below(number: u64, purpose: u64, limit: u64) -> u64 {
    mixed(number, purpose) % limit
}

/// One of some; the earlier ones are chosen more often, as words and licences are.
#[expect(clippy::cast_possible_truncation, reason = "below the length")]
pub(super) fn pick<T>(number: u64, purpose: u64, of: &[T]) -> &T {
    let length = of.len() as u64;
    let (a, b) = (below(number, purpose, length), below(number, purpose + 7919, length));
    &of[a.min(b) as usize]
}

/// From 0 up to, but not, 1.
#[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
pub(super) fn fraction(number: u64, purpose: u64) -> f64 {
    (mixed(number, purpose) >> 11) as f64 / (1_u64 << 53) as f64
}
