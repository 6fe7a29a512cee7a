//! `gait doctor`: what logs let Gaitkeeper see, and what to log instead.

use std::io::{self, Write};

use anyhow::Result;
use gait_engine::{Engine, Input, Outbox};
use gait_event::Event;

use crate::{
    cli::{Doctor, Output},
    examination::{Counted, Examination},
    exit::Exit,
    pipeline::{EngineMaker, FileReader, History, decode_config},
    terminal::Progress,
};

/// Examines the logs and prints what was found.
pub(crate) fn run(args: &Doctor) -> Result<Exit> {
    let decode = decode_config(&args.judging)?;
    let maker = EngineMaker::of(&args.judging)?;
    let mut engine = Engine::new(maker.engine_config());
    let (mut outbox, mut examination) = (Outbox::default(), Examination::default());
    let progress = Progress::new();
    let mut observe = |event: &mut Event<'_>| {
        examination.event(event);
        engine.step(Input::Event(event), &mut outbox);
        outbox.clear();
    };
    let mut history = History::new(&mut observe, &progress);
    let read = FileReader::new(&decode, &mut history, &progress).read(&args.inputs)?;
    progress.finish();
    let (formats, rejects) = (history.formats, history.rejects.summary());
    engine.verdicts().for_each(|verdict| examination.client(&verdict));
    let (reordered, late) = (engine.stats().events_reordered, engine.stats().events_late);
    let formats = formats.into_iter().collect();
    let report = examination.report(&maker.pack, Counted { formats, rejects, reordered, late });
    let text = match args.output {
        Output::Text => report.text(),
        Output::Json => serde_json::to_string(&report)? + "\n",
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(if read.unreadable.is_empty() { Exit::Done } else { Exit::Unreadable })
}
