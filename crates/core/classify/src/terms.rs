//! The additive part of a model: for a feature, a step function of its value.
//!
//! A term looks up in which step a value lies and adds what stands there: whole millinats, so that terms add
//! up exactly and alike on every machine. A feature that abstains adds nothing. Terms are fitted elsewhere.

use gait_fingerprint::{FeatureId, FeatureVector};

/// Most terms of one model.
pub const TERMS_MAX: usize = 64;
/// Most steps of one term.
pub const STEPS_MAX: usize = 16;
/// Most that one step may add, either way, millinats.
pub const STEP_MILLINATS_MAX: i32 = 3000;

/// What one feature adds to the log-odds. Fixed in size, so that looking a value up is a few wide comparisons.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    feature: FeatureId,
    /// Cuts that there are; the rest of `cuts` is out of reach.
    len: usize,
    cuts: [f32; STEPS_MAX],
    /// For a program, and for an agent among programs.
    steps: [(i32, i32); STEPS_MAX],
}

impl Term {
    /// A term of `feature`: where its steps meet, rising (a value at a cut belongs to the step above it), and
    /// what each step adds for a program and for an agent among programs, millinats. `None` unless the cuts are
    /// finite, rise, and are one fewer than the steps, of which there are at most [`STEPS_MAX`].
    #[must_use]
    pub fn new(feature: FeatureId, cuts: &[f32], program: &[i32], agent: &[i32]) -> Option<Self> {
        let rises = cuts.iter().zip(cuts.iter().skip(1)).all(|(a, b)| a < b);
        let fits = program.len() == cuts.len() + 1 && agent.len() == program.len();
        let finite = cuts.iter().all(|cut| cut.is_finite());
        if !(rises && fits && finite && program.len() <= STEPS_MAX) {
            return None;
        }
        let (mut all, mut steps) = ([f32::INFINITY; STEPS_MAX], [(0, 0); STEPS_MAX]);
        all.iter_mut().zip(cuts).for_each(|(slot, cut)| *slot = *cut);
        let both = program.iter().copied().zip(agent.iter().copied());
        steps.iter_mut().zip(both).for_each(|(slot, step)| *slot = step);
        Some(Self { feature, len: cuts.len(), cuts: all, steps })
    }

    /// The feature that is looked at.
    #[must_use]
    pub fn feature(&self) -> FeatureId {
        self.feature
    }

    /// Where the steps meet, rising.
    #[must_use]
    pub fn cuts(&self) -> &[f32] {
        self.cuts.get(..self.len).unwrap_or_default()
    }

    /// What the steps add for a program, and for an agent among programs: one more than there are cuts.
    #[must_use]
    pub fn steps(&self) -> &[(i32, i32)] {
        self.steps.get(..=self.len).unwrap_or_default()
    }

    /// What the term adds for a client: for a program, and for an agent among programs. Millinats; `None`
    /// when its feature abstains.
    #[must_use]
    pub fn millinats(&self, features: &FeatureVector) -> Option<(i32, i32)> {
        let value = features.get(self.feature)?;
        // Every place is compared, those out of reach too: cheaper than to find out where to stop. No feature
        // is infinite.
        let step = self.cuts.iter().map(|cut| u32::from(value >= *cut)).sum::<u32>();
        self.steps.get(step as usize).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_finds_its_step_and_an_absent_one_none() {
        let feature = FeatureId::by_name("gap_ln_sd").unwrap();
        let term = Term::new(feature, &[0.25, 0.5], &[900, 100, -400], &[-300, 0, 300]).unwrap();
        assert_eq!((term.cuts().len(), term.steps().len()), (2, 3));
        let at = |value| term.millinats(&FeatureVector::from_values(&[(feature, value)]));
        for (value, millinats) in [
            (0.0, (900, -300)),
            (0.249, (900, -300)),
            (0.25, (100, 0)),
            (0.5, (-400, 300)),
            (30.0, (-400, 300)),
        ] {
            assert_eq!(at(value), Some(millinats), "{value}");
        }
        assert_eq!(at(f32::NAN), None);
        let most: Vec<f32> = (1..16_u8).map(f32::from).collect();
        let (program, agent) = ((0..16).collect::<Vec<_>>(), [0; 16]);
        let full = Term::new(feature, &most, &program, &agent).unwrap();
        let top = FeatureVector::from_values(&[(feature, 30.0)]);
        assert_eq!(full.millinats(&top), Some((15, 0)));
    }

    #[test]
    fn a_term_that_makes_no_sense_is_none() {
        let feature = FeatureId::by_name("gap_ln_sd").unwrap();
        for (cuts, steps) in [
            (&[0.5, 0.25][..], 3),
            (&[0.5, 0.5], 3),
            (&[0.5], 3),
            (&[f32::INFINITY], 2),
            (&[1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12., 13., 14., 15., 16.], 17),
        ] {
            assert_eq!(Term::new(feature, cuts, &vec![0; steps], &vec![0; steps]), None);
        }
    }
}
