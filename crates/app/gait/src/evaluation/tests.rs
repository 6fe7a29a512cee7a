//! A small evaluation whose every figure was worked out by hand.

use super::*;

/// In each log four people (one alarmed), three programs (one undecided, one enforceable), a monitor, an app.
fn report(logs: usize) -> Report {
    let truth = "client_ip,user_agent,label,persona\n\
        p1,A,human,reader\np2,A,human,reader\np3,A,human,shopper\np4,A,human,shopper\n\
        n1,A,scripted,loop\nn2,A,llm_api_agent,explorer\nn3,A,scripted,loop\n\
        m1,A,monitor,uptime\na1,A,mobile_app_legit,app\n";
    let verdicts = [
        ("p1", "human", 1.0, false, Some(4)),
        ("p2", "human", 2.0, false, Some(8)),
        ("p3", "undecided", 30.0, false, None),
        ("p4", "automation", 80.0, false, Some(2)),
        ("n1", "automation", 99.0, true, Some(2)),
        ("n2", "agent", 80.0, false, Some(16)),
        ("n3", "undecided", 20.0, false, None),
        ("m1", "declared_bot", 97.0, false, Some(1)),
        ("a1", "automation", 90.0, false, Some(1)),
    ];
    let lines: Vec<String> = verdicts
        .iter()
        .map(|(ip, class, score, enforceable, step)| {
            let decided = step.map_or(
                serde_json::Value::Null,
                |step| serde_json::json!({"time": "t", "event": 3 * step, "step": step}),
            );
            serde_json::json!({"client": {"id": "00", "ip": ip, "user_agent": "A"}, "class": class,
                "score": score, "enforceable": enforceable, "events": 5, "decision_steps": 5, "decided_at": decided})
            .to_string()
        })
        .collect();
    let mut pool = Pool::default();
    for _ in 0..logs {
        pool.add(truth, lines.join("\n").as_bytes()).unwrap();
    }
    pool.report()
}

#[test]
fn clients_of_several_logs_are_scored_as_one_and_joined_apart() {
    let report = report(3);
    assert_eq!((report.coverage.paired, report.coverage.truth_rows), (27, 27));
    assert_eq!((report.coverage.truth_repeated, report.people_alarmed.of), (0, 12));
    assert_eq!((report.by_label[0].clients, report.by_label[0].alarmed.count), (12, 3));
}

#[test]
fn the_figures_are_those_worked_out_by_hand() {
    let report = report(1);
    // Pairs: n1 beats 4 people; n2 beats 3 and ties 1; n3 beats 2: 9.5 of 12.
    assert!((report.auc.unwrap().area - 9.5 / 12.0).abs() < 1e-12);
    // No person may be flagged out of four: the cut is the highest person, 80, and only n1 is above.
    let point = report.operating_points[0];
    assert_eq!((point.flagged_above, point.true_positives.count), (Some(80.0), 1));
    assert_eq!((report.people_enforceable.count, report.people_enforceable.of), (0, 4));
    assert_eq!(report.people_alarmed.count, 1);
    assert_eq!((report.unscored_enforceable.count, report.unscored_enforceable.of), (0, 1));
    assert_eq!((report.undecided.count, report.undecided.of), (2, 8));
    let steps = report.non_human_decided.steps.unwrap();
    assert_eq!((steps.median, steps.p90), (2, 16));
    let events = report.non_human_decided.events.unwrap();
    assert_eq!((events.median, events.p90), (6, 48));
}

#[test]
fn groups_are_ordered_by_role_and_name_and_know_what_is_right() {
    let report = report(1);
    let names: Vec<&str> = report.by_label.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["human", "llm_api_agent", "scripted", "monitor", "mobile_app_legit"]);
    let right: Vec<_> =
        report.by_label.iter().map(|group| group.right.map(|r| (r.count, r.of))).collect();
    assert_eq!(right, [Some((2, 4)), Some((1, 1)), Some((1, 2)), Some((1, 1)), None]);
    assert_eq!(report.by_label[0].classes["human"], 2);
    assert!(report.by_label[0].auc.is_none() && report.by_label[1].auc.is_some());
    assert_eq!(report.by_persona.len(), 6);
}

#[test]
fn the_text_the_page_and_the_json_say_the_same() {
    let report = report(1);
    let text = text(&report);
    assert!(text.contains("9 clients scored, from 9 rows of truth and 9 verdicts"), "{text}");
    let alarmed = text.lines().find(|line| line.starts_with("people called a program")).unwrap();
    assert!(alarmed.contains("25.0 %") && alarmed.ends_with("1 of 4"), "{alarmed}");
    let page = markdown(&report);
    assert!(page.contains("| people called a program | 25.0 % |"), "{page}");
    assert!(page.contains("| people told to be taken over | 0.00 % |"), "{page}");
    assert!(page.contains("| people in a family | 0.00 % |"), "{page}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["takeovers"]["people_told"]["of"], 4);
    assert_eq!(json["people_alarmed"]["count"], 1);
    assert_eq!(json["by_label"][2]["classes"]["automation"], 1);
    assert_eq!(json["operating_points"][1]["fpr_budget"], 0.001);
}
