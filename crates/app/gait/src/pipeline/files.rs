//! Files and standard input as a source: found, opened, recognised, read to their end.
//!
//! What one file cannot give does not keep the others from being read.

use std::fs;

use anyhow::Result;
use gait_decode::{DecodeConfig, Decoder, FormatChoice, FormatId, Recognised, Unrecognised};
use gait_event::Origin;
use gait_logfile::{Input, More, Reader, expand};

use super::decoder_for;
use crate::{
    stdin::StoppableStdin,
    stop::Stop,
    terminal::{Progress, counted},
};

/// Records that `auto` looks at, and fewer where somebody waits for the first results.
const SAMPLE_RECORDS: usize = 200;
const SAMPLE_RECORDS_STREAM: usize = 20;

/// How reading went.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Files that were read, to their end or not.
    pub(crate) files: usize,
    /// What could not be read, said in full.
    pub(crate) unreadable: Vec<String>,
    /// How many of those are in no known format.
    pub(crate) unrecognised: usize,
}

/// What files are read into, record by record.
pub(crate) trait Intake {
    /// Records from now on are from this file, in this format.
    fn file(&mut self, name: &str, format: FormatId);

    /// Takes one record.
    ///
    /// # Errors
    /// What became of it cannot be written.
    fn record(&mut self, decoder: &mut Decoder, record: &[u8], origin: Origin) -> Result<()>;

    /// The file ended: an unfinished record is rejected.
    ///
    /// # Errors
    /// What became of it cannot be written.
    fn finish(&mut self, decoder: &mut Decoder) -> Result<()>;

    /// A batch of records was taken; so many, of so many bytes.
    ///
    /// # Errors
    /// What was kept back cannot be written.
    fn batch_end(&mut self, _decoder: &mut Decoder, _records: u64, _bytes: u64) -> Result<()> {
        Ok(())
    }
}

/// Reads files, one after the other.
pub(crate) struct FileReader<'r> {
    decode: &'r DecodeConfig,
    intake: &'r mut dyn Intake,
    progress: &'r Progress,
    outcome: Outcome,
    /// The format of the file before, and how many files before it had it too.
    chosen: Option<(FormatId, u64)>,
    /// What was last said about mapping a file.
    advised: Option<String>,
    done_bytes: u64,
    stop: Option<&'r Stop>,
}

impl<'r> FileReader<'r> {
    /// A reader that has read nothing.
    pub(crate) fn new(
        decode: &'r DecodeConfig,
        intake: &'r mut dyn Intake,
        progress: &'r Progress,
    ) -> Self {
        let outcome = Outcome::default();
        Self {
            decode,
            intake,
            progress,
            outcome,
            chosen: None,
            advised: None,
            done_bytes: 0,
            stop: None,
        }
    }

    /// Ends reading, as if everything had ended, when asked to stop.
    pub(crate) fn stop_on(&mut self, stop: &'r Stop) {
        self.stop = Some(stop);
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_some_and(Stop::is_asked)
    }

    /// Reads everything the arguments name, in order.
    ///
    /// # Errors
    /// The intake cannot write what it must, or the configuration fits no log at all.
    pub(crate) fn read(mut self, arguments: &[String]) -> Result<Outcome> {
        let inputs = self.find(arguments);
        self.progress.expect(inputs.iter().map(stored_bytes).sum());
        for (partition, input) in (0..).zip(&inputs) {
            if self.is_stopped() {
                break;
            }
            self.file(partition, input)?;
        }
        self.tell_more();
        Ok(self.outcome)
    }

    /// The inputs that the arguments name; standard input once, however often it is named.
    fn find(&mut self, arguments: &[String]) -> Vec<Input> {
        let mut inputs = Vec::new();
        for argument in arguments {
            match expand([argument]) {
                Ok(found) if found == [Input::Stdin] && inputs.contains(&Input::Stdin) => {}
                Ok(found) => inputs.extend(found),
                Err(error) => self.unreadable(error.to_string()),
            }
        }
        inputs
    }

    fn unreadable(&mut self, what: String) {
        self.progress.say(&format!("gait: {what}"));
        self.outcome.unreadable.push(what);
    }

