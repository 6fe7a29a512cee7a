//! Sums are exact, order does not matter, classes begin where the model says.

use gait_detect::{DetectorIndex, SpecSource};
use gait_fingerprint::FeatureId;
use proptest::prelude::*;

use super::*;
use crate::{Source, audit, terms::STEP_MILLINATS_MAX};

/// A detector of a family, for tests of what is made of its evidence.
fn spec(id: &str, maturity: &str, toward: &str, disproves: bool) -> String {
    format!(
        "id = '{id}'\nversion = 1\ntitle = 'x'\nmaturity = '{maturity}'\nseverity = 'low'\n\
         toward = '{toward}'\noperator = 'flag'\ndisproves_declaration = {disproves}\n\
         params = {{ feature = 'robots_read', strength_nats = 1 }}\n\
         meaning = {{ detects = 'x', false_positives = ['x'], known_gaps = ['x'], tags = ['asi:ASI01'] }}\n"
    )
}

/// (family, id, maturity, toward, disproves): the names the tests speak of.
const DETECTORS: &[(&str, &str, &str, &str, bool)] = &[
    ("timing", "regular", "stable", "automation", false),
    ("timing", "loops", "stable", "agent", false),
    ("timing", "human", "stable", "person", false),
    ("navigation", "sweep", "stable", "automation", false),
    ("navigation", "early", "incubating", "program", false),
    ("navigation", "links", "stable", "person", false),
    ("discovery", "surfaces", "stable", "agent", false),
    ("discovery", "attack", "stable", "automation", true),
    ("identity", "new", "sandbox", "program", false),
    ("identity", "headers", "stable", "program", false),
    ("deception", "bait", "stable", "automation", true),
];

fn pack() -> Pack {
    let files: Vec<_> = DETECTORS
        .iter()
        .map(|(family, id, maturity, toward, disproves)| {
            (format!("{family}/{id}/detector.toml"), spec(id, maturity, toward, *disproves))
        })
        .collect();
    let sources: Vec<_> = files.iter().map(|(path, text)| SpecSource { path, text }).collect();
    Pack::compile(&sources).unwrap()
}

fn said(pack: &Pack, words: &[(&str, i32)]) -> Evidences {
    let mut evidence = Evidences::default();
    for (id, millinats) in words {
        evidence.push(pack.index_of(id).unwrap(), *millinats);
    }
    evidence
}

fn judge(kind: ClaimKind, decisions: f32, words: &[(&str, i32)]) -> Assessment {
    let pack = pack();
    let counts = [("events", decisions * 3.0), ("decisions", decisions)];
    let counts = counts.map(|(name, value)| (FeatureId::by_name(name).unwrap(), value));
    let features = FeatureVector::from_values(&counts);
    let claim = Claim::plain(kind);
    assess(&pack, &Model::reasoned(), &features, claim, &said(&pack, words))
}

fn contributions(assessment: &Assessment) -> Vec<(Source, i32)> {
    assessment.contributions.ranked().into_iter().map(|c| (c.source, c.millinats)).collect()
}

#[test]
fn within_a_family_the_strongest_counts_and_the_rest_a_little_on_each_side() {
    let pack = pack();
    let index = |id| Source::Detector(pack.index_of(id).unwrap());
    let words = [("timing.regular", 1000), ("timing.loops", 2000), ("timing.human", -1500)];
    let assessment = judge(ClaimKind::Browser, 20.0, &words);
    let expected = [
        (index("timing.loops"), 2000),
        (index("timing.human"), -1500),
        (index("timing.regular"), 300),
    ];
    assert_eq!(contributions(&assessment), expected);
    assert_eq!(assessment.millinats, -1000 + 2000 - 1500 + 300);
}

#[test]
fn across_families_everything_adds() {
    let words = [("timing.regular", 3000), ("navigation.sweep", 2000), ("discovery.surfaces", 500)];
    assert_eq!(judge(ClaimKind::Browser, 20.0, &words).millinats, -1000 + 5500);
}

#[test]
fn a_sandbox_detector_is_shown_and_counts_nothing() {
    let words = [("identity.new", 6000), ("identity.headers", 1000)];
    let assessment = judge(ClaimKind::Browser, 20.0, &words);
    assert_eq!(assessment.millinats, 0);
    let shown: Vec<_> = assessment
        .contributions
        .ranked()
        .into_iter()
        .map(|c| (c.evidence_millinats, c.millinats))
        .collect();
    assert_eq!(shown, [(1000, 1000), (6000, 0)]);
}

/// Claim, decision steps, evidence, and what follows.
type Case<T> = (ClaimKind, f32, &'static [(&'static str, i32)], T);

