//! Which features may become terms, and what is known of their direction beforehand.
//!
//! Left out: counts that only grow with the length of a visit, what depends on how a site is built more than on
//! who visits it, and what is read from the user agent, which detectors judge.

use gait_fingerprint::FeatureId;

/// What is known of the way a feature speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// More of it never speaks for a person.
    Rising,
    /// More of it never speaks for a program.
    Falling,
    /// Both tails may speak: too regular and too irregular are both evidence.
    Free,
}

use Direction::{Falling, Free, Rising};

const FEATURES: &[(&str, Direction)] = &[
    ("asset_share", Falling),
    ("beacon_share", Falling),
    ("assets_per_document", Falling),
    ("head_share", Rising),
    ("rate_per_minute", Rising),
    ("gap_ln_sd", Free),
    ("gap_cv", Free),
    ("gap_burstiness", Free),
    ("gap_memory", Free),
    ("fast_gap_share", Free),
    ("gap_median_s", Free),
    ("gap_floor_s", Free),
    ("gap_entropy", Free),
    ("gap_mode_share", Free),
    ("gap_cce_ratio", Falling),
    ("gap_size_correlation", Free),
    ("second_alignment", Rising),
    ("minute_alignment", Rising),
    ("fanout_share", Rising),
    ("backoff_ladder_max", Rising),
    ("referrer_share", Falling),
    ("referrer_consistent_share", Falling),
    ("internal_referrer_share", Falling),
    ("coverage_ratio", Free),
    ("revisit_share", Falling),
    ("stride_run_max", Rising),
    ("loop_share", Free),
    ("documents_without_assets_share", Rising),
    ("typed_calls", Falling),
    ("typing_ln_sd", Falling),
    ("filled_submits", Rising),
    ("typed_submits", Falling),
    ("scrolled_share", Falling),
    ("scroll_spread_share", Falling),
    ("scroll_click_share", Rising),
    ("client_error_share", Rising),
    ("miss_share", Rising),
    ("throttled_share", Rising),
    ("repair_share", Rising),
    ("discovery_surfaces", Rising),
    ("robots_read", Rising),
    ("sitemap_read", Rising),
    ("markdown_asked", Rising),
    ("attack_surfaces", Rising),
    ("sec_fetch_absent_share", Rising),
    ("language_absent_share", Rising),
    ("accept_wildcard_share", Rising),
    ("encoding_absent_share", Rising),
    ("http1_share", Rising),
    ("requests_per_connection", Free),
];

/// The features that this version measures, in order of the catalogue.
pub(crate) fn features() -> Vec<(FeatureId, Direction)> {
    let mut known: Vec<_> = FEATURES
        .iter()
        .filter_map(|(name, direction)| Some((FeatureId::by_name(name)?, *direction)))
        .collect();
    known.sort_by_key(|(feature, _)| *feature);
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_is_measured_and_stands_once() {
        let known = features();
        assert_eq!(known.len(), FEATURES.len(), "a feature was renamed or removed");
        assert!(known.is_sorted_by(|a, b| a.0 < b.0));
        assert!(known.len() <= gait_classify::TERMS_MAX);
    }
}
