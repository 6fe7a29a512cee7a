//! The verdicts under test, read from the lines that `gait replay --verdicts` writes.
//!
//! What of a verdict is read back is `gait_wire::VerdictRecord`; which line is wrong is said here.

use std::io::BufRead;

use anyhow::{Context, Result};
use gait_wire::VerdictRecord;

/// Reads verdicts, one JSON object per line.
///
/// # Errors
/// When a line is not a verdict; the line is named.
pub(crate) fn read(lines: impl BufRead) -> Result<Vec<VerdictRecord>> {
    let mut verdicts = Vec::new();
    for (at, line) in lines.lines().enumerate() {
        let line = line.context("the verdicts cannot be read")?;
        if line.trim().is_empty() {
            continue;
        }
        let verdict = serde_json::from_str(&line)
            .with_context(|| format!("line {} of the verdicts is not a verdict", at + 1))?;
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lines_and_names_a_bad_one() {
        let good = r#"{"client":{"id":"00","ip":"192.0.2.1","user_agent":null},"site":null,"class":"agent","score":93.5,"enforceable":true,"events":9,"decision_steps":4,"decided_at":{"time":"t","event":6,"step":4}}"#;
        let read_all = |text: &str| read(text.as_bytes());
        assert_eq!(read_all(&format!("{good}\n\n{good}\n")).unwrap().len(), 2);
        let error = read_all(&format!("{good}\nnot json\n")).unwrap_err();
        assert_eq!(error.to_string(), "line 2 of the verdicts is not a verdict");
        let error = read_all(&good.replace("agent\"", "robot\"")).unwrap_err();
        assert!(format!("{error:#}").contains("the class `robot` is not known"), "{error:#}");
    }
}
