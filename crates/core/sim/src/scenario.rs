//! What is simulated: a seed, a time, a mix; and who comes when.
//!
//! Arrivals are drawn in order and one at a time, so that a million clients cost no more memory than the
//! ones who are there. The truth is the same list without the visits.

use gait_event::EventTime;

use crate::{
    Mix, Persona,
    profile::{self, Profile},
    random::Random,
};

/// Share of the visitors who are there when the log begins: a site is never empty.
const EARLY_VISITORS: f64 = 0.2;
/// The part of the span in which they come.
const EARLY_SPAN: f64 = 0.02;

/// A simulation, in full: the same values give the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Seed of all chance.
    pub seed: u64,
    /// When the log begins; gateways log whole milliseconds, so the rest is cut off.
    pub start: EventTime,
    /// Length of the log, s. Nothing is logged after it.
    pub span_s: u32,
    /// Who visits, spread over the span.
    pub mix: Mix,
}

impl Scenario {
    /// Start, ms since the Unix epoch.
    pub(crate) fn epoch_ms(&self) -> u64 {
        u64::try_from(self.start.0).unwrap_or(0) / 1000
    }

    pub(crate) fn span_ms(&self) -> u64 {
        u64::from(self.span_s) * 1000
    }
}

/// A visitor who has come.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub(crate) client: u32,
    pub(crate) persona: Persona,
    pub(crate) arrives_ms: u64,
    pub(crate) profile: Profile,
    /// The visitor's own chance, after the profile was drawn from it.
    pub(crate) random: Random,
}

/// All visitors in the order of their arrival.
#[derive(Clone, Debug)]
pub(crate) struct Arrivals {
    scenario: Scenario,
    next: u32,
    come: [u32; Persona::ALL.len()],
}

impl Arrivals {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        Self { scenario: *scenario, next: 0, come: [0; Persona::ALL.len()] }
    }

    /// The persona whose share is furthest behind: every stretch of arrivals has the mix of the whole.
    fn due_persona(&self) -> Option<Persona> {
        let mix = &self.scenario.mix;
        let (total, nth) = (u64::from(mix.total()), u64::from(self.next) + 1);
        let behind = |(persona, come): (&Persona, &u32)| {
            let count = mix.count(*persona);
            let due = i64::try_from(u64::from(count) * nth).unwrap_or(i64::MAX);
            let had = i64::try_from(u64::from(*come) * total).unwrap_or(i64::MAX);
            (count > *come).then_some((due - had, *persona))
        };
        let personas = Persona::ALL.iter().zip(&self.come).filter_map(behind);
        personas.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, p)| p)
    }

    /// When visitor `self.next` comes: a random moment of its own slot, so that times never go back.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of the span, which is below 2^42 ms"
    )]
    fn arrival_ms(&self, random: &mut Random) -> u64 {
        let place = (f64::from(self.next) + random.unit()) / f64::from(self.scenario.mix.total());
        let share = if place < EARLY_VISITORS {
            place / EARLY_VISITORS * EARLY_SPAN
        } else {
            EARLY_SPAN + (place - EARLY_VISITORS) / (1.0 - EARLY_VISITORS) * (1.0 - EARLY_SPAN)
        };
        (share * self.scenario.span_ms() as f64) as u64
    }
}

impl Iterator for Arrivals {
    type Item = Visitor;

    fn next(&mut self) -> Option<Visitor> {
        let persona = self.due_persona()?;
        let mut random = Random::stream(self.scenario.seed, self.next.into());
        let arrives_ms = self.arrival_ms(&mut random);
        let profile = Profile::draw(persona, &mut random);
        let client = self.next;
        self.next += 1;
        if let Some(come) = self.come.get_mut(persona as usize) {
            *come += 1;
        }
        Some(Visitor { client, persona, arrives_ms, profile, random })
    }
}

/// What one client really is. Clients join verdicts on address and user agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruthRow {
    /// Number of the client, as in [`crate::SimEvent`].
    pub client: u32,
    /// Address as logged.
    pub ip: String,
    /// User agent as logged.
    pub user_agent: &'static str,
    /// What drives the client, in the words of truth files.
    pub label: &'static str,
    /// The persona's name.
    pub persona: &'static str,
}

/// Who every client of a scenario is, in the order of their arrival, without playing the visits.
#[must_use]
pub fn truth(scenario: &Scenario) -> Vec<TruthRow> {
    Arrivals::new(scenario)
        .map(|visitor| TruthRow {
            client: visitor.client,
            ip: profile::address(visitor.client, visitor.profile.ipv6),
            user_agent: visitor.profile.user_agent,
            label: visitor.persona.label().as_str(),
            persona: visitor.persona.name(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(mix: Mix) -> Scenario {
        Scenario { seed: 11, start: EventTime(1_795_000_000_000_000), span_s: 3600, mix }
    }

    #[test]
    fn everybody_comes_once_in_order_and_within_the_span() {
        let scenario = scenario(Mix::demo());
        let visitors: Vec<_> = Arrivals::new(&scenario).collect();
        assert_eq!(visitors.len(), 240);
        assert!(visitors.is_sorted_by_key(|visitor| visitor.arrives_ms));
        assert!(visitors.iter().all(|visitor| visitor.arrives_ms < 3_600_000));
        for persona in Persona::ALL {
            let come = visitors.iter().filter(|visitor| visitor.persona == persona).count();
            assert_eq!(come, scenario.mix.count(persona) as usize, "{persona:?}");
        }
        let early = visitors.iter().filter(|visitor| visitor.arrives_ms < 72_000).count();
        assert!((46..=50).contains(&early), "{early}");
    }

    #[test]
    fn any_stretch_of_arrivals_has_the_mix_of_the_whole() {
        let first: Vec<_> = Arrivals::new(&scenario(Mix::demo())).take(48).collect();
        let people = first.iter().filter(|v| v.persona.label() == crate::Label::HumanEmulated);
        assert!((24..=34).contains(&people.count()));
        assert!(first.iter().any(|visitor| visitor.persona == Persona::BrowserAgent));
    }

    #[test]
    fn the_truth_names_each_pair_of_address_and_user_agent_once() {
        let mut pairs: Vec<_> = truth(&scenario(Mix::demo().scaled_to(20_000)))
            .into_iter()
            .map(|row| (row.ip, row.user_agent))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        assert_eq!(pairs.len(), 20_000);
    }
}
