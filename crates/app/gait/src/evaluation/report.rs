//! The figures of an evaluation, as values: what is measured, over whom.
//!
//! Decides the scoring; leaves to `print` how it looks. The JSON of `gait evaluate --json` is this
//! structure.

use std::collections::BTreeMap;

use gait_classify::Class;
use serde::Serialize;

use super::{
    auc::Auc,
    detectors::{self, DetectorRow},
    families::Families,
    interval::{Proportion, Spread},
    kinds::Kinds,
    operating::OperatingPoint,
    pairing::{Coverage, Pair},
    role::{Role, is_right},
    takeovers::Takeovers,
};

/// False-positive budgets that are reported, in thousandths of the people.
const BUDGETS_PER_MILLE: [u32; 2] = [10, 1];

/// Everything `gait evaluate` says.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    /// How truth and verdicts met.
    pub(crate) coverage: Coverage,
    /// The score of non-human clients against the score of people.
    pub(crate) auc: Option<Auc>,
    /// What is caught at 1 % and at 0.1 % false positives.
    pub(crate) operating_points: Vec<OperatingPoint>,
    /// People a gateway would have acted on.
    pub(crate) people_enforceable: Proportion,
    /// People who were called agent, automation or takeover.
    pub(crate) people_alarmed: Proportion,
    /// Unscored clients a gateway would have acted on; must be 0.
    pub(crate) unscored_enforceable: Proportion,
    /// Non-human clients a gateway would have acted on.
    pub(crate) non_human_enforceable: Proportion,
    /// Scored clients left undecided.
    pub(crate) undecided: Proportion,
    /// How soon non-human clients were decided.
    pub(crate) non_human_decided: Decided,
    /// How well agents and automation are told apart, and how soon agents are decided.
    pub(crate) kinds: Kinds,
    /// Sessions that changed hands, and people of whom that was said.
    pub(crate) takeovers: Takeovers,
    /// How often each detector was right.
    pub(crate) detectors: Vec<DetectorRow>,
    /// How whole and how pure families of clients are.
    pub(crate) families: Families,
    /// The same by role, label and persona.
    pub(crate) by_role: Vec<Group>,
    /// One row per label.
    pub(crate) by_label: Vec<Group>,
    /// One row per label and persona, when the truth names personas.
    pub(crate) by_persona: Vec<Group>,
}

/// How soon a group of clients was decided.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Decided {
    /// Clients that were decided.
    pub(crate) share: Proportion,
    /// Requests until then, over the decided ones.
    pub(crate) events: Option<Spread>,
    /// Decision steps until then, over the decided ones.
    pub(crate) steps: Option<Spread>,
}

/// The figures of one group of clients.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Group {
    /// Role, label, or label and persona.
    pub(crate) name: String,
    /// What the clients are.
    pub(crate) role: Role,
    /// How many.
    pub(crate) clients: usize,
    /// Clients that were called agent, automation or takeover.
    pub(crate) alarmed: Proportion,
    /// How many got each class; the rows of the confusion matrix.
    pub(crate) classes: BTreeMap<&'static str, usize>,
    /// Right classes; absent where nothing is right or wrong.
    pub(crate) right: Option<Proportion>,
    /// Clients left undecided.
    pub(crate) undecided: Proportion,
    /// Clients a gateway would act on.
    pub(crate) enforceable: Proportion,
    /// Clients above the cut of the 1 % budget.
    pub(crate) flagged_at_1_percent: Proportion,
    /// This group against the people; only for non-human groups.
    pub(crate) auc: Option<Auc>,
    /// How soon they were decided.
    pub(crate) decided: Decided,
}

