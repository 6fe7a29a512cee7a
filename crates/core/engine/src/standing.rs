//! Where a client stands: what was last published of it, and what it brought from earlier lives.
//!
//! A life begins with a client's first event in the table and ends with its eviction. Of an earlier life
//! remain its counts and, when the client was an undeclared program, what was published of it. That stands
//! until the new life has decided by itself over some steps, or on stronger evidence: being forgotten is no
//! way to a clean record. The reasons of such a verdict are those of the new life alone; what is missing to
//! its log-odds was carried.

use bytemuck::{Pod, Zeroable};
use gait_classify::{Assessment, Class, Confidence, FamilySet, Score};
use gait_decide::DecidedAt;
use gait_event::EventTime;

/// What was last published of a client. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub(crate) struct Standing {
    /// Event time at which the present class was reached, µs; meaningful unless undecided.
    decided_us: i64,
    /// Events of the client by then.
    decided_event: u64,
    /// Decision step at which it was.
    decided_step: u32,
    millinats: i32,
    score_tenths: u16,
    class: u8,
    confidence: u8,
    enforceable: u8,
    families: u8,
    /// [`ASSESSED`], [`CARRIED`], [`CANARY`].
    marks: u8,
    reserved: u8,
}

/// Decision steps from which a new life is judged by itself.
const NEW_LIFE_STEPS_MIN: u32 = 8;

/// Set from the first assessment on.
const ASSESSED: u8 = 1;
/// Set while an earlier life speaks for the present one.
const CARRIED: u8 = 1 << 1;
/// Set once the present life has touched a canary.
const CANARY: u8 = 1 << 2;

/// What earlier lives add to the counts of the present one. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub(crate) struct Past {
    /// Time of the very first event, µs; meaningful from the first return on.
    pub(crate) first_us: i64,
    pub(crate) events: u64,
    pub(crate) decisions: u32,
    /// How many lives there were.
    pub(crate) lives: u32,
}

impl Standing {
    pub(crate) fn class(&self) -> Class {
        Class::from_u8(self.class)
    }

    /// When the present class was reached.
    pub(crate) fn decided_at(&self) -> Option<DecidedAt> {
        (self.class() != Class::Undecided).then_some(DecidedAt {
            time: EventTime(self.decided_us),
            event: self.decided_event,
            step: self.decided_step,
        })
    }

    /// Notes that a canary was touched; true the first time in a life.
    pub(crate) fn touch_canary(&mut self) -> bool {
        let first = self.marks & CANARY == 0;
        self.marks |= CANARY;
        first
    }

    /// What a returning client starts with: the standing of an undeclared program, else nothing.
    pub(crate) fn carry(&self) -> Self {
        if self.class().is_undeclared_program() {
            Self { marks: ASSESSED | CARRIED, ..*self }
        } else {
            Self::default()
        }
    }

    /// Lets what was carried stand in for the assessment of a new life of `steps` decision steps, unless that
    /// speaks for itself. True when it stood in.
    pub(crate) fn settle(&self, assessment: &mut Assessment, steps: u32) -> bool {
        let decided = assessment.class != Class::Undecided && steps >= NEW_LIFE_STEPS_MIN;
        let stronger =
            assessment.class.is_undeclared_program() && assessment.millinats >= self.millinats;
        if self.marks & CARRIED == 0 || decided || stronger {
            return false;
        }
        assessment.class = self.class();
        assessment.score = Score::from_tenths(self.score_tenths);
        assessment.millinats = self.millinats;
        assessment.confidence = confidence_from_u8(self.confidence);
        assessment.enforceable = self.enforceable == 1;
        assessment.families = FamilySet::from_bits(self.families);
        assessment.steps_needed = None;
        true
    }

    /// Takes a settled assessment over; `stood_in` tells whether it was carried. Says whether what is
    /// published changed.
    pub(crate) fn update(&mut self, settled: &Assessment, stood_in: bool, now: EventTime) -> bool {
        let before = *self;
        if settled.class != self.class() {
            (self.decided_us, self.decided_event, self.decided_step) = match settled.class {
                Class::Undecided => (0, 0, 0),
                _ => (now.0, settled.events, settled.decisions),
            };
        }
        if !stood_in {
            self.marks &= !CARRIED;
        }
        self.millinats = settled.millinats;
        self.score_tenths = settled.score.tenths();
        self.class = settled.class as u8;
        self.confidence = settled.confidence as u8;
        self.enforceable = u8::from(settled.enforceable);
        self.families = settled.families.bits();
        self.marks |= ASSESSED;
        let published =
            |s: &Self| (s.marks & ASSESSED, s.class, s.score_tenths, s.enforceable, s.confidence);
        published(&before) != published(self)
    }
}

