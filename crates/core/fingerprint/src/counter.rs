//! Linear counters: how many different things went by, in a fixed number of bits.
//!
//! Each new bit adds `bits / zeros` to the estimate (the martingale form of linear counting), so that
//! reading it costs nothing. A full counter stops: 128 bits at about 700 things, 256 at 1,570, 512 at
//! 3,490. The bits double as a Bloom filter with one hash.

/// Takes a hash in and says whether it set a new bit. `bits` must be a power of two of words.
pub(crate) fn insert(bits: &mut [u64], estimate: &mut f32, hash: u32) -> bool {
    let size = bits.len() * 64;
    let at = usize::try_from(hash).unwrap_or(0) & size.wrapping_sub(1);
    if contains(bits, hash) {
        return false;
    }
    let zeros: u32 = bits.iter().map(|word| word.count_zeros()).sum();
    if let Some(word) = bits.get_mut(at / 64) {
        *word |= 1_u64 << (at % 64);
    }
    *estimate += size as f32 / zeros.max(1) as f32;
    true
}

/// True when the hash, or another one with the same bit, was taken in.
pub(crate) fn contains(bits: &[u64], hash: u32) -> bool {
    let size = bits.len() * 64;
    let at = usize::try_from(hash).unwrap_or(0) & size.wrapping_sub(1);
    bits.get(at / 64).is_some_and(|word| word & (1_u64 << (at % 64)) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::hash32;

    #[test]
    fn counts_within_a_tenth_and_stops_when_full() {
        for (things, low, high) in
            [(0, 0.0, 0.0), (1, 1.0, 1.0), (50, 45.0, 55.0), (300, 255.0, 345.0)]
        {
            let (mut bits, mut estimate) = ([0_u64; 4], 0.0);
            for round in 0..3 {
                for thing in 0..things {
                    let new = insert(&mut bits, &mut estimate, hash32(&i32::to_le_bytes(thing)));
                    assert!(!new || round == 0, "a thing counted twice");
                }
            }
            assert!((low..=high).contains(&estimate), "{things}: {estimate}");
        }
        let (mut bits, mut estimate) = ([0_u64; 4], 0.0);
        for thing in 0..100_000 {
            insert(&mut bits, &mut estimate, hash32(&i32::to_le_bytes(thing)));
        }
        // 256 * (1 + 1/2 + ... + 1/256)
        assert!((1567.0..1568.0).contains(&estimate), "{estimate}");
        assert!(contains(&bits, 7));
    }

    #[test]
    fn remembers_what_it_saw() {
        let (mut bits, mut estimate) = ([0_u64; 8], 0.0);
        insert(&mut bits, &mut estimate, 77);
        assert!(contains(&bits, 77));
        assert!(!contains(&bits, 78));
    }
}
