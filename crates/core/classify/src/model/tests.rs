//! A model is refused with its reason, and its hash follows its values.

use super::*;

const TERM: &str = "\n[[terms]]\nfeature = \"gap_cv\"\ncuts = [0.5, 1.5]\n\
                    program_millinats = [900, 0, -300]\nagent_millinats = [0, 0, 0]\n";

#[test]
fn the_models_of_this_crate_can_be_read() {
    assert_eq!(Model::parse(SHIPPED), Ok(Model::shipped()));
    assert_eq!(Model::shipped().name(), "shipped");
    assert_eq!(Model::parse(REASONED), Ok(Model::reasoned()));
    assert_eq!(Model::reasoned().name(), "reasoned");
}

#[test]
fn a_bad_model_is_refused_with_its_reason() {
    let base = format!("{REASONED}{TERM}");
    for (from, to, text) in [
        ("rest_permille = 300", "rest_permille = 1001", "`rest_permille` is 1001"),
        ("prior_millinats = -1000", "prior_millinats = -10001", "`prior_millinats` is -10001"),
        ("prior_millinats = -1000", "", "missing field `prior_millinats`"),
        ("version = 1", "version = 1\nlearning_rate = 3", "unknown field `learning_rate`"),
        ("timing = 1000", "timing = 2001", "`families_permille` is 2001"),
        ("families_min = 2", "families_min = 1", "`enforcement.families_min` is 1"),
        ("decisions_min = 4\n", "decisions_min = 3\n", "`enforcement.decisions_min` is 3"),
        ("name = \"reasoned\"", "name = \"\"", "`name` is ``"),
        (
            "evidence_permille = 1000",
            "evidence_permille = 2001",
            "`kind.evidence_permille` is 2001",
        ),
        ("[-8000, 0]", "[8000, 0]", "`calibration.knots` is a list of"),
        ("\"gap_cv\"", "\"gap_sv\"", "feature `gap_sv`, which this version does not know"),
        ("[0.5, 1.5]", "[1.5, 0.5]", "`terms.gap_cv.cuts` is [1.5, 0.5]"),
        ("[0.5, 1.5]", "[0.5]", "`terms.gap_cv.program_millinats` is 3 long"),
        ("[900, 0, -300]", "[3001, 0, 0]", "`terms.gap_cv.program_millinats` is 3001"),
        ("version = 1", "version = 1\nhash = \"00\"", "not 00 as it states"),
    ] {
        assert!(base.contains(from), "{from}");
        let error = Model::parse(&base.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(text), "{to}: {error}");
    }
    let twice = Model::parse(&format!("{base}{TERM}")).unwrap_err().to_string();
    assert!(twice.contains("`terms` is gap_cv"), "{twice}");
    let long = format!("{REASONED}#{}", "x".repeat(MODEL_MAX_BYTES));
    assert!(matches!(Model::parse(&long), Err(ModelError::TooLarge(_))));
}

#[test]
fn the_hash_follows_the_values_and_not_the_layout() {
    let base = format!("{REASONED}{TERM}");
    let hash = |text: &str| Model::parse(text).unwrap().hash();
    assert_eq!(hash(&base), hash(&format!("# a comment\n{base}")));
    for (from, to) in [
        ("version = 1", "version = 2"),
        ("timing = 1000", "timing = 999"),
        ("[-8000, 0]", "[-8001, 0]"),
        ("0.5, 1.5", "0.5, 1.25"),
        ("900, 0", "901, 0"),
    ] {
        assert_ne!(hash(&base), hash(&base.replacen(from, to, 1)), "{to}");
    }
    let stated =
        base.replacen("version = 1", &format!("version = 1\nhash = \"{}\"", hash(&base)), 1);
    assert_eq!(hash(&base), hash(&stated));
}
