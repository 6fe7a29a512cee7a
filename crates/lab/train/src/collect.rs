//! Simulated traffic to rows: what was known of each client at each assessment step.
//!
//! The engine itself does the work, with its table, mask and clocks, so that a model sees in training what it
//! will see in service. There is no way in for a capture: what reports is never trained on.

use std::{collections::BTreeMap, sync::Arc};

use gait_classify::{Contribution, Model, Source, assess, next_step};
use gait_decide::{AlertPolicy, Verdict};
use gait_detect::{Evidences, Family, Pack};
use gait_engine::{Engine, EngineConfig, Input, Outbox};
use gait_event::{EventTime, Mask};
use gait_fingerprint::{Claim, ClaimKind, FeatureVector};
use gait_sim::{Mix, Persona, Scenario, SimEvent, Simulation, SiteKind, Split, truth};

use crate::client::Client;

/// When every simulated log begins: 2026-11-22T12:00:00Z.
const START: EventTime = EventTime(1_795_348_800_000_000);
/// Length of every simulated log, s: long enough for timers, idle tabs and slow programs to show.
const SPAN_S: u32 = 3 * 3600;
/// One site in so many is judged with its user agents.
const PLAIN_EVERY: u64 = 3;

/// What was known of a client at one assessment step.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Its place in [`Data::clients`].
    pub(crate) client: usize,
    pub(crate) decisions: u32,
    pub(crate) features: FeatureVector,
    /// What each detector said, by its index, millinats; 0 when silent.
    pub(crate) evidence: Vec<i32>,
    /// What the families of detectors say together, in the order of [`Family::ALL`], millinats.
    pub(crate) families: [i32; Family::ALL.len()],
    /// Evidence for an agent less that for a fixed plan, millinats.
    pub(crate) agent: i32,
}

/// Clients and their rows; the rows of a client stand together, in order of their steps.
#[derive(Debug, Default)]
pub(crate) struct Data {
    pub(crate) clients: Vec<Client>,
    pub(crate) rows: Vec<Row>,
}

impl Data {
    pub(crate) fn client(&self, row: &Row) -> &Client {
        &self.clients[row.client]
    }

    /// Whether a row is the last of its client.
    pub(crate) fn is_last(&self, at: usize) -> bool {
        self.rows.get(at + 1).is_none_or(|next| next.client != self.rows[at].client)
    }
}

/// What is simulated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// Sites drawn of each archetype.
    pub(crate) sites: u64,
    /// Visitors of each site.
    pub(crate) clients: u32,
}

impl Plan {
    /// The scenarios of one split, and whether the user agent is masked. Every other site logs less than it
    /// could, or in whole seconds; one in [`PLAIN_EVERY`] is judged with its user agents.
    fn scenarios(self, split: Split) -> impl Iterator<Item = (Scenario, bool)> {
        let mix = Mix::demo().only(|persona: Persona| persona.family(split).is_some());
        let sites = SiteKind::ALL.into_iter().filter(move |site| site.split() == split);
        sites.flat_map(move |site| {
            (0..self.sites).map(move |number| {
                let scenario = Scenario {
                    seed: self.seed.wrapping_mul(1_000_003).wrapping_add(number),
                    start: START,
                    span_s: SPAN_S,
                    site,
                    split: Some(split),
                    full_log: number % 2 == 0,
                    mix: mix.scaled_to(self.clients),
                    ..Scenario::default()
                };
                (scenario, number % PLAIN_EVERY != PLAIN_EVERY - 1)
            })
        })
    }
}

/// Plays the scenarios of a split through the engine.
pub(crate) fn collect(plan: Plan, split: Split, pack: &Arc<Pack>) -> Data {
    let mut data = Data::default();
    for (scenario, masked) in plan.scenarios(split) {
        play(&scenario, masked, pack, &mut data);
    }
    data
}

/// One client of a scenario while it is played.
struct Seen {
    key: Key,
    /// Its decision steps at its latest row.
    assessed: u32,
    rows: Vec<Row>,
}

/// What the engine finds a client by.
struct Key {
    host: String,
    ip: String,
    user_agent: String,
    ja4: String,
}

impl Key {
    fn of(event: &SimEvent) -> Self {
        let event = event.event();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Self {
            host: text(event.host),
            ip: event.ip.to_string(),
            user_agent: text(event.user_agent),
            ja4: text(event.ja4),
        }
    }

    fn verdict<'e>(&self, engine: &'e Engine) -> Option<Verdict<'e>> {
        engine.verdict(engine.find(&self.host, &self.ip, &self.user_agent, &self.ja4)?)
    }
}

fn play(scenario: &Scenario, masked: bool, pack: &Arc<Pack>, data: &mut Data) {
    let reasoned = Arc::new(Model::reasoned());
    let mut engine = Engine::new(EngineConfig {
        clients_max: scenario.mix.total().max(1) * 2,
        lateness_us: 0,
        mask: Mask { ua: masked, ..Mask::default() },
        pack: Arc::clone(pack),
        model: Arc::clone(&reasoned),
        sites: Arc::default(),
        canaries: Arc::default(),
        bot_keys: Arc::default(),
        grants: None,
        alerts: AlertPolicy::default(),
        hash_seed: 0,
    });
    let mut seen: BTreeMap<u32, Seen> = BTreeMap::new();
    let mut out = Outbox::default();
    for sim_event in Simulation::new(scenario) {
        engine.step(Input::Event(&mut sim_event.event()), &mut out);
        out.clear();
        let client = seen.entry(sim_event.client).or_insert_with(|| Seen {
            key: Key::of(&sim_event),
            assessed: 0,
            rows: Vec::new(),
        });
        let Some(verdict) = client.key.verdict(&engine) else { continue };
        let decisions = verdict.assessment.decisions;
        if decisions > client.assessed && next_step(decisions - 1) == decisions {
            client.assessed = decisions;
            client.rows.push(row(&verdict, &reasoned));
        }
    }
    let clients: BTreeMap<u32, Client> = truth(scenario)
        .filter_map(|row| Some((row.client, Client::of(&row, scenario.site.name(), masked)?)))
        .collect();
    for (number, mut seen) in seen {
        let Some(client) = clients.get(&number) else { continue };
        let end = seen.key.verdict(&engine).map(|verdict| row(&verdict, &reasoned));
        seen.rows.extend(end);
        let at = data.clients.len();
        data.clients.push(client.clone());
        data.rows.extend(seen.rows.into_iter().map(|row| Row { client: at, ..row }));
    }
}

/// What the judges know of a client now.
fn row(verdict: &Verdict<'_>, reasoned: &Model) -> Row {
    let (pack, features) = (&*verdict.pack, verdict.features.clone());
    let mut evidences = Evidences::default();
    pack.evaluate(&features, &mut evidences);
    let mut evidence = vec![0; pack.detectors().len()];
    for said in evidences.evidence() {
        evidence[usize::from(said.detector.0)] = said.millinats;
    }
    // The log-odds do not depend on what the client says it is.
    let claim = Claim::plain(ClaimKind::Other);
    let assessment = assess(pack, reasoned, &features, claim, &evidences);
    let mut families = [0; Family::ALL.len()];
    for Contribution { source, millinats, .. } in assessment.contributions.as_slice() {
        if let Source::Detector(index) = source
            && let Some(traits) = pack.traits(*index)
        {
            families[traits.family as usize] += millinats;
        }
    }
    let (decisions, agent) = (assessment.decisions, assessment.agent_millinats);
    Row { client: 0, decisions, features, evidence, families, agent }
}
