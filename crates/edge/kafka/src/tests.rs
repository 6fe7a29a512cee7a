//! Source and sink against librdkafka's own mock cluster, which runs in this process.
//!
//! What only a real broker does (retention, authorisation, several members) is in `tests/broker.rs`.

use std::time::{Duration, Instant};

use rdkafka::{
    bindings::rd_kafka_resp_err_t, mocking::MockCluster, producer::DefaultProducerContext,
    types::RDKafkaApiKey,
};

use crate::{
    Notice, OffsetReset, Options, Outgoing, Partition, PollError, Polled, Rejection, SendError,
    Sink, SinkConfig, Source, SourceConfig, Ticket, Tls, WaitError,
};

const TOPIC: &str = "gateway.access.v1";
const LIMIT: Duration = Duration::from_secs(20);

type Mock = MockCluster<'static, DefaultProducerContext>;

fn mock() -> Mock {
    let mock = MockCluster::new(1).unwrap();
    mock.create_topic(TOPIC, 1, 1).unwrap();
    mock
}

fn source_config(mock: &Mock) -> SourceConfig {
    SourceConfig {
        bootstrap_servers: mock.bootstrap_servers(),
        topics: vec![TOPIC.into()],
        group_id: "gait".into(),
        auto_offset_reset: OffsetReset::Earliest,
        sasl: None,
        tls: Tls::default(),
        max_batch_records: 100,
        lag_interval_s: 1,
        librdkafka_options: Options::default(),
    }
}

fn sink_config(mock: &Mock) -> SinkConfig {
    SinkConfig {
        bootstrap_servers: mock.bootstrap_servers(),
        sasl: None,
        tls: Tls::default(),
        max_in_flight_records: 1000,
        librdkafka_options: Options::default(),
    }
}

fn option(name: &str, value: &str) -> Options {
    Options([(name.to_owned(), value.to_owned())].into())
}

fn no_env(_: &str) -> Option<String> {
    None
}

fn source(mock: &Mock) -> Source {
    Source::connect(&source_config(mock), &no_env).unwrap()
}

fn sink(mock: &Mock) -> Sink {
    Sink::connect(&sink_config(mock), &no_env).unwrap()
}

/// A sink that has written `0`, `1`, … as payloads and keys.
fn written(mock: &Mock, count: u32) -> Sink {
    let sink = sink(mock);
    for n in 0..count {
        let text = n.to_string();
        sink.send(&Outgoing {
            topic: TOPIC,
            key: Some(text.as_bytes()),
            payload: text.as_bytes(),
            headers: &[("n", text.as_bytes())],
        })
        .unwrap();
    }
    sink.flush(LIMIT).unwrap();
    sink
}

/// Payloads until `count` are there; `deal` sees everything else that polling brings.
fn read(source: &Source, count: usize, mut deal: impl FnMut(&Polled<'_>)) -> Vec<String> {
    let mut payloads = Vec::new();
    let deadline = Instant::now() + LIMIT;
    while payloads.len() < count && Instant::now() < deadline {
        match source.poll(Duration::from_millis(100)).unwrap() {
            Polled::Records(records) => payloads.extend(records.iter().map(|record| {
                String::from_utf8_lossy(record.payload().unwrap_or_default()).into_owned()
            })),
            other => deal(&other),
        }
    }
    payloads
}

fn numbers(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|n| n.to_string()).collect()
}

fn partition() -> Partition {
    Partition::new(TOPIC, 0)
}

#[test]
fn records_come_whole_in_order_and_after_their_assignment() {
    let mock = mock();
    let sink = written(&mock, 250);
    assert_eq!((sink.mark(), sink.acknowledged(), sink.in_flight()), (Ticket(250), Ticket(250), 0));
    let source = source(&mock);
    let mut next = 0;
    let mut assigned = Vec::new();
    let deadline = Instant::now() + LIMIT;
    while next < 250 && Instant::now() < deadline {
        match source.poll(Duration::from_millis(100)).unwrap() {
            Polled::Assigned(partitions) => assigned.extend(partitions),
            Polled::Records(records) => {
                assert_eq!(assigned, [partition()]);
                assert!(records.len() <= 100);
                for record in &records {
                    let text = next.to_string();
                    assert_eq!((record.topic(), record.partition()), (TOPIC, 0));
                    assert_eq!(record.offset(), next);
                    assert_eq!(record.key(), Some(text.as_bytes()));
                    assert_eq!(record.headers().last("n"), Some(text.as_bytes()));
                    assert_eq!(record.headers().len(), 1);
                    next += 1;
                }
            }
            _ => {}
        }
    }
    assert_eq!(next, 250);
}

