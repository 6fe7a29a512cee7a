//! A real Kafka as the tests use it, through librdkafka alone and not through our own edge.

use std::{
    collections::BTreeMap,
    env, thread,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    message::Headers,
    producer::{BaseProducer, BaseRecord, Producer},
};

const TIMEOUT: Duration = Duration::from_mins(1);

/// A running broker.
pub(crate) struct Broker {
    pub(crate) bootstrap: String,
}

/// A record as it lies in a topic.
pub(crate) struct Stored {
    pub(crate) key: Vec<u8>,
    pub(crate) value: Vec<u8>,
    pub(crate) headers: BTreeMap<String, String>,
}

impl Broker {
    /// The broker that the environment names, or a message why the test has nothing to do.
    pub(crate) fn from_environment() -> Option<Self> {
        let Ok(bootstrap) = env::var("GAIT_KAFKA_BOOTSTRAP") else {
            eprintln!("skipped: GAIT_KAFKA_BOOTSTRAP names no broker; `make kafka-up` starts one");
            return None;
        };
        Some(Self { bootstrap })
    }

    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap);
        config
    }

    fn consumer(&self, group: &str) -> BaseConsumer {
        let mut config = self.config();
        config.set("group.id", group).set("enable.auto.commit", "false");
        config.set("enable.partition.eof", "true").set("auto.offset.reset", "earliest");
        config.create().unwrap()
    }

    pub(crate) fn create_topic(&self, name: &str, partitions: i32) {
        let admin: AdminClient<DefaultClientContext> = self.config().create().unwrap();
        let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(1));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let created =
            runtime.block_on(admin.create_topics([&topic], &AdminOptions::new())).unwrap();
        created[0].as_ref().unwrap();
    }

    /// Produces keyed records and waits until all are stored.
    pub(crate) fn produce(&self, topic: &str, records: &[(String, String)]) {
        let producer: BaseProducer = self.config().create().unwrap();
        for (key, value) in records {
            let mut record = BaseRecord::to(topic).key(key).payload(value);
            while let Err((_, back)) = producer.send(record) {
                producer.poll(Duration::from_millis(10));
                record = back;
            }
        }
        producer.flush(TIMEOUT).unwrap();
    }

    /// Where each partition of a topic ends.
    pub(crate) fn ends(&self, topic: &str, partitions: i32) -> Vec<i64> {
        let consumer = self.consumer("ends");
        let end = |partition| consumer.fetch_watermarks(topic, partition, TIMEOUT).unwrap().1;
        (0..partitions).map(end).collect()
    }

    /// What a group has committed of each partition; 0 where it has committed nothing.
    pub(crate) fn committed(&self, group: &str, topic: &str, partitions: i32) -> Vec<i64> {
        let consumer = self.consumer(group);
        let mut found = None;
        // A group's coordinator may move right after the group was made: ask again.
        self.wait("the committed offsets", || {
            let mut list = TopicPartitionList::new();
            list.add_partition_range(topic, 0, partitions - 1);
            found = consumer.committed_offsets(list, TIMEOUT).ok();
            found.is_some()
        });
        let offsets = found.iter().flat_map(TopicPartitionList::elements).map(|element| {
            match element.offset() {
                Offset::Offset(offset) => offset,
                _ => 0,
            }
        });
        offsets.collect()
    }

    /// Everything in partition 0 of a topic from `offset` on.
    pub(crate) fn read(&self, topic: &str, offset: i64) -> Vec<Stored> {
        let consumer = self.consumer("read");
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, 0, Offset::Offset(offset)).unwrap();
        consumer.assign(&list).unwrap();
        let mut records = Vec::new();
        loop {
            match consumer.poll(TIMEOUT).expect("the broker answers") {
                Ok(message) => records.push(stored(&message)),
                Err(rdkafka::error::KafkaError::PartitionEOF(_)) => return records,
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Asks again until `done`.
    pub(crate) fn wait(&self, what: &str, mut done: impl FnMut() -> bool) {
        let start = Instant::now();
        while !done() {
            assert!(start.elapsed() < TIMEOUT, "waited in vain for {what} at {}", self.bootstrap);
            thread::sleep(Duration::from_millis(200));
        }
    }
}

fn stored(message: &impl Message) -> Stored {
    let bytes = |bytes: Option<&[u8]>| bytes.unwrap_or_default().to_vec();
    let headers = message.headers().into_iter().flat_map(|headers| {
        headers.iter().map(|header| {
            let value = String::from_utf8_lossy(header.value.unwrap_or_default());
            (header.key.to_owned(), value.into_owned())
        })
    });
    Stored {
        key: bytes(message.key()),
        value: bytes(message.payload()),
        headers: headers.collect(),
    }
}
