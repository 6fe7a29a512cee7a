//! Kafka source, sinks and dead letters
