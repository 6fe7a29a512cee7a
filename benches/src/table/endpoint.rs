//! The decision: looked up on the board in process, and asked over HTTP on loopback.
//!
//! Questions are asked in an open loop: each has its moment, whether or not the one before has been
//! answered, and its latency counts from that moment. A slow answer so delays the questions behind it, as
//! it would at a gateway.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use gait_benches::{
    input,
    report::{Row, Unit},
    work,
};
use gait_classify::Score;
use gait_engine::{Engine, Input, Outbox};
use gait_observe::Metrics;
use gait_serve::{Access, Board, Published, RiskEntry, Server};
use hdrhistogram::Histogram;
use tokio::{runtime, sync::oneshot};

use crate::{Outcome, Part, size::Size};

/// In process and over HTTP, p99, µs.
const BUDGETS_US: (f64, f64) = (20.0, 1000.0);
/// Connections that ask, each with its share of the questions.
const CONNECTIONS: u64 = 8;

/// A client as a gateway knows it.
struct Asked {
    ip: String,
    user_agent: String,
}

pub(crate) fn rows(size: &Size) -> Outcome<Part> {
    let engine = judged(size);
    let board = Board::new(size.clients_many as usize, Score::from_tenths(500));
    let mut asked = Vec::new();
    for verdict in engine.verdicts() {
        let entry = RiskEntry::from(&verdict);
        let user_agent = entry.user_agent.clone().unwrap_or_default();
        asked.push(Asked { ip: entry.ip.clone(), user_agent });
        board.publish(entry);
    }
    let looked_up = lookup(size, &board, &asked)?;
    let published = Published::new("bench", board, Metrics::new("bench", []));
    let answered = over_http(size, Arc::new(published), &asked)?;
    Ok(Part::Measured(vec![looked_up, answered]))
}

fn judged(size: &Size) -> Engine {
    let mut engine = work::engine(size.clients_many);
    let mut outbox = Outbox::default();
    for sim_event in input::events(size.lines.min(200_000)) {
        engine.step(Input::Event(&mut sim_event.event()), &mut outbox);
        outbox.clear();
    }
    engine
}

/// The 99th percentile of a histogram of ns, in µs.
fn p99_us(latencies_ns: &Histogram<u64>) -> f64 {
    latencies_ns.value_at_quantile(0.99) as f64 / 1000.0
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn lookup(size: &Size, board: &Board, asked: &[Asked]) -> Outcome<Row> {
    let mut latencies_ns = Histogram::new(3)?;
    for client in asked.iter().cycle().take(usize::try_from(size.questions)?) {
        let begun = Instant::now();
        let found = board.find(None, &client.ip, &client.user_agent, None);
        latencies_ns.record(nanos(begun.elapsed()))?;
        if found.is_none() {
            return Err(format!("the board has lost `{}`", client.ip).into());
        }
    }
    Ok(Row::new("decision lookup in process, p99", Unit::Us, p99_us(&latencies_ns))
        .budget(BUDGETS_US.0)
        .note(format!("{} clients on the board", board.len())))
}

/// Serves the board from a thread of its own and asks it.
fn over_http(size: &Size, published: Arc<Published>, asked: &[Asked]) -> Outcome<Row> {
    let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = runtime.block_on(Server::bind(loopback, Access::Loopback, published))?;
    let address = server.local_addr();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = runtime.spawn(server.run(async {
        // Either end of the channel means that nobody asks any more.
        let _ = stopped.await;
    }));
    let latencies_ns = ask(size, address, asked)?;
    let _ = stop.send(());
    runtime.block_on(serving)?;
    Ok(Row::new("decision over HTTP, p99", Unit::Us, p99_us(&latencies_ns))
        .budget(BUDGETS_US.1)
        .note(format!(
            "open loop, {}/s on {CONNECTIONS} connections, p50 {:.0} µs",
            size.questions_per_s,
            latencies_ns.value_at_quantile(0.5) as f64 / 1000.0
        )))
}

/// Asks about one client after the other on all connections; returns the latencies, ns.
fn ask(size: &Size, address: SocketAddr, asked: &[Asked]) -> Outcome<Histogram<u64>> {
    let questions: Vec<String> = asked.iter().map(question).collect();
    let begin = Instant::now() + Duration::from_millis(50);
    let pace = Pace {
        first: begin,
        every: Duration::from_secs(CONNECTIONS) / u32::try_from(size.questions_per_s)?,
        count: size.questions / CONNECTIONS,
    };
    let answers = thread::scope(|scope| -> io::Result<Vec<_>> {
        let mut connections = Vec::new();
        for number in 0..u32::try_from(CONNECTIONS).unwrap_or(u32::MAX) {
            let offset = pace.every / u32::try_from(CONNECTIONS).unwrap_or(1) * number;
            let pace = Pace { first: pace.first + offset, ..pace };
            let questions = questions.iter().cycle().skip(number as usize * 17);
            connections.push(scope.spawn(move || converse(address, pace, questions)));
        }
        let ended = |thread: thread::ScopedJoinHandle<'_, io::Result<Vec<u64>>>| {
            thread.join().unwrap_or_else(|_| Err(io::Error::other("a connection panicked")))
        };
        connections.into_iter().map(ended).collect()
    })?;
    let mut latencies_ns = Histogram::new(3)?;
    for latency_ns in answers.into_iter().flatten() {
        latencies_ns.record(latency_ns)?;
    }
    Ok(latencies_ns)
}

/// When the questions of one connection fall.
#[derive(Clone, Copy)]
struct Pace {
    first: Instant,
    every: Duration,
    count: u64,
}

/// One connection's questions, each at its moment; returns their latencies from that moment, ns.
fn converse<'q>(
    address: SocketAddr,
    pace: Pace,
    questions: impl Iterator<Item = &'q String>,
) -> io::Result<Vec<u64>> {
    let mut connection = BufReader::new(TcpStream::connect(address)?);
    connection.get_ref().set_nodelay(true)?;
    let mut latencies_ns = Vec::new();
    let mut due = pace.first;
    for (_, question) in (0..pace.count).zip(questions) {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        connection.get_mut().write_all(question.as_bytes())?;
        read_answer(&mut connection)?;
        latencies_ns.push(nanos(due.elapsed()));
        due += pace.every;
    }
    Ok(latencies_ns)
}

/// Reads one answer to its end; anything but 200 is an error.
fn read_answer(connection: &mut BufReader<TcpStream>) -> io::Result<()> {
    let mut line = String::new();
    connection.read_line(&mut line)?;
    if !line.starts_with("HTTP/1.1 200") {
        return Err(io::Error::other(format!("the endpoint answered `{}`", line.trim())));
    }
    let mut length = 0;
    loop {
        line.clear();
        connection.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().map_err(io::Error::other)?;
            }
            Some(_) => {}
            None => break,
        }
    }
    io::copy(&mut connection.by_ref().take(length), &mut io::sink())?;
    Ok(())
}

fn question(client: &Asked) -> String {
    let (ip, ua) = (percent_encoded(&client.ip), percent_encoded(&client.user_agent));
    format!("GET /v1/risk?ip={ip}&ua={ua} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

/// Every byte that is no letter or digit as `%HH`: always right in a query.
fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| {
        if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(encode).collect()
}
