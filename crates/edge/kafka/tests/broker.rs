//! Source, sink and dead letters against the real broker that `GAIT_KAFKA_BOOTSTRAP` names
//! (`scripts/kafka/up.sh` starts one). Without it every test here says that it was skipped.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use gait_kafka::{
    Admin, Notice, OffsetReset, Options, Outgoing, Partition, Polled, Rejection, Sink, SinkConfig,
    Source, SourceConfig, Tls,
};

const LIMIT: Duration = Duration::from_secs(30);

/// One test's own corner of the broker.
struct Corner {
    bootstrap: String,
    /// Topic and group; nobody else uses it.
    name: String,
    admin: Admin,
}

impl Corner {
    /// `None`, with a plain message, when there is no broker to test against.
    fn new(test: &str, partitions: u32) -> Option<Self> {
        let Ok(bootstrap) = std::env::var("GAIT_KAFKA_BOOTSTRAP") else {
            eprintln!(
                "skipped: GAIT_KAFKA_BOOTSTRAP is not set; scripts/kafka/up.sh starts a broker"
            );
            return None;
        };
        let now_ns = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let name = format!("{test}.{now_ns}");
        let admin = Admin::connect(sink_config(&bootstrap).connection(), &no_env).unwrap();
        assert!(admin.create_topic(&name, partitions, LIMIT).unwrap());
        assert!(!admin.create_topic(&name, partitions, LIMIT).unwrap(), "it exists now");
        assert_eq!(admin.partitions(&name, LIMIT).unwrap().len(), partitions as usize);
        Some(Self { bootstrap, name, admin })
    }

    fn partition(&self, number: u32) -> Partition {
        Partition::new(&self.name, number)
    }

    fn source_config(&self) -> SourceConfig {
        SourceConfig {
            bootstrap_servers: self.bootstrap.clone(),
            topics: vec![self.name.clone()],
            group_id: self.name.clone(),
            auto_offset_reset: OffsetReset::Earliest,
            sasl: None,
            tls: Tls::default(),
            max_batch_records: 64,
            lag_interval_s: 1,
            librdkafka_options: Options::default(),
        }
    }

    fn source(&self) -> Source {
        Source::connect(&self.source_config(), &no_env).unwrap()
    }

    fn sink(&self) -> Sink {
        Sink::connect(&sink_config(&self.bootstrap), &no_env).unwrap()
    }

    /// Writes `first..end` as payloads, keyed so that they spread over all partitions.
    fn write(&self, first: u32, end: u32) {
        let sink = self.sink();
        for n in first..end {
            let text = n.to_string();
            let record = Outgoing {
                topic: &self.name,
                key: Some(text.as_bytes()),
                payload: text.as_bytes(),
                headers: &[],
            };
            sink.send(&record).unwrap();
        }
        sink.flush(LIMIT).unwrap();
        assert_eq!(sink.acknowledged(), sink.mark());
    }

    /// Records in a topic, as its ends say.
    fn length(&self, topic: &str) -> u64 {
        let partitions = self.admin.partitions(topic, LIMIT).unwrap();
        partitions
            .iter()
            .map(|partition| {
                let (low, high) = self.admin.watermarks(partition, LIMIT).unwrap();
                high - low
            })
            .sum()
    }

    fn committed(&self, number: u32) -> Option<u64> {
        self.admin.committed(&self.name, &self.partition(number), LIMIT).unwrap()
    }
}

fn sink_config(bootstrap: &str) -> SinkConfig {
    SinkConfig {
        bootstrap_servers: bootstrap.to_owned(),
        sasl: None,
        tls: Tls::default(),
        max_in_flight_records: 10_000,
        librdkafka_options: Options::default(),
    }
}

fn no_env(_: &str) -> Option<String> {
    None
}

/// What a member of the group has seen.
#[derive(Default)]
struct Seen {
    /// Payloads, and how often each came.
    payloads: BTreeMap<String, u32>,
    /// The next offset of each partition.
    next: BTreeMap<Partition, u64>,
    owned: BTreeSet<Partition>,
    notices: Vec<Notice>,
}

