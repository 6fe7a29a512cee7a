//! What is simulated: a seed, a time, a mix; and who comes when.
//!
//! Arrivals are drawn in order and one at a time, so that a million clients cost no more memory than the
//! ones who are there. The truth is the same list without the visits.

use gait_event::EventTime;

use crate::{
    Evasion, Mix, Persona, SiteKind, Split,
    persona::Place,
    profile::{self, Profile},
    random::Random,
    site::Site,
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
    /// The archetype of the site; which site of it there is, the seed decides.
    pub site: SiteKind,
    /// Whose generator families make the visitors: those of one split, or of both by turns.
    pub split: Option<Split>,
    /// How undeclared programs hide their rhythm.
    pub evasion: Option<Evasion>,
    /// The gateway logs everything in milliseconds and serves the assets itself, whatever the seed would have
    /// drawn.
    pub full_log: bool,
    /// Addresses of one fleet at most.
    pub fleet_size: u32,
    /// Who visits, spread over the span.
    pub mix: Mix,
}

impl Default for Scenario {
    /// An hour of a shop with nobody in it.
    fn default() -> Self {
        Self {
            seed: 1,
            start: EventTime(0),
            span_s: 3600,
            site: SiteKind::Shop,
            split: None,
            evasion: None,
            full_log: true,
            fleet_size: 50,
            mix: Mix::default(),
        }
    }
}

impl Scenario {
    /// Start, ms since the Unix epoch.
    pub(crate) fn epoch_ms(&self) -> u64 {
        u64::try_from(self.start.0).unwrap_or(0) / 1000
    }

    pub(crate) fn site(&self) -> Site {
        let drawn = Site::new(self.site, self.seed);
        if self.full_log { drawn.logging_all() } else { drawn }
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
    /// Whose family makes it.
    pub(crate) split: Split,
    pub(crate) place: Place,
    pub(crate) arrives_ms: u64,
    pub(crate) profile: Profile,
    /// The visitor's own chance, after the profile was drawn from it.
    pub(crate) random: Random,
}

/// All visitors in the order of their arrival.
#[derive(Clone, Debug)]
pub(crate) struct Arrivals {
    scenario: Scenario,
    site: Site,
    next: u32,
    come: [u32; Persona::ALL.len()],
    /// The fleet that is arriving: its next member, and when it arrives, ms.
    fleet: Option<(Place, u64)>,
}

impl Arrivals {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        Self {
            scenario: *scenario,
            site: scenario.site(),
            next: 0,
            come: [0; Persona::ALL.len()],
            fleet: None,
        }
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

impl Arrivals {
    /// The split whose family makes a persona: the scenario's, or either by turns, where it has the persona.
    fn split_of(&self, persona: Persona, random: &mut Random) -> Split {
        let either = if random.chance(0.5) { Split::Tuning } else { Split::HeldOut };
        let wanted = self.scenario.split.unwrap_or(either);
        match (persona.family(wanted), wanted) {
            (Some(_), wanted) => wanted,
            (None, Split::Tuning) => Split::HeldOut,
            (None, Split::HeldOut) => Split::Tuning,
        }
    }

    /// Where a visitor belongs; all members of a fleet come at the same time.
    fn place(&mut self, persona: Persona, arrives_ms: u64) -> (Place, u64) {
        if persona != Persona::Fleet {
            return (Place { group: self.next, member: 0, size: 1 }, arrives_ms);
        }
        let come = self.come.get(persona as usize).copied().unwrap_or(0);
        let left = self.scenario.mix.count(persona).saturating_sub(come);
        let size = self.scenario.fleet_size.clamp(1, left.max(1));
        let first = (Place { group: self.next, member: 0, size }, arrives_ms);
        let (place, arrives_ms) = self.fleet.take().unwrap_or(first);
        let member = place.member + 1;
        self.fleet = (member < place.size).then_some((Place { member, ..place }, arrives_ms));
        (place, arrives_ms)
    }
}

impl Iterator for Arrivals {
    type Item = Visitor;

