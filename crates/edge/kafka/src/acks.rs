//! Which of the records that were sent are acknowledged: all up to one ticket, and how many are not.
//!
//! Acknowledgements come in any order across partitions; a caller needs to know up to where there is no gap.

use std::collections::VecDeque;

/// The number of a record that was sent. The first is 1; a ticket stands for itself and all before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// The records between the last ticket without gap and the last one issued.
#[derive(Debug, Default)]
pub(crate) struct Acks {
    /// Every ticket up to here is acknowledged.
    settled: u64,
    /// Whether each of the tickets after it is.
    open: VecDeque<bool>,
}

impl Acks {
    /// Issues the next ticket.
    pub(crate) fn issue(&mut self) -> Ticket {
        self.open.push_back(false);
        self.last()
    }

    /// Takes the last ticket back: its record was not sent.
    pub(crate) fn withdraw(&mut self) {
        self.open.pop_back();
    }

    /// Notes that the record of `ticket` is acknowledged. Returns true when the gapless part grew.
    pub(crate) fn settle(&mut self, ticket: Ticket) -> bool {
        let at = ticket.0.checked_sub(self.settled + 1).and_then(|at| usize::try_from(at).ok());
        if let Some(open) = at.and_then(|at| self.open.get_mut(at)) {
            *open = true;
        }
        let before = self.settled;
        while self.open.front() == Some(&true) {
            self.open.pop_front();
            self.settled += 1;
        }
        self.settled > before
    }

    /// The last ticket without a gap before it.
    pub(crate) fn acknowledged(&self) -> Ticket {
        Ticket(self.settled)
    }

    /// The last ticket issued.
    pub(crate) fn last(&self) -> Ticket {
        Ticket(self.settled + self.open.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_holds_back_what_comes_after_it() {
        let mut acks = Acks::default();
        let tickets: Vec<Ticket> = (0..4).map(|_| acks.issue()).collect();
        assert_eq!(tickets, [Ticket(1), Ticket(2), Ticket(3), Ticket(4)]);
        assert!(!acks.settle(tickets[2]));
        assert_eq!(acks.acknowledged(), Ticket(0));
        assert!(acks.settle(tickets[0]));
        assert_eq!(acks.acknowledged(), Ticket(1));
        assert!(acks.settle(tickets[1]));
        assert_eq!((acks.acknowledged(), acks.last()), (Ticket(3), Ticket(4)));
    }

    #[test]
    fn a_ticket_taken_back_leaves_no_gap() {
        let mut acks = Acks::default();
        let first = acks.issue();
        acks.issue();
        acks.withdraw();
        let second = acks.issue();
        assert_eq!(second, Ticket(2));
        assert!(acks.settle(first) && acks.settle(second));
        assert!(!acks.settle(second), "told twice");
        assert_eq!(acks.acknowledged(), acks.last());
    }
}
