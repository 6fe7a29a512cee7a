//! The test vectors of the protocol, and what becomes of them when something is changed.

use ed25519_dalek::{Signer, SigningKey};
use gait_event::{EventTime, Method};

use super::*;

/// The key of RFC 9421, appendix B.1.4: published, its private half too.
const PRIVATE: &str = "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU";
const DIRECTORY: &[u8] = br#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}]}"#;
const KEY_ID: &str = "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U";

/// The Ed25519 vector of the Web Bot Auth drafts with a Signature-Agent.
const AGENT: &str = "agent2=\"https://signature-agent.test\"";
const INPUT: &str = "sig2=(\"@authority\" \"signature-agent\";key=\"agent2\");created=1735689600;keyid=\"poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U\";alg=\"ed25519\";expires=4889289600;nonce=\"n9p433xm+NJ3ph3upfBIGmsuwHw387YV7Q/F+6BSpGCVjYCqQw6rznNA8PVVLySrAWsv0hQtFioQb6E1YsauiA==\";tag=\"web-bot-auth\"";
const SIGNATURE: &str = "sig2=:RdNFx5Bj6au3YgAMQL/RzmUlZE8QZLIaXGRpw985hWnwPfMxT228NMk6ehRS1PSl4e8PhbNZACSanGdhEwYCCg==:";
const CREATED_S: i64 = 1_735_689_600;

fn keys() -> KeyDirectory {
    let mut keys = KeyDirectory::default();
    keys.add("signature-agent.test", DIRECTORY).unwrap();
    keys
}

/// The request of the vector, a minute after it was signed.
fn event<'a>(agent: &'a str, input: &'a str, signature: &'a str) -> Event<'a> {
    Event {
        time: EventTime((CREATED_S + 60) * MICROSECONDS_PER_SECOND),
        host: Some("example.com"),
        target: "/path/to/resource",
        signature_agent: Some(agent).filter(|text| !text.is_empty()),
        signature_input: Some(input).filter(|text| !text.is_empty()),
        signature: Some(signature).filter(|text| !text.is_empty()),
        logged: FieldSet::SIGNATURE_INPUT.with(FieldSet::SIGNATURE_VALUE),
        ..Event::default()
    }
}

/// `components` signed with the published key; `agent` is what Signature-Agent is set to.
fn signed(agent: &str, components: &str, params: &str, method: Method) -> SignatureState {
    let input = format!("s=({components});keyid=\"{KEY_ID}\";tag=\"web-bot-auth\"{params}");
    let mut request = Event { method, ..event(agent, &input, "") };
    let mut base = None;
    each_member(&input, |_, item| base = Some(rebuild(&request, item)));
    let key = SigningKey::from_bytes(&base64::decode(PRIVATE).unwrap());
    let Some(Base::Complete { text, .. }) = base else { return check(&request, &keys()) };
    let signature = key.sign(text.as_bytes()).to_bytes();
    // The alphabet of structured fields.
    let value = base64::encode_url(&signature).replace('-', "+").replace('_', "/");
    let value = format!("s=:{value}==:");
    request.signature = Some(&value);
    check(&request, &keys())
}

#[test]
fn the_vector_of_the_drafts_is_valid() {
    assert_eq!(check(&event(AGENT, INPUT, SIGNATURE), &keys()), SignatureState::Valid);
    let unknown = KeyDirectory::default();
    assert_eq!(check(&event(AGENT, INPUT, SIGNATURE), &unknown), SignatureState::Unresolved);
}

