//! The pure core in process: decoding, the update of a state, the score, and the engine as a whole.

use gait_benches::{
    cpu, input,
    report::{Row, Unit},
    work::{self, Judge, Updates},
};
use gait_decode::{Decoder, FormatId};

use crate::{
    Outcome,
    logs::{Log, Logs},
    size::Size,
};

/// Parsing a JSON line into typed fields with sonic-rs, ns.
const JSON_FLOOR_NS: f64 = 310.0;
/// A hand-written parser of a combined line, ns.
const COMBINED_FLOOR_NS: f64 = 69.0;
/// Parsing, a lookup in the client table, state and score, ns.
const ENGINE_FLOOR_NS: f64 = 310.0 + 70.0 + 240.0;
/// Update and score of a fixed-size state, with ten thousand and with a million clients, ns.
const STATE_FLOORS_NS: (f64, f64) = (239.0, 352.0);

pub(crate) fn rows(size: &Size, logs: &Logs) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for log in &logs.json {
        rows.push(whole_engine(size, log)?.floor(ENGINE_FLOOR_NS).budget_per_second(1e6));
    }
    for log in &logs.json {
        rows.push(decode(size, log)?.floor(JSON_FLOOR_NS));
    }
    for log in &logs.combined {
        rows.push(decode(size, log)?.floor(COMBINED_FLOOR_NS).budget_per_second(5e6));
    }
    for format in FormatId::ALL {
        rows.push(golden(size, *format)?);
    }
    rows.extend(judging(size)?);
    Ok(rows)
}

fn whole_engine(size: &Size, log: &Log) -> Outcome<Row> {
    let mut decoder = Decoder::new(&input::decode_config(log.format))?;
    let mut clients = 0;
    let cost_ns = cpu::per_operation_ns(size.rounds, || {
        let mut engine = work::engine(size.clients_many);
        let events = work::judge_lines(&mut decoder, &mut engine, &log.text);
        clients = engine.stats().clients_live;
        events
    })?;
    let conditions = format!("{}, {clients} clients, in process", log.conditions());
    let path = format!("JSON line to verdict, {}", log.name);
    Ok(Row::new(path, Unit::NsPerEvent, cost_ns).note(conditions))
}

fn decode(size: &Size, log: &Log) -> Outcome<Row> {
    let mut decoder = Decoder::new(&input::decode_config(log.format))?;
    let cost_ns = cpu::per_operation_ns(size.rounds, || work::decode(&mut decoder, &log.text))?;
    let path = format!("decode, {}", log.name);
    Ok(Row::new(path, Unit::NsPerEvent, cost_ns).note(log.conditions()))
}

/// A format on its golden sample, which holds lines that are rejected too.
fn golden(size: &Size, format: FormatId) -> Outcome<Row> {
    let (config, text) = input::golden(format)?;
    let mut decoder = Decoder::new(&config)?;
    let lines = input::lines(&text).count() as u64;
    let passes = u64::from(size.lines) / 5 / lines.max(1);
    let cost_ns = cpu::per_operation_ns(size.rounds, || {
        for _ in 0..passes {
            std::hint::black_box(work::decode(&mut decoder, &text));
        }
        passes * lines
    })?;
    Ok(Row::new(format!("decode, golden {format}"), Unit::NsPerEvent, cost_ns)
        .note(format!("{lines} lines, the bad ones included")))
}

fn judging(size: &Size) -> Outcome<Vec<Row>> {
    let events: Vec<_> = input::events(10_000).collect();
    let few = (size.clients_few, STATE_FLOORS_NS.0);
    let many = (size.clients_many as usize, STATE_FLOORS_NS.1);
    let mut rows = Vec::new();
    for (clients, floor_ns) in [few, many] {
        let mut updates = Updates::new(clients, &events);
        let cost_ns = cpu::per_operation_ns(size.rounds, || updates.run(size.lines.into()))?;
        let row = Row::new("state update", Unit::NsPerEvent, cost_ns);
        rows.push(row.floor(floor_ns).note(format!("{clients} clients, no lookahead")));
    }
    let states = work::states(input::events(size.lines.min(200_000)));
    let mut judge = Judge::default();
    let cost_ns = cpu::per_operation_ns(size.rounds, || {
        for state in &states {
            std::hint::black_box(judge.judge(state));
        }
        states.len() as u64
    })?;
    rows.push(
        Row::new("score: features, evidence, assessment", Unit::NsPerEvent, cost_ns)
            .note(format!("{} clients; a client is scored at few of its events", states.len())),
    );
    Ok(rows)
}
