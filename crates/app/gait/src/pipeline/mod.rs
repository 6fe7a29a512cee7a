//! The one way of a record: decode, engine, outlet. Replay, stream and demo differ in where records come
//! from and in what their outlet does with results.

mod baits;
mod bot_keys;
mod files;
mod grants;
mod history;
mod judged;
mod judges;
mod lines;
mod recognition;
mod rejects;
mod window;

use anyhow::Result;
use gait_decide::Alert;
use gait_decode::{Arena, Decoded, Decoder, Reject};
use gait_engine::{Control, Engine, EngineConfig, Evicted, Input, LOOKAHEAD, Outbox, SlotId};
use gait_event::{Event, Origin};
use gait_observe::{Lap, Stage, StageRecorder};
use gait_scope::Finding;

pub(crate) use baits::{CanaryEntry, compile_canaries, load_canaries, load_entries};
pub(crate) use bot_keys::load_bot_keys;
pub(crate) use files::{FileReader, Intake, Outcome};
pub(crate) use grants::{grant_files, load_grants};
pub(crate) use history::History;
pub(crate) use judged::{Controls, FileOutlet, Judged};
pub(crate) use judges::{EngineMaker, decode_config, load_pack, load_sites};
pub(crate) use lines::{Lines, SharedStdout, is_stdout, shared_stdout};
pub(crate) use recognition::decoder_for;
pub(crate) use rejects::{DeadLetter, Late, RejectSummary, Rejects};
use window::Window;

/// Who takes what comes out of the pipeline.
pub(crate) trait Outlet {
    /// A record that gave no event.
    fn reject(&mut self, reject: &Reject<'_>) -> Result<()>;

    /// An event that was counted and came too late for its client's clocks. Whoever keeps records keeps this.
    fn late(&mut self, _late: &Late<'_>) -> Result<()> {
        Ok(())
    }

    /// An alert that opened, changed or closed.
    fn alert(&mut self, alert: &Alert) -> Result<()>;

    /// What an identified agent did outside of its grant.
    fn finding(&mut self, _finding: &Finding) -> Result<()> {
        Ok(())
    }

    /// The last verdict on a client that had to make room.
    fn evicted(&mut self, evicted: &Evicted) -> Result<()>;

    /// A client whose published class or score changed.
    fn assessed(&mut self, _engine: &Engine, _client: SlotId) -> Result<()> {
        Ok(())
    }
}

/// The engine and what came out of its last steps.
#[derive(Debug)]
pub(crate) struct Pipeline {
    engine: Engine,
    outbox: Outbox,
    /// Text that decoding makes, until the engine has seen it.
    arena: Arena,
    /// Records that wait for others.
    window: Window,
    /// Times a few records on their way, where anybody looks at that.
    stages: Option<StageRecorder>,
    /// The last record that was taken.
    position: Option<Origin>,
}

impl Pipeline {
    /// A pipeline that has seen nothing.
    pub(crate) fn new(config: EngineConfig) -> Self {
        Self {
            engine: Engine::new(config),
            outbox: Outbox::default(),
            arena: Arena::new(),
            window: Window::default(),
            stages: None,
            position: None,
        }
    }

    /// Times a few records on their way from now on.
    pub(crate) fn time(&mut self, stages: StageRecorder) {
        self.stages = Some(stages);
    }

    /// The engine, to be read.
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The last record that was taken, whatever became of it.
    pub(crate) fn position(&self) -> Option<Origin> {
        self.position
    }

    /// Changes what judges the records from now on. The caller has flushed those before.
    ///
    /// # Errors
    /// The outlet cannot take a result.
    pub(crate) fn control(&mut self, control: Control, outlet: &mut dyn Outlet) -> Result<()> {
        debug_assert!(self.window.is_empty(), "what waits would be judged by what came after it");
        self.engine.step(Input::Control(control), &mut self.outbox);
        let handed = hand_over(&self.engine, &mut self.outbox, b"", outlet);
        self.outbox.clear();
        handed
    }

    /// Takes one record at once: a line or a Kafka value.
    ///
    /// # Errors
    /// The outlet cannot take a result.
    pub(crate) fn feed(
        &mut self,
        decoder: &mut Decoder,
        record: &[u8],
        origin: Origin,
        outlet: &mut dyn Outlet,
    ) -> Result<()> {
        self.flush(decoder, outlet)?;
        self.position = Some(origin);
        let lap = self.stages.as_mut().map(StageRecorder::sample);
        self.alone(decoder, record, origin, lap, outlet)
    }

    /// Takes one record together with others: no later than the next [`Pipeline::flush`], with the same
    /// decoder. Results are the same as those of [`Pipeline::feed`] and cost less.
    ///
    /// # Errors
    /// The outlet cannot take a result.
    pub(crate) fn gather(
        &mut self,
        decoder: &mut Decoder,
        record: &[u8],
        origin: Origin,
        outlet: &mut dyn Outlet,
    ) -> Result<()> {
        self.position = Some(origin);
        let lap = self.stages.as_mut().map(StageRecorder::sample);
        if lap.as_ref().is_some_and(Lap::is_running) {
            self.flush(decoder, outlet)?;
            return self.alone(decoder, record, origin, lap, outlet);
        }
        self.window.push(record, origin);
        if self.window.is_full() { self.flush(decoder, outlet) } else { Ok(()) }
    }

