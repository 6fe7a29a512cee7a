//! One partition of Kafka: its engine, its decoder, and which record a dead letter is.

use anyhow::{Context, Result};
use gait_decode::{DecodeConfig, Decoder, Reject, RejectReason};
use gait_event::Origin;
use gait_kafka::{Partition, Record, Rejection};
use gait_observe::{DeadLetterReason, Stage};

use super::{StreamOutlet, outlet::Kept};
use crate::{
    live::EngineView,
    pipeline::{Outlet, Pipeline, decoder_for},
};

/// Records that `auto` looks at.
const SAMPLE_RECORDS: usize = 200;

/// One partition: its own engine and decoder.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) partition: Partition,
    pub(super) pipeline: Pipeline,
    pub(super) view: EngineView,
    decoder: Option<Decoder>,
    /// Where in the batch the records stand that were taken from it, in the order of their offsets.
    taken: Vec<usize>,
}

impl Lane {
    /// A partition of which nothing was read.
    pub(super) fn new(partition: Partition, pipeline: Pipeline, view: EngineView) -> Self {
        Self { partition, pipeline, view, decoder: None, taken: Vec::new() }
    }

    /// Whether a record is of this partition.
    pub(super) fn has(&self, record: &Record<'_>) -> bool {
        record.partition() == self.partition.number && *record.topic() == *self.partition.topic
    }

    /// Takes the record at `at` of a batch, together with others of the batch: no later than [`Lane::flush`].
    ///
    /// # Errors
    /// A sink failed for good, or the field map does not fit the format.
    pub(super) fn take(
        &mut self,
        decode: &DecodeConfig,
        batch: &[Record<'_>],
        at: usize,
        outlet: &mut StreamOutlet,
    ) -> Result<()> {
        let record = &batch[at];
        let payload = record.payload().unwrap_or_default();
        let origin = Origin { partition: record.partition(), offset: record.offset() };
        if self.decoder.is_none() {
            self.decoder = self.find_decoder(decode, &batch[at..])?;
            if let Some(decoder) = &self.decoder {
                outlet.live().format(decoder.format());
            }
        }
        self.taken.push(at);
        match &mut self.decoder {
            Some(decoder) => self.pipeline.gather(decoder, payload, origin, outlet)?,
            None => outlet.reject(&Reject {
                origin,
                reason: RejectReason::WrongFormat,
                field: None,
                column: None,
                record: payload,
            })?,
        }
        self.keep(batch, outlet)
    }

    /// Judges what waits of a batch; returns the offset after its last record, if any of it was taken.
    ///
    /// # Errors
    /// A sink failed for good.
    pub(super) fn flush(
        &mut self,
        batch: &[Record<'_>],
        outlet: &mut StreamOutlet,
    ) -> Result<Option<u64>> {
        let Some(last) = self.taken.last() else { return Ok(None) };
        let next_offset = batch[*last].offset() + 1;
        if let Some(decoder) = &mut self.decoder {
            self.pipeline.flush(decoder, outlet)?;
        }
        self.keep(batch, outlet)?;
        self.taken.clear();
        Ok(Some(next_offset))
    }

    /// Writes the dead letters that wait, each with the record that it is.
    fn keep(&self, batch: &[Record<'_>], outlet: &mut StreamOutlet) -> Result<()> {
        let mut told = Vec::new();
        for Kept { origin, reason, message, line } in outlet.take_kept() {
            let found = self.taken.binary_search_by_key(&origin.offset, |at| batch[*at].offset());
            let found = found.ok().context("a dead letter is of a record that was not taken")?;
            // A value of many lines stands whole on the dead-letter topic: there once for each reason will do.
            if outlet.sinks().keeps_records() && told.contains(&(origin.offset, reason)) {
                continue;
            }
            told.push((origin.offset, reason));
            tracing::debug!(partition = %self.partition, ?origin, message, "kept as a dead letter");
            outlet.live().kept(reason);
            let (label, stage) = (reason.label(), stage_of(reason));
            let rejection = Rejection { label, message: &message, stage };
            outlet.sinks().dead_letter(&batch[self.taken[found]], rejection, &line)?;
        }
        Ok(())
    }

    /// The decoder for this partition, by its next records; `None` while `auto` does not know them.
    fn find_decoder(
        &self,
        decode: &DecodeConfig,
        records: &[Record<'_>],
    ) -> Result<Option<Decoder>> {
        let same = records.iter().filter(|record| self.has(record));
        let sample: Vec<&[u8]> = same.filter_map(Record::payload).take(SAMPLE_RECORDS).collect();
        let partition = &self.partition;
        match decoder_for(decode, &sample)? {
            Ok((decoder, Some(recognised))) => {
                let (format, why) = (recognised.format, recognised.why);
                tracing::info!(%partition, %format, why, "recognised");
                Ok(Some(decoder))
            }
            Ok((decoder, None)) => Ok(Some(decoder)),
            Err(unrecognised) => {
                tracing::warn!(%partition, %unrecognised, "rejected: the format is not known");
                Ok(None)
            }
        }
    }
}

/// The part of a dead letter's headers that says where the record was found wanting.
fn stage_of(reason: DeadLetterReason) -> &'static str {
    match reason {
        DeadLetterReason::Rejected(_) => Stage::Decode.as_str(),
        DeadLetterReason::Late => Stage::Engine.as_str(),
    }
}
