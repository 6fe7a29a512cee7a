//! People: their hands, their habits, and the two families that make them.

mod crowd;
mod foraging;
mod habits;
mod hand;
mod motion;
mod reading;
mod routine;

use foraging::Foraging;
use habits::{Habits, entry};
use hand::{ForagingHand, Hand, ReadingHand};
use reading::Reading;

#[cfg(test)]
pub(crate) use hand::KEY_MS;

use super::{Behaviour, Persona};
use crate::{Split, random::Random};

/// A new person of this kind, by the family of the split.
pub(crate) fn person(persona: Persona, split: Split, random: &mut Random) -> Box<dyn Behaviour> {
    match split {
        Split::Tuning => of_law::<ReadingHand>(persona, random, |habits, random| {
            Box::new(Reading::<ReadingHand>::new(habits, random))
        }),
        Split::HeldOut => of_law::<ForagingHand>(persona, random, |habits, random| {
            Box::new(Foraging::<ForagingHand>::new(habits, random))
        }),
    }
}

fn of_law<H: Hand + 'static>(
    persona: Persona,
    random: &mut Random,
    browsing: impl Fn(Habits, &mut Random) -> Box<dyn Behaviour>,
) -> Box<dyn Behaviour> {
    let habits = Habits::of(persona);
    match persona {
        Persona::IdleTab => {
            let before = browsing(habits, random);
            Box::new(routine::IdleTab::new(before, random))
        }
        Persona::FormClerk => Box::new(routine::FormClerk::<H>::new(habits, random)),
        Persona::StatusWatcher => Box::new(routine::StatusWatcher::<H>::new(random)),
        Persona::ApiTinkerer => Box::new(routine::ApiTinkerer::<H>::new(habits, random)),
        Persona::SharedNat | Persona::ProxiedOffice => {
            let count = random.between(2, 6);
            let members = (0..count).map(|_| {
                let kind = random.pick(&[0, 1, 2]);
                let kinds = [Persona::Reader, Persona::Shopper, Persona::PowerUser];
                let kind = kinds.get(kind).copied().unwrap_or(Persona::Reader);
                browsing(Habits { slowness: habits.slowness, ..Habits::of(kind) }, random)
            });
            Box::new(crowd::Crowd::new(members.collect::<Vec<_>>()))
        }
        _ => browsing(habits, random),
    }
}