impl Seen {
    /// Polls once. What is revoked is stored first, as far as it was read.
    fn poll(&mut self, source: &Source) {
        match source.poll(Duration::from_millis(50)).unwrap() {
            Polled::Idle => {}
            Polled::Records(records) => {
                for record in &records {
                    let partition = Partition::new(record.topic(), record.partition());
                    assert!(self.owned.contains(&partition), "`{partition}` is not ours");
                    let payload = String::from_utf8(record.payload().unwrap().to_vec()).unwrap();
                    *self.payloads.entry(payload).or_default() += 1;
                    self.next.insert(partition, record.offset() + 1);
                }
            }
            Polled::Assigned(partitions) => self.owned.extend(partitions),
            Polled::Revoked(partitions) => {
                for partition in &partitions {
                    assert!(self.owned.remove(partition));
                    if let Some(next) = self.next.remove(partition) {
                        assert!(source.store_offset(partition, next), "still ours when revoked");
                    }
                }
            }
            Polled::Lost(partitions) => panic!("lost {partitions:?}"),
            Polled::Notice(notice) => self.notices.push(notice),
        }
    }

    /// Polls until `done`.
    fn poll_until(&mut self, source: &Source, done: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !done(self) {
            assert!(Instant::now() < deadline, "saw {} payloads", self.payloads.len());
            self.poll(source);
        }
    }
}

#[test]
fn only_what_was_stored_is_committed_and_a_restart_goes_on_there() {
    let Some(corner) = Corner::new("restart", 2) else { return };
    corner.write(0, 1000);

    let first = corner.source();
    let mut seen = Seen::default();
    seen.poll_until(&first, |seen| seen.payloads.len() == 1000);
    assert_eq!(seen.next.len(), 2, "keys spread over both partitions");
    drop(first);
    assert_eq!((corner.committed(0), corner.committed(1)), (None, None), "nothing was stored");

    let second = corner.source();
    let mut seen = Seen::default();
    seen.poll_until(&second, |seen| seen.payloads.len() == 1000);
    let end = seen.next[&corner.partition(1)];
    assert!(second.store_offset(&corner.partition(0), 5));
    assert!(second.store_offset(&corner.partition(1), end));
    second.close(LIMIT).unwrap();
    assert_eq!((corner.committed(0), corner.committed(1)), (Some(5), Some(end)));

    corner.write(1000, 1100);
    let third = corner.source();
    let mut seen = Seen::default();
    let left = usize::try_from(1100 - 5 - end).unwrap();
    seen.poll_until(&third, |seen| seen.payloads.len() == left);
    assert!((1000..1100).all(|n: u32| seen.payloads.contains_key(&n.to_string())));
    assert!(seen.payloads.values().all(|&times| times == 1));
}

#[test]
fn a_commit_comes_by_itself_soon_after_an_offset_was_stored() {
    let Some(corner) = Corner::new("autocommit", 1) else { return };
    corner.write(0, 10);
    let mut config = corner.source_config();
    config.librdkafka_options.0.insert("auto.commit.interval.ms".into(), "200".into());
    let source = Source::connect(&config, &no_env).unwrap();
    let mut seen = Seen::default();
    seen.poll_until(&source, |seen| seen.payloads.len() == 10);
    assert!(source.store_offset(&corner.partition(0), 10));
    let deadline = Instant::now() + LIMIT;
    while corner.committed(0) != Some(10) || source.lag().get(&corner.partition(0)) != Some(&0) {
        assert!(Instant::now() < deadline, "{:?} {:?}", corner.committed(0), source.lag());
        seen.poll(&source);
    }
}

#[test]
fn a_second_member_takes_its_share_where_the_first_stored_it() {
    for protocol in ["classic", "consumer"] {
        let Some(corner) = Corner::new(&format!("rebalance.{protocol}"), 4) else { return };
        let mut config = corner.source_config();
        config.librdkafka_options.0.insert("group.protocol".into(), protocol.into());
        let connect = || Source::connect(&config, &no_env).unwrap();
        corner.write(0, 400);

        let first = connect();
        let mut of_first = Seen::default();
        of_first.poll_until(&first, |seen| seen.payloads.len() == 400);
        assert_eq!(of_first.owned.len(), 4);

        let second = connect();
        let mut of_second = Seen::default();
        let deadline = Instant::now() + LIMIT;
        while of_second.owned.len() < 2 || of_first.owned.len() > 2 {
            assert!(Instant::now() < deadline, "{protocol}: no rebalance");
            of_first.poll(&first);
            of_second.poll(&second);
        }
        assert!(of_first.owned.is_disjoint(&of_second.owned));

        corner.write(400, 800);
        let total = |a: &Seen, b: &Seen| a.payloads.len() + b.payloads.len();
        while total(&of_first, &of_second) < 800 {
            assert!(Instant::now() < deadline, "{protocol}: {}", total(&of_first, &of_second));
            of_first.poll(&first);
            of_second.poll(&second);
        }
        let twice = of_first.payloads.keys().filter(|key| of_second.payloads.contains_key(*key));
        assert_eq!(twice.count(), 0, "{protocol}: the second began where the first had stored");
        assert!(of_first.payloads.values().chain(of_second.payloads.values()).all(|&n| n == 1));
        assert_eq!((of_first.notices, of_second.notices), (vec![], vec![]));
    }
}

