//! The outermost of those who count as people: programs that nobody doubted lie there.
//!
//! By the largest robust z over the strongest features, within a stratum. Only what lies far out goes, and
//! never more than a small share, so that a site's real people keep their tails.

use gait_detect::Stratum;
use gait_event::math;
use gait_fingerprint::{FeatureId, FeatureVector, Unit};

/// Robust z beyond which a client lies far out.
const Z_MAX: f64 = 6.0;
/// At most one in so many goes.
const ONE_IN: usize = 20;
/// Fewer clients have no outermost.
const CLIENTS_MIN: usize = 30;
/// A median absolute deviation times this is a standard deviation, for a normal spread.
const DEVIATION_PER_MEDIAN_ABSOLUTE: f64 = 1.4826;

/// The features that tell programs from people best.
const TELLING: [&str; 8] = [
    "gap_median_s",
    "gap_floor_s",
    "gap_ln_sd",
    "gap_mode_share",
    "rate_per_minute",
    "transition_surprise_bits",
    "unoffered_share",
    "unknown_route_share",
];

/// The positions in `clients` of those that lie too far out, ascending.
pub(crate) fn outliers(clients: &[&FeatureVector]) -> Vec<usize> {
    let mut all: Vec<usize> =
        Stratum::ALL.into_iter().flat_map(|stratum| of_stratum(clients, stratum)).collect();
    all.sort_unstable();
    all
}

fn of_stratum(clients: &[&FeatureVector], stratum: Stratum) -> Vec<usize> {
    let members: Vec<usize> = clients
        .iter()
        .enumerate()
        .filter_map(|(at, features)| (Stratum::of(features) == stratum).then_some(at))
        .collect();
    if members.len() < CLIENTS_MIN {
        return Vec::new();
    }
    let mut far: Vec<(f64, usize)> = members.iter().map(|at| (0.0, *at)).collect();
    for feature in TELLING.into_iter().filter_map(FeatureId::by_name) {
        let value = |at: usize| clients.get(at).and_then(|features| scaled(features, feature));
        let mut sample: Vec<f64> = members.iter().filter_map(|at| value(*at)).collect();
        let Some((middle, deviation)) = middle_of(&mut sample) else { continue };
        for (z, at) in &mut far {
            let off = value(*at).map_or(0.0, |x| (x - middle).abs() / deviation);
            *z = z.max(off);
        }
    }
    far.retain(|(z, _)| *z > Z_MAX);
    far.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    far.truncate(members.len() / ONE_IN);
    far.into_iter().map(|(_, at)| at).collect()
}

/// The value of a feature on the scale on which people spread evenly: times and rates by their logarithm.
fn scaled(features: &FeatureVector, feature: FeatureId) -> Option<f64> {
    let value = f64::from(features.get(feature)?);
    Some(match feature.spec().unit {
        Unit::Seconds | Unit::PerMinute => math::ln(value.max(1e-3)),
        _ => value,
    })
}

/// Median and robust deviation; `None` for small samples, and for those of which half are alike.
fn middle_of(sample: &mut [f64]) -> Option<(f64, f64)> {
    let middle = median(sample).filter(|_| sample.len() >= CLIENTS_MIN)?;
    for x in sample.iter_mut() {
        *x = (*x - middle).abs();
    }
    let deviation = median(sample)? * DEVIATION_PER_MEDIAN_ABSOLUTE;
    (deviation > 0.0).then_some((middle, deviation))
}

fn median(sample: &mut [f64]) -> Option<f64> {
    sample.sort_by(f64::total_cmp);
    sample.get(sample.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(median_s: f32) -> FeatureVector {
        FeatureVector::from_values(&[(FeatureId::by_name("gap_median_s").unwrap(), median_s)])
    }

    #[test]
    fn only_what_lies_far_out_goes_and_never_many() {
        let people: Vec<_> = (0_u8..100).map(|n| client(5.0 + f32::from(n) / 5.0)).collect();
        let with = |programs: usize| {
            let mut all: Vec<_> = people.iter().collect();
            let program = client(0.002);
            all.extend(std::iter::repeat_n(&program, programs));
            outliers(&all)
        };
        assert_eq!(with(0), [0_usize; 0]);
        assert_eq!(with(2), [100, 101]);
        assert_eq!(with(20).len(), 6, "one in twenty at most");
    }

    #[test]
    fn few_clients_have_no_outermost() {
        let mut all: Vec<_> = (0_u8..20).map(|n| client(5.0 + f32::from(n))).collect();
        all.push(client(0.001));
        assert!(outliers(&all.iter().collect::<Vec<_>>()).is_empty());
    }
}
