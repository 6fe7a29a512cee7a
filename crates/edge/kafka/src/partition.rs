//! The name of one partition.

use std::{fmt, sync::Arc};

use rdkafka::TopicPartitionList;

/// One partition of one topic. Cheap to clone; ordered by topic, then number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition {
    /// The topic.
    pub topic: Arc<str>,
    /// The number within the topic, from 0.
    pub number: u32,
}

impl Partition {
    /// Names a partition.
    #[must_use]
    pub fn new(topic: &str, number: u32) -> Self {
        Self { topic: topic.into(), number }
    }

    /// The number as librdkafka has it.
    pub(crate) fn raw_number(&self) -> i32 {
        i32::try_from(self.number).unwrap_or(i32::MAX)
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.topic, self.number)
    }
}

/// The partitions of a list that librdkafka gives.
pub(crate) fn from_list(list: &TopicPartitionList) -> Vec<Partition> {
    list.elements()
        .iter()
        .map(|element| Partition::new(element.topic(), unsigned(element.partition())))
        .collect()
}

/// A list as librdkafka takes it, without offsets.
pub(crate) fn to_list<'a>(
    partitions: impl IntoIterator<Item = &'a Partition>,
) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    for partition in partitions {
        list.add_partition(&partition.topic, partition.raw_number());
    }
    list
}

/// A partition number of librdkafka; negative ones stand only for "any", which no record has.
pub(crate) fn unsigned(number: i32) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
