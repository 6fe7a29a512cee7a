//! Source and sink over TLS with SASL/PLAIN, against the real broker that `scripts/kafka/up.sh` starts. Without its
//! variables every test here says that it was skipped.

use std::{
    env,
    path::PathBuf,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use gait_kafka::{
    Admin, OffsetReset, Options, Outgoing, Polled, Sasl, SaslMechanism, Sink, SinkConfig, Source,
    SourceConfig, Tls,
};

const LIMIT: Duration = Duration::from_secs(30);

/// The variable that holds the password, for the test as for the configuration.
const PASSWORD: &str = "GAIT_KAFKA_PASSWORD";

/// The secure listener, and how to reach it.
#[derive(Clone)]
struct Door {
    sink: SinkConfig,
    /// Topic and group; nobody else uses it.
    name: String,
}

fn from_env(name: &str) -> Option<String> {
    env::var(name).ok()
}

impl Door {
    /// `None`, with a plain message, when there is no such listener to test against.
    fn find(test: &str) -> Option<Self> {
        let (Some(bootstrap_servers), Some(ca_file)) =
            (from_env("GAIT_KAFKA_SECURE_BOOTSTRAP"), from_env("GAIT_KAFKA_CA"))
        else {
            eprintln!(
                "skipped: GAIT_KAFKA_SECURE_BOOTSTRAP is not set; scripts/kafka/up.sh sets it"
            );
            return None;
        };
        let sasl = Sasl {
            mechanism: SaslMechanism::Plain,
            username: "gait".to_owned(),
            password_env: Some(PASSWORD.to_owned()),
            password_file: None,
        };
        let tls = Tls { enabled: true, ca_file: Some(PathBuf::from(ca_file)), ..Tls::default() };
        let sink = SinkConfig {
            bootstrap_servers,
            sasl: Some(sasl),
            tls,
            max_in_flight_records: 100,
            librdkafka_options: Options::default(),
        };
        let now_ns = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        Some(Self { sink, name: format!("{test}.{now_ns}") })
    }

    fn source(&self) -> SourceConfig {
        SourceConfig {
            bootstrap_servers: self.sink.bootstrap_servers.clone(),
            topics: vec![self.name.clone()],
            group_id: self.name.clone(),
            auto_offset_reset: OffsetReset::Earliest,
            sasl: self.sink.sasl.clone(),
            tls: self.sink.tls.clone(),
            max_batch_records: 64,
            lag_interval_s: 1,
            librdkafka_options: Options::default(),
        }
    }

    /// Whether a record is acknowledged, and what is said when it is not.
    fn send(&self, env: &dyn Fn(&str) -> Option<String>, limit: Duration) -> Result<(), String> {
        let sink = Sink::connect(&self.sink, env).unwrap();
        let record = Outgoing { topic: &self.name, payload: b"hello", ..Outgoing::default() };
        sink.send(&record).unwrap();
        sink.flush(limit).map_err(|_| {
            let notices: Vec<_> = std::iter::from_fn(|| sink.next_notice()).collect();
            format!("{notices:?}")
        })
    }
}

#[test]
fn records_go_out_and_come_in_over_tls_with_a_password() {
    let Some(door) = Door::find("secure") else { return };
    let admin = Admin::connect(door.sink.connection(), &from_env).unwrap();
    assert!(admin.create_topic(&door.name, 1, LIMIT).unwrap());
    door.send(&from_env, LIMIT).unwrap();
    let source = Source::connect(&door.source(), &from_env).unwrap();
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < LIMIT, "nothing came");
        if let Polled::Records(records) = source.poll(Duration::from_millis(100)).unwrap() {
            let values: Vec<_> = records.iter().map(|record| record.payload()).collect();
            assert_eq!(values, [Some(&b"hello"[..])]);
            break;
        }
    }
    source.close(LIMIT).unwrap();
}

#[test]
fn a_wrong_password_and_a_certificate_of_a_stranger_are_named() {
    let Some(door) = Door::find("refused") else { return };
    let admin = Admin::connect(door.sink.connection(), &from_env).unwrap();
    assert!(admin.create_topic(&door.name, 1, LIMIT).unwrap());
    let wrong = |name: &str| (name == PASSWORD).then(|| "wrong".to_owned());
    let said = door.send(&wrong, Duration::from_secs(5)).unwrap_err();
    assert!(said.contains("uthentication"), "{said}");
    // Without the file the authorities of the system are asked, and none of them knows this broker.
    let mut stranger = door.clone();
    stranger.sink.tls.ca_file = None;
    let said = stranger.send(&from_env, Duration::from_secs(5)).unwrap_err();
    assert!(said.contains("certificate"), "{said}");
}
