//! Inputs: lines of the simulated gateway, the golden samples of every format, and a crowd of clients.

use std::{fmt::Write as _, fs, io, path::Path};

use gait_decode::{DecodeConfig, FieldMap, FormatChoice, FormatId};
use gait_event::EventTime;
use gait_sim::{Mix, Persona, Scenario, SimEvent, Simulation};
use memchr::memchr_iter;

/// When every simulated log begins, µs since the Unix epoch.
const START: EventTime = EventTime(1_795_000_000_000_000);

/// Requests that a visitor of the demo's mix makes on average; the rest is made up for by a longer mix.
const EVENTS_PER_CLIENT: u32 = 60;

/// The first `count` requests of a simulated day with the demo's mix of visitors.
pub fn events(count: u32) -> impl Iterator<Item = SimEvent> {
    let mix = Mix::demo().scaled_to((count / EVENTS_PER_CLIENT).max(240));
    simulated(mix).take(count as usize)
}

/// One request of each of `count` clients, none of whom is declared.
pub fn crowd(count: u32) -> impl Iterator<Item = SimEvent> {
    let fetchers = Mix::of(&[(Persona::FetchAgent, count)]);
    let mut seen = 0;
    simulated(fetchers).filter(move |event| {
        // Clients are numbered as they come, so a first request is one of a number not yet seen.
        let first = event.client >= seen;
        seen = seen.max(event.client + 1);
        first
    })
}

fn simulated(mix: Mix) -> Simulation {
    let day = Scenario { start: START, span_s: 86_400, mix, ..Scenario::default() };
    Simulation::new(&day)
}

/// Requests as JSON lines of the `gait` NGINX log format.
pub fn json_lines(events: impl Iterator<Item = SimEvent>) -> Vec<u8> {
    let mut lines = Vec::new();
    events.for_each(|event| event.write_nginx_json(&mut lines));
    lines
}

/// Requests as lines of the combined log format.
pub fn combined_lines(events: impl Iterator<Item = SimEvent>) -> Vec<u8> {
    let mut lines = String::new();
    for sim_event in events {
        let event = sim_event.event();
        let second = sim_event.logged_at().0 / 1_000_000 % 60;
        let referer = event.referer.unwrap_or("-");
        let user_agent = event.user_agent.unwrap_or("-");
        // Writing to memory cannot fail.
        let _ = writeln!(
            lines,
            r#"{} - - [22/Nov/2026:13:38:{second:02} +0000] "GET {} HTTP/1.1" {} {} "{referer}" "{user_agent}""#,
            event.ip, event.target, event.status, event.response_bytes
        );
    }
    lines.into_bytes()
}

/// The lines of a text, without their ends, cut the way a source cuts them, so that the cutting is no part of
/// what is measured.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    let ends = memchr_iter(b'\n', text).chain([text.len()]);
    let cut = ends.map(move |end| text.get(std::mem::replace(&mut start, end + 1)..end));
    cut.flatten().filter(|line| !line.is_empty())
}

/// How a format is decoded.
#[must_use]
pub fn decode_config(format: FormatId) -> DecodeConfig {
    DecodeConfig { format: FormatChoice::Named(format), ..DecodeConfig::default() }
}

/// The golden sample of a format: how to decode it, and its text.
///
/// # Errors
/// When the sample cannot be read.
pub fn golden(format: FormatId) -> io::Result<(DecodeConfig, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/golden/formats");
    let mut config = decode_config(format);
    if format == FormatId::Json {
        let map = fs::read_to_string(folder.join("json.toml"))?;
        config.field_map = Some(toml::from_str::<FieldMap>(&map).map_err(io::Error::other)?);
    }
    Ok((config, fs::read(folder.join(format!("{format}.log")))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_crowd_is_one_request_from_each_of_many() {
        let clients: BTreeSet<u32> = crowd(3000).map(|event| event.client).collect();
        let count = crowd(3000).count();
        assert_eq!(clients.len(), count);
        assert!(count > 2900, "{count}");
    }

    #[test]
    fn there_are_as_many_lines_as_events() {
        assert_eq!(lines(&json_lines(events(5000))).count(), 5000);
        assert_eq!(lines(&combined_lines(events(5000))).count(), 5000);
    }

    #[test]
    fn every_format_has_a_golden_sample() {
        for format in FormatId::ALL {
            let (_, text) = golden(*format).unwrap();
            assert!(lines(&text).count() > 0, "{format}");
        }
    }
}
