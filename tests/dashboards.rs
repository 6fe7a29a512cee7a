//! The dashboard and the alert rules name metrics that exist, and their queries show numbers on a real
//! Prometheus that scrapes a real `gait` with traffic.

mod scrape;
#[expect(dead_code, reason = "the files of a run are for other tests")]
mod service;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Command,
    thread::sleep,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use gait_event::EventTime;
use gait_observe::{CATALOGUE, MetricKind};
use gait_sim::{Mix, Scenario, SimEvent, Simulation};
use gait_tests::repository;
use scrape::{Prometheus, prometheus};
use serde_json::Value;
use service::Gait;

fn text(path: &str) -> String {
    let path = repository().join("dashboards").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn overview() -> Value {
    serde_json::from_str(&text("grafana/overview.json")).expect("the dashboard is JSON")
}

/// The panels that show data; rows only group them.
fn panels(dashboard: &Value) -> Vec<&Value> {
    let all = dashboard["panels"].as_array().expect("panels are a list");
    all.iter().filter(|panel| panel["type"] != "row").collect()
}

fn queries(panel: &Value) -> Vec<&str> {
    let targets = panel["targets"].as_array().expect("targets are a list");
    targets.iter().map(|target| target["expr"].as_str().expect("a target has a query")).collect()
}

/// The names of series in a query or a rule.
fn series(text: &str) -> impl Iterator<Item = &str> {
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    text.split(word).filter(|name| name.starts_with("gait_"))
}

/// Every name under which the catalogue exports samples.
fn exported() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for spec in CATALOGUE {
        let endings: &[&str] = match spec.kind {
            MetricKind::Counter | MetricKind::Gauge => &[""],
            MetricKind::Histogram(_) => &["_bucket", "_sum", "_count"],
            MetricKind::Summary => &["", "_sum", "_count"],
        };
        names.extend(endings.iter().map(|ending| format!("{}{ending}", spec.name)));
    }
    names
}

#[test]
fn the_dashboard_has_the_shape_grafana_loads() {
    let dashboard = overview();
    assert_eq!(dashboard["uid"], "gait-overview");
    assert_eq!(dashboard["schemaVersion"], 42);
    assert_eq!(dashboard["id"], Value::Null);
    assert!(dashboard.get("__inputs").is_none(), "a provisioned dashboard has no inputs");
    let variables = dashboard["templating"]["list"].as_array().expect("variables are a list");
    assert_eq!(variables[0]["name"], "datasource");
    assert_eq!(variables[0]["type"], "datasource");
    let mut ids = BTreeSet::new();
    for panel in dashboard["panels"].as_array().expect("panels are a list") {
        assert!(ids.insert(panel["id"].as_u64().expect("a panel has an id")), "id twice: {panel}");
    }
}

#[test]
fn every_panel_says_what_it_shows_and_in_which_unit() {
    let dashboard = overview();
    let mut titles = BTreeSet::new();
    for panel in panels(&dashboard) {
        let title = panel["title"].as_str().expect("a panel has a title");
        assert!(titles.insert(title), "`{title}` stands twice");
        let description = panel["description"].as_str().unwrap_or_default();
        assert!(description.ends_with('.') && description.len() > 20, "`{title}` is not described");
        let unit = panel["fieldConfig"]["defaults"]["unit"].as_str().unwrap_or_default();
        assert!(!unit.is_empty(), "`{title}` has no unit");
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "`{title}`");
        assert!(!queries(panel).is_empty(), "`{title}` asks nothing");
    }
    for part in ["Traffic by class", "Agents recognised", "Alerts", "Kafka lag", "Stage latency"] {
        assert!(titles.contains(part), "`{part}` is missing");
    }
}

#[test]
fn panels_do_not_overlap() {
    let dashboard = overview();
    let mut taken = BTreeSet::new();
    for panel in dashboard["panels"].as_array().expect("panels are a list") {
        let at = |key: &str| panel["gridPos"][key].as_u64().expect("a panel has its place");
        for x in at("x")..at("x") + at("w") {
            assert!(x < 24, "`{}` is too wide", panel["title"]);
            for y in at("y")..at("y") + at("h") {
                assert!(taken.insert((x, y)), "`{}` lies on another panel", panel["title"]);
            }
        }
    }
}

#[test]
fn dashboard_and_rules_name_metrics_of_the_catalogue() {
    let dashboard = overview();
    let rules = text("prometheus/gait.rules.yml");
    let asked = panels(&dashboard).into_iter().flat_map(queries).flat_map(series);
    let in_rules =
        rules.lines().filter(|line| line.trim_start().starts_with("expr:")).flat_map(series);
    let known = exported();
    let mut count = 0;
    for name in asked.chain(in_rules) {
        assert!(known.contains(name), "`{name}` is not exported");
        count += 1;
    }
    assert!(count > 30, "only {count} names were found");
}