impl Report {
    /// Scores the pairs.
    pub(crate) fn new(pairs: &[Pair], coverage: Coverage) -> Self {
        let of_role = |role: Role| pairs.iter().filter(|p| p.role == role).collect::<Vec<_>>();
        let (people, non_human) = (of_role(Role::Person), of_role(Role::NonHuman));
        let unscored = of_role(Role::Unscored);
        let scored: Vec<_> = pairs.iter().filter(|p| p.role != Role::Unscored).collect();
        let people_scores = scores(&people);
        let operating_points: Vec<_> = BUDGETS_PER_MILLE
            .iter()
            .map(|&budget| OperatingPoint::new(budget, &scores(&non_human), &people_scores))
            .collect();
        let cut = operating_points.first().and_then(|point| point.flagged_above);
        let groups = |name: fn(&Pair) -> String| grouped(pairs, name, &people_scores, cut);
        let named = pairs.iter().any(|pair| pair.truth.persona.is_some());
        let persona = |pair: &Pair| pair.truth.persona.clone().unwrap_or_default();
        Self {
            coverage,
            auc: Auc::new(&scores(&non_human), &people_scores),
            operating_points,
            people_enforceable: Proportion::of(&people, |p| p.verdict.enforceable),
            people_alarmed: Proportion::of(&people, |p| p.verdict.class.is_undeclared_program()),
            unscored_enforceable: Proportion::of(&unscored, |p| p.verdict.enforceable),
            non_human_enforceable: Proportion::of(&non_human, |p| p.verdict.enforceable),
            undecided: Proportion::of(&scored, |p| is_undecided(p)),
            non_human_decided: Decided::new(&non_human),
            kinds: Kinds::new(&non_human),
            takeovers: Takeovers::new(&of_role(Role::Takeover), &people),
            detectors: detectors::rows(&people, &non_human),
            families: Families::new(pairs, &people),
            by_role: groups(|pair| pair.role.as_str().to_owned()),
            by_label: groups(|pair| pair.truth.label.clone()),
            by_persona: if named { groups(persona) } else { Vec::new() },
        }
    }
}

impl Decided {
    pub(super) fn new(pairs: &[&Pair]) -> Self {
        let decided: Vec<_> = pairs
            .iter()
            .filter(|pair| !is_undecided(pair))
            .filter_map(|pair| pair.verdict.decided_at.as_ref())
            .collect();
        Self {
            share: Proportion::new(decided.len(), pairs.len()),
            events: Spread::new(decided.iter().map(|at| at.event).collect()),
            steps: Spread::new(decided.iter().map(|at| u64::from(at.step)).collect()),
        }
    }
}

impl Group {
    fn new(name: String, pairs: &[&Pair], people_scores: &[f64], cut: Option<f64>) -> Option<Self> {
        let role = pairs.first()?.role;
        let mut classes = BTreeMap::new();
        for pair in pairs {
            *classes.entry(pair.verdict.class.as_str()).or_insert(0) += 1;
        }
        let judged: Vec<bool> = pairs
            .iter()
            .filter_map(|pair| is_right(&pair.truth.label, pair.verdict.class))
            .collect();
        let non_human = role == Role::NonHuman;
        Some(Self {
            name,
            role,
            clients: pairs.len(),
            alarmed: Proportion::of(pairs, |p| p.verdict.class.is_undeclared_program()),
            classes,
            right: (!judged.is_empty()).then(|| Proportion::of(&judged, |right| *right)),
            undecided: Proportion::of(pairs, |pair| is_undecided(pair)),
            enforceable: Proportion::of(pairs, |pair| pair.verdict.enforceable),
            flagged_at_1_percent: Proportion::of(pairs, |pair| {
                cut.is_some_and(|cut| pair.verdict.score > cut)
            }),
            auc: if non_human { Auc::new(&scores(pairs), people_scores) } else { None },
            decided: Decided::new(pairs),
        })
    }
}

/// One group per role and name, people first.
fn grouped(
    pairs: &[Pair],
    name: fn(&Pair) -> String,
    people_scores: &[f64],
    cut: Option<f64>,
) -> Vec<Group> {
    let mut groups: BTreeMap<(Role, String), Vec<&Pair>> = BTreeMap::new();
    for pair in pairs {
        groups.entry((pair.role, name(pair))).or_default().push(pair);
    }
    groups
        .into_iter()
        .filter_map(|((_, name), pairs)| Group::new(name, &pairs, people_scores, cut))
        .collect()
}

fn scores(pairs: &[&Pair]) -> Vec<f64> {
    pairs.iter().map(|pair| pair.verdict.score).collect()
}

pub(super) fn is_undecided(pair: &Pair) -> bool {
    pair.verdict.class == Class::Undecided
}
