//! Where a client stands: what was last published of it, and what it brought from earlier lives.
//!
//! A life begins with a client's first event in the table and ends with its eviction, or when it is old enough
//! that what was measured may be another story ([`Standing::outlived`]). Of an earlier life remain its counts
//! and, when the client was a person or an undeclared program, what was published of it. That stands until the
//! new life has decided by itself over some steps, or on stronger evidence: being forgotten is no way to a clean
//! record. But its log-odds halve with every half-life of event time, and once they no longer reach the
//! threshold of the class nothing stands: nobody is marked for ever. The reasons of such a verdict are those of
//! the new life alone; what is missing to its log-odds was carried.

use bytemuck::{Pod, Zeroable};
use gait_classify::{Assessment, Class, Confidence, FamilySet, Model};
use gait_decide::{Admission, DecidedAt};
use gait_event::{EventTime, math};

/// What was last published of a client. Plain bytes: part of saved state.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub(crate) struct Standing {
    /// Event time at which the present class was reached, µs; meaningful unless undecided.
    decided_us: i64,
    /// Event time of the assessment that `millinats` are of, µs: what is carried decays from there.
    as_of_us: i64,
    /// Events of the client when the present class was reached.
    decided_event: u64,
    /// Decision step at which it was.
    decided_step: u32,
    /// Log-odds at `as_of_us`, before any decay.
    millinats: i32,
    score_tenths: u16,
    class: u8,
    confidence: u8,
    enforceable: u8,
    families: u8,
    /// [`ASSESSED`], [`CARRIED`], [`CANARY`], [`BROKE_GRANT`], [`DRIFTED`], [`ADMITTED`], [`CLEARED`], [`CONFIRMED`].
    marks: u8,
    reserved: u8,
}

/// Decision steps from which a new life is judged by itself.
const NEW_LIFE_STEPS_MIN: u32 = 8;
/// Decision steps below which a life goes on however old it is: who comes slowly is still seen as a whole.
const LIFE_STEPS_MIN: u32 = 64;

/// From this score on, tenths of a percent, a program is likelier than a person.
const LIKELIER_PROGRAM_TENTHS: u16 = 500;

