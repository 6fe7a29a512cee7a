//! Where an event stands in its log. Canonical order is `(partition, offset)`, never event time.

/// The position of one record: Kafka partition and offset, or file number and line number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Kafka partition, or the index of the file in the order the files are read (from 0).
    pub partition: u32,
    /// Kafka offset (from 0), or the line number in the decompressed file (from 1).
    pub offset: u64,
}
