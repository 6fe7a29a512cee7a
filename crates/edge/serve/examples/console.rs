//! The console over made-up clients, without an engine: `cargo run -p gait-serve --example console`.
//! For looking at the page while changing it.

use std::{sync::Arc, time::Duration};

use gait_classify::{Class, Confidence, FamilySet, Score};
use gait_decide::{Alert, AlertChange, AlertId, AlertKind, AlertPhase, VerdictId};
use gait_detect::{Family, Pack};
use gait_event::{ClientKey, EventTime};
use gait_observe::Metrics;
use gait_serve::{Access, Board, Measured, Published, Reason, RiskEntry, Server};

const AGENTS: [(&str, Class, u16); 9] = [
    ("python-httpx/0.28.1", Class::Agent, 978),
    (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36",
        Class::Agent,
        931,
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
        Class::Human,
        24,
    ),
    ("Mozilla/5.0 (compatible; ExampleBot/2.1; +bot.example)", Class::DeclaredBot, 991),
    ("sqlmap/1.8.11#stable", Class::Automation, 996),
    ("Go-http-client/2.0", Class::Automation, 940),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
        Class::Human,
        52,
    ),
    ("<script>document.title='owned'</script><img src=x onerror=alert(1)>", Class::Undecided, 412),
    ("", Class::Undecided, 608),
];

/// Client number `n` after `round` rounds.
fn client(pack: &Pack, n: usize, round: u64) -> RiskEntry {
    let (user_agent, class, score_tenths) = AGENTS[n % AGENTS.len()];
    let ip = if n.is_multiple_of(5) {
        format!("2001:db8:{n:x}::17")
    } else {
        format!("203.0.113.{}", n + 3)
    };
    let mut key = ClientKey::default();
    key.set_parts("books.tidewater.example", &ip, user_agent, "");
    let settled = round > 4 + (n as u64 % 11) * 3;
    let waver = u16::try_from((round * 7 + n as u64 * 13) % 30).unwrap_or(0);
    let score_tenths =
        if settled { score_tenths.saturating_sub(waver / 4).max(4) } else { 269 + waver * 9 };
    let mut families = FamilySet::default();
    families.insert(Family::Timing);
    families.insert(Family::Navigation);
    let said = pack.detectors().iter().skip(n % 7 * 3).step_by(3).take(2 + n % 4);
    let reasons = said.zip([2410, 1180, -640, 420, -210]).map(|(detector, millinats)| Reason {
        detector: detector.id.clone(),
        title: detector.title.clone(),
        millinats: if class == Class::Human { -millinats } else { millinats },
        features: detector
            .features
            .iter()
            .take(2)
            .map(|id| Measured {
                name: id.spec().name,
                unit: id.spec().unit.symbol(),
                value: 0.137,
            })
            .collect(),
    });
    let begun = EventTime::from_parts(1_795_354_724, 0);
    RiskEntry {
        client: key.id(),
        site: Some("books.tidewater.example".to_owned()),
        ip,
        user_agent: Some(user_agent.to_owned()).filter(|text| !text.is_empty()),
        ja4: None,
        class: if settled { class } else { Class::Undecided },
        score: Score::from_tenths(score_tenths),
        enforceable: settled && class.is_undeclared_program(),
        confidence: if settled { Confidence::High } else { Confidence::Low },
        families,
        reasons: reasons.collect(),
        events: round * (3 + n as u64 % 17),
        decisions: u32::try_from(round).unwrap_or(u32::MAX),
        first_seen: begun,
        last_seen: begun.plus(round * 1_000_000 - (n as u64 % 9) * 400_000),
        verdict: VerdictId(u128::from(round)),
    }
}

fn alert(entry: &RiskEntry, n: usize, phase: AlertPhase) -> Alert {
    let kind = AlertKind::of(entry.class).unwrap_or(AlertKind::UndeclaredAgent);
    Alert {
        change: AlertChange {
            id: AlertId(n as u128),
            kind,
            phase,
            class: entry.class,
            score: entry.score,
            enforceable: entry.enforceable,
            opened: entry.first_seen,
            at: entry.last_seen,
            cause: None,
        },
        client: entry.client,
        site: entry.site.clone(),
        ip: entry.ip.clone(),
        user_agent: entry.user_agent.clone(),
        ja4: None,
        agent: None,
        confidence: entry.confidence,
        first_seen: entry.first_seen,
        last_seen: entry.last_seen,
        events: entry.events,
        reasons: Vec::new(),
        family: None,
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let metrics = Metrics::new(env!("CARGO_PKG_VERSION"), []);
    let board = Board::new(10_000, Score::from_tenths(269));
    let published = Arc::new(Published::new(env!("CARGO_PKG_VERSION"), board, metrics));
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let server = Server::bind(address.parse()?, Access::Loopback, Arc::clone(&published)).await?;
    println!("http://{}/", server.local_addr());
    let pack = Pack::builtin();
    tokio::spawn(async move {
        for round in 10_u64.. {
            for n in 0..64 {
                let entry = client(&pack, n, round);
                if entry.enforceable && (round + n as u64).is_multiple_of(23) {
                    let phase = [AlertPhase::Open, AlertPhase::Update, AlertPhase::Close][n % 3];
                    published.feed.alert(alert(&entry, n, phase));
                }
                published.board.publish(entry);
            }
            let swing = 900 + (round % 60).abs_diff(30) * 40;
            published.feed.events(swing + round * 37 % 160);
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    });
    server.run(async { tokio::signal::ctrl_c().await.unwrap_or_default() }).await;
    Ok(())
}
