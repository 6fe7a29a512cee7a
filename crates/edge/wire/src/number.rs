//! How values of the engine are written: words and hexadecimal as text, scores with one decimal, evidence in
//! nats with three.

use std::fmt::Display;

use gait_classify::Score;
use serde::{Serialize, Serializer};

/// Writes a value as the text that `Display` gives: times, ids, hashes, words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<T>(pub(crate) T);

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Percent with one decimal, as a number: 99.3, 50.0.
pub(crate) fn percent(score: Score) -> f64 {
    score.percent()
}

/// Thousandths of a nat as nats, to three decimals.
pub(crate) fn nats(millinats: i32) -> f64 {
    f64::from(millinats) / 1000.0
}

/// Appends `value` as JSON without a line end.
pub(crate) fn append(value: &impl Serialize, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("text and numbers are written to memory");
}
