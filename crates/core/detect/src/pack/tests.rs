//! Compiling packs: what is accepted, that every mistake is told, and what evaluation promises.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::{
    EVIDENCE_MAX_MILLINATS, EVIDENCE_MIN_MILLINATS, Silence, markdown::detectors_markdown,
};

static BUILTIN_PACK: LazyLock<Pack> = LazyLock::new(Pack::builtin);

const GOOD: &str = r#"
id = "example"
version = 1
title = "An example"
maturity = "stable"
severity = "low"
toward = "automation"
operator = "flag"

[params]
feature = "robots_read"
strength_nats = 2.0
decisions_min = 4
decisions_full = 8

[[require]]
feature = "miss_share"
max = 0.5

[[unless]]
feature = "claims_app"
min = 1

[meaning]
detects = "an example"
false_positives = ["none known"]
known_gaps = ["everything else"]
tags = ["oat:OAT-011", "attack:T1595.003", "atlas:AML.T0103", "asi:ASI05", "api:API4"]
"#;

fn source<'a>(path: &'a str, text: &'a str) -> SpecSource<'a> {
    SpecSource { path, text }
}

fn compile(text: &str) -> Result<Pack, Vec<Mistake>> {
    Pack::compile(&[source("detectors/timing/example/detector.toml", text)])
}

fn vector(values: &[(&str, f32)]) -> FeatureVector {
    let list: Vec<_> =
        values.iter().map(|(name, value)| (FeatureId::by_name(name).unwrap(), *value)).collect();
    FeatureVector::from_values(&list)
}

#[test]
fn the_shipped_detectors_have_no_mistake() {
    let sources = Pack::builtin_sources();
    let pack = Pack::compile(&sources).unwrap();
    assert!(pack.detectors().len() >= 14, "{} detectors", pack.detectors().len());
    assert_eq!(pack.detectors().len(), sources.len());
    assert_eq!(pack.hash(), Pack::builtin().hash());
    assert!(pack.detectors().is_sorted_by(|a, b| a.id < b.id));
}

#[test]
fn each_single_mistake_is_told_with_its_key() {
    let cases: &[(&str, &str, &str)] = &[
        ("version = 1", "version = 0", "`version` starts at 1"),
        ("version = 1", "version = -1", "`version` must be a whole number from 0"),
        ("version = 1\n", "", "`version` is missing"),
        ("\"An example\"", "\" \"", "`title` must not be empty"),
        ("\"stable\"", "\"stabel\"", "`maturity` does not know `stabel`, did you mean `stable`?"),
        ("\"low\"", "\"severe\"", "known are info, low, medium, high, critical"),
        ("\"automation\"", "\"robot\"", "`toward` does not know `robot`"),
        ("\"flag\"", "\"flga\"", "`operator` does not know `flga`, did you mean `flag`?"),
        ("id = \"example\"", "id = \"exmaple\"", "`id` must be `example`, the name of its folder"),
        ("id = \"example\"", "id = \"Example\"", "`id` must be lower-case"),
        (
            "robots_read",
            "robot_read",
            "`params.feature` names no feature: `robot_read`, did you mean `robots_read`?",
        ),
        ("strength_nats = 2.0", "strength = 2.0", "`params.strength` is not a known key"),
        (
            "decisions_full = 8",
            "decisions_full = 4",
            "`params.decisions_full` must be above `decisions_min`",
        ),
        ("decisions_min = 4", "decision_min = 4", "did you mean `decisions_min`?"),
        ("max = 0.5", "max = 0.5\nmin = 0.6", "`require[0].min` is above `max`"),
        ("max = 0.5", "", "`require[0].min` or `max` must be given"),
        ("min = 1\n", "least = 1\n", "`unless[0].least` is not a known key"),
        ("[\"none known\"]", "[]", "`meaning.false_positives` needs at least one entry"),
        ("[\"everything else\"]", "\"x\"", "`meaning.known_gaps` must be a list of texts"),
        ("oat:OAT-011", "oat:OAT-11", "`meaning.tags` holds `oat:OAT-11`"),
        ("oat:OAT-011", "owasp:OAT-011", "`meaning.tags` holds `owasp:OAT-011`"),
        ("[meaning]", "[means]", "`means` is not a known key, did you mean `meaning`?"),
        ("\"stable\"", "\"deprecated\"", "`deprecated` must give `date` and `reason`"),
        (
            "[params]",
            "[deprecated]\ndate = \"2026-01-01\"\nreason = \"x\"\n[params]",
            "maturity is not `deprecated`",
        ),
        ("[params]", "[params", "is not valid TOML"),
    ];
    assert!(compile(GOOD).is_ok());
    for (from, to, text) in cases {
        assert!(GOOD.contains(from), "{from}");
        let mistakes = compile(&GOOD.replacen(from, to, 1)).unwrap_err();
        let told: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|t| t.contains(text)), "{to:?}: {told:#?}");
        assert!(told.iter().all(|t| t.starts_with("detectors/timing/example/")), "{told:?}");
    }
}

#[test]
fn all_mistakes_of_all_files_come_at_once() {
    let bad = GOOD.replace("robots_read", "x_read").replace("\"low\"", "\"tiny\"");
    let mistakes = Pack::compile(&[
        source("timing/example/detector.toml", &bad),
        source("timing/other/detector.toml", GOOD),
        source("weather/example/detector.toml", GOOD),
    ])
    .unwrap_err();
    let told: Vec<_> = mistakes.iter().map(|m| (m.file.as_str(), m.key.as_str())).collect();
    assert!(told.contains(&("timing/example/detector.toml", "params.feature")), "{told:?}");
    assert!(told.contains(&("timing/example/detector.toml", "severity")), "{told:?}");
    assert!(told.contains(&("timing/other/detector.toml", "id")), "{told:?}");
    assert!(told.contains(&("weather/example/detector.toml", "")), "{told:?}");
}

