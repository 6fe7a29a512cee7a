//! How many things a client that claims to be a browser does that no browser does, counted by cause.
//!
//! One alone is weak: privacy tools drop a header, proxies speak HTTP/1. A proxy that strips headers takes
//! the language with the rest and speaks HTTP/1 in its own name: all that is one cause. It does not
//! rewrite what pages are asked for as: an Accept that no browser sends is the client's own, and then
//! everything counts. A log that does not carry a field never produces the contradiction.

use crate::{
    ClientState,
    claim::ClaimKind,
    feature::{FeatureSpec, Unit},
};

/// A share from which on a header counts as never sent.
const NEVER_SHARE: f32 = 0.95;
/// Contradictions that are looked for.
const KINDS: usize = 5;

fn contradictions(state: &ClientState) -> Option<f32> {
    if state.claim.kind() != ClaimKind::Browser {
        return None;
    }
    let headers = &state.headers;
    let never = |share: Option<f32>| share.map(|share| share >= NEVER_SHARE);
    let language = never(headers.language.share());
    let stripped = [never(headers.sec_fetch.share()), language, never(headers.encoding.share())];
    let accept = never(headers.accept.share());
    let protocol = never(headers.old_protocol.share());
    let known = stripped.iter().chain([&accept, &protocol]).any(Option::is_some);
    let missing = stripped.iter().filter(|kind| **kind == Some(true)).count();
    let old = usize::from(protocol == Some(true));
    let count = if accept == Some(true) {
        missing + old + 1
    } else if language == Some(true) {
        1
    } else {
        missing.min(1) + old
    };
    known.then_some(count as f32)
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[FeatureSpec {
    name: "browser_contradictions",
    unit: Unit::Count,
    range: (0.0, KINDS as f32),
    meaning: "Of a client that claims to be a browser, how many of these hold on at least 19 of 20 \
              documents: no Sec-Fetch, no Accept-Language, no Accept-Encoding, a wildcard Accept, HTTP/1. \
              Where Accept is a browser's or not known, missing headers count as one, and where the \
              language is among them HTTP/1 with them: a proxy takes them together. From 2 documents on; \
              only fields that the log carries count.",
    read: contradictions,
}];