#[test]
fn dead_letters_are_read_back_as_they_came_with_the_reason() {
    let Some(corner) = Corner::new("letters", 1) else { return };
    let letters = format!("{}.dlq", corner.name);
    corner.admin.create_topic(&letters, 1, LIMIT).unwrap();
    let sink = corner.sink();
    let headers: &[(&str, &[u8])] = &[("content-type", b"text/plain")];
    let poison =
        Outgoing { topic: &corner.name, key: Some(b"203.0.113.9"), payload: b"\x00\xff{", headers };
    sink.send(&poison).unwrap();
    sink.send(&Outgoing { payload: b"{}", headers: &[], ..poison }).unwrap();
    sink.flush(LIMIT).unwrap();

    let source = corner.source();
    let mut ordinary = 0;
    let deadline = Instant::now() + LIMIT;
    while ordinary == 0 {
        assert!(Instant::now() < deadline, "the poisoned record stalls its partition");
        let Polled::Records(records) = source.poll(Duration::from_millis(50)).unwrap() else {
            continue;
        };
        for record in &records {
            if record.payload() == Some(b"{}") {
                ordinary += 1;
                continue;
            }
            let rejection =
                Rejection { label: "not_json", message: "a byte that is no text", stage: "decode" };
            let ticket = sink.dead_letter(&letters, record, rejection).unwrap();
            sink.wait_for(ticket, LIMIT).unwrap();
        }
    }
    assert_eq!(corner.length(&letters), 1);

    let config = SourceConfig { topics: vec![letters.clone()], ..corner.source_config() };
    let config = SourceConfig { group_id: letters.clone(), ..config };
    let undertaker = Source::connect(&config, &no_env).unwrap();
    let letter = loop {
        assert!(Instant::now() < deadline, "no dead letter came");
        if let Polled::Records(records) = undertaker.poll(Duration::from_millis(50)).unwrap() {
            break records.into_iter().next().unwrap();
        }
    };
    assert_eq!((letter.key(), letter.payload()), (poison.key, Some(poison.payload)));
    let header = |name: &str| letter.headers().last(name).map(String::from_utf8_lossy);
    assert_eq!(header("content-type").as_deref(), Some("text/plain"));
    assert_eq!(header("__connect.errors.topic"), Some(corner.name.as_str().into()));
    assert_eq!(header("__connect.errors.offset").as_deref(), Some("0"));
    assert_eq!(header("__connect.errors.exception.class.name").as_deref(), Some("not_json"));
}

#[test]
fn a_pattern_takes_in_every_topic_it_matches() {
    let Some(corner) = Corner::new("pattern", 1) else { return };
    let other = format!("{}.other", corner.name);
    corner.admin.create_topic(&other, 1, LIMIT).unwrap();
    corner.write(0, 5);
    let pattern = format!("^{}.*", corner.name.replace('.', "\\."));
    let config = SourceConfig { topics: vec![pattern], ..corner.source_config() };
    let source = Source::connect(&config, &no_env).unwrap();
    let mut seen = Seen::default();
    seen.poll_until(&source, |seen| seen.owned.len() == 2 && seen.payloads.len() == 5);
}

#[test]
fn a_topic_that_does_not_exist_is_told_once() {
    let Some(corner) = Corner::new("missing", 1) else { return };
    let config = SourceConfig { topics: vec!["no.such.topic".into()], ..corner.source_config() };
    let source = Source::connect(&config, &no_env).unwrap();
    let mut seen = Seen::default();
    let deadline = Instant::now() + Duration::from_secs(5);
    while Instant::now() < deadline {
        seen.poll(&source);
    }
    let told = |notice: &&Notice| matches!(notice, Notice::Trouble { reason } if reason.contains("no.such.topic"));
    assert_eq!(seen.notices.iter().filter(told).count(), 1, "{:?}", seen.notices);

    let mut config = sink_config(&corner.bootstrap);
    let patience = ("topic.metadata.propagation.max.ms".to_owned(), "1000".to_owned());
    config.librdkafka_options = Options([patience].into());
    let sink = Sink::connect(&config, &no_env).unwrap();
    sink.send(&Outgoing { topic: "no.such.topic", payload: b"x", ..Outgoing::default() }).unwrap();
    let error = sink.flush(LIMIT).unwrap_err();
    assert!(error.to_string().contains("`no.such.topic`"), "{error}");
}
