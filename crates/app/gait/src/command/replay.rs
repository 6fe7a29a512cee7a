//! `gait replay`: log files in, verdicts and alerts out; no configuration, no Kafka.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    ops::Range,
    path::PathBuf,
    sync::Arc,
    time::Instant,
};

use anyhow::Result;
use gait_classify::Class;
use gait_decide::{Alert, Budget};
use gait_decode::{FormatId, Reject};
use gait_engine::{Engine, Evicted};
use gait_event::ClientId;
use gait_scope::Finding;

use crate::{
    cli::{Output, Replay},
    control::Script,
    exit::{Exit, Misconfigured},
    pipeline::{
        Controls, EngineMaker, FileOutlet, FileReader, Judged, Late, Lines, Outlet, Rejects,
        SharedStdout, decode_config, is_stdout, load_grants, shared_stdout,
    },
    summary::Summary,
    terminal::{Progress, counted, grouped},
};

/// Reads the files, writes what was asked for, and prints the summary.
pub(crate) fn run(args: &Replay) -> Result<Exit> {
    let started = Instant::now();
    let decode = decode_config(&args.judging)?;
    let (maker, mut script) = judges(args)?;
    let has_grants = maker.grants.is_some();
    let mut pipeline = maker.pipeline();
    let stdout = shared_stdout();
    let create = |path: &Option<PathBuf>| match path {
        Some(path) => Lines::create(path, &stdout).map(Some),
        None => Ok(None),
    };
    // Opened first: a mistake in a path should not show after an hour of reading.
    let verdicts = create(&args.verdicts)?;
    let progress = Progress::new();
    let mut outlet = ReplayOutlet {
        alerts: create(&args.alerts)?,
        findings: create(&args.findings)?,
        rejects: Rejects::kept_in(create(&args.rejects)?),
        alert_count: 0,
        evicted: BTreeMap::new(),
        file: String::new(),
        progress: &progress,
        line: Vec::new(),
    };
    let controls = script.as_mut().map(|script| script as &mut dyn Controls);
    let mut judged = Judged { pipeline: &mut pipeline, outlet: &mut outlet, controls };
    let read = FileReader::new(&decode, &mut judged, &progress).read(&args.inputs);
    progress.finish();
    let read = read?;
    if let Some(script) = &mut script {
        script.at_end(&mut pipeline, &mut outlet)?;
    }
    if read.unrecognised > 0 {
        eprintln!("gait: `--format` names a format, `--field-map FILE` maps the keys of JSON");
    }
    let mut summary = Summary::new(read, &outlet.rejects);
    outlet.flush()?;
    summary.alerts = outlet.alert_count;
    let stats = pipeline.engine().stats();
    summary.count(stats, has_grants);
    say_what_grants_missed(args, has_grants, stats.agent_calls);
    write_verdicts(pipeline.engine(), outlet.evicted, verdicts, &mut summary)?;
    summary.seconds = started.elapsed().as_secs_f64();
    if summary.rejects > 0 {
        let rest = outlet.rejects.unnamed();
        let more = if rest > 0 {
            format!(", {} of them not named above", grouped(rest))
        } else {
            String::new()
        };
        eprintln!("gait: {} rejected{more}", counted(summary.rejects, "line"));
    }
    print(&summary, args, &stdout)?;
    Ok(match summary.unreadable.is_empty() {
        false => Exit::Unreadable,
        true if args.strict && summary.rejects > 0 => Exit::Rejects,
        true => Exit::Done,
    })
}

/// What judges, and the changes of a journal that are still to come.
fn judges(args: &Replay) -> Result<(EngineMaker, Option<Script>)> {
    let mut maker = EngineMaker::of(&args.judging)?.on_sites(args.site_model.as_deref())?;
    maker.budget = budget_of(args)?;
    let book = args.grants.as_deref().map(load_grants).transpose()?.map(Arc::new);
    let read = |path: &PathBuf| Script::read(path, args.judging.mask);
    let script = args.control.as_ref().map(read).transpose()?;
    if let Some(script) = &script {
        maker.sites = Arc::clone(&script.sites);
    }
    let lived = script.as_ref().and_then(|script| script.grants.clone());
    if lived.is_some() && book.is_some() {
        let text = "the journal names the grants of its run; leave `--grants` out";
        return Err(Misconfigured(text.to_owned()).into());
    }
    maker.grants = lived.or(book).map(|book| Arc::new(book.grants()));
    Ok((maker, script))
}

/// The false-alarm budget, which people of a site model must stand behind.
fn budget_of(args: &Replay) -> Result<Option<Budget>, Misconfigured> {
    let has_people = args.site_model.is_some() || args.control.is_some();
    if args.false_alarms_per_day.is_some() && !has_people {
        let text = "`--false-alarms-per-day` holds clients against people: name `--site-model` too";
        return Err(Misconfigured(text.to_owned()));
    }
    Ok(args.false_alarms_per_day)
}