    fn file(&mut self, partition: u32, input: &Input) -> Result<()> {
        let name = input.to_string();
        self.progress.reading(&name);
        let opened = match (input, self.stop) {
            (Input::Stdin, Some(stop)) => {
                Reader::from_source(name.clone(), StoppableStdin::new(stop), None)
            }
            _ => Reader::open(input),
        };
        let mut reader = match opened {
            Ok(reader) => reader,
            Err(error) => {
                self.unreadable(error.to_string());
                return Ok(());
            }
        };
        let Some(mut decoder) = self.decoder(&name, &mut reader)? else { return Ok(()) };
        self.intake.file(&name, decoder.format());
        self.outcome.files += 1;
        self.records(&mut reader, &mut decoder, partition)?;
        self.intake.finish(&mut decoder)?;
        self.intake.batch_end(&mut decoder, 0, 0)?;
        self.done_bytes += reader.progress().read_bytes;
        Ok(())
    }

    /// The decoder for one file; `None` when there is nothing to decode in it or `auto` cannot place it.
    fn decoder(&mut self, name: &str, reader: &mut Reader) -> Result<Option<Decoder>> {
        let sample = match self.decode.format {
            FormatChoice::Auto if self.stop.is_some() => reader.sample(SAMPLE_RECORDS_STREAM),
            FormatChoice::Auto => reader.sample(SAMPLE_RECORDS),
            FormatChoice::Named(_) => Vec::new(),
        };
        let sample: Vec<&[u8]> = sample.iter().map(Vec::as_slice).collect();
        let blank = sample.iter().all(|record| record.trim_ascii().is_empty());
        if self.decode.format == FormatChoice::Auto && blank {
            self.nothing_in(name, reader);
            return Ok(None);
        }
        match decoder_for(self.decode, &sample)? {
            Ok((decoder, None)) => Ok(Some(decoder)),
            Ok((decoder, Some(recognised))) => {
                self.chose(name, &recognised);
                Ok(Some(decoder))
            }
            Err(unrecognised) => {
                self.not_recognised(name, unrecognised);
                Ok(None)
            }
        }
    }

    /// A file without a record: empty, or broken before the first.
    fn nothing_in(&mut self, name: &str, reader: &mut Reader) {
        match reader.next_batch(&mut |_| {}) {
            Ok(_) => {
                self.outcome.files += 1;
                self.progress.say(&format!("{name}: empty"));
            }
            Err(error) => self.unreadable(error.to_string()),
        }
    }

    fn records(
        &mut self,
        reader: &mut Reader,
        decoder: &mut Decoder,
        partition: u32,
    ) -> Result<()> {
        loop {
            let mut taken = Ok(());
            let (mut records, mut bytes) = (0, 0);
            let more = reader.next_batch(&mut |record| {
                records += 1;
                bytes += record.bytes.len() as u64;
                if taken.is_ok() {
                    let origin = Origin { partition, offset: record.line };
                    taken = self.intake.record(decoder, record.bytes, origin);
                }
            });
            taken?;
            self.intake.batch_end(decoder, records, bytes)?;
            self.progress.at(self.done_bytes + reader.progress().read_bytes);
            match more {
                Ok(More::Yes) if self.is_stopped() => return Ok(()),
                Ok(More::Yes) => {}
                Ok(More::No) => return Ok(()),
                Err(error) => {
                    self.unreadable(error.to_string());
                    return Ok(());
                }
            }
        }
    }

    /// Says what `auto` chose: in full when it is not what the file before was, else only counted.
    fn chose(&mut self, name: &str, recognised: &Recognised) {
        if let Some((format, more)) = &mut self.chosen
            && *format == recognised.format
        {
            *more += 1;
            return;
        }
        self.tell_more();
        self.progress.say(&format!("{name}: {} ({})", recognised.format, recognised.why));
        self.chosen = Some((recognised.format, 0));
    }

    /// Says how many files followed that were read alike.
    fn tell_more(&mut self) {
        if let Some((format, more)) = self.chosen.take()
            && more > 0
        {
            self.progress.say(&format!("{} more: {format}", counted(more, "file")));
        }
    }

    /// Says what `auto` saw instead of a format; the same advice is given once.
    fn not_recognised(&mut self, name: &str, unrecognised: Unrecognised) {
        self.outcome.unrecognised += 1;
        let known = self.advised.as_ref() == Some(&unrecognised.hint);
        self.unreadable(if known {
            format!("`{name}` is in no known format either; the same field map should fit")
        } else {
            format!("`{name}` is in no known format: {unrecognised}")
        });
        self.advised = Some(unrecognised.hint);
    }
}

/// The stored length of an input, 0 when it is not known.
fn stored_bytes(input: &Input) -> u64 {
    match input {
        Input::File(path) => fs::metadata(path).map_or(0, |meta| meta.len()),
        Input::Stdin => 0,
    }
}
