//! The scenario suite: each offence breaks exactly the clauses that its file says, and its benign twin none.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use gait_tests::repository;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::binary::{json_lines, run_with};

/// One file: grants, a call inside of them, and changes to it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suite {
    #[serde(rename = "about")]
    _about: String,
    grants: Value,
    call: Map<String, Value>,
    pairs: Vec<Pair>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    what: String,
    breaks: BTreeSet<String>,
    offence: Map<String, Value>,
    twin: Map<String, Value>,
}

impl Suite {
    /// The lines of all pairs, and the clauses that each request is to break.
    fn lines(&self) -> (String, BTreeMap<String, BTreeSet<String>>) {
        let mut log = String::new();
        let mut wanted = BTreeMap::new();
        for pair in &self.pairs {
            for (changes, breaks) in
                [(&pair.twin, BTreeSet::new()), (&pair.offence, pair.breaks.clone())]
            {
                let mut line = self.call.clone();
                let id = if breaks.is_empty() {
                    format!("{}, twin", pair.what)
                } else {
                    pair.what.clone()
                };
                line.extend(changes.clone());
                line.insert("request_id".into(), id.clone().into());
                log += &(Value::Object(line).to_string() + "\n");
                assert!(wanted.insert(id, breaks).is_none(), "`{}` stands twice", pair.what);
            }
        }
        (log, wanted)
    }
}

/// What `gait` finds in the lines of a suite.
fn found(suite: &Suite, log: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("grants.json"), suite.grants.to_string()).unwrap();
    fs::write(path("log"), log).unwrap();
    run_with(&["grants", "import", "native", &path("grants.json"), "--out", &path("g")], b"")
        .ended(0);
    let replay = ["replay", "--strict", "--format", "mcp-gateway", "--grants", &path("g")];
    run_with(&[&replay[..], &["--findings", &path("out"), &path("log")]].concat(), b"").ended(0);
    json_lines(&folder.path().join("out"))
        .iter()
        .filter(|finding| finding["kind"] == "violation")
        .map(|finding| {
            let id = finding["request_id"].as_str().unwrap_or_default().to_owned();
            let clauses = finding["clauses"].as_array().expect("clauses are a list");
            (id, clauses.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        })
        .collect()
}

#[test]
fn every_offence_is_found_with_its_clauses_and_no_twin_is() {
    let mut pairs = 0;
    let mut covered = BTreeSet::new();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(repository().join("datasets/scenarios")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path.display();
        let suite: Suite = serde_json::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let (log, wanted) = suite.lines();
        let mut told = found(&suite, &log);
        for (id, breaks) in wanted {
            let clauses = told.remove(&id).unwrap_or_default();
            if clauses != breaks {
                wrong.push(format!("{name}: {id}: {clauses:?} instead of {breaks:?}"));
            }
            covered.extend(breaks);
        }
        wrong.extend(told.keys().map(|id| format!("{name}: {id} is no request")));
        pairs += suite.pairs.len();
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(pairs >= 60, "{pairs} scenarios were read");
    assert_eq!(covered.len(), 11, "clauses without a scenario: {covered:?}");
}
