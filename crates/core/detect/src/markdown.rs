//! The reference page of a pack, generated so that it cannot disagree with the detectors.

use std::fmt::Write as _;

use crate::{detector::Detector, operator::OPERATORS, pack::Pack};

const HEAD: &str = "\
# Detectors

Generated from `detectors/`; a test refuses drift, `make docs` rewrites it.

A detector gives evidence in nats: the logarithm of how much more often a program shows this behaviour than a
person does. Positive speaks for a program, negative for a person; one detector's word is capped to -3 and +6. A
detector that lacks a feature, steps or one of its conditions abstains. Within a family the strongest word counts
in full and the rest a little; families add up.

Maturity is a ladder of rights: `sandbox` and `deprecated` evidence is shown and moves no score, `incubating` evidence
moves the score, `stable` evidence can also support enforcement.

How often each of them was right on labelled data stands under *Detectors* in the sections of [evaluation.md](evaluation.md).
";

/// The page: operators, a table of all detectors, and each detector's meaning, parameters and gaps.
#[must_use]
pub fn detectors_markdown(pack: &Pack) -> String {
    let mut page = String::from(HEAD);
    page.push_str("\n## Operators\n\n| operator | evidence |\n|---|---|\n");
    for (name, meaning) in OPERATORS {
        let _ = writeln!(page, "| `{name}` | {meaning} |");
    }
    page.push_str(
        "\n## All detectors\n\n| id | title | toward | maturity | severity | version |\n",
    );
    page.push_str("|---|---|---|---|---|---|\n");
    for Detector { id, title, toward, maturity, severity, version, .. } in pack.detectors() {
        let anchor = id.replace('.', "");
        let _ = writeln!(
            page,
            "| [`{id}`](#{anchor}) | {title} | {toward} | {maturity} | {severity} | {version} |"
        );
    }
    for detector in pack.detectors() {
        describe(&mut page, detector);
    }
    page
}

fn describe(page: &mut String, detector: &Detector) {
    let meaning = &detector.meaning;
    let _ = writeln!(page, "\n## {}\n\n{}\n", detector.id, meaning.detects);
    let _ = writeln!(page, "- operator: `{}`", detector.operator);
    for parameter in &detector.parameters {
        let _ = writeln!(page, "- {}: {}", parameter.name, parameter.value);
    }
    if detector.disproves_declaration {
        page.push_str("- disproves the declaration of a declared bot\n");
    }
    let _ = writeln!(page, "- false positives: {}", meaning.false_positives.join("; "));
    let _ = writeln!(page, "- known gaps: {}", meaning.known_gaps.join("; "));
    let _ = writeln!(page, "- tags: {}", meaning.tags.join(", "));
    if let Some(deprecation) = &detector.deprecation {
        let _ = writeln!(page, "- deprecated {}: {}", deprecation.date, deprecation.reason);
    }
}