#[test]
fn classes_begin_where_the_model_says() {
    use ClaimKind::{Browser, DeclaredAgent, DeclaredBot, Library, Masked, Monitor};
    let cases: &[Case<Class>] = &[
        (Browser, 20.0, &[], Class::Undecided),
        (Browser, 20.0, &[("timing.human", -1599)], Class::Undecided),
        (Browser, 20.0, &[("timing.human", -1600)], Class::Human),
        (Browser, 2.0, &[("timing.human", -3000)], Class::Undecided),
        (Browser, 20.0, &[("identity.headers", 2499)], Class::Undecided),
        (Browser, 20.0, &[("identity.headers", 2500)], Class::Automation),
        (Library, 1.0, &[("identity.headers", 3500)], Class::Automation),
        (Browser, 20.0, &[("discovery.surfaces", 2500)], Class::Agent),
        (
            Masked,
            20.0,
            &[("discovery.surfaces", 2500), ("timing.regular", 3000)],
            Class::Automation,
        ),
        (Masked, 20.0, &[("discovery.surfaces", 3000), ("timing.regular", 2500)], Class::Agent),
        (
            Browser,
            20.0,
            &[("discovery.surfaces", 499), ("identity.headers", 3000)],
            Class::Automation,
        ),
        (DeclaredBot, 1.0, &[], Class::DeclaredBot),
        (Monitor, 9.0, &[("timing.regular", 3000)], Class::DeclaredBot),
        (DeclaredAgent, 9.0, &[("discovery.surfaces", 3000)], Class::DeclaredBot),
        (DeclaredBot, 9.0, &[("discovery.attack", 1499)], Class::DeclaredBot),
        (DeclaredBot, 9.0, &[("discovery.attack", 3500)], Class::Automation),
    ];
    for (kind, decisions, words, class) in cases {
        assert_eq!(judge(*kind, *decisions, words).class, *class, "{kind:?} {decisions} {words:?}");
    }
}

#[test]
fn an_undecided_client_is_told_when_it_is_judged_next() {
    for (decisions, next) in [(0, 1), (1, 2), (2, 4), (5, 8), (63, 64), (64, 128), (130, 192)] {
        assert_eq!(next_step(decisions), next, "{decisions}");
    }
    assert_eq!(next_step(u32::MAX), u32::MAX);
    assert_eq!(judge(ClaimKind::Browser, 5.0, &[]).steps_needed, Some(8));
    assert_eq!(judge(ClaimKind::Browser, 5.0, &[("timing.human", -3000)]).steps_needed, None);
}

#[test]
fn enforcement_needs_two_families_of_trusted_evidence() {
    use ClaimKind::{Browser, DeclaredBot};
    let cases: &[Case<bool>] = &[
        (Browser, 4.0, &[("timing.regular", 3000), ("navigation.sweep", 2000)], true),
        (Browser, 3.0, &[("timing.regular", 3000), ("navigation.sweep", 2000)], false),
        (Browser, 9.0, &[("timing.regular", 3000), ("timing.loops", 3000)], false),
        (Browser, 9.0, &[("timing.regular", 3001), ("navigation.sweep", 999)], false),
        (Browser, 9.0, &[("timing.regular", 3000), ("navigation.early", 3000)], false),
        (Browser, 9.0, &[("timing.regular", 2000), ("navigation.sweep", 1999)], false),
        (Browser, 9.0, &[("deception.bait", 4500)], true),
        (
            Browser,
            9.0,
            &[("timing.regular", 3000), ("navigation.sweep", 2000), ("navigation.links", -3000)],
            false,
        ),
        (DeclaredBot, 9.0, &[("timing.regular", 3000), ("navigation.sweep", 2000)], false),
        (DeclaredBot, 9.0, &[("timing.regular", 3000), ("discovery.attack", 2000)], true),
    ];
    for (kind, decisions, words, enforceable) in cases {
        let assessment = judge(*kind, *decisions, words);
        assert_eq!(assessment.enforceable, *enforceable, "{kind:?} {decisions} {words:?}");
    }
}

#[test]
fn confidence_grows_with_families_and_steps() {
    let two = [("timing.regular", 3000), ("navigation.sweep", 2000)];
    let one = [("timing.regular", 6000)];
    let against =
        [("timing.regular", 6000), ("navigation.sweep", 2000), ("navigation.links", -1500)];
    for (decisions, words, confidence) in [
        (4.0, &one[..], Confidence::Low),
        (16.0, &one[..], Confidence::Medium),
        (4.0, &two[..], Confidence::Medium),
        (16.0, &two[..], Confidence::High),
        (16.0, &against[..], Confidence::Medium),
        (64.0, &[][..], Confidence::Low),
    ] {
        assert_eq!(judge(ClaimKind::Browser, decisions, words).confidence, confidence, "{words:?}");
    }
}

#[test]
fn without_a_model_nobody_is_judged() {
    let pack = pack();
    let features = FeatureVector::from_values(&[]);
    let evidence = said(&pack, &[("timing.regular", 6000), ("discovery.attack", 6000)]);
    let claim = Claim::plain(ClaimKind::Browser);
    let assessment = assess(&pack, &Model::unscored(), &features, claim, &evidence);
    assert_eq!((assessment.class, assessment.score.tenths()), (Class::Undecided, 500));
}

