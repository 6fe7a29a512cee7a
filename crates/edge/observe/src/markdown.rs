//! The reference page of the metrics, made from the catalogue.

use std::fmt::Write as _;

use crate::{CATALOGUE, Label, MetricKind, MetricSpec, Values};

const HEAD: &str = "\
# Metrics

Generated from `crates/edge/observe/src/catalogue.rs`; do not edit, run `make docs`.

`GET /metrics` gives them in the Prometheus text format. The list is closed: no label takes a value that a client
can choose, so the number of series is bounded by what is configured. Labels with a listed value are exported
from the start, with zero. `dashboards/` holds a Grafana dashboard and alert rules over them.

| metric | type | labels | meaning |
|---|---|---|---|
";

/// The page `docs/metrics.md`.
#[must_use]
pub fn metrics_markdown() -> String {
    let mut page = HEAD.to_owned();
    for spec in CATALOGUE {
        row(&mut page, spec);
    }
    page.push_str("\n## Labels\n\n| label | values |\n|---|---|\n");
    let mut told: Vec<&str> = Vec::new();
    for label in CATALOGUE.iter().flat_map(|spec| spec.labels) {
        if !told.contains(&label.name) {
            told.push(label.name);
            let _ = writeln!(page, "| `{}` | {} |", label.name, values(label));
        }
    }
    page.push_str("\n## Buckets\n\n| histogram | upper bounds |\n|---|---|\n");
    for spec in CATALOGUE {
        if let MetricKind::Histogram(bounds) = spec.kind {
            let bounds: Vec<String> = bounds.iter().map(f64::to_string).collect();
            let _ = writeln!(page, "| `{}` | {} |", spec.name, bounds.join(", "));
        }
    }
    page
}

fn row(page: &mut String, spec: &MetricSpec) {
    let labels: Vec<String> = spec.labels.iter().map(|label| format!("`{}`", label.name)).collect();
    let (kind, labels) = (spec.kind.as_str(), labels.join(", "));
    let _ = writeln!(page, "| `{}` | {kind} | {labels} | {} |", spec.name, spec.help);
}

fn values(label: &Label) -> String {
    match label.values {
        Values::Closed(list) => {
            let list: Vec<String> = list().iter().map(|value| format!("`{value}`")).collect();
            list.join(", ")
        }
        Values::Bounded(by) => by.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metrics_page_has_not_drifted() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/metrics.md");
        if std::env::var_os("GAIT_BLESS").is_some() {
            std::fs::write(path, metrics_markdown()).expect("docs can be written");
        }
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(page == metrics_markdown(), "docs/metrics.md has drifted: run `make docs`");
    }
}
