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

use anyhow::Result;
use gait_decide::Alert;
use gait_decode::{Arena, Decoded, Decoder, Reject};
use gait_engine::{Control, Engine, EngineConfig, Evicted, Input, Outbox, SlotId};
use gait_event::Origin;
use gait_observe::{Lap, Stage, StageRecorder};
use gait_scope::Finding;

pub(crate) use baits::{CanaryEntry, compile_canaries, load_canaries, load_entries};
pub(crate) use bot_keys::load_bot_keys;
pub(crate) use files::{FileReader, Intake, Outcome};
pub(crate) use grants::load_grants;
pub(crate) use history::History;
pub(crate) use judged::{Controls, FileOutlet, Judged};
pub(crate) use judges::{EngineMaker, decode_config, load_pack, load_sites};
pub(crate) use lines::{Lines, SharedStdout, is_stdout, shared_stdout};
pub(crate) use recognition::decoder_for;
pub(crate) use rejects::{DeadLetter, Late, RejectSummary, Rejects};

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
    /// Times a few records on their way, where anybody looks at that.
    stages: Option<StageRecorder>,
    lap: Option<Lap>,
    /// The last record that was taken.
    position: Option<Origin>,
}

impl Pipeline {
    /// A pipeline that has seen nothing.
    pub(crate) fn new(config: EngineConfig) -> Self {
        let (engine, outbox) = (Engine::new(config), Outbox::default());
        Self { engine, outbox, arena: Arena::new(), stages: None, lap: None, position: None }
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

    /// Changes what judges the records from now on.
    pub(crate) fn control(&mut self, control: Control) {
        self.engine.step(Input::Control(control), &mut self.outbox);
    }

    /// Takes one record: a line or a Kafka value.
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
        self.position = Some(origin);
        self.lap = self.stages.as_mut().map(StageRecorder::sample);
        let mut kept = Ok(());
        let mut arena = std::mem::take(&mut self.arena);
        decoder.decode(record, origin, &arena, &mut |decoded| {
            self.take(decoded, outlet, &mut kept);
        });
        arena.reset();
        self.arena = arena;
        kept?;
        self.hand_over(outlet)
    }

    /// Ends an input: an unfinished record is rejected.
    ///
    /// # Errors
    /// The outlet cannot take a result.
    pub(crate) fn finish(&mut self, decoder: &mut Decoder, outlet: &mut dyn Outlet) -> Result<()> {
        let mut kept = Ok(());
        let arena = Arena::new();
        decoder.finish(&arena, &mut |decoded| self.take(decoded, outlet, &mut kept));
        kept?;
        self.hand_over(outlet)
    }

    /// `kept` is how keeping records went so far.
    fn take(&mut self, decoded: Decoded<'_>, outlet: &mut dyn Outlet, kept: &mut Result<()>) {
        match decoded {
            Decoded::Event(mut event, record) => {
                self.passed(Stage::Decode);
                self.engine.step(Input::Event(&mut event), &mut self.outbox);
                self.passed(Stage::Engine);
                if let Some(origin) = self.outbox.late.pop()
                    && kept.is_ok()
                {
                    *kept = outlet.late(&Late { origin, record });
                }
            }
            Decoded::Reject(reject) if kept.is_ok() => *kept = outlet.reject(&reject),
            Decoded::Reject(_) => {}
        }
    }

    fn passed(&mut self, stage: Stage) {
        if let (Some(stages), Some(lap)) = (&mut self.stages, &mut self.lap) {
            stages.lap(lap, stage);
        }
    }

    /// Gives the outlet what came out, while slots still belong to the clients they are named for.
    fn hand_over(&mut self, outlet: &mut dyn Outlet) -> Result<()> {
        let Self { engine, outbox, .. } = self;
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
        outbox.clear();
        Ok(())
    }
}
