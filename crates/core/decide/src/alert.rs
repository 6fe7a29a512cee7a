//! Alerts: one per client, opened, updated and closed, instead of a line per event.
//!
//! An alert opens when an undeclared program reaches the opening score. It is worth another word when the
//! class, the enforceability or the band of the score changes, and closes when the client has looked
//! otherwise for long enough. A trembling score says nothing: opening and closing lie apart, and a fall within
//! the slack of a band is no news.

use std::fmt;

use bytemuck::{Pod, Zeroable};
use gait_classify::{Assessment, Class, Confidence, Score};
use gait_detect::Pack;
use gait_event::{ClientId, EventTime};

use crate::{AlertId, AlertPolicy, ClientRef};

/// Lower edges of the score bands, tenths of a percent. Band 0 lies below the first.
const BANDS_TENTHS: [u16; 4] = [800, 900, 950, 990];

/// What an alert is about. Fixed when it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum AlertKind {
    /// An agent that does not say so.
    UndeclaredAgent = 0,
    /// A script, scanner or crawler that does not say so.
    UndeclaredAutomation = 1,
    /// A person's session that a program took over.
    Takeover = 2,
}

impl AlertKind {
    /// Every kind, in the order of the discriminants.
    pub const ALL: [Self; 3] = [Self::UndeclaredAgent, Self::UndeclaredAutomation, Self::Takeover];

    /// The word that is published.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UndeclaredAgent => "undeclared_agent",
            Self::UndeclaredAutomation => "undeclared_automation",
            Self::Takeover => "takeover",
        }
    }

    /// The kind of alert that a class opens, if any.
    #[must_use]
    pub fn of(class: Class) -> Option<Self> {
        match class {
            Class::Agent => Some(Self::UndeclaredAgent),
            Class::Automation => Some(Self::UndeclaredAutomation),
            Class::Takeover => Some(Self::Takeover),
            Class::Undecided | Class::Human | Class::DeclaredBot | Class::Mixed => None,
        }
    }
}

impl fmt::Display for AlertKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where an alert stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertPhase {
    /// It begins.
    Open,
    /// Its class, enforceability or score band changed.
    Update,
    /// It is over.
    Close,
}

impl AlertPhase {
    /// The word that is published.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Update => "update",
            Self::Close => "close",
        }
    }
}

impl fmt::Display for AlertPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is remembered of a client's alert between assessments. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub struct AlertState {
    /// Event time of the opening, µs.
    opened_us: i64,
    /// Event time since when the client has looked otherwise, µs; meaningful while `fading` is 1.
    fading_since_us: i64,
    open: u8,
    fading: u8,
    /// Discriminant of the class at the opening, which names the alert.
    opened_class: u8,
    /// Discriminant of the class last told.
    class: u8,
    /// Band last told.
    band: u8,
    /// 1 when the verdict last told was enforceable.
    enforceable: u8,
    reserved: [u8; 2],
}

const _: () =
    assert!(size_of::<AlertState>() <= 64, "64 bytes of every client's state are alerts'");

/// One step in the life of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertChange {
    /// Which alert: the same from opening to closing.
    pub id: AlertId,
    /// What it is about.
    pub kind: AlertKind,
    /// Where it stands now.
    pub phase: AlertPhase,
    /// The client's class now.
    pub class: Class,
    /// The client's score now.
    pub score: Score,
    /// Whether a gateway may act on it now.
    pub enforceable: bool,
    /// Event time of the opening.
    pub opened: EventTime,
    /// Event time of this step.
    pub at: EventTime,
}

