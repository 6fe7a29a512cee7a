//! The order in which clients were last touched: a doubly linked list through slot numbers.
//!
//! Links stand apart from the slots, eight bytes each, so that moving a client to the front touches
//! little memory.

/// No slot.
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Link {
    fresher: u32,
    staler: u32,
}

/// The list of all slots, from the stalest to the freshest.
#[derive(Debug)]
pub(crate) struct Recency {
    links: Vec<Link>,
    freshest: u32,
    stalest: u32,
}

impl Recency {
    pub(crate) fn new() -> Self {
        Self { links: Vec::new(), freshest: NONE, stalest: NONE }
    }

    pub(crate) fn len(&self) -> usize {
        self.links.len()
    }

    /// The slot that was not touched for longest.
    pub(crate) fn stalest(&self) -> Option<u32> {
        (self.stalest != NONE).then_some(self.stalest)
    }

    /// Adds the next slot as the freshest. Slots are added in order of their number.
    pub(crate) fn push(&mut self) {
        let at = u32::try_from(self.links.len()).unwrap_or(NONE);
        self.links.push(Link { fresher: NONE, staler: NONE });
        self.attach(at);
    }

    /// Makes `at` the freshest.
    pub(crate) fn touch(&mut self, at: u32) {
        if at != self.freshest {
            self.detach(at);
            self.attach(at);
        }
    }

    /// Every slot from the stalest to the freshest. Ends after as many as there are, whatever the links.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        let follow = |at: &u32| self.link(*at).map(|link| link.fresher).filter(|to| *to != NONE);
        std::iter::successors(self.stalest(), follow).take(self.links.len() + 1)
    }

    /// Every slot from the freshest to the stalest. Ends after as many as there are, whatever the links.
    pub(crate) fn iter_back(&self) -> impl Iterator<Item = u32> {
        let freshest = (self.freshest != NONE).then_some(self.freshest);
        let follow = |at: &u32| self.link(*at).map(|link| link.staler).filter(|to| *to != NONE);
        std::iter::successors(freshest, follow).take(self.links.len())
    }

    /// True when the list visits every slot once and its two directions agree.
    pub(crate) fn is_one_list(&self) -> bool {
        let mut staler = NONE;
        let mut visited = 0;
        for at in self.iter() {
            if self.link(at).is_none_or(|link| link.staler != staler) {
                return false;
            }
            staler = at;
            visited += 1;
        }
        // Back links that agree all the way rule out a slot that is visited twice.
        visited == self.links.len() && staler == self.freshest
    }

    /// Takes over an order, given from the stalest to the freshest; `None` when it does not name each of
    /// its slots once.
    pub(crate) fn from_order(order: &[u32]) -> Option<Self> {
        let mut list = Self::new();
        list.links = vec![Link { fresher: NONE, staler: NONE }; order.len()];
        let mut seen = vec![false; order.len()];
        for at in order {
            let seen = seen.get_mut(*at as usize)?;
            if std::mem::replace(seen, true) {
                return None;
            }
            list.attach(*at);
        }
        Some(list)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.links.capacity() * size_of::<Link>()
    }

    /// Brings the links that a `touch` would read into the cache.
    pub(crate) fn warm(&self, at: u32) -> u32 {
        self.link(at).map_or(0, |link| link.fresher)
    }

    fn link(&self, at: u32) -> Option<Link> {
        self.links.get(at as usize).copied()
    }

    fn detach(&mut self, at: u32) {
        let Some(Link { fresher, staler }) = self.link(at) else { return };
        match self.links.get_mut(fresher as usize) {
            Some(link) => link.staler = staler,
            None => self.freshest = staler,
        }
        match self.links.get_mut(staler as usize) {
            Some(link) => link.fresher = fresher,
            None => self.stalest = fresher,
        }
    }

    fn attach(&mut self, at: u32) {
        let staler = self.freshest;
        if let Some(link) = self.links.get_mut(at as usize) {
            *link = Link { fresher: NONE, staler };
        }
        match self.links.get_mut(staler as usize) {
            Some(link) => link.fresher = at,
            None => self.stalest = at,
        }
        self.freshest = at;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_the_order_of_last_touch(size in 1_u32..40, touches in prop::collection::vec(0_u32..40, 0..200)) {
            let mut list = Recency::new();
            let mut model: Vec<u32> = (0..size).collect();
            (0..size).for_each(|_| list.push());
            for at in touches.into_iter().map(|at| at % size) {
                list.touch(at);
                model.retain(|known| *known != at);
                model.push(at);
                prop_assert_eq!(list.stalest(), model.first().copied());
            }
            prop_assert!(list.is_one_list());
            prop_assert_eq!(list.iter().collect::<Vec<_>>(), model.clone());
            prop_assert!(list.iter_back().eq(model.iter().rev().copied()));
            let restored = Recency::from_order(&model).unwrap();
            prop_assert!(restored.is_one_list());
            prop_assert_eq!(restored.iter().collect::<Vec<_>>(), model);
        }
    }

    #[test]
    fn an_order_that_is_no_permutation_is_refused() {
        for bad in [&[0, 0][..], &[1][..], &[0, 2][..], &[u32::MAX][..]] {
            assert!(Recency::from_order(bad).is_none(), "{bad:?}");
        }
        assert_eq!(Recency::from_order(&[]).unwrap().stalest(), None);
    }

    #[test]
    fn a_broken_list_is_noticed() {
        let mut list = Recency::from_order(&[2, 0, 1]).unwrap();
        list.links[0].fresher = 2;
        assert!(!list.is_one_list());
        let mut list = Recency::from_order(&[2, 0, 1]).unwrap();
        list.links[1].staler = 2;
        assert!(!list.is_one_list());
    }
}