#[test]
fn the_next_member_begins_where_offsets_were_stored_and_not_where_reading_was() {
    let mock = mock();
    written(&mock, 10);
    // The mock forgets a member only when its session ends, even when it leaves.
    let config = SourceConfig {
        librdkafka_options: option("session.timeout.ms", "3000"),
        ..source_config(&mock)
    };
    let first = Source::connect(&config, &no_env).unwrap();
    assert_eq!(read(&first, 10, |_| {}), numbers(0..10));
    assert!(first.store_offset(&partition(), 4));
    assert!(!first.store_offset(&Partition::new(TOPIC, 7), 4), "not ours");
    first.close(LIMIT).unwrap();

    let second = source(&mock);
    let mut start = None;
    let rest = read(&second, 6, |polled| {
        if let Polled::Assigned(partitions) = polled {
            start = Some(second.starting_offset(&partitions[0], LIMIT).unwrap());
        }
    });
    assert_eq!((rest, start), (numbers(4..10), Some(4)));
}

#[test]
fn a_snapshot_may_say_where_to_begin() {
    let mock = mock();
    written(&mock, 10);
    let source = source(&mock);
    let read = read(&source, 3, |polled| {
        if let Polled::Assigned(partitions) = polled {
            assert_eq!(source.starting_offset(&partitions[0], LIMIT).unwrap(), 0, "earliest");
            source.start_at(&partitions[0], 7);
            source.start_at(&Partition::new("other", 0), 3);
        }
    });
    assert_eq!(read, numbers(7..10));
}

#[test]
fn no_offset_is_an_error_when_the_operator_says_so() {
    let mock = mock();
    written(&mock, 1);
    let config = SourceConfig { auto_offset_reset: OffsetReset::Error, ..source_config(&mock) };
    let source = Source::connect(&config, &no_env).unwrap();
    let deadline = Instant::now() + LIMIT;
    let error = loop {
        assert!(Instant::now() < deadline);
        match source.poll(Duration::from_millis(100)) {
            Err(error) => break error,
            Ok(Polled::Assigned(partitions)) => {
                let refused = source.starting_offset(&partitions[0], LIMIT).unwrap_err();
                assert!(refused.to_string().contains("has no committed offset"), "{refused}");
            }
            Ok(_) => {}
        }
    };
    assert!(matches!(error, PollError::NoOffset(_)), "{error}");
}

#[test]
fn a_paused_partition_waits_and_loses_nothing() {
    let mock = mock();
    let sink = written(&mock, 5);
    let source = source(&mock);
    assert_eq!(read(&source, 5, |_| {}), numbers(0..5));
    source.pause(&[partition()]).unwrap();
    assert_eq!(source.paused(), [partition()]);
    sink.send(&Outgoing { topic: TOPIC, payload: b"5", ..Outgoing::default() }).unwrap();
    sink.flush(LIMIT).unwrap();
    for _ in 0..10 {
        let polled = source.poll(Duration::from_millis(50)).unwrap();
        assert!(!matches!(polled, Polled::Records(_)), "{polled:?}");
    }
    source.resume(&[partition()]).unwrap();
    assert_eq!(read(&source, 1, |_| {}), ["5"]);
    assert!(source.paused().is_empty());
}

#[test]
fn the_lag_counts_what_is_not_stored() {
    let mock = mock();
    written(&mock, 10);
    let source = source(&mock);
    read(&source, 10, |_| {});
    assert!(source.store_offset(&partition(), 3));
    let deadline = Instant::now() + LIMIT;
    while source.lag().get(&partition()) != Some(&7) {
        assert!(Instant::now() < deadline, "{:?}", source.lag());
        source.poll(Duration::from_millis(100)).unwrap();
    }
}

