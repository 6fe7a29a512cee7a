//! Decoding: each format on its golden sample, and the two large ones on a simulated log.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gait_benches::{input, work};
use gait_decode::{Decoder, FormatId};

fn golden_samples(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode/golden");
    for format in FormatId::ALL {
        let (config, text) = input::golden(*format).expect("the sample stands in the repository");
        let mut decoder = Decoder::new(&config).expect("the format has a name");
        group.throughput(Throughput::Elements(input::lines(&text).count() as u64));
        group.bench_function(format.name(), |bencher| {
            bencher.iter(|| work::decode(&mut decoder, &text));
        });
    }
    group.finish();
}

fn simulated_log(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode/simulated");
    let logs = [
        (FormatId::NginxJson, input::json_lines(input::events(10_000))),
        (FormatId::Combined, input::combined_lines(input::events(10_000))),
    ];
    group.throughput(Throughput::Elements(10_000));
    for (format, text) in &logs {
        let config = input::decode_config(*format);
        let mut decoder = Decoder::new(&config).expect("the format has a name");
        group.bench_function(format.name(), |bencher| {
            bencher.iter(|| work::decode(&mut decoder, text));
        });
    }
    group.finish();
}

criterion_group!(benches, golden_samples, simulated_log);
criterion_main!(benches);