    fn next(&mut self) -> Option<Visitor> {
        let persona = if self.fleet.is_some() { Persona::Fleet } else { self.due_persona()? };
        let mut random = Random::stream(self.scenario.seed, self.next.into());
        let arrives_ms = self.arrival_ms(&mut random);
        let split = self.split_of(persona, &mut random);
        let (place, arrives_ms) = self.place(persona, arrives_ms);
        let profile = Profile::draw(persona, &self.site, &mut random);
        let client = self.next;
        self.next += 1;
        if let Some(come) = self.come.get_mut(persona as usize) {
            *come += 1;
        }
        Some(Visitor { client, persona, split, place, arrives_ms, profile, random })
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
    /// The generator family that made it.
    pub family: &'static str,
    /// The split that the family belongs to.
    pub split: Split,
    /// The number of the first client of its fleet; its own for who works alone.
    pub group: u32,
}

/// Who every client of a scenario is, in the order of their arrival, without playing the visits.
pub fn truth(scenario: &Scenario) -> impl Iterator<Item = TruthRow> {
    Arrivals::new(scenario).map(|visitor| TruthRow {
        client: visitor.client,
        ip: profile::address(visitor.client, visitor.profile.ipv6),
        user_agent: visitor.profile.user_agent,
        label: visitor.persona.label().as_str(),
        persona: visitor.persona.name(),
        family: visitor.persona.family(visitor.split).unwrap_or_default(),
        split: visitor.split,
        group: visitor.place.group,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(mix: Mix) -> Scenario {
        Scenario { seed: 11, start: EventTime(1_795_000_000_000_000), mix, ..Scenario::default() }
    }

    #[test]
    fn everybody_comes_once_in_order_and_within_the_span() {
        let scenario = scenario(Mix::demo());
        let visitors: Vec<_> = Arrivals::new(&scenario).collect();
        assert_eq!(visitors.len(), 300);
        assert!(visitors.is_sorted_by_key(|visitor| visitor.arrives_ms));
        assert!(visitors.iter().all(|visitor| visitor.arrives_ms < 3_600_000));
        for persona in Persona::ALL {
            let come = visitors.iter().filter(|visitor| visitor.persona == persona).count();
            assert_eq!(come, scenario.mix.count(persona) as usize, "{persona:?}");
        }
        let early = visitors.iter().filter(|visitor| visitor.arrives_ms < 72_000).count();
        assert!((54..=66).contains(&early), "{early}");
    }

    #[test]
    fn any_stretch_of_arrivals_has_the_mix_of_the_whole() {
        let first: Vec<_> = Arrivals::new(&scenario(Mix::demo())).take(60).collect();
        let people = first.iter().filter(|v| v.persona.label() == crate::Label::HumanEmulated);
        let people = people.count();
        assert!((25..=45).contains(&people), "{people}");
        assert!(first.iter().any(|visitor| visitor.persona == Persona::ScreenshotAgent));
    }

    #[test]
    fn the_truth_names_each_pair_of_address_and_user_agent_once() {
        let mut pairs: Vec<_> = truth(&scenario(Mix::demo().scaled_to(20_000)))
            .map(|row| (row.ip, row.user_agent))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        assert_eq!(pairs.len(), 20_000);
    }

    #[test]
    fn a_fleet_arrives_at_one_time_and_its_members_are_numbered() {
        let mix = Mix::of(&[(Persona::Fleet, 70), (Persona::Reader, 30)]);
        let run = Scenario { fleet_size: 50, ..scenario(mix) };
        let visitors: Vec<_> = Arrivals::new(&run).collect();
        let groups: std::collections::BTreeMap<u32, Vec<&Visitor>> =
            visitors.iter().filter(|v| v.persona == Persona::Fleet).fold(
                std::collections::BTreeMap::new(),
                |mut groups: std::collections::BTreeMap<u32, Vec<&Visitor>>, visitor| {
                    groups.entry(visitor.place.group).or_default().push(visitor);
                    groups
                },
            );
        let sizes: Vec<usize> = groups.values().map(Vec::len).collect();
        assert_eq!(sizes, [50, 20]);
        for members in groups.values() {
            assert!(members.iter().all(|v| v.arrives_ms == members[0].arrives_ms));
            assert!(members.iter().enumerate().all(|(n, v)| v.place.member as usize == n));
            assert!(members.iter().all(|v| v.profile.user_agent == members[0].profile.user_agent));
        }
        assert!(visitors.is_sorted_by_key(|visitor| visitor.arrives_ms));
    }
}