/// Says when nothing was held against a grant although somebody expects it.
fn say_what_grants_missed(args: &Replay, has_grants: bool, agent_calls: u64) {
    if has_grants && agent_calls == 0 {
        eprintln!(
            "gait: no line names an agent, so nothing was held against the grants; \
             `--format mcp-gateway` reads the lines of an MCP gateway"
        );
    }
    if args.findings.is_some() && !has_grants {
        eprintln!("gait: there are no findings without grants; `--grants DIR` names them");
    }
}

/// Writes the verdict on every client, sorted by client id, and counts them.
fn write_verdicts(
    engine: &Engine,
    evicted: BTreeMap<ClientId, LastVerdict>,
    out: Option<Lines>,
    summary: &mut Summary,
) -> Result<()> {
    let Some(mut out) = out else {
        engine
            .verdicts()
            .for_each(|v| summary.client(v.assessment.class, v.assessment.enforceable));
        return Ok(());
    };
    // Lines lie one after the other and are sorted by reference: a client costs its line and little more.
    let mut text = Vec::new();
    let mut places: Vec<(ClientId, Range<usize>)> = Vec::new();
    for verdict in engine.verdicts() {
        let start = text.len();
        gait_wire::write_verdict(&verdict, &mut text);
        places.push((verdict.client.id, start..text.len()));
        summary.client(verdict.assessment.class, verdict.assessment.enforceable);
    }
    places.sort_unstable_by_key(|(id, _)| *id);
    // A client that came back after its eviction has its verdict among the living.
    let is_live = |id: &ClientId| places.binary_search_by_key(id, |(live, _)| *live).is_ok();
    let mut gone = evicted.into_iter().filter(|(id, _)| !is_live(id)).peekable();
    for (id, place) in &places {
        while let Some((_, last)) = gone.next_if(|(gone, _)| gone < id) {
            last.write(&mut out, summary)?;
        }
        out.write(&text[place.clone()])?;
    }
    for (_, last) in gone {
        last.write(&mut out, summary)?;
    }
    out.flush()
}

/// The summary goes to standard output, unless results are written there.
fn print(summary: &Summary, args: &Replay, stdout: &SharedStdout) -> Result<()> {
    let text = match args.output {
        Output::Text => summary.text(),
        Output::Json => serde_json::to_string(summary)? + "\n",
    };
    let taken = [&args.verdicts, &args.alerts, &args.findings, &args.rejects]
        .iter()
        .any(|path| path.as_deref().is_some_and(is_stdout));
    if taken {
        stdout.borrow_mut().flush()?;
        eprint!("{text}");
    } else {
        io::stdout().write_all(text.as_bytes())?;
    }
    Ok(())
}

/// What a replay does with results as they come.
struct ReplayOutlet<'p> {
    alerts: Option<Lines>,
    findings: Option<Lines>,
    rejects: Rejects,
    alert_count: u64,
    /// The last verdicts on clients that lost their slot.
    evicted: BTreeMap<ClientId, LastVerdict>,
    file: String,
    progress: &'p Progress,
    line: Vec<u8>,
}

/// A verdict that is written at the end.
struct LastVerdict {
    class: Class,
    enforceable: bool,
    line: Vec<u8>,
}

impl LastVerdict {
    fn write(&self, out: &mut Lines, summary: &mut Summary) -> Result<()> {
        summary.client(self.class, self.enforceable);
        out.write(&self.line)
    }
}

impl ReplayOutlet<'_> {
    fn flush(&mut self) -> Result<()> {
        for lines in [&mut self.alerts, &mut self.findings].into_iter().flatten() {
            lines.flush()?;
        }
        self.rejects.flush()
    }
}

impl FileOutlet for ReplayOutlet<'_> {
    fn file(&mut self, name: &str, _format: FormatId) {
        name.clone_into(&mut self.file);
    }
}

impl Outlet for ReplayOutlet<'_> {
    fn reject(&mut self, reject: &Reject<'_>) -> Result<()> {
        if let Some(line) = self.rejects.take(&self.file, reject)? {
            self.progress.say(&line);
        }
        Ok(())
    }

    fn late(&mut self, late: &Late<'_>) -> Result<()> {
        self.rejects.keep_late(&self.file, late)
    }

    fn alert(&mut self, alert: &Alert) -> Result<()> {
        self.alert_count += 1;
        let Some(alerts) = &mut self.alerts else { return Ok(()) };
        self.line.clear();
        gait_wire::write_alert(alert, &mut self.line);
        alerts.write(&self.line)
    }

    fn finding(&mut self, finding: &Finding) -> Result<()> {
        let Some(findings) = &mut self.findings else { return Ok(()) };
        self.line.clear();
        gait_wire::write_finding(finding, &mut self.line);
        findings.write(&self.line)
    }

    fn evicted(&mut self, evicted: &Evicted) -> Result<()> {
        let verdict = evicted.verdict();
        let mut line = Vec::new();
        gait_wire::write_verdict(&verdict, &mut line);
        let class = verdict.assessment.class;
        let enforceable = verdict.assessment.enforceable;
        self.evicted.insert(verdict.client.id, LastVerdict { class, enforceable, line });
        Ok(())
    }
}
