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
    }
    json.text("action", finding.action.as_deref());
    json.plain("chain", &finding.chain);
    match finding.credential {
        Some(hash) => json.word("credential", Hash(hash)),
        None => json.plain("credential", ()),
    }
    json.plain("reasons", &finding.reasons);
    json.close();
}