#[test]
fn leaving_in_the_middle_of_a_rebalance_does_not_hang() {
    let mock = mock();
    let source = source(&mock);
    let deadline = Instant::now() + LIMIT;
    while !matches!(source.poll(Duration::from_millis(100)).unwrap(), Polled::Assigned(_)) {
        assert!(Instant::now() < deadline);
    }
    let before = Instant::now();
    drop(source);
    assert!(before.elapsed() < LIMIT);
}

#[test]
fn closing_without_a_broker_fails_but_does_not_hang() {
    let mock = mock();
    let sink = written(&mock, 3);
    let source = source(&mock);
    assert_eq!(read(&source, 3, |_| {}), numbers(0..3));
    assert!(source.store_offset(&partition(), 3));
    mock.broker_down(1).unwrap();
    sink.send(&Outgoing { topic: TOPIC, payload: b"x", ..Outgoing::default() }).unwrap();
    let before = Instant::now();
    assert!(sink.flush(Duration::from_millis(200)).is_err());
    drop(sink);
    assert!(source.close(Duration::from_secs(1)).is_err(), "the offset is not committed");
    assert!(before.elapsed() < LIMIT, "{:?}", before.elapsed());
}

#[test]
fn a_full_sink_asks_to_wait_and_then_takes_more() {
    let mock = mock();
    mock.broker_round_trip_time(1, Duration::from_millis(300)).unwrap();
    let config = SinkConfig { max_in_flight_records: 2, ..sink_config(&mock) };
    let sink = Sink::connect(&config, &no_env).unwrap();
    let record = Outgoing { topic: TOPIC, payload: b"x", ..Outgoing::default() };
    let first = sink.send(&record).unwrap();
    let second = sink.send(&record).unwrap();
    assert!(matches!(sink.send(&record), Err(SendError::Full)));
    assert_eq!(
        (first, second, sink.mark(), sink.in_flight()),
        (Ticket(1), Ticket(2), Ticket(2), 2)
    );
    assert!(matches!(
        sink.wait_for(second, Duration::from_millis(10)),
        Err(WaitError::Timeout { waiting: 2 })
    ));
    sink.wait_for(second, LIMIT).unwrap();
    assert_eq!(sink.send(&record).unwrap(), Ticket(3));
    sink.flush(LIMIT).unwrap();
}

#[test]
fn a_broker_that_goes_away_and_comes_back_is_told_once_each_and_loses_nothing() {
    let mock = mock();
    let sink = written(&mock, 1);
    let source = source(&mock);
    assert_eq!(read(&source, 1, |_| {}), ["0"]);
    mock.broker_down(1).unwrap();
    sink.send(&Outgoing { topic: TOPIC, payload: b"1", ..Outgoing::default() }).unwrap();

    let mut notices = Vec::new();
    let deadline = Instant::now() + Duration::from_secs(4);
    while Instant::now() < deadline {
        if let Polled::Notice(notice) = source.poll(Duration::from_millis(100)).unwrap() {
            notices.push(notice);
        }
    }
    assert!(matches!(&notices[..], [Notice::Unreachable { .. }]), "{notices:?}");
    assert!(matches!(sink.next_notice(), Some(Notice::Unreachable { .. })));
    assert_eq!((sink.acknowledged(), sink.next_notice()), (Ticket(1), None));

    mock.broker_up(1).unwrap();
    sink.flush(LIMIT).unwrap();
    assert_eq!(sink.next_notice(), Some(Notice::Reachable));
    notices.clear();
    let record = read(&source, 1, |polled| {
        if let Polled::Notice(notice) = polled {
            notices.push(notice.clone());
        }
    });
    assert_eq!(record, ["1"]);
    if notices.is_empty()
        && let Polled::Notice(notice) = source.poll(Duration::ZERO).unwrap()
    {
        notices.push(notice);
    }
    assert_eq!(notices, [Notice::Reachable]);
}

#[test]
fn a_record_that_is_refused_shows_and_holds_back_every_later_ticket() {
    let mock = mock();
    let sink = written(&mock, 3);
    mock.request_errors(
        RDKafkaApiKey::Produce,
        &[rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED],
    );
    let record = Outgoing { topic: TOPIC, payload: b"x", ..Outgoing::default() };
    let ticket = sink.send(&record).unwrap();
    let error = sink.wait_for(ticket, LIMIT).unwrap_err();
    assert!(matches!(error, WaitError::Delivery(_)), "{error}");
    assert_eq!(sink.acknowledged(), Ticket(3));
    assert_eq!(sink.failure().unwrap().topic, TOPIC);
}

