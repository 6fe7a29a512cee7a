//! Grant files and imports: read, written back the same, and refused by the key of the mistake.

use super::*;
use crate::{Grants, Shape};

const NATIVE: &str = r#"{
    "id": "g", "agent": "a", "subject": "s", "granted_by": "boss", "purpose": "p",
    "not_before": "2026-11-22T12:00:00Z", "expires_at": "2026-11-22T15:00:00+01:00",
    "consent": {"reference": "c-1", "ends_at": "2026-11-22T13:00:00Z"},
    "subject_inactive_from": "2026-11-22T13:30:00Z",
    "delegation": {"chain": ["a", "o"], "depth_max": 3},
    "permissions": [{
        "actions": ["read"], "resources": {"cal": ["1"]}, "resource_prefixes": {"cal": ["team-"]},
        "data_window": {"from": "2026-01-01", "to": "2026-12-31", "arguments": ["start"]},
        "arguments": {"limit": {"min": 1, "max": 9}, "mode": {"one_of": ["draft"], "count_max": 1}}
    }]
}"#;

#[test]
fn json_and_toml_say_the_same_and_json_is_written_as_it_was_read() {
    let json = GrantFile::from_json(NATIVE).unwrap();
    let again = serde_json::to_string(&json).unwrap();
    assert_eq!(GrantFile::from_json(&again), Ok(json.clone()));
    let toml = r#"
        id = "g"
        agent = "a"
        subject = "s"
        granted_by = "boss"
        purpose = "p"
        not_before = "2026-11-22T12:00:00Z"
        expires_at = "2026-11-22T15:00:00+01:00"
        subject_inactive_from = "2026-11-22T13:30:00Z"
        consent = { reference = "c-1", ends_at = "2026-11-22T13:00:00Z" }
        delegation = { chain = ["a", "o"], depth_max = 3 }
        [[permissions]]
        actions = ["read"]
        resources = { cal = ["1"] }
        resource_prefixes = { cal = ["team-"] }
        data_window = { from = "2026-01-01", to = "2026-12-31", arguments = ["start"] }
        arguments = { limit = { min = 1, max = 9 }, mode = { one_of = ["draft"], count_max = 1 } }
        "#;
    assert_eq!(GrantFile::from_toml(toml), Ok(json.clone()));
    let grant = json.grant();
    assert_eq!(grant.expires_at_us - grant.not_before_us, 2 * 3600 * 1_000_000);
    assert_eq!((grant.chain_max, grant.chain.len()), (3, 2));
    Grants::default().insert(grant).unwrap();
}

#[test]
fn mistakes_are_named_by_their_key() {
    for (from, to, key, part) in [
        ("\"purpose\"", "\"purpos\"", "purpos", "unknown field `purpos`"),
        ("\"max\": 9", "\"mx\": 9", "permissions[0].arguments.limit.mx", "unknown field `mx`"),
        ("\"min\": 1", "\"min\": \"1\"", "permissions[0].arguments.limit.min", "expected f64"),
        ("2026-12-31", "2026-02-30", "permissions[0].data_window.to", "is no day"),
        ("2026-11-22T12:00:00Z", "noon", "not_before", "is no time"),
        ("\"agent\": \"a\"", "\"agent\": \" \"", "agent", "is empty"),
        ("\"id\": \"g\", ", "", "", "missing field `id`"),
        ("\"actions\": [\"read\"], ", "", "permissions[0]", "missing field `actions`"),
        ("}]\n}", "}]", "", "EOF"),
        ("}]\n}", "}]\n} x", "", "trailing"),
    ] {
        assert!(NATIVE.contains(from), "{from}");
        let error = GrantFile::from_json(&NATIVE.replacen(from, to, 1)).unwrap_err();
        assert_eq!(error.key, key, "{error}");
        assert!(error.text.contains(part), "{error}");
    }
    let error = GrantFile::from_toml("id = 7").unwrap_err();
    assert_eq!(error.key, "id");
    assert!(GrantFile::from_toml("id = ").unwrap_err().text.contains("TOML"));
}

#[test]
fn ten_thousand_levels_are_an_error() {
    for open in ["[", "{\"a\":", "{\"grants\":[", "{\"sub\":\"a\",\"act\":"] {
        for shape in Shape::ALL {
            shape.read(&open.repeat(10_000)).unwrap_err();
        }
        GrantFile::from_json(&open.repeat(10_000)).unwrap_err();
    }
    GrantFile::from_toml(&format!("id = {}", "[".repeat(10_000))).unwrap_err();
}

const CAPTURE: &str = r#"{
    "note": "n", "resources": {"ledger": ["l-1"]},
    "tools": {"post": {"resource_type": "ledger", "scope": "w", "effect": "write"},
              "peek": {"resource_type": "ledger", "scope": "r", "effect": "get"}},
    "grants": [{
        "grant_id": "g", "client_id": "a", "subject": "s", "act": [{"sub": "a"}, {"sub": "o"}],
        "scopes": ["r"], "allowed_tools": ["peek"], "resources": {"ledger": ["l-1"]},
        "data_window": {"from": "2026-09-23", "to": "2027-01-21"},
        "issued_at": "2026-11-22T12:37:44Z", "expires_at": 1795357361, "purpose": "p"
    }]
}"#;

