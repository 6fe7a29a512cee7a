//! The state machine: one input at a time, or a batch with the same results.

mod answers;

use std::sync::Arc;

use gait_calibrate::SiteModel;
use gait_classify::Model;
use gait_decide::{Admission, AlertPolicy, CloseCause};
use gait_detect::{Evidences, Pack};
use gait_event::{AgentCall, ClientKey, Event, EventTime, FieldSet, Mask, Origin};
use gait_fingerprint::{Canaries, ClientState, Observed, Surroundings};
use gait_scope::{Finding, FindingKind, Grants, Habit};
use gait_webauth::KeyDirectory;

use crate::{
    Control, Feedback, Outbox, SlotId, Stats,
    budget::Budgets,
    claims::Claims,
    identity::Identity,
    judges::{Judges, is_due},
    outbox::Evicted,
    profiles::{PROFILES_MAX, Profiles},
    stage_two::StageTwo,
    standing::Standing,
    table::{ClientTable, Slot},
    tombstone::{Tombstones, tombstones_max},
};

/// Statuses from here on say that a call did nothing.
const STATUS_FAILED_MIN: u16 = 400;

/// Events whose clients are looked up ahead in a batch.
pub const LOOKAHEAD: usize = 32;

/// What an engine is made of. Frozen while it runs, but for what a [`Control`] replaces.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Most clients at a time, at least 1. The stalest makes room for a new one.
    pub clients_max: u32,
    /// How far the watermark stays behind the latest event, µs. Which events are late is not decided by this
    /// but by [`gait_fingerprint::LATENESS_US`], against each client's own latest event.
    pub lateness_us: u64,
    /// What no judge may read.
    pub mask: Mask,
    /// The detectors.
    pub pack: Arc<Pack>,
    /// The model.
    pub model: Arc<Model>,
    /// What is known of the sites, learnt under the same mask; the default knows nothing.
    pub sites: Arc<SiteModel>,
    /// The baits that the operator named, beside those by convention.
    pub canaries: Arc<Canaries>,
    /// The keys that signing bots have published.
    pub bot_keys: Arc<KeyDirectory>,
    /// The grants in force; without them, no call is held against one.
    pub grants: Option<Arc<Grants>>,
    /// When alerts open, change and close.
    pub alerts: AlertPolicy,
    /// Seed of the hash by which clients are found. It never changes results; a secret one keeps clients
    /// from choosing keys that are found slowly.
    pub hash_seed: u64,
}

/// What an engine takes, in canonical order: by partition and offset, or by file and line.
///
/// Whatever changes behaviour in mid-stream is an input too, so that a replay repeats it.
#[derive(Debug)]
pub enum Input<'i, 'e> {
    /// A request. Masked fields are taken out of it.
    Event(&'i mut Event<'e>),
    /// A change of what judges, between two events.
    Control(Control),
}

/// The engine: clients, their judges, and nothing that is not a function of configuration and input.
#[derive(Debug)]
pub struct Engine {
    pub(crate) table: ClientTable,
    pub(crate) tombstones: Tombstones,
    pub(crate) profiles: Profiles,
    pub(crate) judges: Judges,
    pub(crate) stage_two: StageTwo,
    pub(crate) stats: Stats,
    /// Time of the latest event, meaningful from the first event on.
    pub(crate) latest: EventTime,
    pub(crate) position: Option<Origin>,
    canaries: Arc<Canaries>,
    bot_keys: Arc<KeyDirectory>,
    grants: Option<Arc<Grants>>,
    pub(crate) alerts: AlertPolicy,
    pub(crate) budgets: Budgets,
    lateness_us: u64,
    pub(crate) evidences: Box<Evidences>,
    /// Assessments in which each detector spoke, by its index.
    fires: Vec<u64>,
    /// One for each event of a lookahead; their room is kept.
    keys: Vec<ClientKey>,
    claims: Claims,
}

impl Engine {
    /// An engine that has seen nothing.
    #[must_use]
    pub fn new(config: EngineConfig) -> Self {
        let table = ClientTable::new(config.clients_max, config.hash_seed);
        let tombstones = Tombstones::new(tombstones_max(config.clients_max), config.hash_seed);
        Self::with(config, table, tombstones)
    }

