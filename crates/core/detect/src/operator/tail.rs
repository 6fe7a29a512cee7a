//! `tail`: how far out among the people of the site a feature lies. Needs a site model.
//!
//! Evidence is ln(p_start / p) for the conformal p-value of the feature among the client's peers: nothing at
//! `p_start` and above, and never more than the strength.

use gait_event::math;
use gait_fingerprint::{FeatureId, FeatureVector};

use super::Direction;
use crate::{
    baseline::{Peers, Side},
    detector::Parameter,
    evidence::Silence,
    section::{Section, Word},
};

/// Nats in a tail of one feature.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tail {
    feature: FeatureId,
    side: Side,
    p_start: f64,
    nats: f64,
}

/// The words for a side.
const SIDES: [(&str, Side); 3] =
    [("lower", Side::Lower), ("upper", Side::Upper), ("either", Side::Either)];

impl Word for Side {
    fn all() -> Vec<&'static str> {
        SIDES.iter().map(|(word, _)| *word).collect()
    }

    fn from_word(word: &str) -> Option<Self> {
        SIDES.iter().find(|(name, _)| *name == word).map(|(_, side)| *side)
    }
}

impl Tail {
    pub(crate) fn read(section: &Section<'_>, direction: Direction) -> Option<Self> {
        let (feature, side) = (section.feature("feature"), section.word::<Side>("side"));
        let p_start = section.number("p_start");
        let nats = section.nats("strength_nats", direction.nats_max());
        let p_start = p_start?;
        if p_start <= 0.0 || p_start > 0.5 {
            section.limit("p_start", format!("is {p_start}: must be above 0 and at most 0.5"));
            return None;
        }
        Some(Self { feature: feature?, side: side?, p_start, nats: nats? })
    }

    pub(crate) fn nats(&self, features: &FeatureVector, peers: Peers<'_>) -> Result<f64, Silence> {
        let cell = peers.get(self.feature).ok_or(Silence::NoBaseline)?;
        let value = features.get(self.feature).ok_or(Silence::Absent(self.feature))?;
        let p = cell.p_value(self.side, value);
        Ok(math::ln(self.p_start / p).clamp(0.0, self.nats))
    }

    pub(crate) fn features(&self) -> Vec<FeatureId> {
        vec![self.feature]
    }

    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let side = SIDES.iter().find(|(_, side)| *side == self.side).map_or("", |(word, _)| word);
        let tail = format!("{side} tail of the site's people, from p = {}", self.p_start);
        vec![
            Parameter::new(self.feature.name(), tail),
            Parameter::new("strength", format!("{} nats", self.nats)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        baseline::{Baseline, Cell},
        operator::Direction,
        section::Report,
    };

    #[test]
    fn evidence_grows_with_the_rarity_up_to_the_strength() {
        let table = "feature = 'gap_cv'\nside = 'lower'\np_start = 0.05\nstrength_nats = 2.5"
            .parse()
            .unwrap();
        let report = Report::new("test");
        let tail =
            Tail::read(&Section::new(&report, "params", &table), Direction::Program).unwrap();
        let feature = FeatureId::by_name("gap_cv").unwrap();
        let sample: Vec<f32> = (0_u16..999).map(f32::from).collect();
        let mut groups = vec![Vec::new(); Baseline::GROUPS];
        groups[5] = vec![Cell::of_sorted(feature, &sample).unwrap()];
        let baseline = Baseline::new(groups).unwrap();
        let nats_of = |value| {
            let features = FeatureVector::from_values(&[(feature, value)]);
            tail.nats(&features, baseline.peers(&features, 4.0)).unwrap()
        };
        assert_eq!((nats_of(500.0), nats_of(49.5)), (0.0, 0.0));
        assert!((nats_of(9.5) - math::ln(0.05 / 0.0160)).abs() < 0.01, "{}", nats_of(9.5));
        assert_eq!(nats_of(-1.0), 2.5);
        let empty = FeatureVector::empty();
        let peers = baseline.peers(&empty, 4.0);
        assert_eq!(tail.nats(&empty, peers), Err(Silence::Absent(feature)));
        assert_eq!(tail.nats(&empty, baseline.peers(&empty, 3.0)), Err(Silence::NoBaseline));
    }
}
