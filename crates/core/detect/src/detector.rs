//! One detector: what its file says, read key by key. What of it is evaluated stands in `rule`.

use std::fmt::Write as _;

use gait_fingerprint::FeatureId;
use toml::Table;

use crate::{
    canonical,
    guard::Guard,
    mistake::Problem,
    operator::{Direction, Operator, OperatorName},
    rule::{Rule, Traits},
    section::{Report, Section},
    words::{Family, Maturity, Severity, Toward},
};

/// What a detector means, in the words of its author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The one behaviour it sees.
    pub detects: String,
    /// Who else behaves so.
    pub false_positives: Vec<String>,
    /// What it does not see.
    pub known_gaps: Vec<String>,
    /// Entries of public taxonomies, as `scheme:id`.
    pub tags: Vec<String>,
}

/// Why and since when a detector is on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deprecation {
    /// Day of the decision, `YYYY-MM-DD`.
    pub date: String,
    /// Why, and what replaces it.
    pub reason: String,
}

/// One parameter in words, for the reference page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// What it is about: a feature, or the kind of condition.
    pub name: String,
    /// Its values with units.
    pub value: String,
}

impl Parameter {
    pub(crate) fn new(name: impl Into<String>, value: impl AsRef<str>) -> Self {
        Self { name: name.into(), value: value.as_ref().to_owned() }
    }
}

/// One detector of a pack.
#[derive(Clone, Debug)]
pub struct Detector {
    /// `family.id`.
    pub id: String,
    /// What it looks at.
    pub family: Family,
    /// Raised with every change of its content.
    pub version: u32,
    /// One line.
    pub title: String,
    /// What its evidence may do.
    pub maturity: Maturity,
    /// How bad it is when it is right.
    pub severity: Severity,
    /// What its evidence speaks for.
    pub toward: Toward,
    /// True when a client with this evidence is not the declared bot that it claims to be.
    pub disproves_declaration: bool,
    /// The name of its operator.
    pub operator: String,
    /// What it means.
    pub meaning: Meaning,
    /// Set when `maturity` is deprecated.
    pub deprecation: Option<Deprecation>,
    /// BLAKE3 over its content without layout, 64 hexadecimal digits.
    pub content_hash: String,
    /// The features it reads, first those of its operator.
    pub features: Vec<FeatureId>,
    /// Its parameters and conditions in words.
    pub parameters: Vec<Parameter>,
}

impl Detector {
    /// Reads the file at `path`, whose last three parts are family, id and `detector.toml`.
    pub(crate) fn read(report: &Report<'_>, path: &str, table: &Table) -> Option<(Self, Rule)> {
        let file = Section::new(report, "", table);
        let place = place(path);
        if place.is_none() {
            file.mistake("", Problem::Place);
        }
        let id = identifier(&file, place.map(|(_, folder)| folder));
        let version = version(&file);
        let title = file.text("title");
        let maturity = file.word::<Maturity>("maturity");
        let severity = file.word::<Severity>("severity");
        let toward = file.word::<Toward>("toward");
        let disproves_declaration = file.flag_or("disproves_declaration", false);
        let name = file.word::<OperatorName>("operator");
        let params = file.section("params");
        let guard = Guard::read(&file, params.as_ref());
        let judge = match (&name, &params, toward) {
            (Some(name), Some(params), Some(toward)) => {
                Operator::read(name, params, Direction::of(toward))
            }
            _ => None,
        };
        // Without its operator nobody asked for the parameters: they are not unknown.
        if let (Some(params), Some(_)) = (params, &name) {
            params.finish();
        }
        let meaning = meaning(&file);
        let deprecation = deprecation(&file, maturity);
        let operator = table.get("operator").and_then(toml::Value::as_str).unwrap_or_default();
        file.finish();
        let (family, _) = place?;
        let traits = Traits {
            family,
            maturity: maturity?,
            toward: toward?,
            disproves_declaration: disproves_declaration?,
        };
        let rule = Rule::new(traits, guard?, judge?);
        let detector = Self {
            id: format!("{family}.{}", id?),
            family,
            version: version?,
            title: title?.to_owned(),
            maturity: traits.maturity,
            severity: severity?,
            toward: traits.toward,
            disproves_declaration: traits.disproves_declaration,
            operator: operator.to_owned(),
            meaning: meaning?,
            deprecation: deprecation?,
            content_hash: content_hash(family, table),
            features: rule.features(),
            parameters: rule.parameters(),
        };
        Some((detector, rule))
    }
}

