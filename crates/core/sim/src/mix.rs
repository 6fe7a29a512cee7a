//! How many visitors of each persona a scenario has.

use crate::Persona;

/// Visitors per persona.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix {
    counts: [u32; Persona::ALL.len()],
}

impl Default for Mix {
    /// Nobody.
    fn default() -> Self {
        Self { counts: [0; Persona::ALL.len()] }
    }
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

    /// An hour of a small site, mostly people, with every persona in it: 300 visitors. The share of
    /// programs is by design, so that each is seen, and no estimate of the web.
    #[must_use]
    pub fn demo() -> Self {
        Self::of(&[
            (Persona::Reader, 34),
            (Persona::Shopper, 34),
            (Persona::PowerUser, 10),
            (Persona::KeyboardUser, 6),
            (Persona::SlowLine, 8),
            (Persona::MobileBrowser, 18),
            (Persona::SharedNat, 4),
            (Persona::IdleTab, 12),
            (Persona::FormClerk, 4),
            (Persona::StatusWatcher, 4),
            (Persona::ApiTinkerer, 4),
            (Persona::Bouncer, 24),
            (Persona::PrivacyBrowser, 8),
            (Persona::ProxiedOffice, 4),
            (Persona::Researcher, 4),
            (Persona::MobileApp, 12),
            (Persona::Crawler, 8),
            (Persona::Monitor, 4),
            (Persona::Cron, 6),
            (Persona::FixedScraper, 5),
            (Persona::UniformScraper, 5),
            (Persona::Mirror, 3),
            (Persona::PoissonScraper, 5),
            (Persona::MimicScraper, 5),
            (Persona::QueueScraper, 4),
            (Persona::HeadlessScraper, 5),
            (Persona::Fleet, 5),
            (Persona::Scanner, 6),
            (Persona::ApiAgent, 10),
            (Persona::CodingAgent, 6),
            (Persona::FetchAgent, 11),
            (Persona::ScreenshotAgent, 5),
            (Persona::DomAgent, 5),
            (Persona::SnapshotAgent, 5),
            (Persona::DelayedAgent, 5),
            (Persona::Takeover, 2),
        ])
    }

    /// The same counts for the personas that `keeps` says yes to, and nobody else.
    #[must_use]
    pub fn only(self, keeps: impl Fn(Persona) -> bool) -> Self {
        let kept = Persona::ALL
            .map(|persona| (persona, if keeps(persona) { self.count(persona) } else { 0 }));
        Self::of(&kept)
    }

    /// `count` people of every kind that the demo has, and nobody else.
    #[must_use]
    pub fn people_only(count: u32) -> Self {
        let is_person = |persona: Persona| persona.label() == crate::Label::HumanEmulated;
        Self::demo().only(is_person).scaled_to(count)
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
        for total in [0, 1, 17, 300, 10_000, 1_000_000] {
            let mix = Mix::demo().scaled_to(total);
            assert_eq!(mix.total(), total);
            let expected = f64::from(total) * 34.0 / 300.0;
            assert!((f64::from(mix.count(Persona::Reader)) - expected).abs() <= 1.0, "{total}");
        }
        assert_eq!(Mix::demo().scaled_to(300), Mix::demo());
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
