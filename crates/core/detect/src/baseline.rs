//! What people of one site look like: quantiles of every feature, by stratum and dyadic decision step.
//!
//! A stratum is what a client shows, never what it claims. Learnt and trimmed elsewhere (`gait-calibrate`);
//! here a value is only placed: its conformal p-value is the rank among the calibration clients, counted so
//! that the value itself is one of them, and rounded to the side of caution between two quantiles.

use gait_fingerprint::{FeatureId, FeatureVector};

/// The quantiles that are kept, denser at the ends, where tests look.
pub const LEVELS: [f32; 33] = [
    0.0, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4,
    0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.998, 0.999,
    1.0,
];

/// The decision steps at which people were measured.
pub const STEPS: [u32; 5] = [4, 8, 16, 32, 64];

/// Fewer calibration clients say nothing about anybody.
pub const CLIENTS_MIN: u32 = 30;

/// The groups that are told apart by what their clients do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stratum {
    /// Loads what pages are made of.
    Renders,
    /// Loads nothing of the kind, or the log does not hold it.
    RendersNothing,
}

impl Stratum {
    /// Every stratum.
    pub const ALL: [Self; 2] = [Self::Renders, Self::RendersNothing];

    /// The stratum of a client.
    #[must_use]
    pub fn of(features: &FeatureVector) -> Self {
        let assets = FeatureId::by_name("asset_share").and_then(|id| features.get(id));
        if assets.is_some_and(|share| share > 0.0) { Self::Renders } else { Self::RendersNothing }
    }
}

/// Which end of the people a value is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Small values are telling.
    Lower,
    /// Large values are telling.
    Upper,
    /// Both are, at twice the p-value.
    Either,
}

/// One feature of the people of one group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Which feature.
    pub feature: FeatureId,
    /// How many calibration clients had it.
    pub clients: u32,
    /// Its values at [`LEVELS`].
    pub quantiles: [f32; LEVELS.len()],
}

impl Cell {
    /// The cell of a sample in ascending order, without NaN. `None` when it is empty.
    #[must_use]
    pub fn of_sorted(feature: FeatureId, sample: &[f32]) -> Option<Self> {
        let last = sample.len().checked_sub(1)?;
        let mut quantiles = [0.0; LEVELS.len()];
        for (quantile, level) in quantiles.iter_mut().zip(LEVELS) {
            // Away from the middle: fewer of the sample lie beyond a quantile than its level says.
            let at = f64::from(level) * last as f64;
            let at = if level <= 0.5 { at.floor() } else { at.ceil() };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a share of a length is within it"
            )]
            let at = (at as usize).min(last);
            *quantile = *sample.get(at)?;
        }
        Some(Self { feature, clients: u32::try_from(sample.len()).ok()?, quantiles })
    }

    /// The share of people that lie at `value` or further out, conformal: within (0, 1].
    #[must_use]
    pub fn p_value(&self, side: Side, value: f32) -> f64 {
        let (lower, upper) = (|| self.beyond(true, value), || self.beyond(false, value));
        let share = match side {
            Side::Lower => lower(),
            Side::Upper => upper(),
            Side::Either => (2.0 * lower().min(upper())).min(1.0),
        };
        let clients = f64::from(self.clients);
        (share * clients + 1.0) / (clients + 1.0)
    }

    /// At most this share of the sample lies at `value` or below it, or above.
    fn beyond(&self, below: bool, value: f32) -> f64 {
        let pairs = || self.quantiles.iter().zip(LEVELS);
        let level = if below {
            pairs().find(|(quantile, _)| **quantile > value).map_or(1.0, |(_, level)| level)
        } else {
            let inside = pairs().rev().find(|(quantile, _)| **quantile < value);
            inside.map_or(1.0, |(_, level)| 1.0 - level)
        };
        f64::from(level)
    }

    fn is_sound(&self) -> bool {
        let ordered = self.quantiles.iter().zip(self.quantiles.iter().skip(1)).all(|(a, b)| a <= b);
        ordered && self.quantiles.iter().all(|quantile| quantile.is_finite()) && self.clients > 0
    }
}

/// The people of one site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    /// By stratum, step and feature: one list for each stratum and step, sorted by feature.
    groups: Vec<Vec<Cell>>,
}

impl Baseline {
    /// The baseline of a site of which nothing is known.
    pub const EMPTY: &'static Self = &Self { groups: Vec::new() };

    /// How many lists of cells a baseline that is not empty has: strata times steps.
    pub const GROUPS: usize = Stratum::ALL.len() * STEPS.len();

    /// Takes lists of cells over, one for each stratum and step, in that order. `None` when there are not as
    /// many, or a list is not sorted by feature, or its quantiles are no quantiles.
    #[must_use]
    pub fn new(groups: Vec<Vec<Cell>>) -> Option<Self> {
        let sorted = |cells: &Vec<Cell>| {
            cells.iter().zip(cells.iter().skip(1)).all(|(a, b)| a.feature < b.feature)
        };
        let sound = groups.iter().all(|cells| sorted(cells) && cells.iter().all(Cell::is_sound));
        (sound && (groups.is_empty() || groups.len() == Self::GROUPS)).then_some(Self { groups })
    }

