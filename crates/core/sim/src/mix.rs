//! How many visitors of each persona a scenario has.

use crate::Persona;

/// Visitors per persona.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mix {
    counts: [u32; Persona::ALL.len()],
}

impl Mix {
    /// A mix of these counts; personas that are not named do not come. Counts of one persona add up.
    #[must_use]
    pub fn of(counts: &[(Persona, u32)]) -> Self {
        let mut mix = Self::default();
        for (persona, count) in counts {
            if let Some(held) = mix.counts.get_mut(*persona as usize) {
                *held = held.saturating_add(*count);
            }
        }
        mix
    }

    /// An hour of a small shop, mostly people, with every persona in it: 240 visitors. The share of
    /// programs is by design, so that each is seen, and no estimate of the web.
    #[must_use]
    pub fn demo() -> Self {
        Self::of(&[
            (Persona::Reader, 56),
            (Persona::Shopper, 48),
            (Persona::PowerUser, 12),
            (Persona::IdleTab, 14),
            (Persona::NatPair, 4),
            (Persona::SlowLine, 8),
            (Persona::MobileApp, 12),
            (Persona::Crawler, 8),
            (Persona::Monitor, 4),
            (Persona::Cron, 6),
            (Persona::FixedScraper, 6),
            (Persona::UniformScraper, 6),
            (Persona::PoissonScraper, 6),
            (Persona::Scanner, 6),
            (Persona::ApiAgent, 14),
            (Persona::BrowserAgent, 14),
            (Persona::FetchAgent, 16),
        ])
    }

    /// `count` people of every kind that the demo has, and nobody else.
    #[must_use]
    pub fn people_only(count: u32) -> Self {
        let people = Persona::ALL.map(|persona| {
            let human = persona.label() == crate::Label::HumanEmulated;
            (persona, if human { Self::demo().count(persona) } else { 0 })
        });
        Self::of(&people).scaled_to(count)
    }

    /// The same shares with `total` visitors in all, to within one visitor per persona.
    #[must_use]
    pub fn scaled_to(self, total: u32) -> Self {
        let whole = u64::from(self.total());
        let mut placed = 0;
        let mut before = 0;
        let counts = self.counts.map(|count| {
            // Rounds the running sum, so that the parts add up to the total.
            before += u64::from(count);
            let upto = (before * u64::from(total) + whole / 2).checked_div(whole).unwrap_or(0);
            let share = upto - placed;
            placed = upto;
            u32::try_from(share).unwrap_or(u32::MAX)
        });
        Self { counts }
    }

    /// How many visitors of a persona there are.
    #[must_use]
    pub fn count(&self, persona: Persona) -> u32 {
        self.counts.get(persona as usize).copied().unwrap_or(0)
    }

    /// How many visitors there are in all.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_keeps_the_total_and_the_shares() {
        for total in [0, 1, 17, 240, 10_000, 1_000_000] {
            let mix = Mix::demo().scaled_to(total);
            assert_eq!(mix.total(), total);
            let expected = f64::from(total) * 56.0 / 240.0;
            assert!((f64::from(mix.count(Persona::Reader)) - expected).abs() <= 1.0, "{total}");
        }
        assert_eq!(Mix::demo().scaled_to(240), Mix::demo());
        assert_eq!(Mix::default().scaled_to(5).total(), 0);
    }

    #[test]
    fn people_only_has_people_only() {
        let mix = Mix::people_only(100);
        assert_eq!(mix.total(), 100);
        for persona in Persona::ALL {
            let human = persona.label() == crate::Label::HumanEmulated;
            assert_eq!(mix.count(persona) > 0, human, "{persona:?}");
        }
    }
}
