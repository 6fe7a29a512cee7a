//! Files into the engine: every record through the pipeline, every result to the outlet.

use anyhow::Result;
use gait_decode::{Decoder, FormatId};
use gait_engine::Engine;
use gait_event::Origin;

use super::{Intake, Outlet, Pipeline};

/// An outlet that is told which file comes next.
pub(crate) trait FileOutlet: Outlet {
    /// Records from now on are from this file, in this format.
    fn file(&mut self, name: &str, format: FormatId);

    /// A batch of records was taken; so many, of so many bytes.
    ///
    /// # Errors
    /// What was kept back cannot be written.
    fn batch_end(&mut self, _engine: &Engine, _records: u64, _bytes: u64) -> Result<()> {
        Ok(())
    }
}

/// Who changes what judges while files are read.
pub(crate) trait Controls {
    /// True when something changes before the record at `next`.
    fn is_due(&self, _next: Origin) -> bool {
        false
    }

    /// Changes what is due before the record at `next`. Everything before it was taken.
    ///
    /// # Errors
    /// What came of a change cannot be written.
    fn before_record(
        &mut self,
        _next: Origin,
        _pipeline: &mut Pipeline,
        _outlet: &mut dyn Outlet,
    ) -> Result<()> {
        Ok(())
    }

    /// A batch of records was taken.
    ///
    /// # Errors
    /// A change, or what came of it, cannot be written down.
    fn between_batches(
        &mut self,
        _pipeline: &mut Pipeline,
        _outlet: &mut dyn Outlet,
    ) -> Result<()> {
        Ok(())
    }

    /// Everything was read.
    ///
    /// # Errors
    /// What came of a change cannot be written.
    fn at_end(&mut self, _pipeline: &mut Pipeline, _outlet: &mut dyn Outlet) -> Result<()> {
        Ok(())
    }
}

/// Files that are judged.
pub(crate) struct Judged<'j> {
    pub(crate) pipeline: &'j mut Pipeline,
    pub(crate) outlet: &'j mut dyn FileOutlet,
    pub(crate) controls: Option<&'j mut dyn Controls>,
}

impl Intake for Judged<'_> {
    fn file(&mut self, name: &str, format: FormatId) {
        self.outlet.file(name, format);
    }

    fn record(&mut self, decoder: &mut Decoder, record: &[u8], origin: Origin) -> Result<()> {
        if let Some(controls) = &mut self.controls
            && controls.is_due(origin)
        {
            self.pipeline.flush(decoder, self.outlet)?;
            controls.before_record(origin, self.pipeline, self.outlet)?;
        }
        self.pipeline.gather(decoder, record, origin, self.outlet)
    }

    fn finish(&mut self, decoder: &mut Decoder) -> Result<()> {
        self.pipeline.finish(decoder, self.outlet)
    }

    fn batch_end(&mut self, decoder: &mut Decoder, records: u64, bytes: u64) -> Result<()> {
        self.pipeline.flush(decoder, self.outlet)?;
        self.outlet.batch_end(self.pipeline.engine(), records, bytes)?;
        match &mut self.controls {
            Some(controls) => controls.between_batches(self.pipeline, self.outlet),
            None => Ok(()),
        }
    }
}
