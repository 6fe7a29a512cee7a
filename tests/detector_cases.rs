//! Every detector is held against the log lines in its folder: it fires on `fires_on_*`, keeps quiet on
//! `quiet_on_*`. And the rules of the folder itself: cases, lock file, reference page.
//!
//! `GAIT_BLESS=1` rewrites the page and adds what the lock file may learn: new detectors and raised versions.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use gait_classify::{Class, Model, assess};
use gait_decode::{Arena, DecodeConfig, Decoded, Decoder, FormatChoice, FormatId};
use gait_detect::{Detector, Evidences, Pack, Toward, detectors_markdown};
use gait_event::{ClientKey, Origin};
use gait_fingerprint::{Bait, Canaries, Canary, ClientState, Surroundings};
use gait_tests::repository;
use gait_webauth::KeyDirectory;

/// Longest case, lines: a reviewer reads it whole.
const CASE_LINES_MAX: usize = 60;

/// Least evidence that counts as firing, millinats.
const FIRES_MIN_MILLINATS: i32 = 250;

fn folder(detector: &Detector) -> PathBuf {
    repository().join("detectors").join(detector.id.replace('.', "/"))
}

/// Detectors on a site's people have no case of one client: `site_model.rs` tries them on a whole site.
fn has_cases(detector: &Detector) -> bool {
    detector.operator != "tail"
}

/// The cases of a detector by name, sorted; anything else in the folder is a mistake.
fn cases(detector: &Detector) -> BTreeMap<String, PathBuf> {
    let folder = folder(detector).join("cases");
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    entries
        .map(|entry| {
            let path = entry.expect("a folder can be listed").path();
            let name =
                path.file_name().and_then(|n| n.to_str()).expect("names are text").to_owned();
            let known = name.starts_with("fires_on_") || name.starts_with("quiet_on_");
            assert!(known && name.ends_with(".ndjson"), "{} is no case", path.display());
            (name, path)
        })
        .collect()
}

/// Words in the names of cases whose client is a person.
const PEOPLE: &[&str] =
    &["reader", "idle_tab", "open_tab", "person", "page_application", "fills_itself", "paging"];

/// What the operator of the cases has named as baits.
fn canaries() -> Canaries {
    let mut canaries = Canaries::default();
    let token = Bait::Token("AKIA7Q2MXEXAMPLE9".to_owned());
    for bait in [Bait::Prefix("/legacy/console/".to_owned()), token] {
        canaries.add(&Canary { bait, site: None }).expect("a canary");
    }
    canaries
}

/// The keys that the agent of the cases has published: the test key of RFC 9421.
fn bot_keys() -> KeyDirectory {
    let x = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs";
    let json = format!("{{\"keys\":[{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"{x}\"}}]}}");
    let mut keys = KeyDirectory::default();
    keys.add("signature-agent.test", json.as_bytes()).expect("a directory");
    keys
}

/// What is remembered of the one client of a case after its last line.
fn client_of(case: &Path) -> ClientState {
    let text = fs::read_to_string(case).expect("a case is text");
    let lines = text.lines().count();
    assert!(lines <= CASE_LINES_MAX, "{} has {lines} lines", case.display());
    let config = DecodeConfig {
        format: FormatChoice::Named(FormatId::NginxJson),
        ..DecodeConfig::default()
    };
    let mut decoder = Decoder::new(&config).expect("the format is known");
    let arena = Arena::new();
    let mut state: Option<ClientState> = None;
    let mut clients = BTreeSet::new();
    let (canaries, keys) = (canaries(), bot_keys());
    let around = Surroundings { canaries: &canaries, keys: &keys, ..Surroundings::NONE };
    for (line, offset) in text.lines().zip(1..) {
        decoder.decode(line.as_bytes(), Origin { partition: 0, offset }, &arena, &mut |decoded| {
            let event = match decoded {
                Decoded::Event(event, _) => event,
                Decoded::Reject(reject) => panic!("{}:{offset}: {reject:?}", case.display()),
            };
            let mut key = ClientKey::default();
            key.set(event);
            clients.insert(key.id());
            state.get_or_insert_with(|| ClientState::new(event)).observe_in(around, event);
        });
    }
    assert_eq!(clients.len(), 1, "{} is not about one client", case.display());
    state.expect("a case has lines")
}

/// What `detector` says in its own direction about a case, millinats; and how it came to that, in words.
fn word_on(pack: &Pack, detector: &Detector, case: &Path) -> (i32, String) {
    let features = client_of(case).features();
    let mut evidence = Evidences::default();
    pack.evaluate(&features, &mut evidence);
    let index = pack.index_of(&detector.id);
    let said = evidence.evidence().iter().find(|e| Some(e.detector) == index);
    let silence = evidence.abstentions().iter().find(|a| Some(a.detector) == index);
    let read: Vec<_> = detector
        .features
        .iter()
        .map(|id| format!("{} = {:?}", id.spec().name, features.get(*id)))
        .collect();
    let why = silence.map(|s| format!("; abstained: {}", s.reason)).unwrap_or_default();
    let millinats = said.map_or(0, |e| e.millinats);
    let toward = if detector.toward == Toward::Person { -millinats } else { millinats };
    (toward, format!("{millinats} millinats from {}{why}", read.join(", ")))
}

