//! Where documents say they come from, and whether this client was there.
//!
//! Which host is the site's own is told by the log's host or, where it has none, learnt from a Referer
//! whose page this client visited.

use std::borrow::Cow;

use bytemuck::{Pod, Zeroable};
use gait_event::{Event, FieldSet};

use super::coverage::Coverage;
use crate::{
    ClientState,
    clock::{referer_host, referer_target},
    feature::{FeatureSpec, Unit},
    target::{hash32, target_hash},
};

/// Documents after the first before a share is read.
const DOCUMENTS_MIN: u16 = 3;

/// Documents after the first one, by what they say of their origin. All counts halve when one is full.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Referrer {
    /// All documents of logs that carry the Referer, the first included.
    documents: u16,
    referred: u16,
    internal: u16,
    consistent: u16,
    /// The site's own host, hashed, once learnt; 0 before.
    site: u32,
}

impl Referrer {
    /// Takes a document in that was chosen; `coverage` knows the documents before it. Returns the hash of the
    /// page that it says it comes from, none for the first document.
    pub(crate) fn document(&mut self, event: &Event<'_>, coverage: &Coverage) -> Option<u32> {
        if !event.logged.contains(FieldSet::REFERER) {
            return None;
        }
        if self.documents == u16::MAX {
            let counts = [&mut self.referred, &mut self.internal, &mut self.consistent];
            for count in [&mut self.documents].into_iter().chain(counts) {
                *count /= 2;
            }
        }
        self.documents += 1;
        if self.documents == 1 {
            return None;
        }
        let referer = event.referer.filter(|text| !text.is_empty())?;
        self.referred += 1;
        let target = referer_target(referer);
        let from = target_hash(target);
        let visited = coverage.visited(from);
        if self.is_site(event, referer, visited && target != "/") {
            self.internal += 1;
            // Many sites send no more than their origin.
            self.consistent += u16::from(visited || target == "/");
        }
        Some(from)
    }

    /// Documents whose log carries the Referer, and those of them after the first that have one.
    pub(crate) fn counts(&self) -> (u16, u16) {
        (self.documents, self.referred)
    }

    fn is_site(&mut self, event: &Event<'_>, referer: &str, visited: bool) -> bool {
        let host = referer_host(referer);
        if let Some(site) = event.host {
            return host.eq_ignore_ascii_case(site);
        }
        let lower = if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(host.to_ascii_lowercase())
        } else {
            Cow::Borrowed(host)
        };
        let host = hash32(lower.as_bytes());
        if visited && self.site == 0 {
            self.site = host;
        }
        self.site == host
    }
}

/// The share of `part` among the documents after the first, once there are enough.
fn share(state: &ClientState, part: fn(&Referrer) -> u16) -> Option<f32> {
    let later = state.referrer.documents.saturating_sub(1);
    (later >= DOCUMENTS_MIN).then(|| f32::from(part(&state.referrer)) / f32::from(later))
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "referrer_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of documents after the first that carry a Referer. From 3 such documents on, \
                  when the log carries the field.",
        read: |state| share(state, |referrer| referrer.referred),
    },
    FeatureSpec {
        name: "referrer_consistent_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of documents after the first whose Referer is a page of the site that this \
                  client visited before, or the bare origin of the site. From 3 such documents on, when the \
                  log carries the field; certain for every page once about 1,570 targets were visited.",
        read: |state| share(state, |referrer| referrer.consistent),
    },
    FeatureSpec {
        name: "internal_referrer_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of documents after the first whose Referer is the site itself. From 3 such \
                  documents on, when the log carries the field.",
        read: |state| share(state, |referrer| referrer.internal),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_were_visited_are_consistent() {
        for host in [Some("shop.example"), None] {
            let (mut referrer, mut coverage) = (Referrer::default(), Coverage::default());
            for (target, referer) in [
                ("/a?x=1", None),
                ("/b", Some("https://shop.example:8443/a?x=1")),
                ("/c", Some("https://shop.example:8443/never")),
                ("/d", Some("https://search.example/")),
                ("/e", Some("https://shop.example/")),
                ("/f", None),
            ] {
                let mut event = Event { target, host, referer, ..Event::default() };
                event.logged.insert(FieldSet::REFERER);
                referrer.document(&event, &coverage);
                coverage.visit(target_hash(target));
            }
            let counts =
                (referrer.documents, referrer.referred, referrer.internal, referrer.consistent);
            assert_eq!(counts, (6, 4, 3, 2), "{host:?}");
        }
    }
}