/// Set from the first assessment on.
const ASSESSED: u8 = 1;
/// Set while an earlier life speaks for the present one.
const CARRIED: u8 = 1 << 1;
/// Set once the present life has touched a canary.
const CANARY: u8 = 1 << 2;
/// Set once the present life has gone beyond its grant.
const BROKE_GRANT: u8 = 1 << 3;
/// Set once the habits of the present life have changed inside its grant.
const DRIFTED: u8 = 1 << 4;
/// Set once the false-alarm budget has paid for an alert; goes with the standing to the next life.
const ADMITTED: u8 = 1 << 5;
/// Set once an analyst called the alert of the present life a false one.
const CLEARED: u8 = 1 << 6;
/// Set once an analyst confirmed the alert; goes with the standing to the next life.
const CONFIRMED: u8 = 1 << 7;

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

    /// True when what was last published calls a program likelier than a person.
    pub(crate) fn is_likelier_program(&self) -> bool {
        self.score_tenths >= LIKELIER_PROGRAM_TENTHS
    }

    /// Notes that a canary was touched; true the first time in a life.
    pub(crate) fn touch_canary(&mut self) -> bool {
        let first = self.marks & CANARY == 0;
        self.marks |= CANARY;
        first
    }

    /// Notes that a grant was broken; true the first time in a life.
    pub(crate) fn break_grant(&mut self) -> bool {
        let first = !self.broke_grant();
        self.marks |= BROKE_GRANT;
        first
    }

    /// True when the present life has gone beyond its grant.
    pub(crate) fn broke_grant(&self) -> bool {
        self.marks & BROKE_GRANT != 0
    }

    /// Notes that habits changed inside the grant; true the first time in a life.
    pub(crate) fn drift(&mut self) -> bool {
        let first = !self.drifted();
        self.marks |= DRIFTED;
        first
    }

    /// True when the habits of the present life have changed inside its grant.
    pub(crate) fn drifted(&self) -> bool {
        self.marks & DRIFTED != 0
    }

    /// Notes that the false-alarm budget pays for an alert.
    pub(crate) fn admit(&mut self) {
        self.marks |= ADMITTED;
    }

    /// True once the false-alarm budget has paid for an alert.
    pub(crate) fn is_admitted(&self) -> bool {
        self.marks & ADMITTED != 0
    }

    /// Notes what an analyst found out. The latest word counts.
    pub(crate) fn hear(&mut self, is_false: bool) {
        let (mark, other) = if is_false { (CLEARED, CONFIRMED) } else { (CONFIRMED, CLEARED) };
        self.marks = (self.marks | mark) & !other;
    }

    /// True when an analyst said so before.
    pub(crate) fn has_heard(&self, is_false: bool) -> bool {
        let said = if is_false { Admission::Cleared } else { Admission::Confirmed };
        self.heard() == Some(said)
    }

    /// What an analyst said of the client, if anything.
    pub(crate) fn heard(&self) -> Option<Admission> {
        match self.marks & (CLEARED | CONFIRMED) {
            0 => None,
            CONFIRMED => Some(Admission::Confirmed),
            _ => Some(Admission::Cleared),
        }
    }

    /// True when the client was called a program by decision step `step`, and has not been called otherwise since.
    pub(crate) fn was_program_at(&self, step: u32) -> bool {
        matches!(self.class(), Class::Automation | Class::Agent) && self.decided_step <= step
    }

    /// True when a life of `steps` decision steps that began at `first` is to end with an event at `now`: it
    /// lasted a half-life and had steps enough to be judged by.
    pub(crate) fn outlived(
        first: EventTime,
        now: EventTime,
        steps: u32,
        half_life_us: u64,
    ) -> bool {
        u64::try_from(now.since(first)).is_ok_and(|us| us >= half_life_us)
            && steps >= LIFE_STEPS_MIN
    }

    /// What the next life starts with: the standing of a person or an undeclared program, else nothing.
    pub(crate) fn carry(&self) -> Self {
        if self.class().is_undeclared_program() || self.class() == Class::Human {
            let kept = self.marks & (ADMITTED | CONFIRMED);
            Self { marks: ASSESSED | CARRIED | kept, ..*self }
        } else {
            Self::default()
        }
    }

    /// Lets what was carried stand in for the assessment of a new life of `steps` decision steps, unless that
    /// speaks for itself or what was carried has faded by `now`. True when it stood in.
    pub(crate) fn settle(
        &self,
        assessment: &mut Assessment,
        steps: u32,
        now: EventTime,
        model: &Model,
        half_life_us: u64,
    ) -> bool {
        if self.marks & CARRIED == 0 {
            return false;
        }
        let millinats = halved(self.millinats, now.since(EventTime(self.as_of_us)), half_life_us);
        if self.has_faded(millinats, model) || self.gives_way(assessment, steps, millinats) {
            return false;
        }
        assessment.class = self.class();
        assessment.score = model.score(millinats);
        assessment.millinats = millinats;
        assessment.confidence = confidence_from_u8(self.confidence);
        assessment.enforceable =
            self.enforceable == 1 && millinats >= model.enforcement().program_min_millinats;
        assessment.families = FamilySet::from_bits(self.families);
        assessment.steps_needed = None;
        true
    }

    /// True when `millinats`, what is left of the log-odds, no longer make the class.
    fn has_faded(&self, millinats: i32, model: &Model) -> bool {
        let thresholds = model.thresholds();
        match self.class() {
            Class::Human => millinats > thresholds.human_max_millinats,
            _ => millinats < thresholds.program_min_millinats,
        }
    }

    /// True when a new life speaks for itself: a person keeps its standing until anything is decided, a program
    /// until something is over some steps or on stronger evidence than the `millinats` that are left.
    fn gives_way(&self, assessment: &Assessment, steps: u32, millinats: i32) -> bool {
        let decided = assessment.class != Class::Undecided;
        let seen = steps >= NEW_LIFE_STEPS_MIN || self.class() == Class::Human;
        let stronger =
            assessment.class.is_undeclared_program() && assessment.millinats >= millinats;
        decided && seen || stronger
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
            (self.millinats, self.as_of_us) = (settled.millinats, now.0);
        }
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

/// What is left of log-odds after `since_us` of event time; times that run back take nothing.
fn halved(millinats: i32, since_us: i64, half_life_us: u64) -> i32 {
    let half_lives = since_us.max(0) as f64 / half_life_us.max(1) as f64;
    let left = f64::from(millinats) * math::exp(-std::f64::consts::LN_2 * half_lives);
    #[expect(clippy::cast_possible_truncation, reason = "no larger than what was halved")]
    let left = left as i32;
    left
}

