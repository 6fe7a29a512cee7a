//! Detection under a budget of false alarms: where the score is cut, and what is caught there.

use serde::Serialize;

use super::interval::Proportion;

/// The cut of the score that catches the most while at most `fpr_budget` of the people lie above it.
///
/// The intervals take the cut as given; that it was chosen on these very people is not in them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct OperatingPoint {
    /// Largest share of people that may be flagged, 0..=1.
    pub(crate) fpr_budget: f64,
    /// Clients that score above this are flagged, 0..=100. `None` without people.
    pub(crate) flagged_above: Option<f64>,
    /// People that are flagged.
    pub(crate) false_positives: Proportion,
    /// Non-human clients that are flagged.
    pub(crate) true_positives: Proportion,
    /// True when the budget is less than one person, so that the cut stands above everyone.
    pub(crate) less_than_one_person: bool,
}

impl OperatingPoint {
    /// The point for a budget in thousandths of the people.
    pub(crate) fn new(budget_per_mille: u32, non_human: &[f64], people: &[f64]) -> Self {
        let allowed = people.len() * budget_per_mille as usize / 1000;
        let mut falling = people.to_vec();
        falling.sort_unstable_by(|a, b| b.total_cmp(a));
        // The first person who may not be flagged sets the cut; whoever ties with them is not flagged.
        let cut = falling.get(allowed).copied();
        let above = |scores: &[f64]| Proportion::of(scores, |&s| cut.is_some_and(|cut| s > cut));
        Self {
            fpr_budget: f64::from(budget_per_mille) / 1000.0,
            flagged_above: cut,
            false_positives: above(people),
            true_positives: above(non_human),
            less_than_one_person: allowed == 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cut_stays_within_the_budget_also_with_ties() {
        let people: Vec<f64> = (0..200).map(f64::from).collect();
        let tied = [vec![50.0; 5], vec![1.0; 195]].concat();
        // (per mille, people, cut, people above, of three scores 50, 198, 250 above)
        let cases = [
            (10, &people, 197.0, 2, 2),
            (1, &people, 199.0, 0, 1),
            (10, &tied, 50.0, 0, 2),
            (30, &tied, 1.0, 5, 3),
        ];
        for (budget, people, cut, false_positives, caught) in cases {
            let point = OperatingPoint::new(budget, &[50.0, 198.0, 250.0], people);
            assert_eq!(point.flagged_above, Some(cut), "{budget}");
            assert_eq!(point.false_positives.count, false_positives, "{budget}");
            assert_eq!(point.true_positives.count, caught, "{budget}");
        }
        assert!(OperatingPoint::new(1, &[1.0], &people).less_than_one_person);
        assert_eq!(OperatingPoint::new(10, &[1.0], &[]).flagged_above, None);
    }
}
