//! What leaves the engine while it runs.
//!
//! The caller owns the outbox, reads it after a step or a batch and clears it. Verdicts on clients that
//! are still in the table are read from the engine when they are wanted.

use std::sync::Arc;

use gait_classify::{Assessment, Class, ModelHash};
use gait_decide::{Admission, Alert, ChangedAt, ClientRef, DecidedAt, FamilyId, Verdict};
use gait_detect::Pack;
use gait_event::{ClientId, EventTime, Mask, Origin, SignatureState};
use gait_fingerprint::FeatureVector;

use crate::{
    identity::Identity,
    judges::{Finding, Judges, may_have_family},
    table::Slot,
};

/// The place of a client in the table. Valid until the client is evicted; then another may have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub(crate) u32);

/// How often and until when a client was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Whom.
    pub client: ClientId,
    /// Events of all its lives.
    pub events: u64,
    /// Decision steps of all its lives.
    pub decisions: u32,
    /// Time of its latest event.
    pub last_seen: EventTime,
}

/// Facts, in the order in which they arose.
#[derive(Debug, Default)]
pub struct Outbox {
    /// Clients whose published class, score, confidence, enforceability or family changed; one can stand here more
    /// than once. By the time it is read the slot may have passed to another client: the verdict on the
    /// earlier one is then among `evicted`.
    pub assessed: Vec<SlotId>,
    /// Alerts that opened, changed or closed.
    pub alerts: Vec<Alert>,
    /// The last verdicts on clients that lost their slot.
    pub evicted: Vec<Evicted>,
    /// Events that came too late for their client's clocks. They are counted; the caller keeps them.
    pub late: Vec<Origin>,
    /// What identified calls did outside of their grants.
    pub findings: Vec<gait_scope::Finding>,
}

impl Outbox {
    /// Forgets everything and keeps the room.
    pub fn clear(&mut self) {
        self.assessed.clear();
        self.alerts.clear();
        self.evicted.clear();
        self.late.clear();
        self.findings.clear();
    }
}

/// The last verdict on a client that lost its slot.
#[derive(Debug)]
pub struct Evicted {
    identity: Identity,
    id: ClientId,
    signature: SignatureState,
    assessment: Assessment,
    features: FeatureVector,
    first_seen: EventTime,
    last_seen: EventTime,
    decided_at: Option<DecidedAt>,
    takeover_at: Option<ChangedAt>,
    family: Option<FamilyId>,
    admission: Option<Admission>,
    mask: Mask,
    pack: Arc<Pack>,
    model: ModelHash,
}

impl Evicted {
    /// `slot` has taken `finding` over as its standing.
    pub(crate) fn new(slot: Slot, finding: Finding, judges: &Judges) -> Self {
        Self {
            first_seen: slot.first_seen(),
            last_seen: slot.state.last_seen(),
            decided_at: slot.standing.decided_at(),
            takeover_at: slot.takeover().filter(|_| finding.assessment.class == Class::Takeover),
            family: slot.family.filter(|_| may_have_family(finding.assessment.class)),
            admission: judges.admission(&slot, &finding.assessment),
            id: slot.id,
            signature: slot.state.signature(),
            identity: slot.identity,
            assessment: finding.assessment,
            features: finding.features,
            mask: judges.mask,
            pack: Arc::clone(&judges.pack),
            model: judges.model_hash,
        }
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> ClientRef<'_> {
        self.identity.client(self.id)
    }

    /// The verdict.
    #[must_use]
    pub fn verdict(&self) -> Verdict<'_> {
        Verdict {
            client: self.client(),
            signature: self.signature,
            assessment: self.assessment.clone(),
            features: self.features.clone(),
            first_seen: self.first_seen,
            last_seen: self.last_seen,
            decided_at: self.decided_at,
            takeover_at: self.takeover_at,
            family: self.family,
            admission: self.admission,
            mask: self.mask,
            pack: Arc::clone(&self.pack),
            model: self.model,
        }
    }
}
