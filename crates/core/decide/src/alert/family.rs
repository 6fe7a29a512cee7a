//! The alert of a family: one for all of its members, instead of one for each.
//!
//! It opens with the first member whose own alert would open, has another word whenever twice as many clients
//! belong to the family or a gateway may newly act on a member, and closes when no member gave reason for an
//! alert for the time of silence.

use bytemuck::{Pod, Zeroable};
use gait_classify::{Assessment, Class};
use gait_event::EventTime;

use super::{AlertChange, AlertKind, AlertPhase, CloseCause};
use crate::{AlertId, AlertPolicy, FamilyId};

/// What is remembered of a family's alert. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub struct FamilyAlert {
    /// Event time of the opening, µs.
    opened_us: i64,
    /// Event time of the latest member's assessment that was reason for an alert, µs.
    seen_us: i64,
    /// Members that were told last.
    members: u32,
    open: u8,
    /// Discriminant of the class at the opening, which names the alert.
    class: u8,
    /// 1 once a verdict on a member was enforceable.
    enforceable: u8,
    reserved: u8,
}

impl FamilyAlert {
    /// True when alerts of this class are the family's and not the member's own.
    #[must_use]
    pub fn speaks_for(class: Class) -> bool {
        matches!(class, Class::Agent | Class::Automation)
    }

    /// Takes the assessment of one of `members` clients at event time `now`; gives the closing of an alert that
    /// fell silent, and what is worth a word now.
    pub fn advance(
        &mut self,
        policy: &AlertPolicy,
        family: FamilyId,
        members: u32,
        assessment: &Assessment,
        now: EventTime,
    ) -> [Option<AlertChange>; 2] {
        if !Self::speaks_for(assessment.class) || !policy.is_worth_opening(assessment) {
            return [None; 2];
        }
        let silent_us = now.since(EventTime(self.seen_us));
        let is_over =
            self.open == 1 && u64::try_from(silent_us).is_ok_and(|us| us > policy.silence_us);
        let closed = is_over
            .then(|| self.change(family, assessment, now, AlertPhase::Close))
            .flatten()
            .map(|change| AlertChange { cause: Some(CloseCause::Silence), ..change });
        self.seen_us = self.seen_us.max(now.0);
        let phase = if self.open == 0 || is_over {
            let class = assessment.class as u8;
            *self = Self { opened_us: now.0, seen_us: now.0, open: 1, class, ..Self::default() };
            AlertPhase::Open
        } else if members >= self.members.saturating_mul(2)
            || assessment.enforceable && self.enforceable == 0
        {
            AlertPhase::Update
        } else {
            return [closed, None];
        };
        self.members = members.max(1);
        self.enforceable |= u8::from(assessment.enforceable);
        [closed, self.change(family, assessment, now, phase)]
    }

    fn change(
        &self,
        family: FamilyId,
        assessment: &Assessment,
        at: EventTime,
        phase: AlertPhase,
    ) -> Option<AlertChange> {
        let kind = AlertKind::of(Class::from_u8(self.class))?;
        let opened = EventTime(self.opened_us);
        Some(AlertChange {
            id: AlertId::of_family(kind, family, opened),
            kind,
            phase,
            class: assessment.class,
            score: assessment.score,
            enforceable: assessment.enforceable,
            opened,
            at,
            cause: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use gait_classify::{Confidence, Model, Score, assess};
    use gait_detect::{Evidences, Pack};
    use gait_fingerprint::{Claim, ClaimKind, FeatureVector};

    use super::*;

    fn member(class: Class, enforceable: bool) -> Assessment {
        let claim = Claim::plain(ClaimKind::Masked);
        let (pack, model) = (Pack::default(), Model::unscored());
        let nothing = assess(&pack, &model, &FeatureVector::empty(), claim, &Evidences::default());
        Assessment {
            class,
            enforceable,
            score: Score::from_tenths(950),
            confidence: Confidence::High,
            decisions: 20,
            ..nothing
        }
    }

    #[test]
    fn a_family_has_one_alert_with_a_word_for_every_doubling() {
        use AlertPhase::{Open, Update};
        let (mut alert, policy) = (FamilyAlert::default(), AlertPolicy::default());
        let mut told = Vec::new();
        for members in 8..=64 {
            let now = EventTime(i64::from(members) * 1_000_000);
            let words =
                alert.advance(&policy, FamilyId(7), members, &member(Class::Agent, false), now);
            told.extend(words.into_iter().flatten().map(|word| (members, word.phase, word.id)));
        }
        let phases: Vec<_> = told.iter().map(|(members, phase, _)| (*members, *phase)).collect();
        assert_eq!(phases, [(8, Open), (16, Update), (32, Update), (64, Update)]);
        told.dedup_by_key(|(_, _, id)| *id);
        assert_eq!(told.len(), 1, "all are steps of one alert");
    }

    #[test]
    fn an_enforceable_member_is_news_once_and_people_never_are() {
        let (mut alert, policy) = (FamilyAlert::default(), AlertPolicy::default());
        let mut words = |assessment: &Assessment| {
            let changes = alert.advance(&policy, FamilyId(7), 8, assessment, EventTime(1));
            changes.map(|change| change.map(|change| change.phase))
        };
        assert_eq!(words(&member(Class::Human, false)), [None; 2]);
        assert_eq!(words(&member(Class::Takeover, true)), [None; 2]);
        assert_eq!(words(&member(Class::Automation, false)), [None, Some(AlertPhase::Open)]);
        assert_eq!(words(&member(Class::Automation, true)), [None, Some(AlertPhase::Update)]);
        assert_eq!(words(&member(Class::Automation, true)), [None; 2]);
    }

    #[test]
    fn after_a_long_silence_the_alert_closes_and_another_opens() {
        let (mut alert, policy) = (FamilyAlert::default(), AlertPolicy::default());
        let assessment = member(Class::Agent, false);
        let later = EventTime(i64::try_from(policy.silence_us).unwrap() + 2);
        let [_, first] = alert.advance(&policy, FamilyId(7), 8, &assessment, EventTime(1));
        let [closed, opened] = alert.advance(&policy, FamilyId(7), 8, &assessment, later);
        let (first, closed, opened) = (first.unwrap(), closed.unwrap(), opened.unwrap());
        assert_eq!((closed.id, closed.cause), (first.id, Some(CloseCause::Silence)));
        assert_eq!(opened.phase, AlertPhase::Open);
        assert_ne!(opened.id, first.id);
    }
}
