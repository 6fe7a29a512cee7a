//! The second pass: people against the map of their site, their quantiles, and how high they score.
//!
//! Each client is held against a map that was learnt from the other half of the clients: nobody finds his own
//! ways familiar only because he is in the history.

use std::collections::BTreeMap;

use gait_detect::{Baseline, CLIENTS_MIN, Cell, Evidences, STEPS, Stratum};
use gait_event::{ClientId, ClientKey, Event};
use gait_fingerprint::{ClientState, FeatureId, FeatureVector, site::SiteMap};

use crate::{
    model::{Site, SiteModel},
    survey::fold_of,
    tail::ScoreTail,
    tally::Tally,
    trim::outliers,
    trust::{Judges, LeftOut, Report},
};

/// Most clients of a site that people are measured by.
pub const SAMPLE_MAX: usize = 4096;
/// Most clients of a site that are scored: rare scores ask for many.
pub const SCORED_MAX: usize = 16_384;
/// In so many parts people are held against the others of them.
const PARTS: u128 = 8;
/// Decision steps from which a client can be measured.
pub(crate) const STEPS_MIN: u32 = STEPS[0];

/// A site after the first pass.
#[derive(Debug)]
pub(crate) struct Draft {
    name: String,
    clients: u32,
    map: SiteMap,
    /// For the clients of each half, the map that the other half shows.
    other_half: [SiteMap; 2],
    chosen: Vec<Chosen>,
    /// Clients of the busiest day.
    per_day: u32,
}

/// A client that the second pass looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chosen {
    pub(crate) id: ClientId,
    /// It may be a person, but nobody is measured by it.
    pub(crate) doubted: bool,
}

impl Draft {
    pub(crate) fn new(
        name: String,
        halves: &[Tally; 2],
        chosen: Vec<Chosen>,
        per_day: u32,
    ) -> Self {
        let [even, odd] = halves;
        let mut all = even.clone();
        all.merge(odd);
        Self {
            name,
            clients: all.clients,
            map: all.map(),
            other_half: [odd.map(), even.map()],
            chosen,
            per_day,
        }
    }
}

/// One client while the history is read for the second time.
#[derive(Debug)]
struct Measured {
    id: ClientId,
    site: usize,
    doubted: bool,
    state: Option<Box<ClientState>>,
    /// Its features at the steps it reached.
    at_steps: Vec<FeatureVector>,
}

/// A history while it is read for the second time. It must be the same one.
#[derive(Debug)]
pub struct Calibration {
    judges: Judges,
    report: Report,
    sites: Vec<Draft>,
    measured: BTreeMap<ClientId, Measured>,
    key: ClientKey,
}

impl Calibration {
    pub(crate) fn new(judges: Judges, report: Report, sites: Vec<Draft>) -> Self {
        let clients = sites.iter().enumerate().flat_map(|(site, draft)| {
            draft.chosen.iter().map(move |Chosen { id, doubted }| {
                let (id, doubted, at_steps) = (*id, *doubted, Vec::new());
                (id, Measured { id, site, doubted, state: None, at_steps })
            })
        });
        let measured = clients.collect();
        Self { judges, report, sites, measured, key: ClientKey::default() }
    }

    /// Takes one event in. Masked fields are taken out of it.
    pub fn observe(&mut self, event: &mut Event<'_>) {
        self.key.set(event);
        let id = self.key.id();
        let Some(client) = self.measured.get_mut(&id) else { return };
        let Some(draft) = self.sites.get(client.site) else { return };
        self.judges.mask.apply(event);
        let state = client.state.get_or_insert_with(|| Box::new(ClientState::new(event)));
        let [even, odd] = &draft.other_half;
        let observed = state.observe_on(if fold_of(id) == 0 { even } else { odd }, event);
        if observed.decision && STEPS.contains(&state.decisions()) {
            client.at_steps.push(state.features());
        }
    }

    /// Ends the second pass.
    #[must_use]
    pub fn finish(mut self) -> (SiteModel, Report) {
        let mut by_site: Vec<Vec<&Measured>> = self.sites.iter().map(|_| Vec::new()).collect();
        for client in self.measured.values().filter(|client| !client.at_steps.is_empty()) {
            if let Some(list) = by_site.get_mut(client.site) {
                list.push(client);
            }
        }
        let mut sites = Vec::new();
        for (draft, clients) in self.sites.into_iter().zip(by_site) {
            let persons = clients.iter().copied().filter(|client| !client.doubted);
            let persons: Vec<&Measured> = persons.take(SAMPLE_MAX).collect();
            let last: Vec<_> = persons.iter().filter_map(|client| client.at_steps.last()).collect();
            let far = outliers(&last);
            self.report.leave_out(LeftOut::Outlier, far.len() as u64);
            self.report.measured += (persons.len() - far.len()) as u64;
            let numbered = persons.into_iter().enumerate();
            let kept = numbered.filter(|(at, _)| far.binary_search(at).is_err());
            let kept: Vec<&Measured> = kept.map(|(_, client)| client).collect();
            let tail = ScoreTail::of(scores_of(&self.judges, &clients, &kept), draft.per_day);
            let Draft { name, clients, map, .. } = draft;
            sites.push(Site { name, clients, map, people: people_of(&kept), tail });
        }
        self.report.left_out.retain(|_, clients| *clients > 0);
        (SiteModel::new(self.judges.mask, sites), self.report)
    }
}

/// The largest score of each client. Who is among the people is held against the rest of them, as a client that
/// comes later will be.
fn scores_of(judges: &Judges, clients: &[&Measured], people: &[&Measured]) -> Vec<i32> {
    let rest_of = |part: u128| {
        let rest = people.iter().copied().filter(|person| part_of(person.id) != part);
        people_of(&rest.collect::<Vec<_>>())
    };
    let rests: Vec<Baseline> = (0..PARTS).map(rest_of).collect();
    let mut evidences = Evidences::default();
    let mut scores = Vec::new();
    for client in clients {
        let rest = usize::try_from(part_of(client.id)).ok().and_then(|part| rests.get(part));
        let (Some(state), Some(rest)) = (&client.state, rest) else { continue };
        let at_steps = client.at_steps.iter();
        let at_steps =
            at_steps.map(|features| judges.millinats(rest, state, features, &mut evidences));
        scores.extend(at_steps.max());
    }
    scores
}

/// The part of the people that a client would belong to.
fn part_of(id: ClientId) -> u128 {
    (id.0 >> 1) % PARTS
}

/// The quantiles of every feature in each stratum at each step. A client reaches the steps in order.
fn people_of(clients: &[&Measured]) -> Baseline {
    let mut groups = Vec::new();
    for stratum in Stratum::ALL {
        for step in 0..STEPS.len() {
            let peers = clients.iter().filter_map(|client| client.at_steps.get(step));
            let peers: Vec<_> = peers.filter(|features| Stratum::of(features) == stratum).collect();
            groups.push(cells_of(&peers));
        }
    }
    Baseline::new(groups).unwrap_or_default()
}

fn cells_of(peers: &[&FeatureVector]) -> Vec<Cell> {
    let cell = |feature: FeatureId| {
        let values = peers.iter().filter_map(|features| features.get(feature));
        let mut sample: Vec<f32> = values.filter(|value| value.is_finite()).collect();
        sample.sort_by(f32::total_cmp);
        Cell::of_sorted(feature, &sample).filter(|cell| cell.clients >= CLIENTS_MIN)
    };
    FeatureId::all().filter_map(cell).collect()
}
