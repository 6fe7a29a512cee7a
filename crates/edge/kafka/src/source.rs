//! A consumer group member that hands out batches of records and asks before it gives partitions up.
//!
//! It decides nothing about records: the caller judges them, sends what follows from them to its sinks, and
//! stores an offset once these have acknowledged.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::mpsc,
    thread,
    time::Duration,
};

use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::{KafkaError, RDKafkaErrorCode},
};

use crate::{
    Notice, Partition, Record, SourceConfig,
    client::{ConnectError, Environment},
    config::OffsetReset,
    context::{Happening, Rebalance, SourceContext, carry_out},
    partition,
};

/// What a poll brought.
#[derive(Debug)]
pub enum Polled<'a> {
    /// Nothing came while waiting.
    Idle,
    /// Records, at least one; those of one partition in the order of their offsets.
    Records(Vec<Record<'a>>),
    /// These partitions are ours from the next poll on. Until then, [`Source::start_at`] may say where to
    /// begin; else it is where the group left off.
    Assigned(Vec<Partition>),
    /// These partitions go to another member with the next poll. Until then they are still ours: let the
    /// sinks acknowledge, and store the offsets.
    Revoked(Vec<Partition>),
    /// These partitions are already somebody else's. Drop their state; their offsets can no longer be stored.
    Lost(Vec<Partition>),
    /// The connection changed. For the log; nothing has to be done.
    Notice(Notice),
}

/// Reading has ended for good.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PollError {
    /// The group has shut this member out, or librdkafka cannot go on.
    #[error("the consumer cannot go on: {0}; restart it")]
    Fatal(KafkaError),
    /// A partition has no offset to begin at, and `auto_offset_reset` says that this is an error.
    #[error("{0}; set `auto_offset_reset` to `earliest` or `latest`, or give the group an offset")]
    NoOffset(KafkaError),
}

/// A request to the cluster failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// No broker answered, or it refused.
    #[error("{what}: {source}")]
    Kafka {
        /// What was asked.
        what: String,
        /// What librdkafka says.
        source: KafkaError,
    },
    /// There is no committed offset, and `auto_offset_reset` says that this is an error.
    #[error("`{0}` has no committed offset; set `auto_offset_reset` to `earliest` or `latest`")]
    NoOffset(Partition),
}

impl RequestError {
    pub(crate) fn new(what: impl Into<String>, source: KafkaError) -> Self {
        Self::Kafka { what: what.into(), source }
    }
}

/// A rebalance that the caller was told of, and where its partitions are to begin.
type InHand = Option<(Rebalance, BTreeMap<Partition, u64>)>;

/// How long a source that is dropped without [`Source::close`] waits for the cluster.
const DROP_LIMIT: Duration = Duration::from_secs(5);

/// A member of a consumer group. One thread polls it.
pub struct Source {
    /// `None` only after it was taken to leave the group.
    consumer: Option<BaseConsumer<SourceContext>>,
    max_batch_records: usize,
    reset: OffsetReset,
    /// The rebalance that the caller was told of last, and where its partitions are to begin.
    in_hand: RefCell<InHand>,
    paused: RefCell<BTreeSet<Partition>>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("in_hand", &self.in_hand).finish_non_exhaustive()
    }
}

impl Source {
    /// Joins the group. Returns at once; a cluster that is away is a [`Notice`] of a later poll.
    ///
    /// # Errors
    /// The configuration is wrong, or its password cannot be read.
    pub fn connect(config: &SourceConfig, env: Environment<'_>) -> Result<Self, ConnectError> {
        let client = config.client(env)?;
        let consumer: BaseConsumer<SourceContext> =
            client.create_with_context(SourceContext::default())?;
        let topics: Vec<&str> = config.topics.iter().map(String::as_str).collect();
        consumer.subscribe(&topics)?;
        Ok(Self {
            consumer: Some(consumer),
            max_batch_records: config.max_batch_records,
            reset: config.auto_offset_reset,
            in_hand: RefCell::default(),
            paused: RefCell::default(),
        })
    }

