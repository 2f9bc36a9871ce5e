//! Chance that is none: everything follows from a key, whatever comes in which order.

use std::hash::{Hash, Hasher};

/// The same for things that are the same: in another run, on another machine, with another compiler.
pub(crate) fn fingerprint(of: &impl Hash) -> u64 {
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    of.hash(&mut hasher);
    mixed(hasher.finish())
}

/// Whether a key is among so many of a hundred.
pub(crate) fn is_among(key: u64, percent: f64) -> bool {
    // 53 bits are what a float holds.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    let share = (mixed(key) >> 11) as f64 / (1_u64 << 53) as f64;
    share * 100.0 < percent
}

/// The finishing step of `SplitMix64`: every bit of the result depends on every bit of the number.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// FNV-1a. The standard library's own hashes may change with its version.
struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_fall_evenly_and_always_the_same() {
        assert_eq!(fingerprint(&("a", 1_u8)), fingerprint(&("a", 1_u8)));
        for percent in [0.0, 1.0, 10.0, 50.0, 99.0, 100.0] {
            let among = (0..100_000_u64).filter(|key| is_among(*key, percent)).count();
            let expected = 1000.0 * percent;
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let distance = (among as f64 - expected).abs();
            assert!(distance <= 500.0 && (percent > 0.0 || among == 0), "{percent}: {among}");
        }
        assert_eq!((0..1000).filter(|key| is_among(*key, 100.0)).count(), 1000);
    }
}
