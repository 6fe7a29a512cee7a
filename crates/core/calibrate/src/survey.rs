//! The first pass: who was there, who of them may count as a person, the map that those show, and how many
//! clients a day has.

use std::collections::{BTreeMap, BTreeSet};

use gait_detect::Evidences;
use gait_event::{ClientId, ClientKey, Event, net_of};
use gait_fingerprint::{ClientState, Surroundings, site::Glimpse};

use crate::{
    SITE_NAME_MAX_BYTES,
    calibration::{Calibration, Chosen, Draft, SCORED_MAX, STEPS_MIN},
    days::Days,
    model::SITES_MAX,
    tally::Tally,
    trail::Trail,
    trust::{Copies, Judges, LeftOut, Report},
};

/// Most clients that a survey looks at; the first ones to come.
pub const CLIENTS_MAX: usize = 131_072;
/// Most sites that a survey looks at; the first ones to come.
const SITES_SEEN_MAX: usize = 16 * SITES_MAX;

/// The clients of a history while it is read for the first time.
#[derive(Debug)]
pub struct Survey {
    judges: Judges,
    clients_max: usize,
    /// Number of each site by name.
    sites: BTreeMap<String, u32>,
    visitors: BTreeMap<ClientId, Visitor>,
    /// Clients beyond the limit, as many as are told apart.
    refused: BTreeSet<ClientId>,
    key: ClientKey,
}

#[derive(Debug)]
struct Visitor {
    site: u32,
    /// Hash of the network, an IPv4 address by its /24.
    network: u64,
    state: ClientState,
    trail: Trail,
}

impl Survey {
    /// A survey that has seen nothing and looks at this many clients, [`CLIENTS_MAX`] at most.
    #[must_use]
    pub fn new(judges: Judges, clients_max: u32) -> Self {
        Self {
            judges,
            clients_max: (clients_max as usize).min(CLIENTS_MAX),
            sites: BTreeMap::new(),
            visitors: BTreeMap::new(),
            refused: BTreeSet::new(),
            key: ClientKey::default(),
        }
    }

    /// Takes one event in. Masked fields are taken out of it.
    pub fn observe(&mut self, event: &mut Event<'_>) {
        self.key.set(event);
        let id = self.key.id();
        if !self.visitors.contains_key(&id) && !self.admit(id, event) {
            return;
        }
        self.judges.mask.apply(event);
        let around = Surroundings { canaries: &self.judges.canaries, ..Surroundings::NONE };
        let Some(visitor) = self.visitors.get_mut(&id) else { return };
        let observed = visitor.state.observe_in(around, event);
        if !observed.late {
            visitor.trail.add(Glimpse::of(event), observed, event.time.0);
        }
    }

    /// Makes room for a new client; false when there is none.
    fn admit(&mut self, id: ClientId, event: &mut Event<'_>) -> bool {
        let name = event.site_name();
        let known = self.sites.get(name).copied();
        let room = self.sites.len() < SITES_SEEN_MAX && name.len() <= SITE_NAME_MAX_BYTES;
        if self.visitors.len() >= self.clients_max || (known.is_none() && !room) {
            if self.refused.len() < CLIENTS_MAX {
                self.refused.insert(id);
            }
            return false;
        }
        let next = u32::try_from(self.sites.len()).unwrap_or(u32::MAX);
        let site = known.unwrap_or_else(|| *self.sites.entry(name.to_owned()).or_insert(next));
        let network = network_hash(event.ip);
        // The claim is read from what the mask leaves.
        self.judges.mask.apply(event);
        let state = ClientState::new(event);
        self.visitors.insert(id, Visitor { site, network, state, trail: Trail::default() });
        true
    }

    /// Ends the first pass: learns the maps, and chooses whom the second pass measures.
    #[must_use]
    pub fn finish(self) -> Calibration {
        let mut report = Report {
            clients: (self.visitors.len() + self.refused.len()) as u64,
            ..Report::default()
        };
        report.leave_out(LeftOut::Limit, self.refused.len() as u64);
        let mut tallies: BTreeMap<u32, [Tally; 2]> = BTreeMap::new();
        let mut copies: BTreeMap<u32, Copies> = BTreeMap::new();
        let mut chosen: BTreeMap<u32, Vec<Chosen>> = BTreeMap::new();
        let mut days: BTreeMap<u32, Days> = BTreeMap::new();
        let mut evidences = Evidences::default();
        for (id, visitor) in &self.visitors {
            let features = visitor.state.features();
            let is_tested = visitor.state.decisions() >= STEPS_MIN;
            days.entry(visitor.site).or_default().add(&visitor.state, is_tested);
            // Ids are hashes and come in order: the first ones are a fair sample.
            let mut choose = |doubted| {
                let of_site = chosen.entry(visitor.site).or_default();
                if is_tested && of_site.len() < SCORED_MAX {
                    of_site.push(Chosen { id: *id, doubted });
                }
            };
            let copies = copies.entry(visitor.site).or_default();
            let doubt = self
                .judges
                .doubt(&visitor.state, &features, &mut evidences)
                .or_else(|| copies.is_copy(visitor.network, &features).then_some(LeftOut::Copy));
            if let Some(reason) = doubt {
                report.leave_out(reason, 1);
                // Whom the judges doubt may be a person, and it is such people who become false alarms.
                if reason == LeftOut::Doubted {
                    choose(true);
                }
                continue;
            }
            report.used += 1;
            let [even, odd] = tallies.entry(visitor.site).or_default();
            if fold_of(*id) == 0 { even } else { odd }.add(&visitor.trail);
            choose(false);
        }
        let names = self.sites.into_iter().map(|(name, number)| (number, name)).collect::<Vec<_>>();
        let drafts = names.into_iter().filter_map(|(number, name)| {
            let per_day = days.get(&number).map_or(0, Days::busiest);
            let of_site = chosen.remove(&number).unwrap_or_default();
            Some(Draft::new(name, tallies.get(&number)?, of_site, per_day))
        });
        let drafts = drafts.collect();
        Calibration::new(self.judges, report, drafts)
    }
}

/// The half of the clients that a client belongs to, 0 or 1.
pub(crate) fn fold_of(id: ClientId) -> usize {
    usize::from(id.0 & 1 == 1)
}

/// The network of an address, hashed: IPv4 by /24, IPv6 by /64, names as they are.
fn network_hash(ip: &str) -> u64 {
    let net = net_of(ip);
    let wide = match net.parse::<std::net::Ipv4Addr>() {
        Ok(_) => net.rsplit_once('.').map_or(&*net, |(wide, _)| wide),
        Err(_) => &net,
    };
    let hash = blake3::hash(wide.as_bytes());
    hash.as_bytes().first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_network_hash_alike() {
        for (a, b, same) in [
            ("192.0.2.1", "192.0.2.77", true),
            ("192.0.2.1", "192.0.3.1", false),
            ("2001:db8::1", "2001:db8::2", true),
            ("2001:db8::1", "2001:db8:1::1", false),
            ("host.a", "host.b", false),
        ] {
            assert_eq!(network_hash(a) == network_hash(b), same, "{a} {b}");
        }
    }
}
