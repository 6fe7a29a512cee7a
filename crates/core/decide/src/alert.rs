//! Alerts: one per client, or one per family of clients, opened, updated and closed, instead of a line per event.
//!
//! An alert opens when a client is an undeclared program and that is worth an analyst's time: a gateway may act
//! on it, or it was seen for long with confidence. It is worth another word when something changes that the
//! analyst would act on: class and enforceability at once, a further family of evidence and the band of the
//! score after a pause, so that the first minutes of a client are one word and not five.
//! It closes when the client has looked otherwise for long enough, comes back after a long silence, or is
//! forgotten. A trembling score says nothing: opening and closing lie apart, and a fall within the slack of a
//! band is no news.

mod family;
mod word;

use bytemuck::{Pod, Zeroable};
use gait_classify::{Assessment, Class, Confidence, Score};
use gait_detect::Pack;
use gait_event::{ClientId, EventTime};

use crate::{AlertId, AlertPolicy, ClientRef, FamilyId, reason::source_id};

pub use family::FamilyAlert;
pub use word::{AlertKind, AlertPhase, CloseCause};

/// What is remembered of a client's alert between assessments. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub struct AlertState {
    /// Event time of the opening, µs.
    opened_us: i64,
    /// Event time since when the client has looked otherwise, µs; meaningful while `fading` is 1.
    fading_since_us: i64,
    /// Event time of the last word, µs.
    told_us: i64,
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
    /// The families told so far, as [`FamilySet::bits`].
    families: u8,
    reserved: u8,
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
    /// Why it closed; `None` for the other steps.
    pub cause: Option<CloseCause>,
}

impl AlertState {
    /// True while an alert is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open == 1
    }

    /// The id of the latest alert of `client`, open or closed.
    #[must_use]
    pub fn id(&self, client: ClientId) -> Option<AlertId> {
        let class = Class::from_u8(self.opened_class);
        let kind = AlertKind::of(class)?;
        Some(AlertId::new(kind, client, class, EventTime(self.opened_us)))
    }

    /// True when an alert is open and its client, last seen at `last_seen`, comes back at `now` after so long
    /// that the alert is over.
    #[must_use]
    pub fn is_over(&self, policy: &AlertPolicy, last_seen: EventTime, now: EventTime) -> bool {
        self.is_open() && u64::try_from(now.since(last_seen)).is_ok_and(|us| us > policy.silence_us)
    }

    /// Closes an open alert for a reason that lies outside of the assessment.
    pub fn close(
        &mut self,
        cause: CloseCause,
        client: ClientId,
        assessment: &Assessment,
        now: EventTime,
    ) -> Option<AlertChange> {
        if !self.is_open() {
            return None;
        }
        self.open = 0;
        self.change(client, assessment, now, (AlertPhase::Close, Some(cause)))
    }

    /// True when none is open and `assessment` would open one.
    #[must_use]
    pub fn would_open(&self, policy: &AlertPolicy, assessment: &Assessment) -> bool {
        let is_known = AlertKind::of(assessment.class).is_some();
        !self.is_open() && is_known && policy.is_worth_opening(assessment)
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
        let cause = (phase == AlertPhase::Close).then_some(CloseCause::Cleared);
        self.change(client, assessment, now, (phase, cause))
    }

    fn change(
        &self,
        client: ClientId,
        assessment: &Assessment,
        now: EventTime,
        (phase, cause): (AlertPhase, Option<CloseCause>),
    ) -> Option<AlertChange> {
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
            cause,
        })
    }

    fn open(
        &mut self,
        policy: &AlertPolicy,
        assessment: &Assessment,
        now: EventTime,
    ) -> Option<AlertPhase> {
        if !self.would_open(policy, assessment) {
            return None;
        }
        *self = Self {
            opened_us: now.0,
            open: 1,
            opened_class: assessment.class as u8,
            ..Self::default()
        };
        self.tell(policy, assessment, now);
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
        let urgent = self.class != assessment.class as u8
            || self.enforceable != u8::from(assessment.enforceable);
        let can_wait = assessment.families.bits() & !self.families != 0
            || self.leaves_band(policy, assessment.score);
        let rested = now.since(EventTime(self.told_us));
        let rested = u64::try_from(rested).is_ok_and(|us| us >= policy.update_pause_us);
        if !(urgent || can_wait && rested) {
            return None;
        }
        self.tell(policy, assessment, now);
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

    fn leaves_band(&self, policy: &AlertPolicy, score: Score) -> bool {
        let eased = score.tenths().saturating_add(policy.band_slack_tenths);
        policy.band_of(score.tenths()) > self.band || policy.band_of(eased) < self.band
    }

    fn tell(&mut self, policy: &AlertPolicy, assessment: &Assessment, now: EventTime) {
        self.told_us = now.0;
        self.class = assessment.class as u8;
        self.band = policy.band_of(assessment.score.tenths());
        self.enforceable = u8::from(assessment.enforceable);
        self.families |= assessment.families.bits();
    }
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
    /// Who an identified agent is: agent, subject, grant.
    pub agent: Option<(String, String, Option<String>)>,
    /// How much stands behind the class.
    pub confidence: Confidence,
    /// Time of the client's first event.
    pub first_seen: EventTime,
    /// Time of the client's latest event.
    pub last_seen: EventTime,
    /// Events seen of the client.
    pub events: u64,
    /// The reasons, weightiest first: published id, millinats. Those that count nothing are left out.
    pub reasons: Vec<(String, i32)>,
    /// The family that the client belongs to. While it has one, the alert is the family's.
    pub family: Option<AlertFamily>,
}

/// A family as an alert tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertFamily {
    /// Which.
    pub id: FamilyId,
    /// Clients that were found to belong to it so far.
    pub members: u32,
    /// Some of them.
    pub examples: Vec<ClientId>,
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
        let ranked = assessment.contributions.ranked();
        let counted = ranked.into_iter().filter(|c| c.millinats != 0);
        Self {
            change,
            client: client.id,
            site: client.site.map(str::to_owned),
            ip: client.ip.to_owned(),
            user_agent: client.user_agent.map(str::to_owned),
            ja4: client.ja4.map(str::to_owned),
            agent: client.agent.map(|of| {
                (of.agent.to_owned(), of.subject.to_owned(), of.grant.map(str::to_owned))
            }),
            confidence: assessment.confidence,
            first_seen,
            last_seen,
            events: assessment.events,
            reasons: counted
                .filter_map(|c| Some((source_id(pack, c.source)?.to_string(), c.millinats)))
                .collect(),
            family: None,
        }
    }
}

#[cfg(test)]
mod tests;