/// The reasoned model with terms and weights, as a trained one has them.
fn trained() -> Model {
    let text = include_str!("../../model/reasoned.toml").replace("timing = 1000", "timing = 700");
    let terms = "[[terms]]\nfeature = 'gap_cv'\ncuts = [0.5, 1.5]\nprogram_millinats = [1200, 0, -700]\n\
                 agent_millinats = [-900, 0, 900]\n\
                 [[terms]]\nfeature = 'asset_share'\ncuts = [0.25]\nprogram_millinats = [400, -300]\n\
                 agent_millinats = [100, 200]\n";
    Model::parse(&format!("{text}\n{terms}")).unwrap()
}

fn values(list: &[(&str, f32)]) -> FeatureVector {
    let list: Vec<_> = list.iter().map(|(n, x)| (FeatureId::by_name(n).unwrap(), *x)).collect();
    FeatureVector::from_values(&list)
}

#[test]
fn terms_add_to_the_evidence_and_name_their_feature() {
    let (pack, model) = (pack(), trained());
    let features = values(&[("decisions", 20.0), ("gap_cv", 0.1), ("asset_share", 0.3)]);
    let claim = Claim::plain(ClaimKind::Browser);
    let evidence = said(&pack, &[("timing.regular", 1000), ("discovery.surfaces", 2000)]);
    let assessment = assess(&pack, &model, &features, claim, &evidence);
    let detector = |id| Source::Detector(pack.index_of(id).unwrap());
    let term = |name| Source::Term(FeatureId::by_name(name).unwrap());
    let expected = [
        (detector("discovery.surfaces"), 2000),
        (term("gap_cv"), 1200),
        (detector("timing.regular"), 700),
        (term("asset_share"), -300),
    ];
    assert_eq!(contributions(&assessment), expected);
    assert_eq!(assessment.millinats, -1000 + 2000 + 1200 + 700 - 300);
    assert_eq!(assessment.agent_millinats, 2000 - 1000 - 900 + 200);
    assert_eq!(assessment.class, Class::Automation);
    assert!(assessment.families.contains(Family::Timing), "a family's weight is not its word");
}

#[test]
fn an_audit_finds_a_reason_that_is_not_what_it_says() {
    let (pack, model) = (pack(), trained());
    let features = values(&[("decisions", 20.0), ("gap_cv", 0.1), ("asset_share", 0.3)]);
    let claim = Claim::plain(ClaimKind::Browser);
    let evidence = said(&pack, &[("timing.regular", 1000), ("timing.loops", 400)]);
    let mut assessment = assess(&pack, &model, &features, claim, &evidence);
    let honest = audit(&pack, &model, &features, &evidence, &assessment);
    assert_eq!((honest.checked, honest.mismatched), (4, 0));
    let other = values(&[("decisions", 20.0), ("gap_cv", 0.1), ("asset_share", 0.1)]);
    assert!(audit(&pack, &model, &other, &evidence, &assessment).mismatched > 0);
    assessment.score = Score::from_tenths(1);
    assert_eq!(audit(&pack, &model, &features, &evidence, &assessment).mismatched, 1);
}

proptest! {
    /// The prior and the contributions sum to the log-odds; the order of the evidence changes nothing; no
    /// contribution exceeds what was said; an audit agrees.
    #[test]
    fn reasons_are_additive_ordered_and_bounded(
        words in prop::collection::btree_map(0..11_u16, -3000..6001_i32, 0..11),
        rotate in 0..11_usize,
        gap_cv in prop::option::of(0.0..3.0_f32),
        asset_share in prop::option::of(0.0..1.0_f32),
    ) {
        let (pack, model) = (pack(), trained());
        let features = values(&[
            ("gap_cv", gap_cv.unwrap_or(f32::NAN)),
            ("asset_share", asset_share.unwrap_or(f32::NAN)),
        ]);
        let claim = Claim::plain(ClaimKind::Browser);
        let mut list: Vec<_> = words.into_iter().collect();
        let judge = |list: &[(u16, i32)]| {
            let mut evidence = Evidences::default();
            for (detector, millinats) in list {
                evidence.push(DetectorIndex(*detector), *millinats);
            }
            let mut judged = assess(&pack, &model, &features, claim, &evidence);
            assert_eq!(audit(&pack, &model, &features, &evidence, &judged).mismatched, 0);
            judged.contributions = judged.contributions.ranked();
            judged
        };
        let first = judge(&list);
        let sum: i32 = first.contributions.as_slice().iter().map(|c| c.millinats).sum();
        prop_assert_eq!(model.prior_millinats() + sum, first.millinats);
        prop_assert_eq!(first.score, model.score(first.millinats));
        for contribution in first.contributions.as_slice() {
            let (counted, said) = (contribution.millinats, contribution.evidence_millinats);
            prop_assert!(counted.abs() <= said.abs() && counted.signum() * said.signum() >= 0);
            let term = matches!(contribution.source, Source::Term(_));
            prop_assert!(!term || counted.abs() <= STEP_MILLINATS_MAX);
        }
        let weights: Vec<_> =
            first.contributions.as_slice().iter().map(|c| c.millinats.abs()).rev().collect();
        prop_assert!(weights.is_sorted());
        let by = rotate % list.len().max(1);
        list.rotate_left(by);
        list.reverse();
        prop_assert_eq!(judge(&list), first);
    }
}
