//! What each format can say: `docs/formats.md` is written from this, and a test refuses drift.

use std::fmt::Write as _;

use gait_event::{FieldSet, Resolution, TimeKind};

use crate::{field::Field, format::FormatId, json::Preset, text::Layout};

/// What the timestamps of events mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampFacts {
    /// Start or end of the request, after the conversion that the format allows.
    pub kind: TimeKind,
    /// The step of the clock.
    pub resolution: Resolution,
}

/// What is known of a format without a line of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatFacts {
    /// The format.
    pub format: FormatId,
    /// Whose log it is, in one line.
    pub summary: &'static str,
    /// What the time of its events means, as the gateway writes it by default.
    pub timestamp: TimestampFacts,
    /// Where the time comes from.
    pub time_source: &'static str,
}

impl FormatFacts {
    /// The fields a record can carry, in the order of [`Field::ALL`].
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let mut fields: Vec<Field> = match (Preset::of(self.format), Layout::of(self.format)) {
            (Some(preset), _) => preset.fields().collect(),
            (None, Some(layout)) => layout.fields.to_vec(),
            (None, None) => Field::ALL.to_vec(),
        };
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// The optional fields its events can carry.
    #[must_use]
    pub fn carries(&self) -> FieldSet {
        let mut carries = FieldSet::default();
        let fields = self.fields();
        for field in &fields {
            carries.insert(field.logged());
        }
        if fields.contains(&Field::StartTime) && fields.contains(&Field::EndTime) {
            carries.insert(FieldSet::DURATION);
        }
        carries
    }
}

const fn row(
    format: FormatId,
    summary: &'static str,
    kind: TimeKind,
    resolution: Resolution,
    time_source: &'static str,
) -> FormatFacts {
    FormatFacts { format, summary, timestamp: TimestampFacts { kind, resolution }, time_source }
}

/// One row per format, in the order of [`FormatId::ALL`].
static FACTS: [FormatFacts; FormatId::ALL.len()] = [
    row(
        FormatId::NginxJson,
        "NGINX with a JSON `log_format`: variable names, or the short names of `docs/gateways/nginx-log-format.conf`",
        TimeKind::Start,
        Resolution::Millisecond,
        "`$msec` (end) minus `$request_time`; `$time_iso8601` alone has whole seconds",
    ),
    row(
        FormatId::Combined,
        "NGINX and Apache combined, common (CLF) and vhost-combined",
        TimeKind::End,
        Resolution::Second,
        "the bracketed time: NGINX stamps the end, Apache the start, and the line does not say which",
    ),
    row(
        FormatId::EnvoyText,
        "Envoy's default text format, and Istio's",
        TimeKind::Start,
        Resolution::Millisecond,
        "`%START_TIME%`",
    ),
    row(
        FormatId::EnvoyJson,
        "Envoy JSON with the keys of Envoy Gateway or Contour",
        TimeKind::Start,
        Resolution::Millisecond,
        "`start_time` or `@timestamp`",
    ),
    row(
        FormatId::IstioJson,
        "Istio JSON, 24 fixed keys",
        TimeKind::Start,
        Resolution::Millisecond,
        "`start_time`",
    ),
    row(
        FormatId::Kong,
        "Kong http-log, file-log and kafka-log",
        TimeKind::Start,
        Resolution::Millisecond,
        "`started_at`",
    ),
    row(
        FormatId::TraefikJson,
        "Traefik JSON access log",
        TimeKind::Start,
        Resolution::Microsecond,
        "`StartUTC`, nanoseconds cut to microseconds",
    ),
    row(
        FormatId::Caddy,
        "Caddy JSON access log",
        TimeKind::Start,
        Resolution::Microsecond,
        "`ts` (end) minus `duration`",
    ),
    row(
        FormatId::Haproxy,
        "HAProxy `option httplog`, with or without syslog prefix",
        TimeKind::Start,
        Resolution::Millisecond,
        "`%tr`, local time without a zone: run HAProxy in UTC",
    ),
    row(
        FormatId::AwsAlb,
        "AWS Application Load Balancer",
        TimeKind::Start,
        Resolution::Microsecond,
        "`request_creation_time`, else `time` (end) minus the three processing times",
    ),
    row(
        FormatId::Cloudfront,
        "AWS CloudFront standard log; the `#Fields:` line names the columns",
        TimeKind::Start,
        Resolution::Second,
        "`date` and `time` (end) minus `time-taken`",
    ),
    row(
        FormatId::Cloudflare,
        "Cloudflare Logpush `http_requests`",
        TimeKind::Start,
        Resolution::Microsecond,
        "`EdgeStartTimestamp`: `unixnano` or `rfc3339`; `unix` has whole seconds",
    ),
    row(
        FormatId::McpGateway,
        "tool calls as an MCP gateway writes them, with agent, subject, grant, tool, arguments and resources",
        TimeKind::Start,
        Resolution::Millisecond,
        "`ts`",
    ),
    row(
        FormatId::Json,
        "JSON of any shape, read through a field map",
        TimeKind::Start,
        Resolution::Millisecond,
        "the key mapped to `time`; resolution by its digits",
    ),
];