#[test]
fn a_dead_letter_is_the_record_and_why() {
    let mock = mock();
    mock.create_topic("agent.dlq.v1", 1, 1).unwrap();
    let sink = sink(&mock);
    let headers: &[(&str, &[u8])] = &[("trace", b"\xff\0"), ("trace", b"2")];
    sink.send(&Outgoing { topic: TOPIC, key: Some(b"k"), payload: b"not a log line", headers })
        .unwrap();
    sink.flush(LIMIT).unwrap();
    let letters = relay_one_to_the_dead(&mock, &sink);
    let record = one_record(&letters);
    assert_eq!((record.key(), record.payload()), (Some(&b"k"[..]), Some(&b"not a log line"[..])));
    let found: Vec<(&str, &[u8])> =
        record.headers().iter().map(|(name, value)| (name, value.unwrap_or_default())).collect();
    let expected: [(&str, &[u8]); 11] = [
        ("trace", b"\xff\0"),
        ("trace", b"2"),
        ("__connect.errors.topic", TOPIC.as_bytes()),
        ("__connect.errors.partition", b"0"),
        ("__connect.errors.offset", b"0"),
        ("__connect.errors.connector.name", b"gaitkeeper"),
        ("__connect.errors.task.id", b"0"),
        ("__connect.errors.stage", b"decode"),
        ("__connect.errors.class.name", b"gaitkeeper.decode"),
        ("__connect.errors.exception.class.name", b"not_json"),
        ("__connect.errors.exception.message", b"no object here"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_value_too_long_for_a_dead_letter_is_left_out_and_says_so() {
    let mock = mock();
    mock.create_topic("agent.dlq.v1", 1, 1).unwrap();
    let config = SinkConfig {
        librdkafka_options: option("message.max.bytes", "2000"),
        ..sink_config(&mock)
    };
    let long = vec![b'x'; 1950];
    let record = Outgoing { topic: TOPIC, key: Some(b"k"), payload: &long, headers: &[] };
    sink(&mock).send(&record).unwrap();
    let sink = Sink::connect(&config, &no_env).unwrap();
    let longer = vec![b'x'; 3000];
    assert!(matches!(sink.send(&Outgoing { payload: &longer, ..record }), Err(SendError::TooLong)));
    assert_eq!(sink.mark(), Ticket(0));

    let plain = self::sink(&mock);
    plain.send(&record).unwrap();
    plain.flush(LIMIT).unwrap();
    let letters = relay_one_to_the_dead(&mock, &sink);
    let letter = one_record(&letters);
    assert_eq!((letter.key(), letter.payload()), (Some(&b"k"[..]), None));
    assert_eq!(letter.headers().last("gait.dead_letter.payload"), Some(&b"omitted: too long"[..]));
}

/// Reads one record, sends it on as a dead letter, and gives a source of dead letters.
fn relay_one_to_the_dead(mock: &Mock, sink: &Sink) -> Source {
    let reading = source(mock);
    let deadline = Instant::now() + LIMIT;
    loop {
        assert!(Instant::now() < deadline, "no record came");
        if let Polled::Records(records) = reading.poll(Duration::from_millis(100)).unwrap() {
            let rejection =
                Rejection { label: "not_json", message: "no object here", stage: "decode" };
            let ticket = sink.dead_letter("agent.dlq.v1", &records[0], rejection).unwrap();
            sink.wait_for(ticket, LIMIT).unwrap();
            break;
        }
    }
    let config = SourceConfig {
        topics: vec!["agent.dlq.v1".into()],
        group_id: "undertaker".into(),
        ..source_config(mock)
    };
    Source::connect(&config, &no_env).unwrap()
}

fn one_record(source: &Source) -> crate::Record<'_> {
    let deadline = Instant::now() + LIMIT;
    loop {
        assert!(Instant::now() < deadline, "no record came");
        if let Polled::Records(mut records) = source.poll(Duration::from_millis(100)).unwrap() {
            return records.swap_remove(0);
        }
    }
}
