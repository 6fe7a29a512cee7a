//! Files as a history: every event handed over, nobody judged.

use std::collections::BTreeSet;

use anyhow::Result;
use gait_decode::{Arena, Decoded, Decoder, FormatId};
use gait_event::{Event, Origin};

use super::{Intake, Rejects};
use crate::terminal::Progress;

/// Files whose events are handed to `take`, in order.
pub(crate) struct History<'h> {
    pub(crate) take: &'h mut dyn FnMut(&mut Event<'_>),
    pub(crate) progress: &'h Progress,
    pub(crate) events: u64,
    pub(crate) rejects: Rejects,
    /// The names of the formats that were read.
    pub(crate) formats: BTreeSet<&'static str>,
    file: String,
    arena: Arena,
}

impl<'h> History<'h> {
    /// A history of which nothing was read.
    pub(crate) fn new(take: &'h mut dyn FnMut(&mut Event<'_>), progress: &'h Progress) -> Self {
        let rejects = Rejects::kept_in(None);
        Self {
            take,
            progress,
            events: 0,
            rejects,
            formats: BTreeSet::new(),
            file: String::new(),
            arena: Arena::new(),
        }
    }

    fn take(&mut self, decoded: Decoded<'_, '_>, kept: &mut Result<()>) {
        match decoded {
            Decoded::Event(event, _) => {
                self.events += 1;
                (self.take)(event);
            }
            Decoded::Reject(reject) => match self.rejects.take(&self.file, &reject) {
                Ok(Some(line)) => self.progress.say(&line),
                Ok(None) => {}
                Err(error) => *kept = Err(error),
            },
        }
    }
}

impl Intake for History<'_> {
    fn file(&mut self, name: &str, format: FormatId) {
        self.formats.insert(format.name());
        name.clone_into(&mut self.file);
    }

    fn record(&mut self, decoder: &mut Decoder, record: &[u8], origin: Origin) -> Result<()> {
        let mut kept = Ok(());
        let mut arena = std::mem::take(&mut self.arena);
        decoder.decode(record, origin, &arena, &mut |decoded| self.take(decoded, &mut kept));
        arena.reset();
        self.arena = arena;
        kept
    }

    fn finish(&mut self, decoder: &mut Decoder) -> Result<()> {
        let mut kept = Ok(());
        decoder.finish(&Arena::new(), &mut |decoded| self.take(decoded, &mut kept));
        kept
    }
}
