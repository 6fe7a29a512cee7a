//! What librdkafka tells the source while it is polled: rebalances, errors, statistics.
//!
//! A rebalance is not carried out here. It is put in line, and the source carries it out after its caller has
//! dealt with it; until then the group waits, as its protocol allows.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rdkafka::{
    ClientContext, Statistics, TopicPartitionList,
    bindings::rd_kafka_resp_err_t,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, Consumer, ConsumerContext, RebalanceProtocol},
    error::{KafkaError, KafkaResult},
    types::RDKafkaRespErr,
};

use crate::{
    link::{self, Link, Notice},
    partition::{self, Partition},
};

/// A change of the assignment that waits to be carried out.
#[derive(Clone, Debug)]
pub(crate) enum Rebalance {
    Assign(Vec<Partition>),
    Revoke { partitions: Vec<Partition>, lost: bool },
}

/// Something that happened while polling, in the order it happened.
#[derive(Debug)]
pub(crate) enum Happening {
    Rebalance(Rebalance),
    Notice(Notice),
}

/// The consumer's callbacks.
#[derive(Debug, Default)]
pub(crate) struct SourceContext {
    happenings: Mutex<VecDeque<Happening>>,
    lag: Mutex<BTreeMap<Partition, u64>>,
    link: Link,
    /// Nobody asks any more: rebalances are carried out at once, or closing would wait for ever.
    closing: AtomicBool,
}

impl SourceContext {
    pub(crate) fn next_happening(&self) -> Option<Happening> {
        lock(&self.happenings).pop_front()
    }

    pub(crate) fn lag(&self) -> BTreeMap<Partition, u64> {
        lock(&self.lag).clone()
    }

    pub(crate) fn flowing(&self) {
        self.note(self.link.flowing());
    }

    pub(crate) fn failed(&self, error: &KafkaError, reason: &str) {
        if let Some(code) = error.rdkafka_error_code() {
            self.note(self.link.failed(code, reason));
        }
    }

    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
    }

    fn note(&self, notice: Option<Notice>) {
        if let Some(notice) = notice {
            lock(&self.happenings).push_back(Happening::Notice(notice));
        }
    }
}

impl ClientContext for SourceContext {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        link::log(level, facility, message);
    }

    fn stats(&self, statistics: Statistics) {
        self.note(self.link.measured(&statistics));
        let mut lag = lock(&self.lag);
        lag.clear();
        for topic in statistics.topics.values() {
            for measured in topic.partitions.values().filter(|measured| measured.partition >= 0) {
                // Negative while it is not known.
                if let Ok(records) = u64::try_from(measured.consumer_lag_stored) {
                    let number = partition::unsigned(measured.partition);
                    lag.insert(Partition::new(&topic.topic, number), records);
                }
            }
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.failed(&error, reason);
    }
}

impl ConsumerContext for SourceContext {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        kind: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        let partitions = partition::from_list(list);
        let rebalance = if kind == rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            self.note(self.link.reached());
            Rebalance::Assign(partitions)
        } else {
            Rebalance::Revoke { partitions, lost: consumer.assignment_lost() }
        };
        if self.closing.load(Ordering::SeqCst) {
            if let Err(error) = carry_out(consumer, &rebalance, &BTreeMap::new()) {
                tracing::debug!(%error, "a rebalance while closing failed");
            }
        } else {
            lock(&self.happenings).push_back(Happening::Rebalance(rebalance));
        }
    }

    fn commit_callback(&self, result: KafkaResult<()>, _offsets: &TopicPartitionList) {
        if let Err(error) = result {
            // The next commit covers it; when the group moved on, the new owner starts before it.
            self.failed(&error, "offsets were not committed");
        }
    }
}

/// Tells librdkafka that the caller is done with `rebalance`. Assigned partitions begin at their offset in
/// `starts`, or at the group's committed one. Revoked partitions have their stored offsets committed.
pub(crate) fn carry_out(
    consumer: &BaseConsumer<SourceContext>,
    rebalance: &Rebalance,
    starts: &BTreeMap<Partition, u64>,
) -> KafkaResult<()> {
    let cooperative = matches!(consumer.rebalance_protocol(), RebalanceProtocol::Cooperative);
    match rebalance {
        Rebalance::Assign(partitions) => {
            let mut list = partition::to_list(partitions);
            for (partition, start) in starts {
                let offset = rdkafka::Offset::Offset(i64::try_from(*start).unwrap_or(i64::MAX));
                list.set_partition_offset(&partition.topic, partition.raw_number(), offset)?;
            }
            if cooperative { consumer.incremental_assign(&list) } else { consumer.assign(&list) }
        }
        Rebalance::Revoke { partitions, .. } if cooperative => {
            consumer.incremental_unassign(&partition::to_list(partitions))
        }
        Rebalance::Revoke { .. } => consumer.unassign(),
    }
}

/// A lock that a panic elsewhere does not close: every state behind it is whole at all times.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
