//! How many things a client that claims to be a browser does that no browser does.
//!
//! One alone is weak: privacy tools drop a header, proxies speak HTTP/1. A log that does not carry a
//! field never produces the contradiction.

use crate::{
    ClientState,
    claim::ClaimKind,
    feature::{FeatureSpec, Unit},
};

/// A share from which on a header counts as never sent.
const NEVER_SHARE: f32 = 0.8;
/// Pages left without anything loaded before nothing counts as rendered.
const PAGES_MIN: u32 = 3;
/// Contradictions that are looked for.
const KINDS: usize = 6;

fn contradictions(state: &ClientState) -> Option<f32> {
    if state.claim.kind() != ClaimKind::Browser {
        return None;
    }
    let headers = &state.headers;
    let never = |share: Option<f32>| share.map(|share| share >= NEVER_SHARE);
    let (left, bare) = state.render.pages();
    let kinds: [Option<bool>; KINDS] = [
        never(headers.sec_fetch.share()),
        never(headers.language.share()),
        never(headers.encoding.share()),
        never(headers.accept.share()),
        never(headers.old_protocol.share()),
        (left >= PAGES_MIN).then_some(left == bare && state.activity.assets_seen() == 0),
    ];
    let known = kinds.iter().any(Option::is_some);
    known.then(|| kinds.iter().filter(|kind| **kind == Some(true)).count() as f32)
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[FeatureSpec {
    name: "browser_contradictions",
    unit: Unit::Count,
    range: (0.0, KINDS as f32),
    meaning: "Of a client that claims to be a browser, how many of these hold on at least 4 of 5 \
              documents: no Sec-Fetch, no Accept-Language, no Accept-Encoding, a wildcard Accept, \
              HTTP/1; and nothing loaded of at least 3 pages. From 2 documents on; only fields that the \
              log carries count.",
    read: contradictions,
}];
