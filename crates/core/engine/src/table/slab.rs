//! Where the slots lie: chunks of fixed size, so that growing never copies what is there.
//!
//! Slots are never freed one by one: a client that leaves is replaced in its slot by the one that comes.

/// Slots of one chunk. A chunk is one allocation, and only its touched pages are resident.
const CHUNK_SLOTS: u32 = 4096;

/// A growing array of `T` addressed by `u32`.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    /// Every chunk but the last is full.
    chunks: Vec<Vec<T>>,
    len: u32,
}

impl<T> Slab<T> {
    pub(crate) fn new() -> Self {
        Self { chunks: Vec::new(), len: 0 }
    }

    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    pub(crate) fn get(&self, at: u32) -> Option<&T> {
        self.chunks.get((at / CHUNK_SLOTS) as usize)?.get((at % CHUNK_SLOTS) as usize)
    }

    pub(crate) fn get_mut(&mut self, at: u32) -> Option<&mut T> {
        self.chunks.get_mut((at / CHUNK_SLOTS) as usize)?.get_mut((at % CHUNK_SLOTS) as usize)
    }

    /// Adds one and says where. The caller keeps the length below `u32::MAX`.
    pub(crate) fn push(&mut self, value: T) -> u32 {
        let at = self.len;
        if at.is_multiple_of(CHUNK_SLOTS) {
            self.chunks.push(Vec::with_capacity(CHUNK_SLOTS as usize));
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.push(value);
            self.len += 1;
        }
        at
    }

    /// Everything, by place.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(self.chunks.iter().flatten())
    }

    /// Everything, by place, to be changed.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.chunks.iter_mut().flatten()
    }

    /// Bytes of the chunks, whether filled or not.
    pub(crate) fn bytes(&self) -> usize {
        self.chunks.len() * CHUNK_SLOTS as usize * size_of::<T>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_holds_what_was_put_there() {
        let mut slab = Slab::new();
        let count = CHUNK_SLOTS * 2 + 7;
        for n in 0..count {
            assert_eq!(slab.push(n * 3), n);
        }
        assert_eq!(slab.len(), count);
        assert!(slab.iter().all(|(at, value)| *value == at * 3));
        assert_eq!(slab.iter().count(), count as usize);
        *slab.get_mut(CHUNK_SLOTS).unwrap() = 5;
        assert_eq!(slab.get(CHUNK_SLOTS), Some(&5));
        assert_eq!((slab.get(count), slab.get(u32::MAX)), (None, None));
    }

    #[test]
    fn growing_moves_nothing() {
        let mut slab = Slab::new();
        slab.push(1_u64);
        let before = std::ptr::from_ref(slab.get(0).unwrap());
        for n in 0..u64::from(CHUNK_SLOTS) * 3 {
            slab.push(n);
        }
        assert_eq!(before, std::ptr::from_ref(slab.get(0).unwrap()));
    }
}