#[test]
fn a_changed_request_or_signature_is_not_what_was_signed() {
    use SignatureState::{Absent, Invalid, Malformed, Unresolved};
    let other = "agent2=\"https://other.test\"";
    let rsa = INPUT.replace("alg=\"ed25519\"", "alg=\"rsa-pss-sha512\"");
    let untagged = INPUT.replace("web-bot-auth", "something-else");
    let later = INPUT.replace("expires=4889289600", "expires=4889289601");
    let endless = INPUT.replace(";expires=4889289600", "");
    let backwards = INPUT.replace("expires=4889289600", "expires=1735689600");
    let dated = INPUT.replace("\"@authority\"", "\"@authority\" \"date\"");
    let another = SIGNATURE.replace("sig2=:R", "sig2=:S");
    for (name, agent, input, signature, state) in [
        ("nothing", "", "", "", Absent),
        ("a claim", AGENT, "", "", Unresolved),
        ("another use of signatures", "", &*untagged, SIGNATURE, Absent),
        ("the same with a claim", AGENT, &untagged, SIGNATURE, Unresolved),
        ("an unknown agent", other, INPUT, SIGNATURE, Unresolved),
        ("no agent", "", INPUT, SIGNATURE, Unresolved),
        ("an unknown algorithm", AGENT, &rsa, SIGNATURE, Unresolved),
        ("a header that is not logged", AGENT, &dated, SIGNATURE, Unresolved),
        ("a longer life", AGENT, &later, SIGNATURE, Invalid),
        ("another signature", AGENT, INPUT, &another, Invalid),
        ("no end", AGENT, &endless, SIGNATURE, Malformed),
        ("an end before the beginning", AGENT, &backwards, SIGNATURE, Malformed),
        ("half of it", AGENT, INPUT, "", Malformed),
        ("the other half", AGENT, "", SIGNATURE, Malformed),
        ("another label", AGENT, INPUT, "sig1=:AA==:", Malformed),
        ("no signature", AGENT, INPUT, "sig2=:AA==:", Malformed),
        ("no dictionary", AGENT, "sig2=(", SIGNATURE, Malformed),
        ("no text", "agent2=7", INPUT, SIGNATURE, Malformed),
    ] {
        assert_eq!(check(&event(agent, input, signature), &keys()), state, "{name}");
    }
    let host = Event { host: Some("example.org"), ..event(AGENT, INPUT, SIGNATURE) };
    assert_eq!(check(&host, &keys()), Invalid);
    let unlogged = Event { logged: FieldSet::SIGNATURE_INPUT, ..event(AGENT, INPUT, "") };
    assert_eq!(check(&unlogged, &keys()), Unresolved, "the log does not carry the other half");
}

#[test]
fn every_form_of_naming_an_agent_is_understood() {
    use SignatureState::{Malformed, Unresolved, Valid};
    let times = ";created=1735689600;expires=1735689700";
    let labelled = "\"@authority\" \"signature-agent\";key=\"a\"";
    let whole = "\"@authority\" \"signature-agent\"";
    for (agent, components, state) in [
        ("a=\"https://signature-agent.test\"", labelled, Valid),
        ("b=\"https://x.test\", a=\"https://Signature-Agent.test/\"", labelled, Valid),
        ("a=\"https://signature-agent.test\";type=directory", labelled, Valid),
        ("a=\"https://signature-agent.test\";type=cimd", labelled, Unresolved),
        ("a=\"http://signature-agent.test\"", labelled, Unresolved),
        ("\"https://signature-agent.test\"", whole, Valid),
        ("https://signature-agent.test", whole, Valid),
        ("https://signature-agent.test:443/path", whole, Valid),
        ("https://signature-agent.test:444", whole, Unresolved),
        ("signature agent", whole, Malformed),
    ] {
        assert_eq!(signed(agent, components, times, Method::Get), state, "{agent}");
    }
}

#[test]
fn a_signature_holds_from_its_creation_to_its_end_give_or_take_the_clocks() {
    let whole = "\"@authority\" \"@method\" \"signature-agent\"";
    let agent = "\"https://signature-agent.test\"";
    for (created, expires, state) in [
        (60, 70, SignatureState::Valid),
        (-600, 0, SignatureState::Valid),
        (-600, -1, SignatureState::Invalid),
        (120, 600, SignatureState::Valid),
        (121, 600, SignatureState::Invalid),
    ] {
        let times = format!(";created={};expires={}", CREATED_S + created, CREATED_S + expires);
        assert_eq!(signed(agent, whole, &times, Method::Post), state, "{created}..{expires}");
    }
}