    /// The lists, by stratum and step.
    #[must_use]
    pub fn groups(&self) -> &[Vec<Cell>] {
        &self.groups
    }

    /// The people that a client with these features and this many decision steps is held against: those of
    /// its stratum at the last dyadic step that it reached, or an earlier one where too few came as far.
    #[must_use]
    pub fn peers(&self, features: &FeatureVector, decisions: f64) -> Peers<'_> {
        let reached = STEPS.iter().filter(|step| decisions >= f64::from(**step)).count();
        if reached == 0 || self.groups.is_empty() {
            return Peers { groups: &[] };
        }
        let first = Stratum::of(features) as usize * STEPS.len();
        Peers { groups: self.groups.get(first..first + reached).unwrap_or_default() }
    }
}

/// The people that one client is held against.
#[derive(Clone, Copy, Debug)]
pub struct Peers<'b> {
    /// The lists of the steps that the client reached.
    groups: &'b [Vec<Cell>],
}

impl<'b> Peers<'b> {
    /// What is known of a feature, when enough of them had it.
    #[must_use]
    pub fn get(self, feature: FeatureId) -> Option<&'b Cell> {
        self.groups.iter().rev().find_map(|cells| {
            let at = cells.binary_search_by_key(&feature, |cell| cell.feature).ok()?;
            cells.get(at).filter(|cell| cell.clients >= CLIENTS_MIN)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(name: &str) -> FeatureId {
        FeatureId::by_name(name).unwrap()
    }

    fn cell(clients: u16) -> Cell {
        let sample: Vec<f32> = (0..clients).map(f32::from).collect();
        Cell::of_sorted(feature("gap_cv"), &sample).unwrap()
    }

    #[test]
    fn a_p_value_is_never_below_the_exact_rank_and_near_it() {
        let cell = cell(1000);
        for (side, value, low, high) in [
            (Side::Lower, -1.0, 0.001, 0.001),
            (Side::Upper, 1000.0, 0.001, 0.001),
            (Side::Lower, 9.0, 0.010, 0.016),
            (Side::Upper, 990.0, 0.010, 0.016),
            (Side::Lower, 500.0, 0.5, 0.61),
            (Side::Upper, 0.0, 1.0, 1.0),
            (Side::Either, 990.0, 0.020, 0.031),
            (Side::Either, 500.0, 1.0, 1.0),
        ] {
            let p = cell.p_value(side, value);
            assert!((low - 1e-3..=high + 1e-3).contains(&p), "{side:?} {value}: {p}");
        }
    }

    #[test]
    fn a_value_that_many_share_is_not_telling() {
        let sample = [vec![0.0; 500], vec![1.0; 500]].concat();
        let cell = Cell::of_sorted(feature("gap_cv"), &sample).unwrap();
        assert!(cell.p_value(Side::Upper, 1.0) >= 0.5);
        assert!(cell.p_value(Side::Lower, 0.0) >= 0.5);
        assert!(cell.p_value(Side::Upper, 1.1) < 0.01);
    }

    #[test]
    fn peers_are_those_of_the_stratum_at_the_step_reached() {
        let mut groups = vec![Vec::new(); Baseline::GROUPS];
        groups[1] = vec![cell(100)];
        groups[STEPS.len()] = vec![cell(29)];
        let baseline = Baseline::new(groups).unwrap();
        let shows = |share| FeatureVector::from_values(&[(feature("asset_share"), share)]);
        for (share, decisions, found) in [
            (0.5, 7.0, false),
            (0.5, 8.0, true),
            (0.5, 15.0, true),
            (0.5, 16.0, true),
            (0.0, 8.0, false),
        ] {
            let peers = baseline.peers(&shows(share), decisions);
            assert_eq!(peers.get(feature("gap_cv")).is_some(), found, "{share} {decisions}");
        }
        let few = baseline.peers(&shows(0.0), 4.0);
        assert!(few.get(feature("gap_cv")).is_none(), "29 clients are too few");
        assert!(Baseline::EMPTY.peers(&shows(0.5), 8.0).get(feature("gap_cv")).is_none());
    }

    #[test]
    fn what_is_no_baseline_is_refused() {
        let group = |cells: Vec<Cell>| {
            let mut groups = vec![Vec::new(); Baseline::GROUPS];
            groups[0] = cells;
            Baseline::new(groups)
        };
        assert!(group(vec![cell(9)]).is_some());
        assert!(group(vec![cell(9), cell(9)]).is_none(), "one feature twice");
        let mut falling = cell(9);
        falling.quantiles.reverse();
        assert!(group(vec![falling]).is_none());
        let mut endless = cell(9);
        endless.quantiles[32] = f32::INFINITY;
        assert!(group(vec![endless]).is_none());
        assert!(Baseline::new(vec![Vec::new()]).is_none());
    }
}