#[test]
fn an_id_stands_once() {
    let twice = [
        source("a/timing/example/detector.toml", GOOD),
        source("timing/example/detector.toml", GOOD),
    ];
    let mistakes = Pack::compile(&twice).unwrap_err();
    assert_eq!(mistakes.first().map(|m| m.problem.clone()), Some(Problem::Duplicate));
}

#[test]
fn a_deprecated_detector_says_when_and_why() {
    let text = GOOD.replace("\"stable\"", "\"deprecated\"");
    let told = |date: &str| {
        compile(&format!("{text}\n[deprecated]\ndate = \"{date}\"\nreason = \"replaced\"\n"))
    };
    let pack = told("2026-11-22").unwrap();
    let deprecation = pack.detectors().first().and_then(|d| d.deprecation.clone()).unwrap();
    assert_eq!(
        (deprecation.date.as_str(), deprecation.reason.as_str()),
        ("2026-11-22", "replaced")
    );
    assert!(told("yesterday").is_err());
}

#[test]
fn the_hash_follows_the_content_and_not_the_order() {
    let other = GOOD.replace("\"example\"", "\"other\"");
    let (a, b) = (
        source("timing/example/detector.toml", GOOD),
        source("timing/other/detector.toml", &other),
    );
    let hash = |sources: &[SpecSource<'_>]| Pack::compile(sources).unwrap().hash();
    assert_eq!(hash(&[a, b]), hash(&[b, a]));
    assert_ne!(hash(&[a]), hash(&[a, b]));
    let stronger = GOOD.replace("strength_nats = 2.0", "strength_nats = 2.1");
    assert_ne!(hash(&[a]), hash(&[source(a.path, &stronger)]));
    let commented = format!("# layout is free\n{GOOD}");
    assert_eq!(hash(&[a]), hash(&[source(a.path, &commented)]));
}

/// Values, and what the example detector makes of them.
#[test]
fn a_detector_speaks_only_when_its_conditions_hold() {
    let feature = |name| FeatureId::by_name(name).unwrap();
    let pack = compile(GOOD).unwrap();
    let base = [("events", 40.0), ("decisions", 8.0), ("miss_share", 0.1), ("robots_read", 1.0)];
    let with = |name: &'static str, value: f32| {
        let mut values: Vec<_> = base.iter().copied().filter(|(n, _)| *n != name).collect();
        if !value.is_nan() {
            values.push((name, value));
        }
        values
    };
    let cases = [
        (base.to_vec(), Ok(2000)),
        (with("robots_read", 0.0), Ok(0)),
        (with("decisions", 4.0), Ok(1000)),
        (with("decisions", 6.0), Ok(1500)),
        (with("decisions", 3.0), Err(Silence::TooFewDecisions)),
        (with("miss_share", 0.6), Err(Silence::Required(feature("miss_share")))),
        (with("miss_share", f32::NAN), Err(Silence::Absent(feature("miss_share")))),
        (with("robots_read", f32::NAN), Err(Silence::Absent(feature("robots_read")))),
        (with("claims_app", 1.0), Err(Silence::Excluded(feature("claims_app")))),
        (with("claims_app", 0.0), Ok(2000)),
    ];
    let mut out = Evidences::default();
    for (values, expected) in cases {
        pack.evaluate(&vector(&values), &mut out);
        let said = out.evidence().first().map_or(0, |e| e.millinats);
        let silence = out.abstentions().first().map(|a| a.reason);
        assert_eq!(silence.map_or(Ok(said), Err), expected, "{values:?}");
    }
}

#[test]
fn the_page_names_every_detector_and_its_gaps() {
    let pack = Pack::builtin();
    let page = detectors_markdown(&pack);
    for detector in pack.detectors() {
        assert!(page.contains(&format!("\n## {}\n", detector.id)), "{}", detector.id);
        for gap in &detector.meaning.known_gaps {
            assert!(page.contains(gap), "{gap}");
        }
    }
}

proptest! {
    /// Whatever the features are, evidence stays within its caps, on the side its detector allows, and each
    /// detector either speaks, abstains or finds nothing.
    #[test]
    fn evidence_is_capped_for_any_features(
        values in prop::collection::vec(prop_oneof![Just(f32::NAN), 0.0_f32..2.0, 0.0_f32..1e6], FeatureId::all().count())
    ) {
        let pack = &*BUILTIN_PACK;
        let list: Vec<_> = FeatureId::all().zip(values).collect();
        let mut out = Evidences::default();
        pack.evaluate(&FeatureVector::from_values(&list), &mut out);
        prop_assert!(out.evidence().len() + out.abstentions().len() <= pack.detectors().len());
        for evidence in out.evidence() {
            prop_assert!((EVIDENCE_MIN_MILLINATS..=EVIDENCE_MAX_MILLINATS).contains(&evidence.millinats));
            prop_assert!(evidence.millinats != 0);
            prop_assert!(pack.detector(evidence.detector).is_some());
        }
    }

    /// No text makes the compiler panic.
    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}", cut in 0_usize..GOOD.len()) {
        let _ = compile(&text);
        let _ = compile(&GOOD[..cut]);
        let _ = compile(&format!("{}{text}{}", &GOOD[..cut], &GOOD[cut..]));
    }
}
