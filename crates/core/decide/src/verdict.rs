//! The verdict on one client, as plain values and borrowed text. How it is written is left to the edges.

use std::{borrow::Cow, sync::Arc};

use gait_classify::{Assessment, ModelHash};
use gait_detect::{Pack, PackHash};
use gait_event::{ClientId, EventTime, Mask, SignatureState, net_of};
use gait_fingerprint::FeatureVector;

use crate::{
    Admission, FamilyId, VerdictId,
    reason::{Reason, reasons},
};

/// Who a verdict or an alert is about. Text as the log has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientRef<'a> {
    /// The published id.
    pub id: ClientId,
    /// The site that was asked, when the log names it.
    pub site: Option<&'a str>,
    /// The address.
    pub ip: &'a str,
    /// The user agent, unshortened.
    pub user_agent: Option<&'a str>,
    /// The JA4 fingerprint.
    pub ja4: Option<&'a str>,
    /// Who an identified agent is, and for whom it acts.
    pub agent: Option<AgentRef<'a>>,
}

/// An identified agent, as the gateway asserts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentRef<'a> {
    /// The agent that acts.
    pub agent: &'a str,
    /// The person on whose behalf it acts.
    pub subject: &'a str,
    /// The grant that it names.
    pub grant: Option<&'a str>,
}

impl<'a> ClientRef<'a> {
    /// The network the address stands for.
    #[must_use]
    pub fn net(&self) -> Cow<'a, str> {
        net_of(self.ip)
    }
}

/// When the present class was first reached without being left since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecidedAt {
    /// Event time.
    pub time: EventTime,
    /// Events of the client by then.
    pub event: u64,
    /// Decision step.
    pub step: u32,
}

/// Where a session changed hands: the first step of who came after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedAt {
    /// Event time.
    pub time: EventTime,
    /// Decision step.
    pub step: u32,
}

/// Everything that is published about a client at one point of its history.
#[derive(Clone, Debug)]
pub struct Verdict<'a> {
    /// Who.
    pub client: ClientRef<'a>,
    /// Class, score, confidence, counts and contributions.
    pub assessment: Assessment,
    /// What the client's signatures come to: a declared bot is verified when they are valid.
    pub signature: SignatureState,
    /// What was measured.
    pub features: FeatureVector,
    /// Time of the client's first event.
    pub first_seen: EventTime,
    /// Time of the client's latest event.
    pub last_seen: EventTime,
    /// When it was decided; `None` while undecided.
    pub decided_at: Option<DecidedAt>,
    /// When a program took the session over; `None` unless the class says one did.
    pub takeover_at: Option<ChangedAt>,
    /// The family it belongs to; `None` for a person or a declared bot.
    pub family: Option<FamilyId>,
    /// What the false-alarm budget and the analysts say; `None` where none of them has a say.
    pub admission: Option<Admission>,
    /// What no judge may read.
    pub mask: Mask,
    /// The detectors that judged.
    pub pack: Arc<Pack>,
    /// The model that judged.
    pub model: ModelHash,
}

impl Verdict<'_> {
    /// The id of the verdict.
    #[must_use]
    pub fn id(&self) -> VerdictId {
        let (events, seen) = (self.assessment.events, (self.first_seen, self.last_seen));
        VerdictId::new(self.client.id, self.pack.hash(), self.model, self.mask, events, seen)
    }

    /// The identity of the detectors that judged.
    #[must_use]
    pub fn pack_hash(&self) -> PackHash {
        self.pack.hash()
    }

    /// The reasons, weightiest first.
    pub fn reasons(&self) -> impl Iterator<Item = Reason<'_>> {
        reasons(&self.pack, &self.features, &self.assessment)
    }
}

#[cfg(test)]
mod tests {
    use gait_classify::{Model, assess};
    use gait_detect::Evidences;
    use gait_fingerprint::{Claim, ClaimKind, FeatureId};

    use super::*;
    use crate::{Alert, AlertPolicy, AlertState};

    fn client() -> ClientRef<'static> {
        ClientRef {
            id: ClientId(1),
            site: Some("shop.example"),
            ip: "2001:db8::17",
            user_agent: Some("curl/8"),
            ja4: None,
            agent: None,
        }
    }

    /// A verdict made by the shipped detectors and model from a few values.
    fn verdict(values: &[(&str, f32)]) -> Verdict<'static> {
        let values: Vec<_> =
            values.iter().map(|(name, x)| (FeatureId::by_name(name).unwrap(), *x)).collect();
        let (pack, model) = (Arc::new(Pack::builtin()), Model::reasoned());
        let features = FeatureVector::from_values(&values);
        let mut evidence = Evidences::default();
        pack.evaluate(&features, &mut evidence);
        let claim = Claim::plain(ClaimKind::Library);
        Verdict {
            client: client(),
            signature: SignatureState::Absent,
            assessment: assess(&pack, &model, &features, claim, &evidence),
            features,
            first_seen: EventTime(1),
            last_seen: EventTime(2),
            decided_at: None,
            takeover_at: None,
            family: None,
            admission: None,
            mask: Mask::default(),
            model: model.hash(),
            pack,
        }
    }

    const SCAN: &[(&str, f32)] =
        &[("events", 9.0), ("decisions", 9.0), ("claims_library", 1.0), ("attack_surfaces", 4.0)];

    #[test]
    fn reasons_name_detectors_values_and_weights_that_add_up() {
        let verdict = verdict(SCAN);
        let reasons: Vec<_> = verdict.reasons().collect();
        let told: Vec<_> = reasons.iter().map(|r| r.id().to_string()).collect();
        assert_eq!(told, ["discovery.attack_surfaces", "identity.library_client"]);
        let read: Vec<_> = reasons
            .iter()
            .take(1)
            .flat_map(Reason::features)
            .map(|(spec, x)| (spec.name, x))
            .collect();
        assert_eq!(read, [("attack_surfaces", 4.0)]);
        let sum: i32 = reasons.iter().map(|r| r.millinats).sum();
        assert_eq!(sum + Model::reasoned().prior_millinats(), verdict.assessment.millinats);
        assert_eq!(verdict.client.net(), "2001:db8::/64");
    }

    #[test]
    fn the_id_follows_the_events() {
        let more: Vec<_> =
            SCAN.iter().map(|(n, x)| (*n, if *n == "events" { 10.0 } else { *x })).collect();
        assert_eq!(verdict(SCAN).id(), verdict(SCAN).id());
        assert_ne!(verdict(SCAN).id(), verdict(&more).id());
    }

    #[test]
    fn an_alert_carries_its_client_and_its_reasons() {
        let verdict = verdict(SCAN);
        let mut state = AlertState::default();
        let policy = AlertPolicy::default();
        let now = EventTime(2);
        let change = state.advance(&policy, ClientId(1), &verdict.assessment, now).unwrap();
        let seen = (EventTime(1), now);
        let alert = Alert::new(change, client(), &verdict.assessment, &verdict.pack, seen);
        assert_eq!(
            (alert.ip.as_str(), alert.site.as_deref()),
            ("2001:db8::17", Some("shop.example"))
        );
        let weights: Vec<_> =
            verdict.reasons().map(|r| (r.id().to_string(), r.millinats)).collect();
        assert_eq!(alert.reasons, weights);
    }
}
