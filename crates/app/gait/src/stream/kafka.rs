//! Kafka as a source: an engine per partition, offsets stored when the sinks have acknowledged.

use std::{collections::VecDeque, time::Duration};

use anyhow::{Context, Result};
use gait_decode::{DecodeConfig, Decoder, Reject, RejectReason};
use gait_event::Origin;
use gait_kafka::{Partition, Polled, Record, Rejection, Source, Ticket};
use gait_observe::{DeadLetterReason, Stage};

use super::{StreamOutlet, outlet::Kept};
use crate::{
    control::Reload,
    live::EngineView,
    pipeline::{EngineMaker, Outlet, Pipeline, decoder_for},
    stop::Stop,
};

/// How long a look at the source lasts when nothing comes.
const POLL_WAIT: Duration = Duration::from_millis(100);

/// How long the last commit may take.
const CLOSE_WAIT: Duration = Duration::from_secs(30);

/// Records that `auto` looks at.
const SAMPLE_RECORDS: usize = 200;

/// Reads until asked to stop, then publishes, waits for the sinks and commits.
///
/// # Errors
/// The source or a sink failed for good. What was not acknowledged is not committed.
pub(crate) fn consume(
    source: Source,
    decode: &DecodeConfig,
    engines: &EngineMaker,
    outlet: &mut StreamOutlet,
    reload: &mut Reload,
    in_flight_max: u64,
    stop: &Stop,
) -> Result<()> {
    let mut lanes = Lanes {
        decode,
        engines: engines.clone(),
        outlet,
        reload,
        all: Vec::new(),
        waiting: VecDeque::new(),
        in_flight_max,
        holding: false,
    };
    while !stop.is_asked() {
        lanes.store_acknowledged(&source);
        lanes.hold_or_go_on(&source)?;
        lanes.reload()?;
        let polled = lanes.outlet.live().timed(Stage::Read, || source.poll(POLL_WAIT))?;
        match polled {
            Polled::Idle => lanes.idle()?,
            Polled::Records(records) => lanes.records(&records)?,
            Polled::Assigned(partitions) => lanes.assigned(&source, partitions)?,
            Polled::Revoked(partitions) => lanes.revoked(&source, &partitions)?,
            Polled::Lost(partitions) => lanes.lost(&partitions),
            Polled::Notice(notice) => tracing::warn!(?notice, "the source's Kafka"),
        }
        lanes.show_lag(&source);
    }
    tracing::info!("stopping: the last results are written");
    let all = lanes.partitions();
    lanes.revoked(&source, &all)?;
    source.close(CLOSE_WAIT)?;
    Ok(())
}

/// One partition: its own engine and decoder.
#[derive(Debug)]
struct Lane {
    partition: Partition,
    pipeline: Pipeline,
    decoder: Option<Decoder>,
    view: EngineView,
    /// The offset after the last record that was taken since the last mark.
    next_offset: Option<u64>,
}

impl Lane {
    fn has(&self, record: &Record<'_>) -> bool {
        record.partition() == self.partition.number && *record.topic() == *self.partition.topic
    }
}

/// Records whose results are on their way.
#[derive(Debug)]
struct Waiting {
    mark: Ticket,
    partition: Partition,
    next_offset: u64,
}

/// The partitions of this process and what they share.
struct Lanes<'s> {
    decode: &'s DecodeConfig,
    engines: EngineMaker,
    outlet: &'s mut StreamOutlet,
    reload: &'s mut Reload,
    all: Vec<Lane>,
    waiting: VecDeque<Waiting>,
    in_flight_max: u64,
    holding: bool,
}