impl AlertState {
    /// True while an alert is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open == 1
    }

    /// Takes a new assessment of `client` at event time `now`; says what changed, if that is worth a word.
    pub fn advance(
        &mut self,
        policy: &AlertPolicy,
        client: ClientId,
        assessment: &Assessment,
        now: EventTime,
    ) -> Option<AlertChange> {
        let phase = if self.is_open() {
            self.follow(policy, assessment, now)?
        } else {
            self.open(policy, assessment, now)?
        };
        let opened_class = Class::from_u8(self.opened_class);
        let kind = AlertKind::of(opened_class)?;
        let opened = EventTime(self.opened_us);
        Some(AlertChange {
            id: AlertId::new(kind, client, opened_class, opened),
            kind,
            phase,
            class: assessment.class,
            score: assessment.score,
            enforceable: assessment.enforceable,
            opened,
            at: now,
        })
    }

    fn open(
        &mut self,
        policy: &AlertPolicy,
        assessment: &Assessment,
        now: EventTime,
    ) -> Option<AlertPhase> {
        let worth = AlertKind::of(assessment.class).is_some()
            && assessment.score.tenths() >= policy.open_min_tenths
            && (assessment.enforceable || !policy.enforceable_only);
        if !worth {
            return None;
        }
        *self = Self {
            opened_us: now.0,
            open: 1,
            opened_class: assessment.class as u8,
            ..Self::default()
        };
        self.tell(assessment);
        Some(AlertPhase::Open)
    }

    fn follow(
        &mut self,
        policy: &AlertPolicy,
        assessment: &Assessment,
        now: EventTime,
    ) -> Option<AlertPhase> {
        let fades = AlertKind::of(assessment.class).is_none()
            || assessment.score.tenths() < policy.close_below_tenths;
        if fades {
            return self.fade(policy, now);
        }
        self.fading = 0;
        let news = self.class != assessment.class as u8
            || self.enforceable != u8::from(assessment.enforceable)
            || self.leaves_band(assessment.score, policy.band_slack_tenths);
        if !news {
            return None;
        }
        self.tell(assessment);
        Some(AlertPhase::Update)
    }

    /// Counts the time in which the client looks otherwise, and closes when it was long enough.
    fn fade(&mut self, policy: &AlertPolicy, now: EventTime) -> Option<AlertPhase> {
        if self.fading == 0 {
            self.fading = 1;
            self.fading_since_us = now.0;
        }
        let lasted_us = u64::try_from(now.since(EventTime(self.fading_since_us))).unwrap_or(0);
        if lasted_us < policy.close_after_us {
            return None;
        }
        self.open = 0;
        Some(AlertPhase::Close)
    }

    fn leaves_band(&self, score: Score, slack_tenths: u16) -> bool {
        let above = band_of(score.tenths()) > self.band;
        let below = band_of(score.tenths().saturating_add(slack_tenths)) < self.band;
        above || below
    }

    fn tell(&mut self, assessment: &Assessment) {
        self.class = assessment.class as u8;
        self.band = band_of(assessment.score.tenths());
        self.enforceable = u8::from(assessment.enforceable);
    }
}

/// How many lower edges lie at or below the score.
fn band_of(tenths: u16) -> u8 {
    BANDS_TENTHS.iter().map(|edge| u8::from(tenths >= *edge)).sum()
}

/// An alert as it is published, with the client it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// What happened to which alert.
    pub change: AlertChange,
    /// The client.
    pub client: ClientId,
    /// The site that was asked, when the log names it.
    pub site: Option<String>,
    /// The client's address.
    pub ip: String,
    /// The client's user agent.
    pub user_agent: Option<String>,
    /// The client's JA4 fingerprint.
    pub ja4: Option<String>,
    /// How much stands behind the class.
    pub confidence: Confidence,
    /// Time of the client's first event.
    pub first_seen: EventTime,
    /// Time of the client's latest event.
    pub last_seen: EventTime,
    /// Events seen of the client.
    pub events: u64,
    /// The reasons, weightiest first: full id of the detector, millinats. Those that count nothing are left out.
    pub reasons: Vec<(String, i32)>,
}

impl Alert {
    /// The alert that tells of `change`. `pack` made `assessment` from what `client` did between
    /// `first_seen` and `last_seen`.
    #[must_use]
    pub fn new(
        change: AlertChange,
        client: ClientRef<'_>,
        assessment: &Assessment,
        pack: &Pack,
        (first_seen, last_seen): (EventTime, EventTime),
    ) -> Self {
        let counted = assessment.contributions.as_slice().iter().filter(|c| c.millinats != 0);
        Self {
            change,
            client: client.id,
            site: client.site.map(str::to_owned),
            ip: client.ip.to_owned(),
            user_agent: client.user_agent.map(str::to_owned),
            ja4: client.ja4.map(str::to_owned),
            confidence: assessment.confidence,
            first_seen,
            last_seen,
            events: assessment.events,
            reasons: counted
                .filter_map(|c| Some((pack.detector(c.detector)?.id.clone(), c.millinats)))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests;
