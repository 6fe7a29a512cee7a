//! The published text, key by key, against the contract and against its document.

use std::{collections::BTreeSet, sync::Arc};

use gait_classify::{Assessment, Class, Confidence, Model, Score, assess};
use gait_decide::{
    Admission, AgentRef, Alert, AlertFamily, AlertPolicy, AlertState, ChangedAt, ClientRef,
    DecidedAt, FamilyId, Verdict,
};
use gait_detect::{Evidences, Pack};
use gait_event::{ClientId, EventTime, Mask};
use gait_fingerprint::{Claim, ClaimKind, FeatureId, FeatureVector};
use serde_json::{Value, json};

use crate::{VerdictRecord, write_alert, write_verdict};

const CLIENT: ClientRef<'static> = ClientRef {
    id: ClientId(0xab),
    site: Some("shop.example"),
    ip: "2001:db8::1",
    user_agent: Some("a \"quoted\" agent"),
    agent: None,
    ja4: None,
};

/// A client that the shipped detectors have something to say about.
fn judged() -> (Arc<Pack>, FeatureVector, Assessment) {
    let pack = Arc::new(Pack::builtin());
    let value = |name, value| (FeatureId::by_name(name).expect("a known feature"), value);
    let features = FeatureVector::from_values(&[
        value("events", 40.0),
        value("decisions", 20.0),
        value("claims_library", 1.0),
        value("claims_browser", 0.0),
        value("attack_surfaces", 6.0),
    ]);
    let mut evidences = Evidences::default();
    pack.evaluate(&features, &mut evidences);
    let claim = Claim::plain(ClaimKind::Library);
    let assessment = assess(&pack, &Model::shipped(), &features, claim, &evidences);
    assert!(!assessment.contributions.as_slice().is_empty(), "some detector speaks");
    (pack, features, assessment)
}

fn verdict() -> Verdict<'static> {
    let (pack, features, assessment) = judged();
    Verdict {
        signature: gait_event::SignatureState::Absent,
        client: CLIENT,
        assessment,
        features,
        first_seen: EventTime(0),
        last_seen: EventTime(1_500_000),
        decided_at: Some(DecidedAt { time: EventTime(1_000_000), event: 6, step: 4 }),
        admission: None,
        takeover_at: Some(ChangedAt { time: EventTime(500_000), step: 3 }),
        family: Some(FamilyId(0xfa)),
        mask: Mask { ua: true, protocol: false, sec_fetch: true },
        pack,
        model: Model::shipped().hash(),
    }
}

fn alert() -> Alert {
    let (pack, _, mut assessment) = judged();
    assessment.class = Class::Agent;
    assessment.score = Score::from_tenths(955);
    let mut state = AlertState::default();
    let change = state.advance(&AlertPolicy::default(), CLIENT.id, &assessment, EventTime(7));
    let change = change.expect("an agent at 95.5 % opens an alert");
    Alert::new(change, CLIENT, &assessment, &pack, (EventTime(1), EventTime(7)))
}

fn text_of(verdict: &Verdict<'_>) -> String {
    let mut text = Vec::new();
    write_verdict(verdict, &mut text);
    String::from_utf8(text).expect("JSON is UTF-8")
}

fn json_of(verdict: &Verdict<'_>) -> Value {
    serde_json::from_str(&text_of(verdict)).expect("a verdict is JSON")
}

fn json_of_alert(alert: &Alert) -> Value {
    let mut text = Vec::new();
    write_alert(alert, &mut text);
    serde_json::from_slice(&text).expect("an alert is JSON")
}

#[test]
fn a_verdict_says_what_the_contract_says() {
    let verdict = verdict();
    let json = json_of(&verdict);
    assert_eq!(
        json["client"],
        json!({
            "id": "000000000000000000000000000000ab",
            "ip": "2001:db8::1",
            "net": "2001:db8::/64",
            "user_agent": "a \"quoted\" agent",
            "ja4": null,
        })
    );
    assert_eq!(json["id"], verdict.id().to_string());
    assert_eq!(json["site"], "shop.example");
    assert_eq!(json["class"], verdict.assessment.class.as_str());
    assert_eq!(json["first_seen"], "1970-01-01T00:00:00.000000Z");
    assert_eq!(json["last_seen"], "1970-01-01T00:00:01.500000Z");
    let decided = json!({ "time": "1970-01-01T00:00:01.000000Z", "event": 6, "step": 4 });
    assert_eq!(json["decided_at"], decided);
    let changed = json!({ "time": "1970-01-01T00:00:00.500000Z", "step": 3 });
    assert_eq!(json["takeover_at"], changed);
    assert_eq!(json["family"], "000000000000000000000000000000fa");
    let kept = json_of(&Verdict { takeover_at: None, family: None, ..verdict.clone() });
    assert_eq!((&kept["takeover_at"], &kept["family"]), (&Value::Null, &Value::Null));
    assert_eq!(json["mask"], json!(["ua", "sec_fetch"]));
    assert_eq!(json["model"], verdict.model.to_string());
    assert_eq!(json["detectors"], verdict.pack_hash().to_string());
    assert_eq!((&json["events"], &json["decision_steps"]), (&json!(40), &json!(20)));
    let nats = json["reasons"].as_array().expect("a list").iter().map(|r| r["nats"].as_f64());
    let sum_millinats = nats.map(|nats| (nats.expect("a number") * 1000.0).round()).sum::<f64>();
    let prior = f64::from(Model::shipped().prior_millinats());
    assert_eq!(prior + sum_millinats, f64::from(verdict.assessment.millinats));
}