impl Lanes<'_> {
    fn assigned(&mut self, source: &Source, partitions: Vec<Partition>) -> Result<()> {
        if self.holding {
            source.pause(&partitions)?;
        }
        for partition in partitions {
            tracing::info!(%partition, "assigned");
            self.reload.begin(&partition.to_string())?;
            let mut pipeline = self.engines.pipeline();
            pipeline.time(self.outlet.live().stages());
            let view = self.outlet.live().view(partition.number);
            let lane = Lane { partition, pipeline, decoder: None, view, next_offset: None };
            self.all.push(lane);
        }
        Ok(())
    }

    /// Lets a changed site model judge what comes from now on, in every partition.
    fn reload(&mut self) -> Result<()> {
        let Some(sites) = self.reload.poll() else { return Ok(()) };
        self.engines.sites = sites;
        for lane in &mut self.all {
            self.reload.change(&lane.partition.to_string(), &mut lane.pipeline)?;
        }
        Ok(())
    }

    fn partitions(&self) -> Vec<Partition> {
        self.all.iter().map(|lane| lane.partition.clone()).collect()
    }

    /// Finishes partitions that go to another process or end with this one.
    fn revoked(&mut self, source: &Source, partitions: &[Partition]) -> Result<()> {
        for lane in self.all.iter().filter(|lane| partitions.contains(&lane.partition)) {
            self.outlet.publish_all(lane.pipeline.engine())?;
            tracing::info!(partition = %lane.partition, "given back");
        }
        self.outlet.sinks().drain()?;
        self.store_acknowledged(source);
        self.lost(partitions);
        Ok(())
    }

    /// Forgets partitions that another process already has.
    fn lost(&mut self, partitions: &[Partition]) {
        self.all.retain(|lane| !partitions.contains(&lane.partition));
        self.waiting.retain(|waiting| !partitions.contains(&waiting.partition));
        self.outlet.live().gave_up(partitions);
    }

    fn show_lag(&mut self, source: &Source) {
        let Self { all, outlet, .. } = self;
        outlet.live().lag(source, |partition| all.iter().any(|lane| lane.partition == *partition));
    }

    /// Shows a batch, and from time to time the gauges.
    fn show(&mut self, records: u64, bytes: u64) {
        let mut events = 0;
        let due = self.outlet.live().is_due();
        for lane in &mut self.all {
            events += lane.view.batch(lane.pipeline.engine(), self.outlet.live(), due);
        }
        self.outlet.live().batch(records, bytes, events);
    }

    fn idle(&mut self) -> Result<()> {
        self.show(0, 0);
        self.outlet.sinks().tell_notices();
        self.outlet.sinks().mark()?;
        Ok(())
    }

    fn records(&mut self, records: &[Record<'_>]) -> Result<()> {
        for at in 0..records.len() {
            self.record(&records[at..])?;
        }
        let bytes = records.iter().map(|r| r.payload().map_or(0, |p| p.len() as u64)).sum();
        self.show(records.len() as u64, bytes);
        let mark = self.outlet.mark()?;
        for lane in &mut self.all {
            if let Some(next_offset) = lane.next_offset.take() {
                let partition = lane.partition.clone();
                self.waiting.push_back(Waiting { mark, partition, next_offset });
            }
        }
        Ok(())
    }

    /// Takes the first of some records; the others are what `auto` can look at.
    fn record(&mut self, records: &[Record<'_>]) -> Result<()> {
        let Some(record) = records.first() else { return Ok(()) };
        let lane = self
            .all
            .iter_mut()
            .find(|lane| lane.has(record))
            .context("Kafka gave a record of a partition that is not assigned")?;
        let payload = record.payload().unwrap_or_default();
        let origin = Origin { partition: record.partition(), offset: record.offset() };
        if lane.decoder.is_none() {
            lane.decoder = find_decoder(self.decode, lane, records)?;
            if let Some(decoder) = &lane.decoder {
                self.outlet.live().format(decoder.format());
            }
        }
        match &mut lane.decoder {
            Some(decoder) => lane.pipeline.feed(decoder, payload, origin, self.outlet)?,
            None => self.outlet.reject(&Reject {
                origin,
                reason: RejectReason::WrongFormat,
                field: None,
                column: None,
                record: payload,
            })?,
        }
        lane.next_offset = Some(record.offset() + 1);
        let mut told = Vec::new();
        for Kept { reason, message, line } in self.outlet.take_kept() {
            // A value of many lines stands whole on the dead-letter topic: there once for each reason will do.
            if self.outlet.sinks().keeps_records() && told.contains(&reason) {
                continue;
            }
            told.push(reason);
            tracing::debug!(partition = %lane.partition, ?origin, message, "kept as a dead letter");
            self.outlet.live().kept(reason);
            let (label, stage) = (reason.label(), stage_of(reason));
            let rejection = Rejection { label, message: &message, stage };
            self.outlet.sinks().dead_letter(record, rejection, &line)?;
        }
        Ok(())
    }

    /// Stores the offsets of everything that has arrived; librdkafka commits them.
    fn store_acknowledged(&mut self, source: &Source) {
        let acknowledged = self.outlet.sinks().acknowledged();
        while self.waiting.front().is_some_and(|waiting| waiting.mark <= acknowledged) {
            if let Some(Waiting { partition, next_offset, .. }) = self.waiting.pop_front() {
                source.store_offset(&partition, next_offset);
            }
        }
    }

    /// Stops fetching while the sinks are far behind, and goes on when they have caught up.
    fn hold_or_go_on(&mut self, source: &Source) -> Result<()> {
        let in_flight = self.outlet.sinks().in_flight();
        let all = self.partitions();
        if !self.holding && in_flight > self.in_flight_max / 2 {
            tracing::info!(in_flight, "reading pauses: the sinks are behind");
            source.pause(&all)?;
            self.holding = true;
        } else if self.holding && in_flight < self.in_flight_max / 8 {
            tracing::info!("reading goes on");
            source.resume(&all)?;
            self.holding = false;
        }
        Ok(())
    }
}

/// The part of a dead letter's headers that says where the record was found wanting.
fn stage_of(reason: DeadLetterReason) -> &'static str {
    match reason {
        DeadLetterReason::Rejected(_) => Stage::Decode.as_str(),
        DeadLetterReason::Late => Stage::Engine.as_str(),
    }
}

/// The decoder for a partition, by its next records; `None` while `auto` does not know them.
fn find_decoder(
    decode: &DecodeConfig,
    lane: &Lane,
    records: &[Record<'_>],
) -> Result<Option<Decoder>> {
    let same = records.iter().filter(|record| lane.has(record));
    let sample: Vec<&[u8]> = same.filter_map(Record::payload).take(SAMPLE_RECORDS).collect();
    let partition = &lane.partition;
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
