//! One record as the broker holds it, borrowed from librdkafka's memory.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rdkafka::{
    Message,
    message::{BorrowedHeaders, BorrowedMessage, Headers as _, OwnedHeaders},
};

use crate::partition::unsigned;

/// One record. Its bytes are freed when it is dropped, and librdkafka stops fetching while too many are held.
#[derive(Debug)]
pub struct Record<'a> {
    message: BorrowedMessage<'a>,
}

impl<'a> Record<'a> {
    pub(crate) fn new(message: BorrowedMessage<'a>) -> Self {
        Self { message }
    }

    /// The topic it was read from.
    #[must_use]
    pub fn topic(&self) -> &str {
        self.message.topic()
    }

    /// The partition it was read from.
    #[must_use]
    pub fn partition(&self) -> u32 {
        unsigned(self.message.partition())
    }

    /// Its offset. Offsets rise within a partition, with gaps.
    #[must_use]
    pub fn offset(&self) -> u64 {
        u64::try_from(self.message.offset()).unwrap_or_default()
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> Option<&[u8]> {
        self.message.key()
    }

    /// Its value; `None` is a tombstone.
    #[must_use]
    pub fn payload(&self) -> Option<&[u8]> {
        self.message.payload()
    }

    /// Milliseconds since the epoch as the producer or the broker says. Never a time between requests.
    #[must_use]
    pub fn timestamp_ms(&self) -> Option<i64> {
        self.message.timestamp().to_millis()
    }

    /// Its headers.
    #[must_use]
    pub fn headers(&self) -> Headers<'_> {
        Headers { inner: self.message.headers() }
    }
}

/// The headers of a record, in order. Names may repeat.
#[derive(Clone, Copy)]
pub struct Headers<'a> {
    inner: Option<&'a BorrowedHeaders>,
}

impl std::fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> Headers<'a> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.map_or(0, BorrowedHeaders::count)
    }

    /// True when there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Name and value of each. A header whose name is not UTF-8 is left out here, though not in dead letters.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, Option<&'a [u8]>)> + use<'a> {
        let inner = self.inner;
        (0..self.len()).filter_map(move |at| {
            // The binding panics on a name that is not UTF-8, and names come from whoever may produce.
            let read =
                catch_unwind(AssertUnwindSafe(|| inner.and_then(|headers| headers.try_get(at))));
            read.ok().flatten().map(|header| (header.key, header.value))
        })
    }

    /// The value of the last header of that name; the last one counts in Kafka.
    #[must_use]
    pub fn last(&self, name: &str) -> Option<&'a [u8]> {
        self.iter().filter(|(key, _)| *key == name).last().and_then(|(_, value)| value)
    }

    /// A copy, byte for byte, that can be sent on.
    pub(crate) fn copy(self) -> OwnedHeaders {
        self.inner.map_or_else(OwnedHeaders::new, BorrowedHeaders::detach)
    }
}