fn confidence_from_u8(number: u8) -> Confidence {
    let all = [Confidence::Low, Confidence::Medium, Confidence::High];
    all.get(usize::from(number)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use gait_classify::{Score, assess};
    use gait_detect::{Evidences, Family, Pack};
    use gait_fingerprint::{Claim, ClaimKind, FeatureVector};

    use super::*;

    /// Log-odds of the assessments here.
    const MILLINATS: i32 = 6000;
    const HALF_LIFE_US: i64 = 1_000_000;

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

    fn settle(standing: &Standing, assessment: &mut Assessment, steps: u32, now_us: i64) -> bool {
        let half_life_us = HALF_LIFE_US.unsigned_abs();
        standing.settle(assessment, steps, EventTime(now_us), &Model::reasoned(), half_life_us)
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
            assert!(settle(&standing, &mut settled, steps, 1), "{class} after {steps}");
            assert_eq!(settled.class, Class::Agent);
            assert_eq!(settled.score, Model::reasoned().score(MILLINATS));
            assert_eq!(settled.millinats, MILLINATS);
            assert!(settled.enforceable && settled.families.contains(Family::Timing));
            standing.update(&settled, true, EventTime(1));
            assert!(!standing.update(&settled, true, EventTime(7)), "nothing new is said");
            assert_eq!(standing.decided_at().map(|d| d.time.0), Some(1));
        }
        let human = Assessment { millinats: -4000, ..assessed(Class::Human, 20) };
        let mut settled = human.clone();
        assert!(!settle(&standing, &mut settled, NEW_LIFE_STEPS_MIN, 7));
        assert_eq!(settled, human);
        assert!(standing.update(&settled, false, EventTime(8)));
        let mut undecided = assessed(Class::Undecided, 500);
        assert!(!settle(&standing, &mut undecided, 99, 9), "the earlier life has had its say");
    }

    #[test]
    fn stronger_evidence_of_the_new_life_counts_at_once() {
        let standing = standing_after(&[Class::Agent]).carry();
        let mut settled = assessed(Class::Automation, 999);
        assert!(!settle(&standing, &mut settled, 1, 1));
        assert_eq!(settled.class, Class::Automation);
    }

    #[test]
    fn a_canary_is_news_once_in_a_life() {
        let mut standing = standing_after(&[Class::Agent]);
        assert_eq!([standing.touch_canary(), standing.touch_canary()], [true, false]);
        assert!(standing.carry().touch_canary());
    }

    #[test]
    fn what_is_carried_halves_with_every_half_life_and_fades() {
        let model = Model::reasoned();
        let floor = model.thresholds().program_min_millinats;
        let standing = standing_after(&[Class::Agent]).carry();
        let mut faded = false;
        for half_lives in 0..6 {
            let left = MILLINATS >> half_lives;
            let mut settled = Assessment { millinats: 0, ..assessed(Class::Undecided, 500) };
            let stood_in = settle(&standing, &mut settled, 1, 1 + half_lives * HALF_LIFE_US);
            assert_eq!(stood_in, left >= floor, "{left} after {half_lives}");
            assert_eq!(settled.millinats, if stood_in { left } else { 0 });
            let enforced = stood_in && left >= model.enforcement().program_min_millinats;
            assert_eq!(settled.enforceable, enforced);
            faded |= !stood_in;
        }
        assert!(faded, "nothing stands for ever");
    }

    #[test]
    fn reading_what_is_carried_does_not_wear_it_out() {
        let mut standing = standing_after(&[Class::Agent]).carry();
        for now_us in (0..HALF_LIFE_US).step_by(100_000) {
            let mut settled = Assessment { millinats: 0, ..assessed(Class::Undecided, 500) };
            let stood_in = settle(&standing, &mut settled, 1, 1 + now_us);
            standing.update(&settled, stood_in, EventTime(1 + now_us));
            standing = standing.carry();
        }
        let mut settled = assessed(Class::Undecided, 500);
        assert!(settle(&standing, &mut settled, 1, 1 + HALF_LIFE_US));
        assert_eq!(settled.millinats, MILLINATS / 2);
    }

    #[test]
    fn a_person_stands_until_anything_is_decided() {
        let mut human = standing_after(&[]);
        let settled = Assessment { millinats: -MILLINATS, ..assessed(Class::Human, 10) };
        human.update(&settled, false, EventTime(1));
        let human = human.carry();
        let mut undecided = Assessment { millinats: 0, ..assessed(Class::Undecided, 500) };
        assert!(settle(&human, &mut undecided, 40, 1));
        assert_eq!((undecided.class, undecided.millinats), (Class::Human, -MILLINATS));
        let mut program = Assessment { millinats: 100, ..assessed(Class::Automation, 900) };
        assert!(!settle(&human, &mut program, 2, 1), "a program is called one at once");
    }

    #[test]
    fn a_life_ends_with_age_and_steps_enough() {
        let outlived = |now_us, steps| {
            let half_life_us = HALF_LIFE_US.unsigned_abs();
            Standing::outlived(EventTime(0), EventTime(now_us), steps, half_life_us)
        };
        assert!(outlived(HALF_LIFE_US, LIFE_STEPS_MIN));
        assert!(!outlived(HALF_LIFE_US - 1, LIFE_STEPS_MIN));
        assert!(!outlived(HALF_LIFE_US * 9, LIFE_STEPS_MIN - 1));
        assert!(!outlived(-HALF_LIFE_US, LIFE_STEPS_MIN));
    }

    #[test]
    fn only_a_person_or_an_undeclared_program_carries_its_standing() {
        for class in Class::ALL {
            let carried = standing_after(&[class]).carry();
            let stays = class.is_undeclared_program() || class == Class::Human;
            let expected = if stays { class } else { Class::Undecided };
            assert_eq!(carried.class(), expected);
        }
    }
}
