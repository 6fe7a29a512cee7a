//! What is said of logs that lack something, and of one that lacks nothing.

use gait_detect::Pack;
use gait_event::{Event, EventTime, FieldSet, Resolution, TimeKind};

use super::{field::FIELDS, share::Share, *};

/// A log of `events` copies of one request.
fn examined(event: &Event<'_>, events: u64) -> Examination {
    let mut examination = Examination::default();
    for _ in 0..events {
        examination.event(event);
    }
    examination
}

fn full_event() -> Event<'static> {
    let mut event = Event {
        time: EventTime(1_795_000_000_000_000),
        time_kind: TimeKind::Start,
        resolution: Resolution::Millisecond,
        ip: "192.0.2.7",
        user_agent: Some("curl/8"),
        ..Event::default()
    };
    for field in &FIELDS {
        event.logged.insert(field.set);
    }
    event
}

/// The beginnings of what is found.
fn found(examination: &Examination, counted: Counted) -> Vec<String> {
    let report = examination.report(&Pack::builtin(), counted);
    report.findings.iter().map(|found| found.finding.chars().take(24).collect()).collect()
}

const TOO_FEW: &str = "only 0 browsers did enou";

#[test]
fn a_log_with_everything_only_lacks_history() {
    assert_eq!(found(&examined(&full_event(), 5), Counted::default()), [TOO_FEW]);
}

#[test]
fn what_a_log_lacks_is_named() {
    let mut event = Event { resolution: Resolution::Second, ..full_event() };
    event.logged.remove(FieldSet::JA4.with(FieldSet::REFERER));
    let examination = examined(&event, 5);
    let report = examination.report(&Pack::builtin(), Counted::default());
    assert_eq!(report.clock, Some("second"));
    let said: Vec<_> = report.findings.iter().map(|found| found.finding.as_str()).collect();
    assert!(said[0].starts_with("times are whole seconds"), "{said:?}");
    assert!(said[1].starts_with("not logged: referer, ja4; "), "{said:?}");
    let ends = Event { time_kind: TimeKind::End, ..full_event() };
    assert_eq!(found(&examined(&ends, 5), Counted::default())[0], "times are those of the e");
}

#[test]
fn lateness_and_rejects_are_said_from_one_in_a_thousand_on() {
    let examination = examined(&full_event(), 1000);
    let late = |late| found(&examination, Counted { late, ..Counted::default() });
    assert_eq!((late(1).len(), late(2)[0].as_str()), (1, "0.2 % of all requests ca"));
    let rejected = |count| {
        let reason = RejectSummary { reason: "not_json", count, first: "a.log:1".into() };
        found(&examination, Counted { rejects: vec![reason], ..Counted::default() })
    };
    assert_eq!((rejected(1).len(), rejected(2)[0].as_str()), (1, "2 of 1,002 lines were re"));
}

#[test]
fn nothing_read_is_one_finding() {
    assert_eq!(found(&Examination::default(), Counted::default()), ["no request was read"]);
}

#[test]
fn detectors_whose_features_nobody_showed_are_silent() {
    let pack = Pack::builtin();
    let silent = examined(&full_event(), 1).report(&pack, Counted::default()).silent;
    assert_eq!(silent.len(), pack.detectors().len(), "no client was judged");
}

#[test]
fn shares_never_round_to_all_or_nothing() {
    let text = |count, of| Share::new(count, of).to_string();
    assert_eq!(text(0, 0), "-");
    assert_eq!([text(0, 9), text(9, 9), text(1, 8)], ["0.0 %", "100.0 %", "12.5 %"]);
    assert_eq!([text(1, 9000), text(8999, 9000)], ["below 0.1 %", "above 99.9 %"]);
}
