//! How much of the site a client covers and how often it comes back.

use bytemuck::{Pod, Zeroable};

use crate::{
    ClientState,
    clock::Decision,
    counter,
    feature::{FeatureSpec, Unit},
    route::Route,
};

/// Decision steps before a ratio is read.
const DECISIONS_MIN: u32 = 4;
/// Documents before the share of revisits is read.
const DOCUMENTS_MIN: u32 = 4;

/// Linear counters over targets and templates.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub(crate) struct Coverage {
    /// Every target chosen, and every document. Doubles as the memory of what was visited.
    target_bits: [u64; 4],
    template_bits: [u64; 2],
    targets: f32,
    templates: f32,
    /// The part of `targets` that documents brought.
    document_targets: f32,
    documents: u32,
    depth_sum: u32,
    depth_max: u32,
}

impl Coverage {
    /// Takes a decision step in.
    pub(crate) fn step(&mut self, decision: &Decision<'_, '_>) {
        let before = self.targets;
        self.visit(decision.target);
        if decision.sight.route == Route::Document {
            self.documents = self.documents.saturating_add(1);
            self.document_targets += self.targets - before;
        }
        let outline = &decision.sight.outline;
        counter::insert(&mut self.template_bits, &mut self.templates, outline.template);
        self.depth_sum = self.depth_sum.saturating_add(u32::from(outline.depth));
        self.depth_max = self.depth_max.max(u32::from(outline.depth));
    }

    /// Remembers a target and says whether it is new.
    pub(crate) fn visit(&mut self, target: u32) -> bool {
        counter::insert(&mut self.target_bits, &mut self.targets, target)
    }

    /// True when a target was visited, or another one that looks the same to the counter.
    pub(crate) fn visited(&self, target: u32) -> bool {
        counter::contains(&self.target_bits, target)
    }

    /// The templates of decision steps, one bit each by hash.
    pub(crate) fn templates(&self) -> [u64; 2] {
        self.template_bits
    }

    /// Different targets over `decisions` steps, 0..=1.
    pub(crate) fn new_share(&self, decisions: u32) -> f32 {
        (self.targets / decisions.max(1) as f32).min(1.0)
    }

    /// Different templates over `decisions` steps, 0..=1.
    pub(crate) fn new_template_share(&self, decisions: u32) -> f32 {
        (self.templates / decisions.max(1) as f32).min(1.0)
    }

    /// Mean number of path segments over `decisions` steps.
    pub(crate) fn depth_mean(&self, decisions: u32) -> f32 {
        self.depth_sum as f32 / decisions.max(1) as f32
    }

    fn is_full(&self) -> bool {
        self.target_bits.iter().all(|word| *word == u64::MAX)
    }
}

/// The features of this block.
pub(crate) const FEATURES: &[FeatureSpec] = &[
    FeatureSpec {
        name: "distinct_templates",
        unit: Unit::Count,
        range: (0.0, 700.0),
        meaning: "Different route templates among decision steps, ids folded; a linear counter that \
                  stops at about 700.",
        read: |state: &ClientState| Some(state.coverage.templates),
    },
    FeatureSpec {
        name: "distinct_targets",
        unit: Unit::Count,
        range: (0.0, 1_600.0),
        meaning: "Different targets, path and query; a linear counter that stops at about 1,570.",
        read: |state| Some(state.coverage.targets),
    },
    FeatureSpec {
        name: "coverage_ratio",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Different targets over decision steps: 1 for a crawl, low for a loop. From 4 steps \
                  on, until the counter of targets is full.",
        read: |state| {
            let enough = state.clock.decisions >= DECISIONS_MIN && !state.coverage.is_full();
            enough.then(|| state.coverage.new_share(state.clock.decisions))
        },
    },
    FeatureSpec {
        name: "revisit_share",
        unit: Unit::Share,
        range: (0.0, 1.0),
        meaning: "Share of documents that were visited before. From 4 documents on, until the \
                  counter of targets is full.",
        read: |state| {
            let coverage = &state.coverage;
            let enough = coverage.documents >= DOCUMENTS_MIN && !coverage.is_full();
            let new = coverage.document_targets / coverage.documents as f32;
            enough.then(|| (1.0 - new).clamp(0.0, 1.0))
        },
    },
    FeatureSpec {
        name: "depth_mean",
        unit: Unit::Count,
        range: (0.0, 255.0),
        meaning: "Mean number of path segments of decision steps. From 4 steps on.",
        read: |state| {
            let decisions = state.clock.decisions;
            let enough = decisions >= DECISIONS_MIN;
            enough.then(|| state.coverage.depth_mean(decisions))
        },
    },
    FeatureSpec {
        name: "depth_max",
        unit: Unit::Count,
        range: (0.0, 255.0),
        meaning: "Most path segments of any decision step.",
        read: |state| (state.clock.decisions > 0).then_some(state.coverage.depth_max as f32),
    },
];
