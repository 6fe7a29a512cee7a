//! What is to be said about the connection to the cluster: each change once.
//!
//! librdkafka reconnects by itself and reports every attempt that failed. A person wants to know that the
//! cluster went away, and that it came back.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use rdkafka::{config::RDKafkaLogLevel, error::RDKafkaErrorCode, statistics::Statistics};

/// A change of the connection, told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// No broker can be reached. Nothing is lost; it goes on when one comes back.
    Unreachable {
        /// The last thing that failed.
        reason: String,
    },
    /// A broker can be reached again.
    Reachable,
    /// Something else is wrong that librdkafka goes on trying, for example a topic that does not exist or
    /// a password that is refused. Said again only after things went well in between.
    Trouble {
        /// What is wrong.
        reason: String,
    },
}

/// The state of one client's connection.
#[derive(Debug, Default)]
pub(crate) struct Link {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    down: bool,
    /// Codes of the troubles that were told.
    told: BTreeSet<i32>,
}

impl Link {
    /// Takes an error that librdkafka goes on with.
    pub(crate) fn failed(&self, code: RDKafkaErrorCode, reason: &str) -> Option<Notice> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match code {
            RDKafkaErrorCode::AllBrokersDown => {
                let news = !std::mem::replace(&mut state.down, true);
                news.then(|| Notice::Unreachable { reason: reason.to_owned() })
            }
            // One broker or one attempt; when no broker is left, the code above follows.
            RDKafkaErrorCode::BrokerTransportFailure
            | RDKafkaErrorCode::Resolve
            | RDKafkaErrorCode::OperationTimedOut
            | RDKafkaErrorCode::RequestTimedOut => None,
            _ => state
                .told
                .insert(code as i32)
                .then(|| Notice::Trouble { reason: format!("{code}: {reason}") }),
        }
    }

    /// Takes that a broker answered.
    pub(crate) fn reached(&self) -> Option<Notice> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut state.down).then_some(Notice::Reachable)
    }

    /// Takes that records flow, so that a trouble is news again.
    pub(crate) fn flowing(&self) -> Option<Notice> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.told.clear();
        std::mem::take(&mut state.down).then_some(Notice::Reachable)
    }

    /// Takes statistics: a broker that is up was reached.
    pub(crate) fn measured(&self, statistics: &Statistics) -> Option<Notice> {
        let up = statistics.brokers.values().any(|broker| broker.state == "UP");
        if up { self.reached() } else { None }
    }
}

/// Hands a log line of librdkafka on. What matters in them comes as an error too, so they are for debugging.
pub(crate) fn log(level: RDKafkaLogLevel, facility: &str, message: &str) {
    if matches!(level, RDKafkaLogLevel::Debug) {
        tracing::trace!(target: "librdkafka", facility, "{message}");
    } else {
        tracing::debug!(target: "librdkafka", ?level, facility, "{message}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_told_once() {
        let link = Link::default();
        assert_eq!(link.reached(), None);
        let down = || link.failed(RDKafkaErrorCode::AllBrokersDown, "1/1 brokers are down");
        assert_eq!(down(), Some(Notice::Unreachable { reason: "1/1 brokers are down".into() }));
        assert_eq!(down(), None);
        assert_eq!(link.failed(RDKafkaErrorCode::BrokerTransportFailure, "refused"), None);
        assert_eq!(link.reached(), Some(Notice::Reachable));
        assert_eq!(link.reached(), None);
    }

    #[test]
    fn a_trouble_is_news_again_after_records_flowed() {
        let link = Link::default();
        let trouble = || link.failed(RDKafkaErrorCode::UnknownTopicOrPartition, "no `t`").is_some();
        assert!(trouble() && !trouble());
        assert_eq!(link.flowing(), None);
        assert!(trouble());
    }
}
