//! Assessments to verdicts and alerts with deterministic ids
