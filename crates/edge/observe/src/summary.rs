//! The summary of the stage durations: gathers what the threads recorded and tells quantiles of the last
//! minute or two, so that a slow hour yesterday does not hide a fast minute now, or the reverse.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use prometheus::{
    core::{Collector, Desc},
    proto,
};

use crate::{
    catalogue::STAGES,
    stage::{Durations, Slot, Stage, durations},
};

/// The present window becomes the previous one when it is this old.
const WINDOW: Duration = Duration::from_mins(1);

const QUANTILES: [f64; 4] = [0.5, 0.9, 0.99, 0.999];

const SECONDS_PER_NS: f64 = 1e-9;

/// Everything recorded so far, of all threads.
#[derive(Debug)]
struct Gathered {
    slots: Vec<Arc<Slot>>,
    current: Durations,
    previous: Durations,
    rotated: Instant,
    counts: [u64; Stage::ALL.len()],
    sums_s: [f64; Stage::ALL.len()],
}

/// The collector behind `gait_stage_duration_seconds`.
#[derive(Clone, Debug)]
pub(crate) struct StageSummary {
    desc: Desc,
    gathered: Arc<Mutex<Gathered>>,
}

impl StageSummary {
    pub(crate) fn new() -> prometheus::Result<Self> {
        let labels = STAGES.labels.iter().map(|label| label.name.to_owned()).collect();
        let desc = Desc::new(STAGES.name.into(), STAGES.help.into(), labels, HashMap::new())?;
        let gathered = Gathered {
            slots: Vec::new(),
            current: durations(),
            previous: durations(),
            rotated: Instant::now(),
            counts: [0; Stage::ALL.len()],
            sums_s: [0.0; Stage::ALL.len()],
        };
        Ok(Self { desc, gathered: Arc::new(Mutex::new(gathered)) })
    }

    /// A slot for one more thread. It is given up when its recorder is gone and gathered.
    pub(crate) fn slot(&self) -> Arc<Slot> {
        let slot = Arc::new(Slot::new());
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.slots.push(Arc::clone(&slot));
        slot
    }
}

impl Gathered {
    fn gather(&mut self, now: Instant) {
        if now.duration_since(self.rotated) >= WINDOW {
            std::mem::swap(&mut self.previous, &mut self.current);
            self.current.iter_mut().for_each(Histogram::reset);
            self.rotated = now;
        }
        let Self { slots, current, counts, sums_s, .. } = self;
        slots.retain(|slot| {
            // Looked at first: what a recorder wrote before it went is still gathered.
            let in_use = Arc::strong_count(slot) > 1;
            slot.drain(|recorded| {
                for (stage, new) in recorded.iter_mut().enumerate() {
                    counts[stage] += new.len();
                    sums_s[stage] += new.mean() * new.len() as f64 * SECONDS_PER_NS;
                    // All histograms have the same bounds, so adding cannot fail.
                    let _ = current[stage].add(&*new);
                    new.reset();
                }
            });
            in_use
        });
    }

    fn summary(&self, stage: Stage) -> proto::Summary {
        let at = stage as usize;
        let mut window = self.current[at].clone();
        let _ = window.add(&self.previous[at]);
        let mut summary = proto::Summary::default();
        summary.set_sample_count(self.counts[at]);
        summary.set_sample_sum(self.sums_s[at]);
        let quantiles = QUANTILES.map(|quantile| {
            let mut pair = proto::Quantile::default();
            pair.set_quantile(quantile);
            // The convention for "nothing in the window".
            let value = if window.is_empty() {
                f64::NAN
            } else {
                window.value_at_quantile(quantile) as f64 * SECONDS_PER_NS
            };
            pair.set_value(value);
            pair
        });
        summary.set_quantile(quantiles.to_vec());
        summary
    }
}

impl Collector for StageSummary {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.desc]
    }

    fn collect(&self) -> Vec<proto::MetricFamily> {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.gather(Instant::now());
        let metrics = Stage::ALL.map(|stage| {
            let mut label = proto::LabelPair::default();
            label.set_name("stage".into());
            label.set_value(stage.as_str().into());
            let mut metric = proto::Metric::from_label(vec![label]);
            metric.set_summary(gathered.summary(stage));
            metric
        });
        let mut family = proto::MetricFamily::default();
        family.set_name(STAGES.name.into());
        family.set_help(STAGES.help.into());
        family.set_field_type(proto::MetricType::SUMMARY);
        family.set_metric(metrics.to_vec());
        vec![family]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StageRecorder;

    /// Records `count` laps of nothing, then one of 20 ms, on a thread of its own that ends.
    fn record(summary: &StageSummary, count: u32) {
        let mut recorder = StageRecorder::new(summary.slot());
        std::thread::spawn(move || {
            for _ in 0..count {
                recorder.time(Stage::Sink, || ());
            }
            recorder.time(Stage::Sink, || std::thread::sleep(Duration::from_millis(20)));
        })
        .join()
        .unwrap();
    }

    #[test]
    fn threads_are_merged_and_gone_ones_are_given_up() {
        let summary = StageSummary::new().unwrap();
        record(&summary, 499);
        record(&summary, 499);
        let mut gathered = summary.gathered.lock().unwrap();
        gathered.gather(Instant::now());
        let told = gathered.summary(Stage::Sink);
        assert_eq!((told.sample_count(), gathered.slots.len()), (1000, 0));
        let values: Vec<f64> = told.get_quantile().iter().map(proto::Quantile::value).collect();
        assert!(values[0] < 0.01 && values[3] > 0.019, "{values:?}");
        assert!(told.sample_sum() > 0.039, "{}", told.sample_sum());
        assert!(gathered.summary(Stage::Read).get_quantile()[0].value().is_nan());
    }

    #[test]
    fn quantiles_forget_after_two_windows_and_counts_never() {
        let summary = StageSummary::new().unwrap();
        record(&summary, 9);
        let mut gathered = summary.gathered.lock().unwrap();
        let begin = gathered.rotated;
        gathered.gather(begin);
        gathered.gather(begin + WINDOW);
        assert!(!gathered.summary(Stage::Sink).get_quantile()[0].value().is_nan());
        gathered.gather(begin + WINDOW * 2);
        assert!(gathered.summary(Stage::Sink).get_quantile()[0].value().is_nan());
        assert_eq!(gathered.summary(Stage::Sink).sample_count(), 10);
    }
}
