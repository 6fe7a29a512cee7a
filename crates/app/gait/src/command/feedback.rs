//! `gait feedback`: an analyst's word on an alert, sent to the process that raised it.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use gait_serve::{Judgement, Remark};
use serde::Deserialize;
use ureq::{
    Agent,
    http::Uri,
    tls::{RootCerts, TlsConfig, TlsProvider},
};

use crate::{
    cli::{Feedback, Found},
    exit::{Exit, Misconfigured},
};

/// How long an answer is waited for.
const ANSWER_WAIT: Duration = Duration::from_secs(10);

/// Sends it, and says what the other side made of it.
pub(crate) fn run(args: &Feedback) -> Result<Exit> {
    let (verdict, said) = match args.found {
        Found::Confirm => (Judgement::Confirmed, "confirmed"),
        Found::FalseAlarm => (Judgement::FalseAlarm, "a false alarm"),
    };
    let remark =
        Remark { alert: args.alert, verdict, by: args.by.clone(), note: args.note.clone() };
    if let Some(mistake) = remark.mistake() {
        eprintln!("gait: {mistake}");
        return Ok(Exit::Usage);
    }
    let token = args.token_file.as_deref().map(token_of).transpose()?;
    send(&args.url, token.as_deref(), &remark)?;
    println!(
        "alert {} is {said}: sent to {}, which counts it in gait_feedback_total",
        args.alert, args.url
    );
    Ok(Exit::Done)
}

/// The token in a file.
fn token_of(path: &Path) -> Result<String, Misconfigured> {
    let text = fs::read_to_string(path)
        .map_err(|error| Misconfigured(format!("`{}`: {error}", path.display())))?;
    Ok(text.trim().to_owned())
}

fn send(url: &Uri, token: Option<&str>, remark: &Remark) -> Result<()> {
    let base = url.to_string();
    let target = format!("{}/v1/feedback", base.trim_end_matches('/'));
    let mut request = agent().post(&target);
    if let Some(token) = token {
        if !may_carry_token(url) {
            bail!("a token sent over plain HTTP to {base} can be read on the way; use https");
        }
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut answer = request.send_json(remark).with_context(|| format!("cannot ask {target}"))?;
    if answer.status().is_success() {
        return Ok(());
    }
    let status = answer.status();
    let problem: Option<Problem> = answer.body_mut().read_json().ok();
    let detail = problem.map_or_else(|| "no `gait` answers there".to_owned(), |p| p.detail);
    bail!("{target} answered {status}: {detail}")
}

/// The part of a problem document that is shown.
#[derive(Deserialize)]
struct Problem {
    detail: String,
}

fn agent() -> Agent {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::NativeTls)
        .root_certs(RootCerts::PlatformVerifier)
        .build();
    Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(ANSWER_WAIT))
        .http_status_as_error(false)
        // A token follows nobody elsewhere.
        .max_redirects(0)
        .max_redirects_will_error(false)
        // The endpoint is this machine's or named by the operator; a proxy of the environment would see the token.
        .proxy(None)
        .build()
        .into()
}

/// Whether nobody on the way can read what is sent.
fn may_carry_token(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback = host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    is_loopback || url.scheme_str() == Some("https")
}

/// Reads `--url`: an address that HTTP reaches, without a path of its own.
pub(crate) fn url_of(text: &str) -> Result<Uri, String> {
    let url: Uri = text.parse().map_err(|error| format!("{error}"))?;
    match (url.scheme_str(), url.host()) {
        (Some("http" | "https"), Some(_)) => Ok(url),
        _ => Err("an address looks like http://127.0.0.1:9117".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_over_the_wire_only_where_nobody_reads_along() {
        for (url, may) in [
            ("http://127.0.0.1:9117", true),
            ("http://[::1]:9117", true),
            ("http://localhost:9117", true),
            ("https://gait.example", true),
            ("http://gait.example", false),
            ("http://192.0.2.7:9117", false),
        ] {
            assert_eq!(may_carry_token(&url_of(url).unwrap()), may, "{url}");
        }
        assert!(url_of("127.0.0.1:9117").is_err());
        assert!(url_of("ftp://127.0.0.1").is_err());
    }
}