    /// Takes the records that wait for others.
    ///
    /// # Errors
    /// The outlet cannot take a result.
    pub(crate) fn flush(&mut self, decoder: &mut Decoder, outlet: &mut dyn Outlet) -> Result<()> {
        if self.window.is_empty() {
            return Ok(());
        }
        let mut window = std::mem::take(&mut self.window);
        let taken = self.with_arena(|pipeline, arena| {
            let mut batch = Batch::with_room_for(LOOKAHEAD);
            for (record, origin) in window.records() {
                decoder.decode(record, origin, arena, &mut |decoded| {
                    batch.take(decoded, outlet);
                });
            }
            pipeline.judge(batch, None, outlet)
        });
        window.clear();
        self.window = window;
        taken
    }

    /// Ends an input: an unfinished record is rejected.
    ///
    /// # Errors
    /// The outlet cannot take a result.
    pub(crate) fn finish(&mut self, decoder: &mut Decoder, outlet: &mut dyn Outlet) -> Result<()> {
        self.flush(decoder, outlet)?;
        self.with_arena(|pipeline, arena| {
            let mut batch = Batch::default();
            decoder.finish(arena, &mut |decoded| batch.take(decoded, outlet));
            pipeline.judge(batch, None, outlet)
        })
    }

    /// One record by itself, timed if the stopwatch runs.
    fn alone(
        &mut self,
        decoder: &mut Decoder,
        record: &[u8],
        origin: Origin,
        mut lap: Option<Lap>,
        outlet: &mut dyn Outlet,
    ) -> Result<()> {
        self.with_arena(|pipeline, arena| {
            let mut batch = Batch::default();
            decoder.decode(record, origin, arena, &mut |decoded| batch.take(decoded, outlet));
            pipeline.passed(&mut lap, Stage::Decode);
            pipeline.judge(batch, lap, outlet)
        })
    }

    /// Lends the arena out; the room is free again afterwards.
    fn with_arena<T>(&mut self, work: impl FnOnce(&mut Self, &Arena) -> T) -> T {
        let mut arena = std::mem::take(&mut self.arena);
        let done = work(self, &arena);
        arena.reset();
        self.arena = arena;
        done
    }

    /// Shows the engine what was decoded, and the outlet what comes of each event.
    fn judge(
        &mut self,
        batch: Batch<'_>,
        mut lap: Option<Lap>,
        outlet: &mut dyn Outlet,
    ) -> Result<()> {
        let Batch { mut events, lines, mut kept } = batch;
        self.engine.step_batch(&mut events, &mut self.outbox, |engine, outbox, at| {
            if kept.is_ok() {
                kept = hand_over(engine, outbox, lines[at], outlet);
            }
            outbox.clear();
        });
        self.passed(&mut lap, Stage::Engine);
        kept
    }

    fn passed(&mut self, lap: &mut Option<Lap>, stage: Stage) {
        if let (Some(stages), Some(lap)) = (&mut self.stages, lap) {
            stages.lap(lap, stage);
        }
    }
}

/// What some records became, until the engine sees it.
#[derive(Debug)]
struct Batch<'r> {
    events: Vec<Event<'r>>,
    /// The line of each event.
    lines: Vec<&'r [u8]>,
    /// How keeping the rejects went.
    kept: Result<()>,
}

impl Default for Batch<'_> {
    fn default() -> Self {
        Self::with_room_for(1)
    }
}

impl<'r> Batch<'r> {
    fn with_room_for(events: usize) -> Self {
        let (events, lines) = (Vec::with_capacity(events), Vec::with_capacity(events));
        Self { events, lines, kept: Ok(()) }
    }

    fn take(&mut self, decoded: Decoded<'_, 'r>, outlet: &mut dyn Outlet) {
        match decoded {
            Decoded::Event(event, line) => {
                self.events.push(event.clone());
                self.lines.push(line);
            }
            Decoded::Reject(reject) if self.kept.is_ok() => self.kept = outlet.reject(&reject),
            Decoded::Reject(_) => {}
        }
    }
}

/// Gives the outlet what came of one event or change, while slots still belong to the clients they are named for.
fn hand_over(
    engine: &Engine,
    outbox: &mut Outbox,
    record: &[u8],
    outlet: &mut dyn Outlet,
) -> Result<()> {
    if let Some(origin) = outbox.late.pop() {
        outlet.late(&Late { origin, record })?;
    }
    for finding in &outbox.findings {
        outlet.finding(finding)?;
    }
    for alert in &outbox.alerts {
        outlet.alert(alert)?;
    }
    for evicted in &outbox.evicted {
        outlet.evicted(evicted)?;
    }
    outbox.assessed.dedup();
    for client in &outbox.assessed {
        outlet.assessed(engine, *client)?;
    }
    Ok(())
}
