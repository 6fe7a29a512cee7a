//! The second pass: people against the map of their site, and their quantiles.
//!
//! Each client is held against a map that was learnt from the other half of the clients: nobody finds his own
//! ways familiar only because he is in the history.

use std::collections::BTreeMap;

use gait_detect::{Baseline, CLIENTS_MIN, Cell, STEPS, Stratum};
use gait_event::{ClientId, ClientKey, Event, Mask};
use gait_fingerprint::{ClientState, FeatureId, FeatureVector, site::SiteMap};

use crate::{
    model::{Site, SiteModel},
    survey::fold_of,
    tally::Tally,
    trim::outliers,
    trust::{LeftOut, Report},
};

/// Most clients of a site that people are measured by.
pub const SAMPLE_MAX: usize = 4096;
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
    chosen: Vec<ClientId>,
}

impl Draft {
    pub(crate) fn new(name: String, halves: &[Tally; 2], chosen: &[ClientId]) -> Self {
        let [even, odd] = halves;
        let mut all = even.clone();
        all.merge(odd);
        Self {
            name,
            clients: all.clients,
            map: all.map(),
            other_half: [odd.map(), even.map()],
            chosen: chosen.to_vec(),
        }
    }
}

/// One client while the history is read for the second time.
#[derive(Debug)]
struct Measured {
    site: usize,
    state: Option<Box<ClientState>>,
    /// Its features at the steps it reached.
    at_steps: Vec<FeatureVector>,
}

/// A history while it is read for the second time. It must be the same one.
#[derive(Debug)]
pub struct Calibration {
    mask: Mask,
    report: Report,
    sites: Vec<Draft>,
    measured: BTreeMap<ClientId, Measured>,
    key: ClientKey,
}

impl Calibration {
    pub(crate) fn new(mask: Mask, report: Report, sites: Vec<Draft>) -> Self {
        let clients = sites.iter().enumerate().flat_map(|(site, draft)| {
            let nothing = move || Measured { site, state: None, at_steps: Vec::new() };
            draft.chosen.iter().map(move |id| (*id, nothing()))
        });
        let measured = clients.collect();
        Self { mask, report, sites, measured, key: ClientKey::default() }
    }

    /// Takes one event in. Masked fields are taken out of it.
    pub fn observe(&mut self, event: &mut Event<'_>) {
        self.key.set(event);
        let id = self.key.id();
        let Some(client) = self.measured.get_mut(&id) else { return };
        let Some(draft) = self.sites.get(client.site) else { return };
        self.mask.apply(event);
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
            let last: Vec<_> = clients.iter().filter_map(|client| client.at_steps.last()).collect();
            let far = outliers(&last);
            self.report.leave_out(LeftOut::Outlier, far.len() as u64);
            self.report.measured += (clients.len() - far.len()) as u64;
            let is_kept = |at: &usize| far.binary_search(at).is_err();
            let kept: Vec<&[FeatureVector]> = clients
                .iter()
                .enumerate()
                .filter(|(at, _)| is_kept(at))
                .map(|(_, client)| &*client.at_steps)
                .collect();
            let people = people_of(&kept);
            sites.push(Site { name: draft.name, clients: draft.clients, map: draft.map, people });
        }
        self.report.left_out.retain(|_, clients| *clients > 0);
        (SiteModel::new(self.mask, sites), self.report)
    }
}

/// The quantiles of every feature in each stratum at each step. A client reaches the steps in order.
fn people_of(clients: &[&[FeatureVector]]) -> Baseline {
    let mut groups = Vec::new();
    for stratum in Stratum::ALL {
        for step in 0..STEPS.len() {
            let peers = clients.iter().filter_map(|at_steps| at_steps.get(step));
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
