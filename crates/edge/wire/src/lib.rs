//! The published JSON of verdicts and alerts