#[test]
fn detectors_fire_and_keep_quiet_on_their_cases() {
    let pack = Pack::builtin();
    let mut wrong = Vec::new();
    for detector in pack.detectors().iter().filter(|d| has_cases(d)) {
        for (name, path) in cases(detector) {
            let (toward, how) = word_on(&pack, detector, &path);
            let right = if name.starts_with("fires_on_") {
                toward >= FIRES_MIN_MILLINATS
            } else {
                toward <= 0
            };
            if !right {
                wrong.push(format!("{} {name}: {how}", detector.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn people_in_the_cases_are_never_taken_for_programs() {
    let (pack, model) = (Pack::builtin(), Model::shipped());
    let mut evidence = Evidences::default();
    let mut people = 0;
    for (name, path) in pack.detectors().iter().filter(|d| has_cases(d)).flat_map(cases) {
        if !PEOPLE.iter().any(|word| name.contains(word)) {
            continue;
        }
        people += 1;
        let client = client_of(&path);
        let features = client.features();
        pack.evaluate(&features, &mut evidence);
        let assessment = assess(&pack, &model, &features, client.claim(), &evidence);
        let harmless = matches!(assessment.class, Class::Human | Class::Undecided);
        let score = assessment.score;
        assert!(harmless && !assessment.enforceable, "{}: {score}", path.display());
        assert!(score.tenths() < 500, "{}: {score}", path.display());
    }
    assert!(people >= 20, "{people} cases of people");
}

#[test]
fn every_detector_has_cases_of_both_kinds() {
    for detector in Pack::builtin().detectors().iter().filter(|d| has_cases(d)) {
        for kind in ["fires_on_", "quiet_on_"] {
            let some = cases(detector).keys().any(|name| name.starts_with(kind));
            assert!(some, "`{}` has no case `{kind}*`", detector.id);
        }
    }
}

#[test]
fn every_family_that_sees_one_client_has_detectors() {
    let pack = Pack::builtin();
    for family in ["timing", "navigation", "discovery", "identity"] {
        let own = pack.detectors().iter().filter(|d| d.family.as_str() == family).count();
        assert!(own >= 3, "{family} has {own} detectors");
    }
    assert!(
        pack.detectors().iter().any(|d| d.toward == Toward::Person),
        "nothing speaks for people"
    );
}

/// Full id to (version, content hash).
type Lock = BTreeMap<String, (u32, String)>;

fn lock_path() -> PathBuf {
    repository().join("detectors/lock.toml")
}

fn read_lock() -> Lock {
    let text = fs::read_to_string(lock_path()).unwrap_or_default();
    let table: toml::Table = text.parse().expect("the lock file is TOML");
    table
        .into_iter()
        .map(|(id, entry)| {
            let version = entry.get("version").and_then(toml::Value::as_integer);
            let version = version.and_then(|v| u32::try_from(v).ok()).expect("a version");
            let hash = entry.get("hash").and_then(toml::Value::as_str).expect("a hash");
            (id, (version, hash.to_owned()))
        })
        .collect()
}

fn lock_text(lock: &Lock) -> String {
    let head = "# Content of every detector by version; a test refuses an edit without a raised version. Written by\n\
                # `make docs`. Detectors that are gone stay here: an id is never used for something else.\n";
    let entries = lock.iter().map(|(id, (version, hash))| {
        format!("\n[\"{id}\"]\nversion = {version}\nhash = \"{hash}\"\n")
    });
    head.to_owned() + &entries.collect::<String>()
}

fn bless() -> bool {
    std::env::var_os("GAIT_BLESS").is_some_and(|value| value == "1")
}

#[test]
fn the_lock_file_shows_no_drift() {
    let mut lock = read_lock();
    let mut stale = Vec::new();
    for detector in Pack::builtin().detectors() {
        let Detector { id, version, content_hash, .. } = detector;
        match lock.get(id) {
            Some((locked, hash)) if locked == version && hash == content_hash => continue,
            Some((locked, _)) if locked >= version => {
                panic!("`{id}` changed: raise its version above {locked}, then `make docs`")
            }
            _ => stale.push(id.clone()),
        }
        lock.insert(id.clone(), (*version, content_hash.clone()));
    }
    if bless() {
        fs::write(lock_path(), lock_text(&lock)).expect("the lock file can be written");
    } else {
        assert!(stale.is_empty(), "the lock file lacks {stale:?}: run `make docs`");
    }
}

#[test]
fn the_reference_page_shows_no_drift() {
    let path = repository().join("docs/detectors.md");
    let page = detectors_markdown(&Pack::builtin());
    if bless() {
        fs::write(path, page).expect("the page can be written");
    } else {
        let found = fs::read_to_string(path).unwrap_or_default();
        assert!(found == page, "docs/detectors.md is stale: run `make docs`");
    }
}