#[test]
fn what_is_not_known_is_null() {
    let mut verdict = verdict();
    verdict.client = ClientRef { site: None, user_agent: None, ..CLIENT };
    verdict.decided_at = None;
    verdict.mask = Mask::default();
    let json = json_of(&verdict);
    for value in [&json["site"], &json["client"]["user_agent"], &json["decided_at"]] {
        assert_eq!(value, &Value::Null);
    }
    assert_eq!(json["mask"], json!([]));
}

#[test]
fn a_score_is_a_number_with_one_decimal() {
    for (tenths, text) in [(0, "0.0"), (1, "0.1"), (500, "50.0"), (993, "99.3"), (1000, "100.0")] {
        let mut verdict = verdict();
        verdict.assessment.score = Score::from_tenths(tenths);
        let expected = format!("\"score\":{text},");
        assert!(text_of(&verdict).contains(&expected), "{expected} in {}", text_of(&verdict));
    }
}

#[test]
fn records_are_appended_without_a_line_end() {
    let mut out = b"before ".to_vec();
    write_verdict(&verdict(), &mut out);
    assert!(out.starts_with(b"before {") && out.ends_with(b"}"));
    assert!(!out.contains(&b'\n'));
}

#[test]
fn an_alert_says_what_the_contract_says() {
    let alert = alert();
    let json = json_of_alert(&alert);
    assert_eq!(json["id"], alert.change.id.to_string());
    assert_eq!((&json["state"], &json["kind"]), (&json!("open"), &json!("undeclared_agent")));
    assert_eq!((&json["class"], &json["score"]), (&json!("agent"), &json!(95.5)));
    assert_eq!(json["client"]["net"], "2001:db8::/64");
    assert_eq!(json["last_seen"], json["opened_at"]);
    assert_eq!(json["reasons"].as_array().map(Vec::len), Some(alert.reasons.len()));
}

#[test]
fn a_verdict_is_read_back() {
    let verdict = verdict();
    let record: VerdictRecord = serde_json::from_str(&text_of(&verdict)).expect("it reads");
    assert_eq!(record.class, verdict.assessment.class);
    assert_eq!(record.score, verdict.assessment.score.percent());
    assert_eq!(record.enforceable, verdict.assessment.enforceable);
    assert_eq!((record.events, record.decision_steps), (40, 20));
    assert_eq!(record.decided_at.map(|decided| decided.step), Some(4));
    assert_eq!(record.client.ip, CLIENT.ip);
    assert_eq!(record.client.user_agent.as_deref(), CLIENT.user_agent);
    assert_eq!(record.site.as_deref(), CLIENT.site);
    let class = format!("\"class\":\"{}\"", verdict.assessment.class);
    let text = text_of(&verdict).replace(&class, "\"class\":\"robot\"");
    let error = serde_json::from_str::<VerdictRecord>(&text).expect_err("no such class");
    assert!(error.to_string().starts_with("the class `robot` is not known"), "{error}");
}

/// Every key of a record with its path: `client.ip`, `reasons[].nats`.
fn keys(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                found.insert(path.clone());
                keys(value, &path, found);
            }
        }
        Value::Array(values) => {
            for value in values {
                keys(value, &format!("{path}[]"), found);
            }
        }
        _ => {}
    }
}

/// The keys that a section of the document describes: the first cell of each row of its table.
fn described(document: &str, heading: &str) -> BTreeSet<String> {
    let section = document.split("\n## ").find(|section| section.starts_with(heading));
    let rows = section.unwrap_or_default().lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| Some(row.split_once('`')?.0.to_owned())).collect()
}

#[test]
fn the_document_describes_every_key_and_no_other() {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/verdicts.md");
    let document = std::fs::read_to_string(document).expect("docs/verdicts.md is there");
    let identified = AgentRef { agent: "clerk", subject: "ada", grant: Some("g-1") };
    let verdicts =
        [(None, Some(Admission::Held)), (Some(identified), None)].map(|(agent, admission)| {
            json_of(&Verdict { client: ClientRef { agent, ..CLIENT }, admission, ..verdict() })
        });
    let words = |text: &str| text.to_owned();
    let agent = (words("clerk"), words("ada"), Some(words("g-1")));
    let family = AlertFamily { id: FamilyId(1), members: 9, examples: vec![CLIENT.id] };
    let alerts = [(None, Some(family)), (Some(agent), None)];
    let alerts = alerts.map(|(agent, family)| json_of_alert(&Alert { agent, family, ..alert() }));
    for (heading, records) in [("Verdict", verdicts), ("Alert", alerts)] {
        let mut written = BTreeSet::new();
        for record in &records {
            keys(record, "", &mut written);
        }
        assert_eq!(described(&document, heading), written, "section `{heading}`");
    }
    for word in Class::ALL.map(Class::as_str) {
        assert!(document.contains(&format!("`{word}`")), "class `{word}` is not described");
    }
    for word in [Confidence::Low, Confidence::Medium, Confidence::High].map(Confidence::as_str) {
        assert!(document.contains(&format!("`{word}`")), "confidence `{word}` is not described");
    }
}