/// What is known of a format.
#[must_use]
pub fn facts(format: FormatId) -> &'static FormatFacts {
    let [first, ..] = &FACTS;
    FACTS.iter().find(|facts| facts.format == format).unwrap_or(first)
}

/// The text of `docs/formats.md`.
#[must_use]
pub fn formats_markdown() -> String {
    let mut page = String::from(include_str!("formats_head.md"));
    page.push_str("\n## Overview\n\n");
    page.push_str("| format | log | time of the event | step | from |\n|---|---|---|---|---|\n");
    for facts in &FACTS {
        let _infallible = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            facts.format,
            facts.summary,
            kind_name(facts.timestamp.kind),
            step_name(facts.timestamp.resolution),
            facts.time_source,
        );
    }
    page.push_str("\n## Fields\n\nWhat a record of each format can carry.\n\n");
    page.push_str("| format | fields |\n|---|---|\n");
    for facts in &FACTS {
        let mut names: Vec<&str> = facts.fields().iter().map(|field| field.name()).collect();
        names.dedup();
        let _infallible = writeln!(page, "| `{}` | {} |", facts.format, names.join(", "));
    }
    page.push_str("\n## Keys of the JSON formats\n\n");
    page.push_str("Of the keys of one field the first that holds something wins. ");
    page.push_str("`-`, empty text and null mean absent.\n");
    for facts in &FACTS {
        if let Some(preset) = Preset::of(facts.format) {
            keys_table(&mut page, facts.format, preset);
        }
    }
    page
}

fn keys_table(page: &mut String, format: FormatId, preset: &Preset) {
    let _infallible = writeln!(page, "\n### {format}\n\n| field | keys |\n|---|---|");
    for field in Field::ALL {
        let keys: Vec<String> = preset.paths(*field).map(|path| format!("`{path}`")).collect();
        if !keys.is_empty() {
            let kind = match field {
                Field::StartTime => " (start)",
                Field::EndTime => " (end)",
                _ => "",
            };
            let _infallible = writeln!(page, "| {}{kind} | {} |", field.name(), keys.join(", "));
        }
    }
}

fn kind_name(kind: TimeKind) -> &'static str {
    match kind {
        TimeKind::Start => "start",
        TimeKind::End => "end",
    }
}

fn step_name(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Microsecond => "1 µs",
        Resolution::Millisecond => "1 ms",
        Resolution::Second => "1 s",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_its_row_in_order() {
        for (facts, format) in FACTS.iter().zip(FormatId::ALL) {
            assert_eq!(facts.format, *format);
        }
    }

    #[test]
    fn what_a_format_carries_follows_from_its_table() {
        let carries = |format, field| facts(format).carries().contains(field);
        assert!(carries(FormatId::NginxJson, FieldSet::MCP));
        assert!(carries(FormatId::Caddy, FieldSet::SEC_FETCH));
        assert!(carries(FormatId::Cloudflare, FieldSet::DURATION));
        assert!(!carries(FormatId::Combined, FieldSet::DURATION));
        assert!(!carries(FormatId::Haproxy, FieldSet::USER_AGENT));
    }

    #[test]
    fn the_page_in_docs_is_what_the_code_says() {
        let kept = include_str!("../../../../docs/formats.md");
        assert!(
            kept == formats_markdown(),
            "docs/formats.md differs from the code; run `cargo run -p gait-decode --example formats > docs/formats.md`"
        );
    }
}