/// Family and folder name from `<family>/<id>/detector.toml`, whatever stands before.
fn place(path: &str) -> Option<(Family, &str)> {
    let mut parts = path.rsplit(['/', '\\']);
    let file = parts.next()?;
    let folder = parts.next()?;
    let family = Family::parse(parts.next()?)?;
    (file == "detector.toml" && !folder.is_empty()).then_some((family, folder))
}

fn identifier<'a>(file: &Section<'a>, folder: Option<&str>) -> Option<&'a str> {
    let id = file.text("id")?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !id.starts_with(|c: char| c.is_ascii_lowercase()) || !id.chars().all(plain) || id.len() > 40
    {
        file.limit("id", "must be lower-case letters, digits and `_`, at most 40, a letter first");
        return None;
    }
    if folder? != id {
        file.mistake("id", Problem::Folder(folder?.to_owned()));
        return None;
    }
    Some(id)
}

fn version(file: &Section<'_>) -> Option<u32> {
    let version = file.whole("version")?;
    if version == 0 {
        file.limit("version", "starts at 1");
        return None;
    }
    Some(version)
}

fn meaning(file: &Section<'_>) -> Option<Meaning> {
    let section = file.section("meaning")?;
    let detects = section.text("detects");
    let false_positives = section.texts("false_positives");
    let known_gaps = section.texts("known_gaps");
    let tags = section.texts("tags").unwrap_or_default();
    let mut all_known = true;
    for tag in tags.iter().filter(|tag| !is_tag(tag)) {
        section.mistake("tags", Problem::Tag(tag.clone()));
        all_known = false;
    }
    section.finish();
    let (detects, false_positives, known_gaps) =
        (detects?.trim().to_owned(), false_positives?, known_gaps?);
    (all_known && !tags.is_empty()).then_some(Meaning {
        detects,
        false_positives,
        known_gaps,
        tags,
    })
}

/// Reads `[deprecated]`, which stands there exactly when the maturity says so.
#[expect(clippy::option_option, reason = "absent and mistaken are different things")]
fn deprecation(file: &Section<'_>, maturity: Option<Maturity>) -> Option<Option<Deprecation>> {
    let is_deprecated = maturity == Some(Maturity::Deprecated);
    if !file.has("deprecated") {
        if is_deprecated {
            file.limit("deprecated", "must give `date` and `reason` of a deprecated detector");
            return None;
        }
        return Some(None);
    }
    if !is_deprecated {
        file.limit("deprecated", "stands in a detector whose maturity is not `deprecated`");
    }
    let section = file.section("deprecated")?;
    let (date, reason) = (section.text("date"), section.text("reason"));
    if let Some(date) = date
        && !matches_pattern(date, "dddd-dd-dd")
    {
        section.limit("date", "must be a day, `YYYY-MM-DD`");
    }
    section.finish();
    Some(Some(Deprecation { date: date?.to_owned(), reason: reason?.to_owned() }))
}

/// The taxonomies a tag may come from, as patterns in which `d` is a digit.
const TAGS: &[&str] = &[
    "oat:OAT-ddd",
    "asi:ASIdd",
    "api:APId",
    "api:APIdd",
    "attack:Tdddd",
    "attack:Tdddd.ddd",
    "atlas:AML.Tdddd",
    "atlas:AML.Tdddd.ddd",
];

fn is_tag(tag: &str) -> bool {
    TAGS.iter().any(|pattern| matches_pattern(tag, pattern))
}

/// `d` in the pattern is any digit, everything else itself. The schemes hold no `d` of their own.
fn matches_pattern(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            _ => byte == wanted,
        })
}

fn content_hash(family: Family, table: &Table) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(family.as_str().as_bytes());
    canonical::update(&mut hasher, table);
    let mut hex = String::with_capacity(64);
    for byte in hasher.finalize().as_bytes() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
