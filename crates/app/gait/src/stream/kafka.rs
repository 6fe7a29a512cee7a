//! Kafka as a source: an engine per partition, offsets stored when the sinks have acknowledged.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use gait_decode::DecodeConfig;
use gait_kafka::{Partition, Polled, Record, Source, Ticket};
use gait_observe::Stage;

use super::{StreamOutlet, lane::Lane};
use crate::{
    control::{Change, Steering},
    pipeline::EngineMaker,
    stop::Stop,
};

/// How long a look at the source lasts when nothing comes.
const POLL_WAIT: Duration = Duration::from_millis(100);

/// How long the last commit may take.
const CLOSE_WAIT: Duration = Duration::from_secs(30);

/// Reads until asked to stop, then publishes, waits for the sinks and commits.
///
/// # Errors
/// The source or a sink failed for good. What was not acknowledged is not committed.
pub(crate) fn consume(
    source: Source,
    decode: &DecodeConfig,
    engines: &EngineMaker,
    outlet: &mut StreamOutlet,
    steering: &mut Steering,
    in_flight_max: u64,
    stop: &Stop,
) -> Result<()> {
    let mut lanes = Lanes {
        decode,
        engines: engines.clone(),
        outlet,
        steering,
        all: Vec::new(),
        waiting: VecDeque::new(),
        in_flight_max,
        holding: false,
    };
    while !stop.is_asked() {
        lanes.store_acknowledged(&source);
        lanes.hold_or_go_on(&source)?;
        lanes.steer()?;
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
    steering: &'s mut Steering,
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
            self.steering.begin(&partition.to_string())?;
            let mut pipeline = self.engines.pipeline();
            pipeline.time(self.outlet.live().stages());
            let view = self.outlet.live().view(partition.number);
            self.all.push(Lane::new(partition, pipeline, view));
        }
        Ok(())
    }

    /// Lets what changed take effect on what comes from now on, in every partition.
    fn steer(&mut self) -> Result<()> {
        for change in self.steering.poll() {
            match &change {
                Change::Sites(sites) => self.engines.sites = Arc::clone(sites),
                Change::Grants(book) => self.engines.grants = Some(Arc::new(book.grants())),
                Change::Remark(_) => {}
            }
            let lanes = self.all.iter_mut();
            let pipelines = lanes.map(|lane| (lane.partition.to_string(), &mut lane.pipeline));
            self.steering.change(&change, pipelines, self.outlet)?;
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
        let mut lane = 0;
        for (at, record) in records.iter().enumerate() {
            // Records of one partition come together, mostly.
            if !self.all.get(lane).is_some_and(|lane| lane.has(record)) {
                lane = self
                    .all
                    .iter()
                    .position(|lane| lane.has(record))
                    .context("Kafka gave a record of a partition that is not assigned")?;
            }
            self.all[lane].take(self.decode, records, at, self.outlet)?;
        }
        let mut taken = Vec::new();
        for lane in &mut self.all {
            if let Some(next_offset) = lane.flush(records, self.outlet)? {
                taken.push((lane.partition.clone(), next_offset));
            }
        }
        let bytes = records.iter().map(|r| r.payload().map_or(0, |p| p.len() as u64)).sum();
        self.show(records.len() as u64, bytes);
        let mark = self.outlet.mark()?;
        self.waiting.extend(taken.into_iter().map(|(partition, next_offset)| Waiting {
            mark,
            partition,
            next_offset,
        }));
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
