//! The truth file: who each client really was.
//!
//! One row per client, joined by address and user agent. Decides which columns are read; leaves to
//! `role` what a label stands for.

use anyhow::{Context, Result, bail};

use super::delimited;

/// One client of the truth file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TruthRow {
    /// Line of the file, from 1.
    pub(crate) line: usize,
    /// Address as the file spells it.
    pub(crate) ip: String,
    /// User agent; empty when the client sent none.
    pub(crate) user_agent: String,
    /// What the client was.
    pub(crate) label: String,
    /// A finer name, when the file has that column.
    pub(crate) persona: Option<String>,
    /// Whom it belongs to: all clients of one fleet have the same; `None` when no column tells.
    pub(crate) group: Option<String>,
    /// The decision step with which the session changed hands; `None` when it did not or no column tells.
    pub(crate) change_step: Option<u32>,
}

/// Names a column may have, the first being ours.
const IP: &[&str] = &["client_ip", "remote_addr", "ip"];
const USER_AGENT: &[&str] = &["user_agent", "http_user_agent"];
const LABEL: &[&str] = &["label", "class"];
const PERSONA: &[&str] = &["persona"];
const GROUP: &[&str] = &["group"];
const CHANGE_STEP: &[&str] = &["change_decision", "change_step"];

/// Reads a truth file, comma- or tab-separated, with a header.
///
/// # Errors
/// When a column is missing, a row has fewer fields than the header, or a step is no number.
pub(crate) fn read(text: &str) -> Result<Vec<TruthRow>> {
    let rows = delimited::rows(text);
    let Some(((_, header), rows)) = rows.split_first() else {
        bail!("the truth file is empty; its first line names the columns");
    };
    let column = |names: &[&str]| {
        names.iter().find_map(|name| header.iter().position(|h| h.trim() == *name))
    };
    let needed = |names: &[&str]| {
        column(names).with_context(|| {
            format!("the truth file has no column `{}`; it has: {}", names[0], header.join(", "))
        })
    };
    let (ip, user_agent, label) = (needed(IP)?, needed(USER_AGENT)?, needed(LABEL)?);
    let (persona, group) = (column(PERSONA), column(GROUP));
    let change_step = column(CHANGE_STEP);
    let mut clients = Vec::with_capacity(rows.len());
    for (line, row) in rows {
        if row.len() < header.len() {
            bail!("line {line} of the truth file has {} of {} fields", row.len(), header.len());
        }
        clients.push(TruthRow {
            line: *line,
            ip: row[ip].clone(),
            user_agent: absent_is_empty(&row[user_agent]),
            label: row[label].clone(),
            persona: persona.map(|at| row[at].clone()).filter(|name| !name.is_empty()),
            group: group.map(|at| row[at].clone()).filter(|name| !name.is_empty()),
            change_step: change_step.map_or(Ok(None), |at| step(&row[at], *line))?,
        });
    }
    Ok(clients)
}

/// A step; empty is none.
fn step(text: &str, line: usize) -> Result<Option<u32>> {
    if text.is_empty() {
        return Ok(None);
    }
    let step = text.parse().with_context(|| {
        format!("line {line} of the truth file has the step `{text}`; write a number or nothing")
    })?;
    Ok(Some(step))
}

/// Logs write `-` for a header that was not sent.
pub(super) fn absent_is_empty(text: &str) -> String {
    if text == "-" { String::new() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_shapes() {
        let comma = "client_ip,user_agent,label,persona,tool\n192.0.2.1,\"A, b\",human,reader,x\n";
        let rows = read(comma).unwrap();
        assert_eq!(rows[0].user_agent, "A, b");
        assert_eq!(rows[0].persona.as_deref(), Some("reader"));
        let tabs = "remote_addr\thttp_user_agent\tclass\tlines\n192.0.2.1\t-\tscanner\t7\n";
        let rows = read(tabs).unwrap();
        assert_eq!((rows[0].user_agent.as_str(), rows[0].label.as_str()), ("", "scanner"));
        assert_eq!((rows[0].line, &rows[0].persona), (2, &None));
    }

    #[test]
    fn a_change_is_counted_by_the_clock_of_the_verdicts_where_the_file_has_that() {
        let read_step = |columns: &str, fields: &str| {
            let text = format!("ip,user_agent,label,{columns}\n192.0.2.1,A,takeover,{fields}\n");
            read(&text).map(|rows| rows[0].change_step)
        };
        assert_eq!(read_step("change_step,change_decision", "7,9").unwrap(), Some(9));
        assert_eq!(read_step("change_step", "7").unwrap(), Some(7));
        assert_eq!(read_step("change_step", "").unwrap(), None);
        assert_eq!(read_step("tool", "7").unwrap(), None);
        let error = read_step("change_step", "soon").unwrap_err().to_string();
        assert!(error.starts_with("line 2 of the truth file has the step `soon`"), "{error}");
    }

    #[test]
    fn says_what_is_missing() {
        let cases = [
            ("", "the truth file is empty; its first line names the columns"),
            ("ip,label\n", "the truth file has no column `user_agent`; it has: ip, label"),
            ("ip,user_agent,label\n1.2.3.4,x\n", "line 2 of the truth file has 2 of 3 fields"),
        ];
        for (text, message) in cases {
            assert_eq!(read(text).unwrap_err().to_string(), message);
        }
    }
}