fn confidence_from_u8(number: u8) -> Confidence {
    let all = [Confidence::Low, Confidence::Medium, Confidence::High];
    all.get(usize::from(number)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use gait_classify::{Model, assess};
    use gait_detect::{Evidences, Family, Pack};
    use gait_fingerprint::{Claim, ClaimKind, FeatureVector};

    use super::*;

    /// Log-odds of the assessments here.
    const MILLINATS: i32 = 3000;

    fn assessed(class: Class, tenths: u16) -> Assessment {
        let claim = Claim::plain(ClaimKind::Browser);
        let (pack, model) = (Pack::default(), Model::unscored());
        let nothing = assess(&pack, &model, &FeatureVector::empty(), claim, &Evidences::default());
        let mut families = FamilySet::default();
        families.insert(Family::Timing);
        Assessment {
            class,
            score: Score::from_tenths(tenths),
            enforceable: class.is_undeclared_program(),
            confidence: Confidence::High,
            millinats: MILLINATS,
            families,
            decisions: 9,
            ..nothing
        }
    }

    fn standing_after(classes: &[Class]) -> Standing {
        let mut standing = Standing::default();
        for (class, at) in classes.iter().zip(1..) {
            standing.update(&assessed(*class, 950), false, EventTime(at));
        }
        standing
    }

    #[test]
    fn a_class_is_decided_when_it_was_reached_and_not_left_since() {
        use Class::{Agent, Human, Undecided};
        let at = |classes: &[Class]| standing_after(classes).decided_at().map(|d| d.time.0);
        assert_eq!(at(&[]), None);
        assert_eq!(at(&[Undecided, Undecided]), None);
        assert_eq!(at(&[Undecided, Agent, Agent]), Some(2));
        assert_eq!(at(&[Agent, Human, Agent]), Some(3));
        assert_eq!(at(&[Agent, Undecided]), None);
    }

    #[test]
    fn the_first_assessment_is_news_and_the_same_again_is_not() {
        let mut standing = Standing::default();
        let undecided = assessed(Class::Undecided, 0);
        assert!(standing.update(&undecided, false, EventTime(1)));
        assert!(!standing.update(&undecided, false, EventTime(2)));
        assert!(standing.update(&assessed(Class::Undecided, 1), false, EventTime(3)));
    }

    #[test]
    fn a_program_stays_one_until_its_new_life_decides() {
        let mut standing = standing_after(&[Class::Agent]).carry();
        let few = NEW_LIFE_STEPS_MIN - 1;
        for (class, steps) in [
            (Class::Undecided, few),
            (Class::Undecided, NEW_LIFE_STEPS_MIN),
            (Class::Human, few),
            (Class::Automation, few),
        ] {
            let mut settled = Assessment { millinats: 1000, ..assessed(class, 100) };
            assert!(standing.settle(&mut settled, steps), "{class} after {steps}");
            assert_eq!((settled.class, settled.score.tenths()), (Class::Agent, 950));
            assert_eq!(settled.millinats, MILLINATS);
            assert!(settled.enforceable && settled.families.contains(Family::Timing));
            assert!(!standing.update(&settled, true, EventTime(7)), "nothing new is said");
            assert_eq!(standing.decided_at().map(|d| d.time.0), Some(1));
        }
        let human = Assessment { millinats: -4000, ..assessed(Class::Human, 20) };
        let mut settled = human.clone();
        assert!(!standing.settle(&mut settled, NEW_LIFE_STEPS_MIN));
        assert_eq!(settled, human);
        assert!(standing.update(&settled, false, EventTime(8)));
        let mut undecided = assessed(Class::Undecided, 500);
        assert!(!standing.settle(&mut undecided, 99), "the earlier life has had its say");
    }

    #[test]
    fn stronger_evidence_of_the_new_life_counts_at_once() {
        let standing = standing_after(&[Class::Agent]).carry();
        let mut settled = assessed(Class::Automation, 999);
        assert!(!standing.settle(&mut settled, 1));
        assert_eq!(settled.class, Class::Automation);
    }

    #[test]
    fn a_canary_is_news_once_in_a_life() {
        let mut standing = standing_after(&[Class::Agent]);
        assert_eq!([standing.touch_canary(), standing.touch_canary()], [true, false]);
        assert!(standing.carry().touch_canary());
    }

    #[test]
    fn only_an_undeclared_program_carries_its_standing() {
        for class in Class::ALL {
            let carried = standing_after(&[class]).carry();
            let expected = if class.is_undeclared_program() { class } else { Class::Undecided };
            assert_eq!(carried.class(), expected);
        }
    }
}
