//! Judging: the update of a client's state, the score of a client, and the engine from JSON lines.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gait_benches::{
    input,
    work::{self, Judge, Updates},
};
use gait_decode::{Decoder, FormatId};

/// Requests per measured batch.
const BATCH: u32 = 10_000;

fn state_update(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("state_update");
    group.throughput(Throughput::Elements(BATCH.into()));
    let events: Vec<_> = input::events(BATCH).collect();
    for clients in [10_000, 1_000_000] {
        let mut updates = Updates::new(clients, &events);
        group.bench_function(BenchmarkId::from_parameter(clients), |bencher| {
            bencher.iter(|| updates.run(BATCH.into()));
        });
    }
    group.finish();
}

fn score(criterion: &mut Criterion) {
    let states = work::states(input::events(100_000));
    let mut judge = Judge::default();
    let mut group = criterion.benchmark_group("score");
    group.throughput(Throughput::Elements(states.len() as u64));
    group.bench_function("features, evidence, assessment", |bencher| {
        bencher.iter(|| states.iter().map(|state| judge.judge(state).millinats).max());
    });
    group.finish();
}

fn whole_engine(criterion: &mut Criterion) {
    let text = input::json_lines(input::events(BATCH));
    let config = input::decode_config(FormatId::NginxJson);
    let mut decoder = Decoder::new(&config).expect("the format has a name");
    let mut group = criterion.benchmark_group("engine");
    group.throughput(Throughput::Elements(BATCH.into()));
    group.bench_function("JSON lines", |bencher| {
        bencher.iter_batched_ref(
            || work::engine(BATCH),
            |engine| work::judge_lines(&mut decoder, engine, &text),
            criterion::BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(benches, state_update, score, whole_engine);
criterion_main!(benches);