    pub(crate) fn with(config: EngineConfig, table: ClientTable, tombstones: Tombstones) -> Self {
        let fires = vec![0; config.pack.detectors().len()];
        Self {
            budgets: Budgets::new(config.alerts.budget, &config.sites),
            claims: Claims::new(config.hash_seed),
            profiles: Profiles::new(PROFILES_MAX, config.hash_seed),
            table,
            tombstones,
            fires,
            judges: Judges::new(
                config.pack,
                config.model,
                config.sites,
                config.mask,
                &config.alerts,
            ),
            stage_two: StageTwo::default(),
            stats: Stats::default(),
            latest: EventTime(i64::MIN),
            position: None,
            canaries: config.canaries,
            bot_keys: config.bot_keys,
            grants: config.grants,
            alerts: config.alerts,
            lateness_us: config.lateness_us,
            evidences: Box::default(),
            keys: vec![ClientKey::default(); LOOKAHEAD],
        }
    }

    /// Takes one input. Cannot fail, does not log, and allocates only for new clients and for what it
    /// puts into `out`.
    pub fn step(&mut self, input: Input<'_, '_>, out: &mut Outbox) {
        let event = match input {
            Input::Event(event) => event,
            Input::Control(control) => return self.control(control, out),
        };
        // Taken out so that the key can be read while the engine changes; put back with its room.
        let mut keys = std::mem::take(&mut self.keys);
        if let Some(key) = keys.first_mut() {
            key.set(event);
            let hash = self.table.hash(key.as_bytes());
            // Nothing is brought into the cache ahead: without other events to overlap with, that only adds
            // loads.
            self.take(event, key, hash, None, out);
        }
        self.keys = keys;
    }

    /// Changes what judges from the next event on. Nobody is judged anew before their next event.
    fn control(&mut self, control: Control, out: &mut Outbox) {
        match control {
            Control::Feedback(feedback) => self.hear(feedback, out),
            Control::Grants(grants) => self.grants = Some(grants),
            Control::Sites(sites) => {
                self.budgets.learn(&self.judges.sites, &sites);
                self.judges.learn(sites);
                for slot in self.table.iter_mut() {
                    slot.find_site(&self.judges.sites);
                    slot.state.forget_map();
                }
            }
        }
    }

    /// Takes an analyst's word on an alert in.
    #[cold]
    fn hear(&mut self, Feedback { alert, is_false }: Feedback, out: &mut Outbox) {
        let of = |(at, slot): (u32, &Slot)| (slot.alert.id(slot.id) == Some(alert)).then_some(at);
        let at = self.table.iter().find_map(of);
        let told = at.and_then(|at| Some((at, self.table.get_mut(at)?)));
        let Some((at, slot)) = told.filter(|(_, slot)| !slot.standing.has_heard(is_false)) else {
            self.stats.feedback_unknown += 1;
            return;
        };
        self.budgets.learn_of(slot, is_false);
        slot.standing.hear(is_false);
        *(if is_false { &mut self.stats.feedback_false } else { &mut self.stats.feedback_true }) +=
            1;
        let finding = self.judges.find(slot, &mut self.evidences);
        let (assessment, now) = (&finding.assessment, slot.state.last_seen());
        slot.standing.update(assessment, finding.stood_in, now);
        out.assessed.push(SlotId(at));
        if !is_false {
            return;
        }
        if let Some(change) = slot.alert.close(CloseCause::FalseAlarm, slot.id, assessment, now) {
            self.stats.alert(change.phase);
            out.alerts.push(self.judges.alert(change, slot, assessment));
        }
    }

