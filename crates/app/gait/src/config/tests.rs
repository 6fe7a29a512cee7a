//! Configurations right and wrong, and what is said about them.

use super::*;

const KAFKA: &str = r#"
[source]
kind = "kafka"
[source.kafka]
bootstrap_servers = "localhost:9092"
topics = ["access"]
[source.kafka.librdkafka_options]
"fetch.wait.max.ms" = "10"
[sinks.alerts]
kind = "kafka"
topic = "alerts"
"#;

fn read(text: &str, variables: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    Config::read("gait.toml", text, variables)
        .map_err(|error| error.to_string().lines().map(str::to_owned).collect())
}

#[test]
fn reads_what_is_set_and_defaults_the_rest() {
    let config = read(KAFKA, &[]).unwrap();
    let source = config.kafka_source.unwrap();
    assert_eq!(source.librdkafka_options.get("fetch.wait.max.ms"), Some("10"));
    assert_eq!(source.group_id, "gait");
    assert_eq!((config.alerts.kind, config.verdicts.kind), (SinkKind::Kafka, SinkKind::None));
    assert_eq!(config.kafka_sink.unwrap().bootstrap_servers, "localhost:9092");
    assert_eq!(config.engine.clients_max, 1_000_000);
    assert_eq!(config.decode, DecodeConfig::default());
}

#[test]
fn the_environment_wins_and_words_need_no_quotes() {
    let variables = [
        ("GAIT_SOURCE__KAFKA__BOOTSTRAP_SERVERS", "kafka:9092"),
        ("GAIT_SOURCE__KAFKA__TOPICS", "[\"a\", \"b\"]"),
        ("GAIT_ENGINE__CLIENTS_MAX", "7"),
        ("GAIT_SINKS__ALERTS__TOPIC", "other"),
        ("GAIT_BLESS", "1"),
        ("HOME", "/root"),
    ];
    let config = read(KAFKA, &variables).unwrap();
    let source = config.kafka_source.unwrap();
    assert_eq!(source.bootstrap_servers, "kafka:9092");
    assert_eq!(source.topics, ["a", "b"]);
    assert_eq!(config.engine.clients_max, 7);
    assert_eq!(config.alerts.topic, "other");
}

#[test]
fn every_mistake_is_named_with_place_and_key() {
    let text = "[source]\nkind = \"kafka\"\nfolow = true\nfollow = \"yes\"\n\n[sorce]\nkind = 1\n\
                [engine]\nmask = \"tls\"\n[sinks]\nalerts = 3\n[sinks.verdicts]\nkind = \"file\"\n\
                [decode]\nformat = \"nginx-jsn\"\n";
    let mistakes = read(text, &[("GAIT_SERVE__LISTN", "x")]).unwrap_err();
    let expected = [
        "gait.toml:9: `engine.mask` unknown field `tls` in the mask; known are `ua`, `protocol` and \
         `sec_fetch`",
        "gait.toml:11: `sinks.alerts` is a section: write `[sinks.alerts]`",
        "gait.toml:4: `source.follow` invalid type: string \"yes\", expected a boolean",
        "gait.toml:3: `source.folow` is not known; did you mean `follow`?",
        "gait.toml:6: `sorce` is not known; did you mean `source`?",
        "gait.toml: `source.kafka.bootstrap_servers` must be set for source kind `kafka`",
        "gait.toml: `sinks.verdicts.path` must be set for kind `file`",
        "environment variable GAIT_SERVE__LISTN: `serve.listn` is not known; did you mean `listen`?",
    ];
    for line in expected {
        assert!(mistakes.iter().any(|mistake| mistake == line), "{line}\nnot in {mistakes:#?}");
    }
    let format = mistakes.iter().find(|mistake| mistake.starts_with("gait.toml: `decode` "));
    assert!(format.is_some_and(|text| text.contains("did you mean `nginx-json`")), "{mistakes:#?}");
    assert_eq!(mistakes.len(), expected.len() + 1, "{mistakes:#?}");
}

#[test]
fn grants_are_read_with_the_configuration_and_findings_need_them() {
    let stdin = "[source]\nkind = \"stdin\"\n";
    let mistakes = read(&format!("{stdin}[sinks.findings]\nkind = \"stdout\"\n"), &[]).unwrap_err();
    assert_eq!(mistakes, ["gait.toml:4: `sinks.findings.kind` needs `engine.grants`"]);
    // The directory of this crate holds one file of TOML, and that is no grant.
    let text = format!("{stdin}[engine]\ngrants = '{}'\n", env!("CARGO_MANIFEST_DIR"));
    let mistakes = read(&text, &[]).unwrap_err();
    assert!(mistakes[0].starts_with("gait.toml:4: `engine.grants` "), "{mistakes:?}");
    assert!(mistakes[0].contains("Cargo.toml`: "), "{mistakes:?}");
}

#[test]
fn what_librdkafka_would_refuse_is_found_without_a_broker() {
    let text = KAFKA.replace("fetch.wait.max.ms", "fetch.minimum");
    let mistakes = read(&text, &[]).unwrap_err();
    assert!(mistakes[0].starts_with("gait.toml: `source.kafka` "), "{mistakes:?}");
    assert!(mistakes[0].contains("fetch.minimum"), "{mistakes:?}");
}

#[test]
fn text_that_is_not_toml_is_named_by_line() {
    let mistakes = read("[source]\nkind = \n", &[]).unwrap_err();
    assert!(mistakes[0].starts_with("gait.toml:2: "), "{mistakes:?}");
}

#[test]
fn the_example_is_valid() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/examples/gait.toml");
    Config::read("gait.toml", &fs::read_to_string(path).unwrap(), []).unwrap();
}
