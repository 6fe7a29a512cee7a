//! Files as a history: every event handed over, nobody judged. Reads the same files as often as it is asked.

use anyhow::Result;
use gait_decode::{DecodeConfig, Decoded, Decoder, FormatChoice};
use gait_event::{Event, Origin};
use gait_logfile::{Input, More, Reader, expand};

use super::{Rejects, recognition::decoder_for};
use crate::terminal::Progress;

/// Records that `auto` looks at.
const SAMPLE_RECORDS: usize = 200;

/// What reading a history came to.
#[derive(Debug)]
pub(crate) struct HistoryRead {
    pub(crate) events: u64,
    pub(crate) rejects: Rejects,
    /// What could not be read, said in full.
    pub(crate) unreadable: Vec<String>,
}

/// Hands every event of the files to `take`, in order.
///
/// # Errors
/// The configuration fits no log at all.
pub(crate) fn read_history(
    decode: &DecodeConfig,
    arguments: &[String],
    progress: &Progress,
    take: &mut dyn FnMut(&mut Event<'_>),
) -> Result<HistoryRead> {
    let mut read =
        HistoryRead { events: 0, rejects: Rejects::kept_in(None), unreadable: Vec::new() };
    let mut inputs = Vec::new();
    for argument in arguments {
        match expand([argument]) {
            Ok(found) => inputs.extend(found),
            Err(error) => read.unreadable.push(error.to_string()),
        }
    }
    for (partition, input) in (0..).zip(&inputs) {
        progress.reading(&input.to_string());
        if let Err(error) = read.file(decode, partition, input, take)? {
            read.unreadable.push(error);
        }
    }
    Ok(read)
}

impl HistoryRead {
    /// Reads one file. Inside: why it could not be read to its end.
    fn file(
        &mut self,
        decode: &DecodeConfig,
        partition: u32,
        input: &Input,
        take: &mut dyn FnMut(&mut Event<'_>),
    ) -> Result<Result<(), String>> {
        let name = input.to_string();
        let mut reader = match Reader::open(input) {
            Ok(reader) => reader,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let sample = match decode.format {
            FormatChoice::Auto => reader.sample(SAMPLE_RECORDS),
            FormatChoice::Named(_) => Vec::new(),
        };
        let sample: Vec<&[u8]> = sample.iter().map(Vec::as_slice).collect();
        let blank = sample.iter().all(|record| record.trim_ascii().is_empty());
        if decode.format == FormatChoice::Auto && blank {
            let end = reader.next_batch(&mut |_| {});
            return Ok(end.map(|_| ()).map_err(|error| error.to_string()));
        }
        let mut decoder = match decoder_for(decode, &sample)? {
            Ok((decoder, _)) => decoder,
            Err(unrecognised) => {
                return Ok(Err(format!("`{name}` is in no known format: {unrecognised}")));
            }
        };
        self.records(&name, &mut reader, &mut decoder, partition, take)
    }

    fn records(
        &mut self,
        name: &str,
        reader: &mut Reader,
        decoder: &mut Decoder,
        partition: u32,
        take: &mut dyn FnMut(&mut Event<'_>),
    ) -> Result<Result<(), String>> {
        let mut kept = Ok(());
        let ended = loop {
            let more = reader.next_batch(&mut |record| {
                let origin = Origin { partition, offset: record.line };
                decoder.decode(record.bytes, origin, &mut |decoded| {
                    self.take(name, decoded, take, &mut kept);
                });
            });
            match more {
                Ok(More::Yes) => {}
                Ok(More::No) => break Ok(()),
                Err(error) => break Err(error.to_string()),
            }
        };
        decoder.finish(&mut |decoded| self.take(name, decoded, take, &mut kept));
        kept.map(|()| ended)
    }

    fn take(
        &mut self,
        name: &str,
        decoded: Decoded<'_>,
        take: &mut dyn FnMut(&mut Event<'_>),
        kept: &mut Result<()>,
    ) {
        match decoded {
            Decoded::Event(mut event, _) => {
                self.events += 1;
                take(&mut event);
            }
            Decoded::Reject(reject) => {
                if let Err(error) = self.rejects.take(name, &reject) {
                    *kept = Err(error);
                }
            }
        }
    }
}