    /// Takes events one after the other, with the results of one [`Engine::step`] for each, and calls
    /// `after` behind each with the index of the event. Clients are looked up ahead, so that the waits for
    /// memory overlap: best are [`LOOKAHEAD`] events at once.
    pub fn step_batch(
        &mut self,
        events: &mut [Event<'_>],
        out: &mut Outbox,
        mut after: impl FnMut(&Self, &mut Outbox, usize),
    ) {
        let mut keys = std::mem::take(&mut self.keys);
        let mut index = 0;
        for window in events.chunks_mut(LOOKAHEAD) {
            let ahead = self.look_ahead(window, &mut keys);
            for ((event, key), (hash, proposed)) in window.iter_mut().zip(keys.iter()).zip(ahead) {
                self.take(event, key, hash, proposed, out);
                after(self, out, index);
                index += 1;
            }
        }
        self.keys = keys;
    }

    /// Builds the keys of a window, proposes slots and brings them into the cache. Each loop is short and
    /// its turns are independent, so that many loads are under way at once.
    fn look_ahead(
        &self,
        window: &[Event<'_>],
        keys: &mut [ClientKey],
    ) -> [(u32, Option<u32>); LOOKAHEAD] {
        let mut ahead = [(0, None); LOOKAHEAD];
        for ((event, key), (hash, _)) in window.iter().zip(keys.iter_mut()).zip(&mut ahead) {
            key.set(event);
            *hash = self.table.hash(key.as_bytes());
        }
        for (hash, proposed) in ahead.iter_mut().take(window.len()) {
            *proposed = self.table.propose(*hash);
        }
        let slots = ahead.iter().filter_map(|(_, proposed)| *proposed);
        std::hint::black_box(slots.map(|at| self.table.warm(at)).fold(0, u32::wrapping_add));
        ahead
    }

    /// One event of the client with this key. What the lookahead proposed may be outdated or wrong.
    fn take(
        &mut self,
        event: &mut Event<'_>,
        key: &ClientKey,
        hash: u32,
        proposed: Option<u32>,
        out: &mut Outbox,
    ) {
        if self.stage_two.clock.is_left_by(event.time) {
            self.turn_window(event.time, out);
        }
        let known = proposed
            .filter(|at| self.table.holds(*at, key.as_bytes()))
            .or_else(|| self.table.find(hash, key.as_bytes()));
        let at = match known {
            Some(at) => {
                self.judges.mask.apply(event);
                at
            }
            None => self.admit(event, key, hash, out),
        };
        let Some(slot) = self.table.get_mut(at) else { return };
        let is_over = slot.alert.is_over(&self.alerts, slot.state.last_seen(), event.time);
        let (first, steps) = (slot.state.first_seen(), slot.state.decisions());
        if Standing::outlived(first, event.time, steps, self.judges.half_life_us) {
            let finding = self.judges.find(slot, &mut self.evidences);
            slot.standing.update(&finding.assessment, finding.stood_in, slot.state.last_seen());
            slot.renew(event);
        }
        let around = Surroundings {
            map: self.judges.sites.map(slot.site),
            canaries: &self.canaries,
            keys: &self.bot_keys,
        };
        let observed = slot.state.observe_in(around, event);
        if let Some(count) = self.stats.traffic.get_mut(slot.standing.class() as usize) {
            *count += 1;
        }
        let first_canary = observed.canary && slot.standing.touch_canary();
        let (events, decisions) = (slot.state.events(), slot.state.decisions());
        self.table.touch(at);
        self.count(event, observed);
        if observed.late {
            out.late.push(event.origin);
        }
        let breaks_or_drifts = event
            .call
            .is_some_and(|call| self.hold_against_grants(call, event, (at, events == 1), out));
        let is_told = first_canary || observed.takeover || observed.signature || breaks_or_drifts;
        if is_over || is_told || is_due(events, decisions, observed.decision) {
            self.judge(at, is_over, observed.decision, out);
        }
    }

    /// Judges an identified call by the grants in force, and one inside its grant by the habits of its agent. True
    /// when that is news of the client in slot `at`: its first violation, or the first drift of its life. Each
    /// attempt is held against hard limits by its own time, whatever came before it.
    #[cold]
    fn hold_against_grants(
        &mut self,
        call: &AgentCall<'_>,
        event: &Event<'_>,
        (at, is_first): (u32, bool),
        out: &mut Outbox,
    ) -> bool {
        self.stats.agent_calls += 1;
        let (Some(grants), Some(slot)) = (&self.grants, self.table.get_mut(at)) else {
            return false;
        };
        let (stats, when) = (&mut self.stats, (event.time, event.origin));
        let judgement = grants.findings(call, when, is_first, &mut |finding| {
            stats.notices += u64::from(matches!(finding.kind, FindingKind::Notice(_)));
            out.findings.push(finding);
        });
        if !judgement.clauses.is_empty() {
            stats.violations += 1;
            return slot.standing.break_grant();
        }
        // What failed did nothing, and what is tried again is no habit.
        let grant = judgement.grant.filter(|_| event.status < STATUS_FAILED_MIN);
        let bytes = event.logged.contains(FieldSet::BYTES).then_some(event.response_bytes);
        let shown =
            grant.and_then(|grant| Some((Habit::of(call, grant, event.time, bytes)?, grant)));
        let Some((habit, grant)) = shown else { return false };
        let (profile, lost) = self.profiles.of(slot.id);
        let change = profile.and_then(|profile| profile.observe(&habit));
        stats.profiles_live = self.profiles.len() as u64;
        stats.profiles_evicted += u64::from(lost);
        let Some(change) = change else { return false };
        stats.drifts += 1;
        out.findings.push(Finding::drift(&change, call, when, grant));
        slot.standing.drift()
    }

    fn count(&mut self, event: &Event<'_>, observed: Observed) {
        self.latest = self.latest.max(event.time);
        self.position = Some(event.origin);
        self.stats.events += 1;
        self.stats.events_late += u64::from(observed.late);
        self.stats.events_reordered += u64::from(observed.reordered);
        self.stats.events_canary += u64::from(observed.canary);
    }

    /// Gives a new client a slot and masks its first event.
    fn admit(
        &mut self,
        event: &mut Event<'_>,
        key: &ClientKey,
        hash: u32,
        out: &mut Outbox,
    ) -> u32 {
        let identity = Identity::new(key, event);
        self.judges.mask.apply(event);
        let state = ClientState::claiming(event, self.claims.of(event));
        let mut slot = Slot::new(identity, key.id(), &state);
        slot.find_site(&self.judges.sites);
        // Before the evicted client sets its own tombstone, which may push this one out.
        if let Some(stone) = self.tombstones.take(slot.id) {
            slot.resume(&stone);
            self.stats.clients_returned += 1;
        }
        let (at, evicted) = self.table.admit(hash, slot);
        self.stats.clients_created += 1;
        if let Some(evicted) = evicted {
            self.bury(evicted, out);
        }
        self.stats.clients_live = u64::from(self.table.len());
        self.stats.tombstones_live = self.tombstones.len() as u64;
        self.stats.text_bytes = self.table.text_bytes() as u64;
        at
    }

    /// Publishes the last verdict on an evicted client and remembers what is worth it. Nobody watches the
    /// client any more, so its alert closes and says why; should it return, its standing opens another.
    fn bury(&mut self, mut slot: Slot, out: &mut Outbox) {
        let finding = self.judges.find(&slot, &mut self.evidences);
        slot.standing.update(&finding.assessment, finding.stood_in, slot.state.last_seen());
        self.stats.clients_evicted += 1;
        if let Some(stone) = slot.tombstone() {
            self.stats.tombstones_lost += u64::from(self.tombstones.push(stone));
        }
        let (assessment, last_seen) = (&finding.assessment, slot.state.last_seen());
        if let Some(change) = slot.alert.close(CloseCause::Evicted, slot.id, assessment, last_seen)
        {
            self.stats.alert(change.phase);
            out.alerts.push(self.judges.alert(change, &slot, assessment));
        }
        out.evicted.push(Evicted::new(slot, finding, &self.judges));
    }

    /// Assesses the client in slot `at` and lets its alert follow. `is_over`: the alert that is open closes first;
    /// `is_step`: the latest event is a decision step.
    fn judge(&mut self, at: u32, is_over: bool, is_step: bool, out: &mut Outbox) {
        let Some(slot) = self.table.get_mut(at) else { return };
        let mut finding = self.judges.find_unbudgeted(slot, &mut self.evidences);
        let (sites, score) = (&self.judges.sites, finding.own_millinats);
        let weighed = self.budgets.weigh(slot, sites, score, is_step);
        self.stats.weighed(weighed);
        let is_quiet =
            self.judges.admission(slot, &finding.assessment).is_some_and(Admission::is_quiet);
        let assessment = &finding.assessment;
        if is_quiet && slot.alert.would_open(&self.alerts, assessment) && slot.docket.hold() {
            self.stats.budget_held += 1;
        }
        self.judges.quieten(slot, &mut finding.assessment);
        let (assessment, now) = (&finding.assessment, slot.state.last_seen());
        let audit = self.judges.audit(slot, &finding, &self.evidences);
        self.stats.assessments += 1;
        self.stats.reasons_audited += u64::from(audit.checked);
        self.stats.reasons_mismatched += u64::from(audit.mismatched);
        for evidence in self.evidences.evidence() {
            if let Some(count) = self.fires.get_mut(usize::from(evidence.detector.0)) {
                *count += 1;
            }
        }
        if slot.standing.update(assessment, finding.stood_in, now) {
            out.assessed.push(SlotId(at));
        }
        let closed = is_over
            .then(|| slot.alert.close(CloseCause::Silence, slot.id, assessment, now))
            .flatten();
        if let Some(change) = closed {
            self.stats.alert(change.phase);
            out.alerts.push(self.judges.alert(change, slot, assessment));
        }
        if !is_quiet && self.family_speaks(at, &finding, out) {
            return;
        }
        let Some(slot) = self.table.get_mut(at) else { return };
        // An identified agent is no alert by being one.
        let concerns = !slot.identity.is_agent() || slot.standing.drifted();
        let may_open = concerns && !is_quiet || assessment.enforceable;
        let is_alerting = may_open || slot.alert.is_open();
        let change = is_alerting
            .then(|| slot.alert.advance(&self.alerts, slot.id, assessment, now))
            .flatten();
        if let Some(change) = change {
            self.stats.alert(change.phase);
            out.alerts.push(self.judges.alert(change, slot, assessment));
        }
    }
}

#[cfg(test)]
mod budget_tests;
#[cfg(test)]
mod decay_tests;
#[cfg(test)]
mod hands_tests;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
