//! One verdict in plain words.
//!
//! Reads the published JSON, so that a verdict from a file and one just made are told alike. What only the
//! live state knows (who kept silent, what the score would be without a reason) is added when there.

use std::fmt::Write;

use anyhow::{Context, Result};
use gait_calibrate::SiteModel;
use gait_classify::{Audit, Model, Score, Source, assess, audit};
use gait_decide::{Verdict, reason_title, reasons};
use gait_detect::{Evidences, Pack};
use gait_fingerprint::{Claim, ClaimKind};
use serde::Deserialize;

/// Longest bar of a reason, characters; one for a quarter of a nat.
const BAR_MAX: usize = 24;

/// A verdict as it is published, as far as it is told.
#[derive(Debug, Deserialize)]
pub(crate) struct Told {
    pub(crate) client: ToldClient,
    class: String,
    score: f64,
    enforceable: bool,
    evidence_families: Vec<String>,
    confidence: String,
    events: u64,
    decision_steps: u64,
    first_seen: String,
    last_seen: String,
    decided_at: Option<ToldDecision>,
    reasons: Vec<ToldReason>,
}

/// The client of a verdict.
#[derive(Debug, Deserialize)]
pub(crate) struct ToldClient {
    pub(crate) id: String,
    pub(crate) ip: String,
    pub(crate) user_agent: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ToldDecision {
    time: String,
    step: u64,
}

#[derive(Debug, Deserialize)]
struct ToldReason {
    detector: String,
    nats: f64,
    features: Vec<ToldFeature>,
}

#[derive(Debug, Deserialize)]
struct ToldFeature {
    name: String,
    value: f64,
    unit: String,
}

/// What the live state adds to a verdict.
#[derive(Debug, Default)]
pub(crate) struct Insight {
    /// Detectors that kept silent, and why.
    silent: Vec<(String, String)>,
    /// The score that the verdict would have without one of its reasons.
    without: Vec<(String, Score)>,
    /// Whether each reason counts what it says.
    audit: Audit,
}

impl Insight {
    /// Asks the judges of a verdict again.
    pub(crate) fn of(verdict: &Verdict<'_>, model: &Model, sites: &SiteModel) -> Self {
        let pack = &*verdict.pack;
        let mut evidences = Evidences::default();
        let site = sites.find(verdict.client.site.unwrap_or_default());
        pack.evaluate_among(sites.people(site), &verdict.features, &mut evidences);
        let silent = evidences.abstentions().iter().filter_map(|abstention| {
            let detector = pack.detector(abstention.detector)?;
            Some((detector.title.clone(), abstention.reason.to_string()))
        });
        // The score does not depend on what the client says it is.
        let claim = Claim::plain(ClaimKind::Other);
        let judge = |features: &_, said: &_| assess(pack, model, features, claim, said);
        let judged = judge(&verdict.features, &evidences);
        let without = |source: Source| match source {
            Source::Detector(left_out) => {
                let mut rest = Evidences::default();
                for said in evidences.evidence().iter().filter(|said| said.detector != left_out) {
                    rest.push(said.detector, said.millinats);
                }
                judge(&verdict.features, &rest).score
            }
            Source::Term(left_out) => {
                let mut rest = verdict.features.clone();
                rest.abstain(left_out);
                judge(&rest, &evidences).score
            }
        };
        let ranked = judged.contributions.ranked().into_iter().map(|said| without(said.source));
        let ids = reasons(pack, &verdict.features, &judged).map(|reason| reason.id().to_string());
        let without = ids.zip(ranked).collect();
        let audit = audit(pack, model, &verdict.features, &evidences, &judged);
        Self { silent: silent.collect(), without, audit }
    }
}

impl Told {
    /// Reads a published verdict.
    ///
    /// # Errors
    /// The line is not a verdict.
    pub(crate) fn read(line: &[u8]) -> Result<Self> {
        serde_json::from_slice(line).context("the line is not a verdict")
    }

    /// Tells it. `pack` gives detectors their titles.
    pub(crate) fn tell(&self, pack: &Pack, insight: Option<&Insight>) -> String {
        let mut out = self.heading();
        _ = writeln!(out, "\nReasons (nats of evidence; + speaks for a program, - for a person)");
        if self.reasons.is_empty() {
            _ = writeln!(out, "  none: no detector had anything to say");
        }
        for reason in &self.reasons {
            self.tell_reason(&mut out, reason, pack, insight);
        }
        let silent = insight.map_or(&[][..], |insight| &insight.silent);
        if !silent.is_empty() {
            out.push_str("\nKept silent\n");
        }
        for (title, why) in silent {
            _ = writeln!(out, "  {title}: {why}");
        }
        if let Some(Insight { audit, .. }) = insight {
            let Audit { checked, mismatched } = audit;
            _ = writeln!(
                out,
                "\nAudit: {checked} taken out by turns, {mismatched} not what they say"
            );
        }
        out
    }

