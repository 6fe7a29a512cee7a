//! Questions and orders to the cluster outside the stream: topics, their ends, a group's offsets.

use std::{
    fmt,
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig, ClientContext,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, Consumer, ConsumerContext},
    error::{KafkaError, RDKafkaErrorCode},
};

use crate::{
    Connection, Partition, RequestError,
    client::{ConnectError, Environment},
    link, partition,
    source::offset_in,
};

/// How often a new topic is asked for until it shows.
const METADATA_INTERVAL: Duration = Duration::from_millis(20);
/// Between two questions to a group whose coordinator is not there yet.
const COORDINATOR_PAUSE: Duration = Duration::from_millis(100);

/// A client for requests.
pub struct Admin {
    settings: ClientConfig,
    orders: AdminClient<Quiet>,
    questions: BaseConsumer<Quiet>,
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin").finish_non_exhaustive()
    }
}

/// Sends librdkafka's log lines where all others go; errors come back from the requests.
struct Quiet;

impl ClientContext for Quiet {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        link::log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::debug!(%error, reason, "request");
    }
}

impl ConsumerContext for Quiet {}

impl Admin {
    /// Makes a client. Returns at once.
    ///
    /// # Errors
    /// The configuration is wrong, or its password cannot be read.
    pub fn connect(connection: Connection<'_>, env: Environment<'_>) -> Result<Self, ConnectError> {
        let settings = connection.plain_client(env)?;
        let orders = settings.create_with_context(Quiet)?;
        let questions = settings.create_with_context(Quiet)?;
        Ok(Self { settings, orders, questions })
    }

    /// Creates a topic with the broker's default replication, and waits until brokers show it to clients.
    /// Returns false when it exists already.
    ///
    /// # Errors
    /// The cluster did not answer in time, or it refused.
    pub fn create_topic(
        &self,
        topic: &str,
        partitions: u32,
        timeout: Duration,
    ) -> Result<bool, RequestError> {
        let failed = |source| RequestError::new(format!("cannot create `{topic}`"), source);
        let count = i32::try_from(partitions).unwrap_or(i32::MAX);
        let new = NewTopic::new(topic, count, TopicReplication::Fixed(-1));
        let options =
            AdminOptions::new().request_timeout(Some(timeout)).operation_timeout(Some(timeout));
        let results = block_on(self.orders.create_topics([&new], &options)).map_err(failed)?;
        match results.into_iter().next() {
            None | Some(Ok(_)) => self.wait_for_topic(topic, timeout).map(|()| true),
            Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) => Ok(false),
            Some(Err((_, code))) => Err(failed(KafkaError::AdminOp(code))),
        }
    }

    /// A topic is created before every broker has heard of it.
    fn wait_for_topic(&self, topic: &str, timeout: Duration) -> Result<(), RequestError> {
        let deadline = Instant::now() + timeout;
        loop {
            match self.partitions(topic, timeout) {
                Ok(partitions) if !partitions.is_empty() => return Ok(()),
                Err(error) if Instant::now() > deadline => return Err(error),
                _ => thread::sleep(METADATA_INTERVAL),
            }
        }
    }

    /// The partitions of a topic.
    ///
    /// # Errors
    /// The cluster did not answer in time, or there is no such topic.
    pub fn partitions(
        &self,
        topic: &str,
        timeout: Duration,
    ) -> Result<Vec<Partition>, RequestError> {
        let failed = |source| RequestError::new(format!("cannot look at `{topic}`"), source);
        let metadata = self.questions.fetch_metadata(Some(topic), timeout).map_err(failed)?;
        let Some(found) = metadata.topics().first() else { return Ok(Vec::new()) };
        if let Some(error) = found.error() {
            return Err(failed(KafkaError::MetadataFetch(error.into())));
        }
        let mut partitions: Vec<Partition> = found
            .partitions()
            .iter()
            .map(|found| Partition::new(topic, partition::unsigned(found.id())))
            .collect();
        partitions.sort();
        Ok(partitions)
    }

    /// The offset of the oldest record that is kept, and the one the next record will have.
    ///
    /// # Errors
    /// The cluster did not answer in time, or there is no such partition.
    pub fn watermarks(
        &self,
        partition: &Partition,
        timeout: Duration,
    ) -> Result<(u64, u64), RequestError> {
        let (low, high) = self
            .questions
            .fetch_watermarks(&partition.topic, partition.raw_number(), timeout)
            .map_err(|source| RequestError::new(format!("no ends of `{partition}`"), source))?;
        Ok((u64::try_from(low).unwrap_or_default(), u64::try_from(high).unwrap_or_default()))
    }

    /// The offset that a group has committed for a partition, when it has.
    ///
    /// # Errors
    /// The cluster did not answer in time.
    pub fn committed(
        &self,
        group: &str,
        partition: &Partition,
        timeout: Duration,
    ) -> Result<Option<u64>, RequestError> {
        let failed = |source| RequestError::new(format!("no offset of group `{group}`"), source);
        let member: BaseConsumer<Quiet> = self
            .settings
            .clone()
            .set("group.id", group)
            .create_with_context(Quiet)
            .map_err(failed)?;
        let begun = Instant::now();
        loop {
            let left = timeout.saturating_sub(begun.elapsed());
            match member.committed_offsets(partition::to_list([partition]), left) {
                Ok(list) => return Ok(offset_in(&list, partition)),
                Err(error) if coordinator_is_coming(&error) && !left.is_zero() => {
                    thread::sleep(COORDINATOR_PAUSE);
                }
                Err(error) => return Err(failed(error)),
            }
        }
    }
}

/// True while a cluster is still finding or loading the coordinator of a group, as a young one does.
fn coordinator_is_coming(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::NotCoordinator
                | RDKafkaErrorCode::CoordinatorNotAvailable
                | RDKafkaErrorCode::CoordinatorLoadInProgress
        )
    )
}

/// Waits for a future on this thread. librdkafka's threads complete it.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
