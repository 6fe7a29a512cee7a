//! What an identified agent did outside of its grant, as JSON.

use std::fmt;

use gait_event::published::write_hex;
use gait_scope::{Clause, Finding, FindingKind};

use crate::object::Object;

/// A hash in hexadecimal.
struct Hash(u128);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(self.0, f)
    }
}

/// Appends a finding as one line of JSON, without its line end.
pub fn write_finding(finding: &Finding, out: &mut Vec<u8>) {
    let mut json = Object::open(out);
    match finding.kind {
        FindingKind::Violation(_) => json.name("kind", &["violation"]),
        FindingKind::Notice(_) => json.name("kind", &["notice"]),
        FindingKind::Drift(_) => json.name("kind", &["drift"]),
    }
    json.text("request_id", Some(&finding.request_id));
    json.word("ts", finding.at);
    json.text("agent", Some(&finding.agent));
    json.text("subject", Some(&finding.subject));
    json.text("grant", finding.grant.as_deref());
    match finding.kind {
        FindingKind::Violation(clauses) => {
            json.words("clauses", clauses.iter().map(Clause::as_str));
        }
        FindingKind::Notice(notice) => json.name("notice", &[notice.as_str()]),
        FindingKind::Drift(drift) => {
            json.name("aspect", &[drift.aspect.as_str()]);
            json.word("since", drift.since);
            json.plain("statistic", f64::from(drift.millinats) / 1000.0);
            json.plain("calls_until_found", drift.calls_until_found);
        }
    }
    json.text("action", finding.action.as_deref());
    json.plain("chain", &finding.chain);
    match finding.credential {
        Some(hash) => json.word("credential", Hash(hash)),
        None => json.plain("credential", ()),
    }
    // What changed from what to what shows the drift; a limit needs no more than its reason.
    let reasons = match finding.kind {
        FindingKind::Drift(_) => "evidence",
        FindingKind::Violation(_) | FindingKind::Notice(_) => "reasons",
    };
    json.plain(reasons, &finding.reasons);
    json.close();
}
