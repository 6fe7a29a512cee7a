//! Rows to the columns of a linear model.
//!
//! A feature becomes one column that says it is present and one for every cut that its value has reached. The
//! weights of the cuts are then the rises from step to step: shrinking them smooths, and a known direction is a
//! sign. What abstains is 0 in every column, so that abstaining adds nothing.

use gait_detect::Family;
use gait_fingerprint::FeatureId;
use ndarray::Array2;

use crate::{
    collect::{Data, Row},
    term_plan::{self, Direction},
};

/// Most cuts of one term.
const CUTS_MAX: usize = 8;

/// A column so much larger is shrunk by so much squared less: evidence was reasoned before and is believed,
/// what a family is worth beyond that and what a feature adds has to be shown.
pub(crate) const EVIDENCE_SCALE: f64 = 10.0;

/// A feature and where its steps meet.
#[derive(Clone, Debug)]
pub(crate) struct Cuts {
    pub(crate) feature: FeatureId,
    pub(crate) direction: Direction,
    /// Rising; a value at one has reached it.
    pub(crate) places: Vec<f32>,
}

impl Cuts {
    /// Cuts at the quantiles of what the feature shows in these rows; `None` when it shows one value only.
    fn learn(
        data: &Data,
        rows: &[usize],
        (feature, direction): (FeatureId, Direction),
    ) -> Option<Self> {
        let mut values: Vec<f32> =
            rows.iter().filter_map(|at| data.rows[*at].features.get(feature)).collect();
        values.sort_by(f32::total_cmp);
        let (first, last) = (*values.first()?, *values.last()?);
        let mut cuts: Vec<f32> = (1..=CUTS_MAX)
            .map(|nth| short(values[values.len() * nth / (CUTS_MAX + 1)]))
            .chain([short(last)])
            .filter(|cut| *cut > first && *cut <= last)
            .collect();
        cuts.dedup();
        cuts.truncate(CUTS_MAX);
        (!cuts.is_empty()).then_some(Self { feature, direction, places: cuts })
    }
}

/// A value with two significant digits: a cut is a place, not a measurement.
fn short(value: f32) -> f32 {
    format!("{value:.1e}").parse().unwrap_or(value)
}

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// What one detector said, nats.
    Detector(usize),
    /// What all detectors say together, nats times [`EVIDENCE_SCALE`]: it is hardly shrunk.
    Evidence,
    /// What one family of detectors says together, nats: how much more or less than the others it is worth.
    Family(usize),
    /// Evidence for an agent less that for a fixed plan, nats.
    Kind,
    /// 1 when the feature of a term is present.
    Present(usize),
    /// 1 when the value has reached a cut of a term; -1 for a falling one.
    Reached(usize, usize),
}

/// Which columns a model has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Encoder {
    pub(crate) columns: Vec<Column>,
    pub(crate) cuts: Vec<Cuts>,
    /// Whether known directions are held.
    directed: bool,
}

impl Encoder {
    /// Every detector by itself.
    pub(crate) fn detectors(count: usize) -> Self {
        Self { columns: (0..count).map(Column::Detector).collect(), ..Self::default() }
    }

    /// The families of detectors, and the terms.
    pub(crate) fn families_and_terms(data: &Data, rows: &[usize]) -> Self {
        let families = (0..Family::ALL.len()).map(Column::Family);
        let columns = std::iter::once(Column::Evidence).chain(families).collect();
        Self { columns, ..Self::default() }.with_terms(data, rows, true)
    }

    /// The terms alone.
    pub(crate) fn terms(data: &Data, rows: &[usize]) -> Self {
        Self::default().with_terms(data, rows, true)
    }

    /// What tells agents from fixed plans.
    pub(crate) fn kind(data: &Data, rows: &[usize]) -> Self {
        Self { columns: vec![Column::Kind], ..Self::default() }.with_terms(data, rows, false)
    }

    fn with_terms(mut self, data: &Data, rows: &[usize], directed: bool) -> Self {
        self.directed = directed;
        self.cuts = term_plan::features()
            .into_iter()
            .filter_map(|feature| Cuts::learn(data, rows, feature))
            .collect();
        for (term, cuts) in self.cuts.iter().enumerate() {
            self.columns.push(Column::Present(term));
            self.columns.extend((0..cuts.places.len()).map(|cut| Column::Reached(term, cut)));
        }
        self
    }

    /// Whether the weight of a column must not be negative.
    pub(crate) fn is_constrained(&self, column: Column) -> bool {
        match column {
            Column::Detector(_) | Column::Evidence | Column::Kind => true,
            Column::Family(_) | Column::Present(_) => false,
            Column::Reached(term, _) => {
                self.directed && self.cuts[term].direction != Direction::Free
            }
        }
    }

    pub(crate) fn value(&self, column: Column, row: &Row) -> f64 {
        let nats = |millinats: i32| f64::from(millinats) / 1000.0;
        match column {
            Column::Detector(index) => nats(row.evidence[index]),
            Column::Evidence => nats(row.families.iter().sum()) * EVIDENCE_SCALE,
            Column::Family(family) => nats(row.families[family]),
            Column::Kind => nats(row.agent),
            Column::Present(term) => {
                f64::from(u8::from(row.features.get(self.cuts[term].feature).is_some()))
            }
            Column::Reached(term, cut) => {
                let Cuts { feature, places, .. } = &self.cuts[term];
                let reached = row.features.get(*feature).is_some_and(|value| value >= places[cut]);
                f64::from(u8::from(reached)) * self.sign(column)
            }
        }
    }

    /// The sign with which a column counts.
    pub(crate) fn sign(&self, column: Column) -> f64 {
        match column {
            Column::Reached(term, _)
                if self.directed && self.cuts[term].direction == Direction::Falling =>
            {
                -1.0
            }
            _ => 1.0,
        }
    }

    /// The rows as a matrix of the given columns.
    pub(crate) fn matrix(&self, columns: &[Column], data: &Data, rows: &[usize]) -> Array2<f64> {
        Array2::from_shape_fn((rows.len(), columns.len()), |(row, column)| {
            self.value(columns[column], &data.rows[rows[row]])
        })
    }
}