#[test]
fn every_rule_has_an_example_and_promtool_agrees() {
    let rules = text("prometheus/gait.rules.yml");
    let examples = text("prometheus/gait.rules.test.yml");
    let alerts = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
    for alert in alerts {
        assert!(examples.contains(&format!("alertname: {alert}")), "`{alert}` has no example");
    }
    let Some(prometheus) = prometheus() else { return };
    let promtool = prometheus.with_file_name("promtool");
    if !promtool.exists() {
        eprintln!("skipped: there is no promtool beside `{}`", prometheus.display());
        return;
    }
    for arguments in
        [["check", "rules", "gait.rules.yml"], ["test", "rules", "gait.rules.test.yml"]]
    {
        let folder = repository().join("dashboards/prometheus");
        let ran = Command::new(&promtool).args(arguments).current_dir(folder).output();
        let ran = ran.expect("promtool runs");
        let told = [ran.stdout, ran.stderr].concat();
        assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&told));
    }
}

/// Puts values in the place of the variables, as Grafana does.
fn filled(query: &str) -> String {
    query.replace("$instance", ".*").replace("$__rate_interval", "5s")
}

/// Panels that are right when they show nothing but zeros here, and why.
const MAY_BE_ZERO: &[(&str, &str)] = &[
    ("Behind Kafka", "the records come from a file"),
    ("Kafka lag", "the records come from a file"),
    ("Pressure on the client table", "there is room for every client, and no event is late"),
];

/// Series of a panel that are right without a number, by a label, and why.
const MAY_BE_NAN: &[(&str, &str, &str)] =
    &[("Stage latency", "\"stage\":\"read\"", "files are read while they are decoded")];

/// What is wrong with the values of a query of a panel.
fn mistake(title: &str, values: &[(String, f64)]) -> Option<String> {
    if values.is_empty() {
        return Some("no series".to_owned());
    }
    let excused = |labels: &str| {
        MAY_BE_NAN.iter().any(|(panel, label, _)| *panel == title && labels.contains(label))
    };
    if let Some((labels, value)) =
        values.iter().find(|(l, value)| !value.is_finite() && !excused(l))
    {
        return Some(format!("{labels} is {value}"));
    }
    let zero = values.iter().all(|(_, value)| *value == 0.0);
    (zero && MAY_BE_ZERO.iter().all(|(panel, _)| *panel != title)).then(|| "only zeros".to_owned())
}

/// Half an hour of a simulated shop that ends now, as the lines of its log.
fn traffic() -> Vec<Vec<u8>> {
    const SPAN_S: u32 = 1800;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is set");
    let now_us = i64::try_from(now.as_micros()).expect("the clock is set");
    let start = EventTime(now_us - i64::from(SPAN_S) * 1_000_000);
    let mix = Mix::demo().scaled_to(120);
    let scenario = Scenario { seed: 7, start, span_s: SPAN_S, mix, ..Scenario::default() };
    let line = |event: SimEvent| {
        let mut line = Vec::new();
        event.write_nginx_json(&mut line);
        line.push(b'\n');
        line
    };
    Simulation::new(&scenario).map(line).collect()
}

/// Lets `gait` read the traffic as it comes, with a broken line now and then, and looks at all panels after each
/// part. Returns what was wrong with each query every time.
fn unshown(
    gait: &mut Gait,
    prometheus: &Prometheus,
    dashboard: &Value,
) -> BTreeMap<String, String> {
    const PARTS: usize = 40;
    let lines = traffic();
    let queries = panels(dashboard).into_iter().flat_map(|panel| {
        let title = panel["title"].as_str().expect("a panel has a title");
        queries(panel).into_iter().map(move |query| (title, filled(query)))
    });
    let mut open: Vec<(&str, String)> = queries.collect();
    let mut wrong = BTreeMap::new();
    for part in lines.chunks(lines.len().div_ceil(PARTS)) {
        gait.append(&part.concat());
        gait.append(b"no line of this format\n");
        // One answered question, so that the endpoint has something to tell of itself.
        gait.get("/v1/risk?ip=192.0.2.7&ua=curl/8");
        sleep(Duration::from_millis(500));
        open.retain(|(title, query)| {
            let found = mistake(title, &prometheus.values(query));
            let place = format!("{title}: {query}");
            let is_wrong = found.is_some();
            match found {
                Some(found) => wrong.insert(place, found),
                None => wrong.remove(&place),
            };
            is_wrong
        });
        if open.is_empty() {
            break;
        }
    }
    wrong
}

#[test]
fn every_query_shows_numbers_on_a_real_prometheus_that_scrapes_a_real_gait() {
    let Some(prometheus) = prometheus() else { return };
    let mut gait = Gait::follow();
    let rules = repository().join("dashboards/prometheus/gait.rules.yml");
    let prometheus = Prometheus::start(&prometheus, gait.address, &rules);
    let wrong = unshown(&mut gait, &prometheus, &overview());
    assert!(wrong.is_empty(), "panels that show nothing: {wrong:#?}");
    let firing = prometheus.values("ALERTS{alertstate=\"firing\",alertname=\"GaitDown\"}");
    assert_eq!(firing, []);
}

#[test]
fn what_may_be_zero_or_no_number_are_panels() {
    let dashboard = overview();
    let titles: BTreeSet<_> = panels(&dashboard).iter().map(|p| p["title"].to_string()).collect();
    let excused = MAY_BE_ZERO.iter().map(|(title, _)| title);
    for title in excused.chain(MAY_BE_NAN.iter().map(|(title, ..)| title)) {
        assert!(titles.contains(&format!("\"{title}\"")), "`{title}` is no panel");
    }
}
