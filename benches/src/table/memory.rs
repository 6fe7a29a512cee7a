//! Memory per client: what the process grows by when a crowd comes, over the clients it holds.

use gait_benches::{
    cpu::own_resident_bytes,
    input,
    report::{Row, Unit},
    work,
};
use gait_engine::{Input, Outbox};

use crate::{Outcome, size::Size};

/// Table, texts, index and allocator included, bytes.
const BUDGET_BYTES: f64 = 1536.0;
/// The state alone, as designed, bytes.
const FLOOR_BYTES: f64 = 704.0;

pub(crate) fn per_client(size: &Size) -> Outcome<Row> {
    let unknown = "this system does not say how much memory a process holds";
    let before = own_resident_bytes().ok_or(unknown)?;
    let mut engine = work::engine(size.clients_many);
    let mut outbox = Outbox::default();
    for sim_event in input::crowd(size.clients_many) {
        engine.step(Input::Event(&mut sim_event.event()), &mut outbox);
        outbox.clear();
    }
    let after = own_resident_bytes().ok_or(unknown)?;
    let clients = engine.stats().clients_live;
    let bytes = after.saturating_sub(before) as f64 / clients as f64;
    Ok(Row::new("resident memory per client", Unit::BytesPerClient, bytes)
        .budget(BUDGET_BYTES)
        .floor(FLOOR_BYTES)
        .note(format!("{clients} clients in one engine")))
}