    /// Waits up to `timeout` for something and returns it. Must be called again within `max.poll.interval.ms`
    /// (5 minutes), also while everything is paused, or the group takes the partitions away.
    ///
    /// # Errors
    /// The consumer cannot go on.
    pub fn poll(&self, timeout: Duration) -> Result<Polled<'_>, PollError> {
        self.finish_rebalance();
        if let Some(happening) = self.next_happening() {
            return Ok(happening);
        }
        let mut records = Vec::new();
        let mut wait = timeout;
        while records.len() < self.max_batch_records {
            match self.consumer().poll(wait) {
                Some(Ok(message)) => records.push(Record::new(message)),
                Some(Err(error @ KafkaError::MessageConsumptionFatal(_))) => {
                    return Err(PollError::Fatal(error));
                }
                Some(Err(
                    error @ KafkaError::MessageConsumption(RDKafkaErrorCode::AutoOffsetReset),
                )) => return Err(PollError::NoOffset(error)),
                Some(Err(error)) => {
                    self.consumer().context().failed(&error, "cannot fetch");
                    break;
                }
                None => break,
            }
            wait = Duration::ZERO;
        }
        if records.is_empty() {
            return Ok(self.next_happening().unwrap_or(Polled::Idle));
        }
        self.consumer().context().flowing();
        Ok(Polled::Records(records))
    }

    /// Says where a partition begins that was just [`Polled::Assigned`], for example at the offset of a
    /// snapshot. Without effect on any other.
    pub fn start_at(&self, partition: &Partition, offset: u64) {
        if let Some((Rebalance::Assign(assigned), starts)) = &mut *self.in_hand.borrow_mut()
            && assigned.contains(partition)
        {
            starts.insert(partition.clone(), offset);
        }
    }

    /// Where a partition begins when nothing else is said: the group's committed offset, or what
    /// `auto_offset_reset` means today. Asks the cluster.
    ///
    /// # Errors
    /// The cluster did not answer in time, or there is no offset and none may be chosen.
    pub fn starting_offset(
        &self,
        partition: &Partition,
        timeout: Duration,
    ) -> Result<u64, RequestError> {
        let failed = |source| RequestError::new(format!("no offset of `{partition}`"), source);
        let list = partition::to_list([partition]);
        let committed = self.consumer().committed_offsets(list, timeout).map_err(failed)?;
        if let Some(offset) = offset_in(&committed, partition) {
            return Ok(offset);
        }
        let (low, high) = self
            .consumer()
            .fetch_watermarks(&partition.topic, partition.raw_number(), timeout)
            .map_err(failed)?;
        match self.reset {
            OffsetReset::Earliest => Ok(u64::try_from(low).unwrap_or_default()),
            OffsetReset::Latest => Ok(u64::try_from(high).unwrap_or_default()),
            OffsetReset::Error => Err(RequestError::NoOffset(partition.clone())),
        }
    }

    /// Marks everything before `next` as done, to be committed within the commit interval, with the revocation
    /// of the partition or with [`Source::close`]. Call it when every sink has acknowledged what follows from
    /// these records. Returns false when the partition is not ours (any more): its new owner begins where
    /// the last commit was.
    pub fn store_offset(&self, partition: &Partition, next: u64) -> bool {
        let mut list = TopicPartitionList::new();
        let offset = Offset::Offset(i64::try_from(next).unwrap_or(i64::MAX));
        list.add_partition_offset(&partition.topic, partition.raw_number(), offset)
            .and_then(|()| self.consumer().store_offsets(&list))
            .inspect_err(|error| tracing::debug!(%partition, next, %error, "offset not stored"))
            .is_ok()
    }

    /// Stops fetching these partitions, for example while a sink is behind. Go on polling. Without effect on
    /// partitions that are not ours; one that is revoked and assigned again is no longer paused.
    ///
    /// # Errors
    /// librdkafka refuses.
    pub fn pause(&self, partitions: &[Partition]) -> Result<(), RequestError> {
        self.consumer()
            .pause(&partition::to_list(partitions))
            .map_err(|source| RequestError::new("cannot pause", source))?;
        self.paused.borrow_mut().extend(partitions.iter().cloned());
        Ok(())
    }

    /// Fetches these partitions again.
    ///
    /// # Errors
    /// librdkafka refuses.
    pub fn resume(&self, partitions: &[Partition]) -> Result<(), RequestError> {
        self.consumer()
            .resume(&partition::to_list(partitions))
            .map_err(|source| RequestError::new("cannot resume", source))?;
        self.paused.borrow_mut().retain(|paused| !partitions.contains(paused));
        Ok(())
    }

    /// The partitions that are paused.
    #[must_use]
    pub fn paused(&self) -> Vec<Partition> {
        self.paused.borrow().iter().cloned().collect()
    }

    /// Records behind the stored offset, per partition, as of the last measurement. Partitions whose lag is
    /// not known yet are left out.
    #[must_use]
    pub fn lag(&self) -> BTreeMap<Partition, u64> {
        self.consumer().context().lag()
    }

    /// Commits what was stored and leaves the group. When the cluster is away, gives up after `timeout` and
    /// leaves the rest to a thread of its own, which ends with the process at the latest.
    ///
    /// # Errors
    /// The offsets could not be committed; the next owner begins at the last commit that succeeded.
    pub fn close(mut self, timeout: Duration) -> Result<(), RequestError> {
        self.leave(timeout)
    }

    fn leave(&mut self, timeout: Duration) -> Result<(), RequestError> {
        let Some(consumer) = self.consumer.take() else { return Ok(()) };
        let in_hand = self.in_hand.take();
        let (tell, told) = mpsc::channel();
        // Both commit and leaving wait for the broker and cannot be told for how long.
        thread::spawn(move || {
            // Leaving is itself a rebalance, and nobody is asked about it any more.
            consumer.context().close();
            finish_all(&consumer, in_hand);
            let committed = consumer.commit_consumer_state(CommitMode::Sync);
            drop(consumer);
            // Nobody listens any more when it took too long.
            let _ = tell.send(committed);
        });
        let timed_out = KafkaError::ConsumerCommit(RDKafkaErrorCode::OperationTimedOut);
        match told.recv_timeout(timeout).unwrap_or(Err(timed_out)) {
            Ok(()) | Err(KafkaError::ConsumerCommit(RDKafkaErrorCode::NoOffset)) => Ok(()),
            Err(source) => Err(RequestError::new("cannot commit the last offsets", source)),
        }
    }

    /// INVARIANT: only [`Source::leave`] takes the consumer, and only `close` and `drop` call it.
    fn consumer(&self) -> &BaseConsumer<SourceContext> {
        self.consumer.as_ref().expect("the consumer is there until the source is gone")
    }

    /// Carries out the rebalance that the caller has dealt with.
    fn finish_rebalance(&self) {
        if let Some((rebalance, starts)) = self.in_hand.take() {
            finish(self.consumer(), &rebalance, &starts);
        }
    }

    /// The next thing that happened, and when it is a rebalance, takes it in hand.
    fn next_happening(&self) -> Option<Polled<'static>> {
        let rebalance = match self.consumer().context().next_happening()? {
            Happening::Notice(notice) => return Some(Polled::Notice(notice)),
            Happening::Rebalance(rebalance) => rebalance,
        };
        let polled = match rebalance.clone() {
            Rebalance::Assign(partitions) => Polled::Assigned(partitions),
            Rebalance::Revoke { partitions, lost } => {
                self.paused.borrow_mut().retain(|paused| !partitions.contains(paused));
                if lost { Polled::Lost(partitions) } else { Polled::Revoked(partitions) }
            }
        };
        *self.in_hand.borrow_mut() = Some((rebalance, BTreeMap::new()));
        Some(polled)
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        if let Err(error) = self.leave(DROP_LIMIT) {
            tracing::debug!(%error, "left the group without a close");
        }
    }
}

fn finish(
    consumer: &BaseConsumer<SourceContext>,
    rebalance: &Rebalance,
    starts: &BTreeMap<Partition, u64>,
) {
    if let Err(error) = carry_out(consumer, rebalance, starts) {
        // The group has moved on meanwhile; it says with another rebalance what holds now.
        tracing::warn!(%error, ?rebalance, "the group did not take the rebalance");
    }
}

/// Carries out every rebalance that waits, so that the consumer can leave.
fn finish_all(consumer: &BaseConsumer<SourceContext>, in_hand: InHand) {
    if let Some((rebalance, starts)) = in_hand {
        finish(consumer, &rebalance, &starts);
    }
    while let Some(happening) = consumer.context().next_happening() {
        if let Happening::Rebalance(rebalance) = happening {
            finish(consumer, &rebalance, &BTreeMap::new());
        }
    }
}

/// The offset that a list holds for a partition, when it is one.
pub(crate) fn offset_in(list: &TopicPartitionList, partition: &Partition) -> Option<u64> {
    let element = list.find_partition(&partition.topic, partition.raw_number())?;
    match element.offset() {
        Offset::Offset(offset) => u64::try_from(offset).ok(),
        _ => None,
    }
}