    fn heading(&self) -> String {
        let mut out = String::new();
        let agent = self.client.user_agent.as_deref().unwrap_or("no user agent");
        _ = writeln!(out, "{}  {}  {agent}", self.client.id, self.client.ip);
        _ = writeln!(
            out,
            "{}, score {:.1} of 100 that a program drives it, confidence {}",
            self.class, self.score, self.confidence
        );
        _ = match (self.enforceable, self.evidence_families.as_slice()) {
            (true, families) => {
                writeln!(out, "a gateway may act on it: supported by {}", families.join(" and "))
            }
            (false, []) => writeln!(out, "not enforceable: no family of evidence supports it"),
            (false, families) => {
                writeln!(out, "not enforceable: supported by {} alone", families.join(" and "))
            }
        };
        _ = writeln!(
            out,
            "{} requests, {} decision steps, from {} to {}",
            self.events, self.decision_steps, self.first_seen, self.last_seen
        );
        _ = match &self.decided_at {
            Some(at) => writeln!(out, "decided at step {}, {}", at.step, at.time),
            None => writeln!(out, "not decided yet"),
        };
        out
    }

    fn tell_reason(
        &self,
        out: &mut String,
        reason: &ToldReason,
        pack: &Pack,
        insight: Option<&Insight>,
    ) {
        let title = reason_title(pack, &reason.detector).unwrap_or_default();
        let bar = bar(reason.nats);
        _ = writeln!(out, "  {:+6.2} {bar:<BAR_MAX$}  {}: {title}", reason.nats, reason.detector);
        for ToldFeature { name, value, unit } in &reason.features {
            _ = writeln!(out, "{:>8}{name} = {} {unit}", "", short(*value));
        }
        let known = insight.and_then(|insight| {
            insight.without.iter().find(|(detector, _)| *detector == reason.detector)
        });
        let without = match known {
            Some((_, score)) => score.to_string(),
            None => format!("about {}", self.without(reason.nats)),
        };
        _ = writeln!(out, "{:>8}without it the score is {without}", "");
    }

    /// The score without some nats, by the model that ships, when nothing of the same family would take
    /// their place.
    fn without(&self, nats: f64) -> Score {
        let model = Model::shipped();
        let rest: f64 = self.reasons.iter().map(|reason| reason.nats).sum::<f64>() - nats;
        #[expect(clippy::cast_possible_truncation, reason = "the conversion saturates")]
        let rest_millinats = (rest * 1000.0).round() as i32;
        model.score(model.prior_millinats().saturating_add(rest_millinats))
    }
}

/// A bar of a quarter of a nat per character.
fn bar(nats: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "evidence is capped at 6 nats, and the length is not negative"
    )]
    let length = ((nats.abs() * 4.0).round() as usize).clamp(1, BAR_MAX);
    (if nats < 0.0 { "-" } else { "+" }).repeat(length)
}

/// A value with at most three decimals.
fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_reasons_and_what_the_score_would_be_without_each() {
        let line = r#"{"client":{"id":"ab","ip":"192.0.2.1","user_agent":null},"class":"automation",
            "score":95.3,"enforceable":true,"evidence_families":["timing","identity"],"confidence":"high",
            "events":9,"decision_steps":4,"first_seen":"a","last_seen":"b",
            "decided_at":{"time":"t","step":2},"reasons":[{"detector":"timing.x","nats":3.0,
            "features":[{"name":"gap_cv","value":0.0104,"unit":""}]}]}"#;
        let model = Model::shipped();
        let text = Told::read(line.as_bytes()).unwrap().tell(&Pack::default(), None);
        for part in [
            "automation, score 95.3 of 100",
            "supported by timing and identity",
            "decided at step 2, t",
            "+3.00 ++++++++++++ ",
            "gap_cv = 0.01",
            // What is left is the prior.
            &format!("without it the score is about {}", model.score(model.prior_millinats())),
        ] {
            assert!(text.contains(part), "`{part}` is not in\n{text}");
        }
        assert!(Told::read(b"{}").is_err());
    }

    #[test]
    fn values_and_bars_are_short() {
        assert_eq!(
            [short(0.5), short(3.0), short(0.0004), short(12.3456)],
            ["0.5", "3", "0", "12.346"]
        );
        assert_eq!([bar(-0.5), bar(0.01), bar(6.0)], ["--", "+", &"+".repeat(24)]);
    }
}