#[test]
fn the_grants_of_a_capture_become_native() {
    let [grant] = <[GrantFile; 1]>::try_from(Shape::McpCapture.read(CAPTURE).unwrap()).unwrap();
    let judged = grant.grant();
    assert_eq!((judged.actor.as_str(), judged.chain_max), ("a", 2));
    assert_eq!(judged.expires_at_us, 1_795_357_361_000_000);
    assert!(judged.permissions[0].actions.contains("peek"));
    let by_scope = CAPTURE.replace("\"allowed_tools\": [\"peek\"], ", "");
    assert_eq!(Shape::McpCapture.read(&by_scope).unwrap(), [grant]);
    for (from, to, key) in [
        ("\"purpose\"", "\"max_rows\"", "grants[0].max_rows"),
        ("\"grant_id\": \"g\"", "\"grant_id\": 7", "grants[0].grant_id"),
        ("{\"sub\": \"o\"}", "{}", "grants[0].act[1]"),
        ("1795357361", "-1", "grants[0].expires_at"),
        ("\"grants\": [{", "\"grant\": [{", ""),
    ] {
        assert!(CAPTURE.contains(from), "{from}");
        let error = Shape::McpCapture.read(&CAPTURE.replacen(from, to, 1)).unwrap_err();
        assert_eq!(error.key, key, "{error}");
    }
    let none = Shape::McpCapture.read(r#"{"grants": []}"#).unwrap_err();
    assert_eq!(none.to_string(), "holds no grant");
}

const CLAIMS: &str = r#"{
    "iss": "https://as.example", "aud": "https://api.example", "client_id": "a", "sub": "s", "jti": "t",
    "act": {"sub": "a", "act": {"sub": "o"}}, "iat": 1795350000, "exp": 1795357361,
    "authorization_details": [
        {"type": "calendar", "actions": ["read"], "locations": ["https://api.example"]},
        {"type": "calendar", "actions": ["write"], "identifier": "cal-1"}
    ]
}"#;

#[test]
fn authorization_details_become_permissions() {
    let [grant] = <[GrantFile; 1]>::try_from(Shape::Rfc9396.read(CLAIMS).unwrap()).unwrap();
    assert!(grant.id.starts_with("rar-") && !grant.id.contains('t'), "{}", grant.id);
    let judged = grant.grant();
    assert_eq!(judged.chain, ["a", "o"]);
    let [read, write] = &judged.permissions[..] else { unreachable!("two details") };
    assert!(read.resources["calendar"].contains("anything"));
    let only = &write.resources["calendar"];
    assert!(only.contains("cal-1") && !only.contains("cal-2"));
    let windowed = CLAIMS.replace(
        "\"jti\"",
        "\"data_window\": {\"from\": \"2026-01-01\", \"to\": \"2026-01-31\"}, \"jti\"",
    );
    let grants = Shape::Rfc9396.read(&windowed).unwrap();
    assert!(grants[0].permissions.iter().all(|permission| permission.data_window.is_some()));
    let listed = format!("[{CLAIMS}, {}]", CLAIMS.replace("\"t\"", "\"u\""));
    assert_eq!(Shape::Rfc9396.read(&listed).unwrap().len(), 2);
    for (from, to, key) in [
        ("\"identifier\"", "\"instructedAmount\"", "authorization_details[1].instructedAmount"),
        ("\"actions\": [\"write\"], ", "", "[0].authorization_details[1].actions"),
        ("\"iss\"", "\"active\": false, \"iss\"", "[0].active"),
        ("\"client_id\": \"a\", ", "", ""),
        ("1795357361", "\"soon\"", "exp"),
    ] {
        assert!(CLAIMS.contains(from), "{from}");
        let error = Shape::Rfc9396.read(&CLAIMS.replacen(from, to, 1)).unwrap_err();
        assert_eq!(error.key, key, "{error}");
    }
}

#[test]
fn native_grants_come_alone_or_in_a_list() {
    let other = NATIVE.replacen("\"g\"", "\"h\"", 1);
    for (text, count) in [
        (NATIVE.to_owned(), 1),
        (format!("[{NATIVE}, {other}]"), 2),
        (format!("{{\"grants\": [{NATIVE}, {other}]}}"), 2),
    ] {
        assert_eq!(Shape::Native.read(&text).unwrap().len(), count);
    }
    let listed = format!("[{}]", NATIVE.replacen("\"purpose\"", "\"purpos\"", 1));
    assert_eq!(Shape::Native.read(&listed).unwrap_err().key, "[0].purpos");
}
