//! Files and standard input as a stream: read once, or followed as they grow.

use std::{path::Path, time::Duration};

use anyhow::{Result, bail};
use gait_decode::{DecodeConfig, Decoder};
use gait_event::Origin;
use gait_logfile::{Follow, Follower, Input, StartAt, expand};

use super::StreamOutlet;
use crate::{
    control::Steering,
    pipeline::{Controls, FileOutlet, FileReader, Judged, Outcome, Pipeline, decoder_for},
    stop::Stop,
    terminal::Progress,
};

/// How long one file is looked at before it is the next one's turn.
const LOOK: Duration = Duration::from_millis(100);

/// Records that are looked at before a followed file's format is said to be unknown.
const SAMPLE_RECORDS: usize = 20;

/// Reads inputs to their end.
///
/// # Errors
/// A sink failed for good.
pub(crate) fn read_once(
    arguments: &[String],
    decode: &DecodeConfig,
    pipeline: &mut Pipeline,
    outlet: &mut StreamOutlet,
    steering: &mut Steering,
    stop: &Stop,
) -> Result<Outcome> {
    let progress = Progress::new();
    let mut judged = Judged { pipeline, outlet, controls: Some(steering) };
    let mut reader = FileReader::new(decode, &mut judged, &progress);
    reader.stop_on(stop);
    let read = reader.read(arguments);
    progress.finish();
    read
}

/// Follows files until asked to stop.
///
/// # Errors
/// A path names nothing, a file cannot be followed or has no known format, or a sink failed for good.
pub(crate) fn follow(
    arguments: &[String],
    start_at: StartAt,
    decode: &DecodeConfig,
    pipeline: &mut Pipeline,
    outlet: &mut StreamOutlet,
    steering: &mut Steering,
    stop: &Stop,
) -> Result<()> {
    let mut files = Vec::new();
    for path in paths(arguments)? {
        let follower = Follower::new(Path::new(&path), start_at);
        files.push(Followed { path, follower, decoder: None, held: Vec::new() });
    }
    while !stop.is_asked() {
        for (partition, file) in (0..).zip(&mut files) {
            file.look(partition, decode, pipeline, outlet, stop)?;
            steering.between_batches(pipeline, outlet)?;
        }
    }
    Ok(())
}

/// The files to follow. One that does not exist yet is waited for, unless it is a pattern.
fn paths(arguments: &[String]) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for argument in arguments {
        if !argument.contains(['*', '?', '[']) && !Path::new(argument).is_dir() {
            paths.push(argument.clone());
            continue;
        }
        paths.extend(expand([argument])?.iter().map(Input::to_string));
    }
    Ok(paths)
}

/// A file that grows.
struct Followed {
    path: String,
    follower: Follower,
    decoder: Option<Decoder>,
    /// Records that came before the format was known, with their line.
    held: Vec<(u64, Vec<u8>)>,
}

impl Followed {
    fn look(
        &mut self,
        partition: u32,
        decode: &DecodeConfig,
        pipeline: &mut Pipeline,
        outlet: &mut StreamOutlet,
        stop: &Stop,
    ) -> Result<()> {
        let Self { follower, decoder, held, path } = self;
        outlet.begin(path);
        let mut taken = Ok(());
        let (mut records, mut bytes) = (0, 0);
        let looked = follower.next_batch(LOOK, stop.flag(), &mut |record| {
            records += 1;
            bytes += record.bytes.len() as u64;
            match decoder {
                Some(decoder) if taken.is_ok() => {
                    let origin = Origin { partition, offset: record.line };
                    taken = pipeline.gather(decoder, record.bytes, origin, outlet);
                }
                Some(_) => {}
                None => held.push((record.line, record.bytes.to_vec())),
            }
        })?;
        taken?;
        if let Some(decoder) = decoder {
            pipeline.flush(decoder, outlet)?;
        }
        outlet.batch_end(pipeline.engine(), records, bytes)?;
        if decoder.is_none() && !held.is_empty() {
            let waiting = looked != Follow::Idle && held.len() < SAMPLE_RECORDS;
            self.recognise(partition, decode, pipeline, outlet, waiting)?;
        }
        Ok(())
    }

    /// Finds the format by the records that are held, and takes them. `waiting`: more may come at once.
    fn recognise(
        &mut self,
        partition: u32,
        decode: &DecodeConfig,
        pipeline: &mut Pipeline,
        outlet: &mut StreamOutlet,
        waiting: bool,
    ) -> Result<()> {
        let sample: Vec<&[u8]> = self.held.iter().map(|(_, record)| record.as_slice()).collect();
        let mut decoder = match decoder_for(decode, &sample)? {
            Ok((decoder, _)) => decoder,
            Err(_) if waiting => return Ok(()),
            Err(unrecognised) => bail!("`{}` is in no known format: {unrecognised}", self.path),
        };
        tracing::info!(path = self.path, format = %decoder.format(), "followed");
        outlet.live().format(decoder.format());
        for (line, record) in std::mem::take(&mut self.held) {
            let origin = Origin { partition, offset: line };
            pipeline.gather(&mut decoder, &record, origin, outlet)?;
        }
        pipeline.flush(&mut decoder, outlet)?;
        self.decoder = Some(decoder);
        outlet.batch_end(pipeline.engine(), 0, 0)
    }
}
