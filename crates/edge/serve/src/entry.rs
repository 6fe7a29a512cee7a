//! One client on the board: its latest verdict, as plain values that outlive the engine's.

use gait_classify::{Class, Confidence, FamilySet, Score};
use gait_decide::{Verdict, VerdictId};
use gait_event::{ClientId, EventTime};

/// A feature that a detector read.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Name of the feature.
    pub name: &'static str,
    /// Symbol of its unit; empty for pure numbers.
    pub unit: &'static str,
    /// Its value.
    pub value: f32,
}

/// One reason of a verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// Id of the detector, `family.id`, or of the model's term, `model.feature`.
    pub detector: String,
    /// Its title, one line.
    pub title: String,
    /// What it adds to the log-odds, millinats; negative speaks for a person.
    pub millinats: i32,
    /// What was measured.
    pub features: Vec<Measured>,
}

/// What the risk endpoint knows of one client.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskEntry {
    /// The published id.
    pub client: ClientId,
    /// The site that was asked, when the log names it.
    pub site: Option<String>,
    /// The client's address, as logged.
    pub ip: String,
    /// Its user agent, unshortened, when it sent one.
    pub user_agent: Option<String>,
    /// Its JA4 fingerprint, when logged.
    pub ja4: Option<String>,
    /// Who drives it.
    pub class: Class,
    /// Probability that a program does.
    pub score: Score,
    /// Whether a gateway may act on it.
    pub enforceable: bool,
    /// How much stands behind the class.
    pub confidence: Confidence,
    /// The families that can support enforcement.
    pub families: FamilySet,
    /// The reasons that count, weightiest first.
    pub reasons: Vec<Reason>,
    /// Events seen.
    pub events: u64,
    /// Decision steps among them.
    pub decisions: u32,
    /// Event time of the first event.
    pub first_seen: EventTime,
    /// Event time of the latest event.
    pub last_seen: EventTime,
    /// The id of the verdict.
    pub verdict: VerdictId,
}

impl From<&Verdict<'_>> for RiskEntry {
    /// Takes what is published of a verdict. Reasons that count nothing are left out.
    fn from(verdict: &Verdict<'_>) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let (client, assessment) = (verdict.client, &verdict.assessment);
        let counted = verdict.reasons().filter(|reason| reason.millinats != 0);
        Self {
            client: client.id,
            site: owned(client.site),
            ip: client.ip.to_owned(),
            user_agent: owned(client.user_agent),
            ja4: owned(client.ja4),
            class: assessment.class,
            score: assessment.score,
            enforceable: assessment.enforceable,
            confidence: assessment.confidence,
            families: assessment.families,
            reasons: counted.map(|reason| Reason::from(&reason)).collect(),
            events: assessment.events,
            decisions: assessment.decisions,
            first_seen: verdict.first_seen,
            last_seen: verdict.last_seen,
            verdict: verdict.id(),
        }
    }
}

impl From<&gait_decide::Reason<'_>> for Reason {
    fn from(reason: &gait_decide::Reason<'_>) -> Self {
        Self {
            detector: reason.id().to_string(),
            title: reason.title().to_owned(),
            millinats: reason.millinats,
            features: reason
                .features()
                .map(|(spec, value)| Measured { name: spec.name, unit: spec.unit.symbol(), value })
                .collect(),
        }
    }
}
