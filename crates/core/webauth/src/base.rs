//! The text that a signature signs (RFC 9421, section 2.5), rebuilt from what the log carries.

use std::fmt::Write as _;

use gait_event::{Event, Method};

use crate::fields::{Item, Value, each_item, each_member};

/// Components of one signature, at most.
const COMPONENTS_MAX: usize = 32;

/// What the covered components amount to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base<'a> {
    /// The text that was signed, the site it was signed for and the label of the agent, when it has one.
    Complete { text: String, agent_key: Option<&'a str> },
    /// The log does not carry a component, or not as it was sent.
    Unknown,
    /// The list is none, or names no site.
    Malformed,
}

/// Rebuilds the base of the signature whose input is `input`.
pub(crate) fn rebuild<'a>(event: &Event<'_>, input: Item<'a>) -> Base<'a> {
    let Value::List(components) = input.value else { return Base::Malformed };
    let mut text = String::with_capacity(512);
    let (mut count, mut names_site, mut known, mut agent_key) = (0, false, true, None);
    let read = each_item(components, |item| {
        let Value::Text(name) = item.value else { return None };
        count += 1;
        names_site |= matches!(name, "@authority" | "@target-uri");
        if name == "signature-agent" {
            agent_key = item.text("key");
        }
        let before = text.len();
        let _ = write!(text, "{}: ", item.raw);
        known &= write_component(event, name, &item, &mut text).is_some();
        text.push('\n');
        // A value with a line break could pass for another component.
        known &= text.get(before..).is_some_and(|line| line.matches('\n').count() == 1);
        (count <= COMPONENTS_MAX).then_some(())
    });
    if read.is_none() || !names_site {
        return Base::Malformed;
    }
    let _ = write!(text, "\"@signature-params\": {}", input.raw);
    if known { Base::Complete { text, agent_key } } else { Base::Unknown }
}

/// Writes the value of one component; `None` when the log does not tell it.
fn write_component(event: &Event<'_>, name: &str, item: &Item<'_>, out: &mut String) -> Option<()> {
    // Parts of a field, of a query or of a request that was answered are not rebuilt, a label aside.
    if !item.has_only(if name == "signature-agent" { &["key"] } else { &[] }) {
        return None;
    }
    let query = || event.target.split_once('?').map(|(_, query)| query);
    let path = if event.path().is_empty() { "/" } else { event.path() };
    match name {
        "@method" => out.push_str(method(event.method)?),
        "@authority" => out.push_str(event.host?),
        "@scheme" => out.push_str("https"),
        "@target-uri" => {
            let _ = write!(out, "https://{}{}", event.host?, event.target);
        }
        "@request-target" => out.push_str(event.target),
        "@path" => out.push_str(path),
        "@query" => {
            let _ = write!(out, "?{}", query().unwrap_or_default());
        }
        "signature-agent" => out.push_str(agent(event.signature_agent?, item.text("key"))?),
        _ => out.push_str(header(event, name)?.trim()),
    }
    Some(())
}

/// The value of Signature-Agent, or of the member with that label.
fn agent<'a>(value: &'a str, label: Option<&str>) -> Option<&'a str> {
    let Some(label) = label else { return Some(value.trim()) };
    let mut found = None;
    each_member(value, |key, item| found = if key == label { Some(item.raw) } else { found })?;
    found
}

/// A header that events carry as it was sent.
fn header<'a>(event: &Event<'a>, name: &str) -> Option<&'a str> {
    match name {
        "user-agent" => event.user_agent,
        "accept" => event.accept,
        "accept-language" => event.accept_language,
        "accept-encoding" => event.accept_encoding,
        "referer" => event.referer,
        "content-type" => event.content_type,
        _ => None,
    }
}

fn method(method: Method) -> Option<&'static str> {
    Some(match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
        Method::Options => "OPTIONS",
        Method::Connect => "CONNECT",
        Method::Trace => "TRACE",
        Method::Other => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(components: &str) -> String {
        let event = Event {
            host: Some("shop.example"),
            target: "/a/b?x=1&y",
            signature_agent: Some("x=1, bot=\"https://bot.example\";type=directory"),
            accept: Some(" text/html "),
            user_agent: Some("one\n\"@method\": GET"),
            method: Method::Post,
            ..Event::default()
        };
        let input = format!("s=({components});created=1");
        let mut rebuilt = None;
        each_member(&input, |_, item| {
            rebuilt = Some(match rebuild(&event, item) {
                Base::Complete { text, .. } => text,
                other => format!("{other:?}"),
            });
        })
        .expect("a dictionary");
        rebuilt.expect("a member")
    }

    #[test]
    fn components_are_rebuilt_as_they_were_signed() {
        for (component, line) in [
            ("\"@method\"", "\"@method\": POST"),
            ("\"@path\"", "\"@path\": /a/b"),
            ("\"@query\"", "\"@query\": ?x=1&y"),
            ("\"@request-target\"", "\"@request-target\": /a/b?x=1&y"),
            ("\"@target-uri\"", "\"@target-uri\": https://shop.example/a/b?x=1&y"),
            ("\"@scheme\"", "\"@scheme\": https"),
            ("\"accept\"", "\"accept\": text/html"),
            (
                "\"signature-agent\";key=\"bot\"",
                "\"signature-agent\";key=\"bot\": \"https://bot.example\";type=directory",
            ),
        ] {
            let all = format!("\"@authority\" {component}");
            let expected = format!(
                "\"@authority\": shop.example\n{line}\n\"@signature-params\": ({all});created=1"
            );
            assert_eq!(base(&all), expected);
        }
    }

    #[test]
    fn what_the_log_does_not_tell_is_unknown_and_no_site_is_malformed() {
        for (components, expected) in [
            ("\"@authority\" \"date\"", "Unknown"),
            ("\"@authority\" \"content-digest\"", "Unknown"),
            ("\"@authority\" \"referer\"", "Unknown"),
            ("\"@authority\" \"@query-param\";name=\"x\"", "Unknown"),
            ("\"@authority\" \"accept\";sf", "Unknown"),
            ("\"@authority\" \"signature-agent\";key=\"other\"", "Unknown"),
            ("\"@authority\" \"user-agent\"", "Unknown"),
            ("\"@method\" \"@path\"", "Malformed"),
            ("", "Malformed"),
            ("\"@authority\" 7", "Malformed"),
            (&"\"@authority\" ".repeat(33), "Malformed"),
        ] {
            assert_eq!(base(components), expected, "{components}");
        }
    }
}
