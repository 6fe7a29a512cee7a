//! Each operator against a table of values, and each of its mistakes.

use gait_fingerprint::{FeatureId, FeatureVector};

use super::{
    Direction::{self, Person, Program},
    OPERATORS, Operator, OperatorName,
};
use crate::{
    baseline::{Baseline, Peers},
    evidence::Silence,
    mistake::Mistake,
    section::{Report, Section, Word},
};

fn read(operator: &str, params: &str, direction: Direction) -> (Option<Operator>, Vec<Mistake>) {
    let table = params.parse().unwrap();
    let report = Report::new("test");
    let section = Section::new(&report, "params", &table);
    let name = OperatorName::from_word(operator).unwrap();
    let read = Operator::read(&name, &section, direction);
    section.finish();
    (read, report.into_mistakes())
}

/// The people of a site of which nothing is known.
fn nobody() -> Peers<'static> {
    Baseline::EMPTY.peers(&FeatureVector::empty(), 0.0)
}

fn vector(values: &[(&str, f32)]) -> FeatureVector {
    let list: Vec<_> =
        values.iter().map(|(name, value)| (FeatureId::by_name(name).unwrap(), *value)).collect();
    FeatureVector::from_values(&list)
}

/// Operator, parameters, and the nats at values of `gap_cv`.
type Curve = (&'static str, &'static str, &'static [(f32, f64)]);

const CURVES: &[Curve] = &[
    (
        "flag",
        "feature = 'gap_cv'\nstrength_nats = 4",
        &[(0.0, 0.0), (0.4, 0.0), (0.5, 4.0), (1.0, 4.0)],
    ),
    (
        "ladder",
        "feature = 'gap_cv'\nat_least = [1, 3, 9]\nstrengths_nats = [0.5, 1, 2]",
        &[(0.0, 0.0), (1.0, 0.5), (2.9, 0.5), (3.0, 1.0), (9.0, 2.0), (1e6, 2.0)],
    ),
    (
        "ramp",
        "feature = 'gap_cv'\nstart = 2\nfull = 6\nstrength_nats = 4",
        &[(1.0, 0.0), (2.0, 0.0), (3.0, 1.0), (5.0, 3.0), (7.0, 4.0)],
    ),
    (
        "ramp",
        "feature = 'gap_cv'\nstart = 1\nfull = 0\nstrength_nats = 4\n\
         counter_start = 2\ncounter_full = 4\ncounter_nats = 1",
        &[(0.0, 4.0), (0.5, 2.0), (1.5, 0.0), (3.0, -0.5), (9.0, -1.0)],
    ),
    (
        "band",
        "feature = 'gap_cv'\nlow_start = 1\nlow_full = 2\nhigh_full = 4\nhigh_start = 8\nstrength_nats = 2",
        &[(0.0, 0.0), (1.5, 1.0), (2.0, 2.0), (4.0, 2.0), (6.0, 1.0), (8.0, 0.0)],
    ),
    (
        "band",
        "feature = 'gap_cv'\nlow_full = 1\nlow_start = 2\nhigh_start = 4\nhigh_full = 8\n\
         strength_nats = 2\noutside = true",
        &[(0.0, 2.0), (1.5, 1.0), (2.0, 0.0), (4.0, 0.0), (6.0, 1.0), (8.0, 2.0)],
    ),
];

#[test]
fn operators_follow_their_curves() {
    for (operator, params, points) in CURVES {
        let (read, mistakes) = read(operator, params, Program);
        assert_eq!(mistakes, [], "{operator} {params}");
        for (x, nats) in *points {
            let found = read.as_ref().unwrap().nats(&vector(&[("gap_cv", *x)]), nobody());
            assert_eq!(found, Ok(*nats), "{operator} at {x}");
        }
    }
}

#[test]
fn the_least_telling_term_decides_a_conjunction() {
    let params = "strength_nats = 4\nterms = [\n\
        { feature = 'gap_cv', start = 0, full = 1 },\n\
        { feature = 'miss_share', start = 1, full = 0 },\n]";
    let (operator, mistakes) = read("conjunction", params, Program);
    assert_eq!(mistakes, []);
    let operator = operator.unwrap();
    for (cv, miss, nats) in [(1.0, 0.0, 4.0), (0.5, 0.0, 2.0), (1.0, 0.75, 1.0), (0.0, 0.0, 0.0)] {
        let features = vector(&[("gap_cv", cv), ("miss_share", miss)]);
        assert_eq!(operator.nats(&features, nobody()), Ok(nats), "{cv} {miss}");
    }
    let absent = FeatureId::by_name("miss_share").unwrap();
    assert_eq!(operator.nats(&vector(&[("gap_cv", 1.0)]), nobody()), Err(Silence::Absent(absent)));
}

#[test]
fn an_operator_without_its_feature_says_which() {
    for (operator, params, _) in CURVES {
        let (read, _) = read(operator, params, Program);
        let absent = FeatureId::by_name("gap_cv").unwrap();
        let nats = read.unwrap().nats(&vector(&[("miss_share", 1.0)]), nobody());
        assert_eq!(nats, Err(Silence::Absent(absent)));
    }
}

/// Operator, parameters, direction, and what the mistake says.
const REFUSED: &[(&str, &str, Direction, &str)] = &[
    ("flag", "feature = 'gap_cv'\nstrength_nats = 3.5", Person, "`params.strength_nats` is 3.5"),
    ("flag", "feature = 'gap_cv'\nstrength_nats = 6.5", Program, "`params.strength_nats` is 6.5"),
    ("flag", "feature = 'gap_cv'\nstrength_nats = 0", Program, "`params.strength_nats` is 0"),
    ("flag", "feature = 'gap_cv'\nstrength = 1", Program, "did you mean `strength_nats`?"),
    ("flag", "feature = 'gap_vc'\nstrength_nats = 1", Program, "did you mean `gap_cv`?"),
    ("ramp", "feature = 'gap_cv'\nstart = 1\nfull = 1\nstrength_nats = 1", Program, "must differ"),
    (
        "ramp",
        "feature = 'gap_cv'\nstart = '1'\nfull = 2\nstrength_nats = 1",
        Program,
        "a finite number",
    ),
    (
        "ramp",
        "feature = 'gap_cv'\nstart = 1\nfull = 0\nstrength_nats = 1\n\
             counter_start = 0.5\ncounter_full = 2\ncounter_nats = 1",
        Program,
        "overlap",
    ),
    (
        "band",
        "feature = 'gap_cv'\nlow_start = 2\nlow_full = 1\nhigh_full = 4\nhigh_start = 8\nstrength_nats = 1",
        Program,
        "breaks the order of the band",
    ),
    (
        "ladder",
        "feature = 'gap_cv'\nat_least = [1, 2]\nstrengths_nats = [1]",
        Program,
        "one entry for each",
    ),
    (
        "ladder",
        "feature = 'gap_cv'\nat_least = [2, 1]\nstrengths_nats = [1, 2]",
        Program,
        "`params.at_least` must rise",
    ),
    (
        "ladder",
        "feature = 'gap_cv'\nat_least = [1, 2]\nstrengths_nats = [2, 1]",
        Program,
        "must rise, above 0",
    ),
    (
        "ladder",
        "feature = 'gap_cv'\nat_least = []\nstrengths_nats = []",
        Program,
        "at least one entry",
    ),
    (
        "tail",
        "feature = 'gap_cv'\nside = 'left'\np_start = 0.05\nstrength_nats = 1",
        Program,
        "known are lower, upper, either",
    ),
    (
        "tail",
        "feature = 'gap_cv'\nside = 'lower'\np_start = 0\nstrength_nats = 1",
        Program,
        "above 0 and at most 0.5",
    ),
    (
        "conjunction",
        "strength_nats = 1\nterms = [{ feature = 'gap_cv', start = 0, full = 1 }]",
        Program,
        "at least two terms",
    ),
    (
        "conjunction",
        "strength_nats = 1\nterms = [{ feature = 'gap_cv', start = 0, end = 1 }]",
        Program,
        "`params.terms[0].full` is missing",
    ),
];

#[test]
fn parameters_that_cannot_be_are_named() {
    for (operator, params, direction, text) in REFUSED {
        let (read, mistakes) = read(operator, params, *direction);
        let told: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|t| t.contains(text)), "{operator} {params}: {told:?}");
        assert!(read.is_none() || text.contains("mean"), "{operator} {params} was accepted");
    }
}

#[test]
fn every_operator_has_a_curve_here_and_parameters_to_show() {
    for (name, _) in OPERATORS {
        let tested = CURVES.iter().any(|(operator, ..)| operator == name);
        let elsewhere = matches!(*name, "conjunction" | "tail");
        assert!(tested || elsewhere, "`{name}` is not tested");
    }
    for (operator, params, _) in CURVES {
        let (read, _) = read(operator, params, Program);
        assert!(!read.unwrap().parameters().is_empty());
    }
}
