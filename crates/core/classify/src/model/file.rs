//! The file of a model, key by key, and the limits its values are held against.

use gait_detect::Family;
use gait_fingerprint::FeatureId;
use serde::Deserialize;

use super::{
    Enforcement, Kind, MILLINATS_MAX, MODEL_MAX_BYTES, Model, ModelError, ModelHash, Thresholds,
};
use crate::{
    score::{Calibration, KNOTS_MAX, Knot},
    terms::{STEP_MILLINATS_MAX, STEPS_MAX, TERMS_MAX, Term},
};

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    version: u32,
    /// Stated by the trainer; a model that was written by hand may leave it out.
    hash: Option<String>,
    prior_millinats: i32,
    rest_permille: u16,
    families_permille: Families,
    kind: Kind,
    thresholds: Thresholds,
    enforcement: Enforcement,
    calibration: CalibrationFile,
    #[serde(default)]
    terms: Vec<TermFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalibrationFile {
    knots: Vec<Knot>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TermFile {
    feature: String,
    cuts: Vec<f32>,
    program_millinats: Vec<i32>,
    agent_millinats: Vec<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Families {
    timing: u16,
    navigation: u16,
    motor: u16,
    identity: u16,
    discovery: u16,
    deception: u16,
    population: u16,
    scope: u16,
}

impl Families {
    fn of(&self, family: Family) -> u16 {
        match family {
            Family::Timing => self.timing,
            Family::Navigation => self.navigation,
            Family::Motor => self.motor,
            Family::Identity => self.identity,
            Family::Discovery => self.discovery,
            Family::Deception => self.deception,
            Family::Population => self.population,
            Family::Scope => self.scope,
        }
    }

    /// In the order of [`Family::ALL`].
    fn in_order(&self) -> [u16; Family::ALL.len()] {
        let mut list = [0; Family::ALL.len()];
        for (slot, family) in list.iter_mut().zip(Family::ALL) {
            *slot = self.of(*family);
        }
        list
    }
}

/// Reads a model and holds it against every limit.
pub(super) fn read(text: &str) -> Result<Model, ModelError> {
    if text.len() > MODEL_MAX_BYTES {
        return Err(ModelError::TooLarge(text.len()));
    }
    let file: File = toml::from_str(text)
        .map_err(|error| ModelError::Unreadable(error.to_string().trim_end().to_owned()))?;
    check(&file)?;
    let stated = file.hash;
    let mut model = Model {
        name: file.name,
        version: file.version,
        prior_millinats: file.prior_millinats,
        rest_permille: file.rest_permille,
        families_permille: file.families_permille.in_order(),
        kind: file.kind,
        thresholds: file.thresholds,
        enforcement: file.enforcement,
        calibration: calibration(file.calibration.knots)?,
        terms: terms(&file.terms)?,
        hash: ModelHash::default(),
    };
    model.hash = model.content_hash();
    match stated {
        Some(stated) if stated != model.hash.to_string() => {
            Err(ModelError::Altered { found: model.hash, stated })
        }
        _ => Ok(model),
    }
}

fn refuse(key: &str, found: impl std::fmt::Display, limit: impl Into<String>) -> ModelError {
    ModelError::Limit { key: key.to_owned(), found: found.to_string(), limit: limit.into() }
}

fn within(key: &str, found: impl Into<i64>, min: i32, max: i32) -> Result<(), ModelError> {
    let found = found.into();
    if found < min.into() || found > max.into() {
        return Err(refuse(key, found, format!("between {min} and {max}")));
    }
    Ok(())
}

/// Holds every single value against its limits.
fn check(file: &File) -> Result<(), ModelError> {
    let (t, e) = (&file.thresholds, &file.enforcement);
    within("version", file.version, 1, i32::MAX)?;
    within("prior_millinats", file.prior_millinats, -10_000, 10_000)?;
    within("rest_permille", file.rest_permille, 0, 1000)?;
    for family in Family::ALL {
        within("families_permille", file.families_permille.of(*family), 0, 2000)?;
    }
    within("kind.prior_millinats", file.kind.prior_millinats, -10_000, 10_000)?;
    within("kind.evidence_permille", file.kind.evidence_permille, 0, 2000)?;
    within("thresholds.human_max_millinats", t.human_max_millinats, -MILLINATS_MAX, 0)?;
    within("thresholds.human_decisions_min", t.human_decisions_min, 1, 1000)?;
    within("thresholds.program_min_millinats", t.program_min_millinats, 0, MILLINATS_MAX)?;
    within("thresholds.agent_min_millinats", t.agent_min_millinats, -MILLINATS_MAX, MILLINATS_MAX)?;
    within("thresholds.disproof_min_millinats", t.disproof_min_millinats, 1, MILLINATS_MAX)?;
    let enforced_from = e.program_min_millinats;
    let decided_from = t.program_min_millinats;
    within("enforcement.program_min_millinats", enforced_from, decided_from, MILLINATS_MAX)?;
    within("enforcement.families_min", e.families_min, 2, 8)?;
    within("enforcement.family_floor_millinats", e.family_floor_millinats, 500, 6000)?;
    within("enforcement.decisions_min", e.decisions_min, 4, 10_000)?;
    if file.name.is_empty() || file.name.len() > 64 {
        return Err(refuse("name", format!("`{}`", file.name), "a name of at most 64 bytes"));
    }
    Ok(())
}

fn calibration(knots: Vec<Knot>) -> Result<Calibration, ModelError> {
    let count = knots.len();
    Calibration::new(knots).ok_or_else(|| {
        let limit = format!("2 to {KNOTS_MAX} rising pairs, scores at most 1000 and never falling");
        refuse("calibration.knots", format!("a list of {count}"), limit)
    })
}

fn terms(files: &[TermFile]) -> Result<Vec<Term>, ModelError> {
    if files.len() > TERMS_MAX {
        return Err(refuse("terms", files.len(), format!("at most {TERMS_MAX}")));
    }
    let mut terms: Vec<Term> = files.iter().map(term).collect::<Result<_, _>>()?;
    terms.sort_by_key(Term::feature);
    match terms.iter().zip(terms.iter().skip(1)).find(|(a, b)| a.feature() == b.feature()) {
        Some((twin, _)) => Err(refuse("terms", twin.feature().name(), "there once")),
        None => Ok(terms),
    }
}

fn term(file: &TermFile) -> Result<Term, ModelError> {
    let Some(feature) = FeatureId::by_name(&file.feature) else {
        return Err(ModelError::UnknownFeature(file.feature.clone()));
    };
    let key = |name: &str| format!("terms.{}.{name}", file.feature);
    let rising = file.cuts.iter().zip(file.cuts.iter().skip(1)).all(|(a, b)| a < b);
    if !rising || file.cuts.len() >= STEPS_MAX || file.cuts.iter().any(|cut| !cut.is_finite()) {
        let limit = format!("at most {} rising numbers", STEPS_MAX - 1);
        return Err(refuse(&key("cuts"), format!("{:?}", file.cuts), limit));
    }
    let sides = [
        ("program_millinats", &file.program_millinats),
        ("agent_millinats", &file.agent_millinats),
    ];
    for (name, steps) in sides {
        if steps.len() != file.cuts.len() + 1 {
            let limit = "one longer than the cuts";
            return Err(refuse(&key(name), format!("{} long", steps.len()), limit));
        }
        for step in steps {
            within(&key(name), *step, -STEP_MILLINATS_MAX, STEP_MILLINATS_MAX)?;
        }
    }
    let TermFile { cuts, program_millinats, agent_millinats, .. } = &file;
    Term::new(feature, cuts, program_millinats, agent_millinats).ok_or_else(|| {
        refuse(&key("cuts"), format!("{cuts:?}"), "rising and one fewer than the steps")
    })
}
