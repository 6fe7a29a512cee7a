//! `gait calibrate`: the history of sites in, a site model out. Reads the logs twice.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use anyhow::{Context, Result};
use gait_calibrate::{Judges, LeftOut, Report, SiteModel, Survey};
use gait_classify::Model;
use gait_event::Event;
use serde::Serialize;

use crate::{
    cli::{Calibrate, Output},
    exit::Exit,
    pipeline::{FileReader, History, decode_config, is_stdout, load_canaries, load_pack},
    terminal::{Progress, Table, counted, grouped},
};

/// Learns a site model, writes it and says what it was made from.
pub(crate) fn run(args: &Calibrate) -> Result<Exit> {
    let decode = decode_config(&args.judging)?;
    let judges = Judges {
        pack: Arc::new(load_pack(args.judging.detectors.as_deref())?),
        model: Arc::new(Model::shipped()),
        mask: args.judging.mask,
        canaries: Arc::new(load_canaries(args.judging.canaries.as_deref())?),
    };
    let progress = Progress::new();
    let mut survey = Survey::new(judges, args.judging.clients_max);
    let mut observe = |event: &mut Event<'_>| survey.observe(event);
    let mut first = History::new(&mut observe, &progress);
    let read = FileReader::new(&decode, &mut first, &progress).read(&args.inputs)?;
    let (events, rejects) = (first.events, first.rejects.total());
    let mut calibration = survey.finish();
    let reread = progress.again();
    let mut observe = |event: &mut Event<'_>| calibration.observe(event);
    let mut again = History::new(&mut observe, &reread);
    FileReader::new(&decode, &mut again, &reread).read(&args.inputs)?;
    progress.finish();
    if again.events != events {
        eprintln!("gait: the logs changed while they were read twice; calibrate on closed files");
    }
    let (model, report) = calibration.finish();
    write(&args.out, &model.write())?;
    let summary = Summary::of(events, rejects, &model, &report);
    let text = match args.output {
        Output::Text => summary.text(),
        Output::Json => serde_json::to_string(&summary)? + "\n",
    };
    if is_stdout(&args.out) {
        eprint!("{text}");
    } else {
        io::stdout().write_all(text.as_bytes())?;
    }
    Ok(match read.unreadable.is_empty() {
        false => Exit::Unreadable,
        true if args.strict && rejects > 0 => Exit::Rejects,
        true => Exit::Done,
    })
}

/// Writes a file beside its place and moves it there: whoever reads it has the old one or the new one.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if is_stdout(path) {
        return Ok(io::stdout().write_all(bytes)?);
    }
    let name = path.display();
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, bytes)
        .and_then(|()| fs::rename(&beside, path))
        .with_context(|| format!("cannot write `{name}`"))
}

/// What a calibration came to.
#[derive(Debug, Serialize)]
struct Summary {
    events: u64,
    rejects: u64,
    clients: u64,
    clients_used: u64,
    clients_measured: u64,
    clients_left_out: BTreeMap<&'static str, u64>,
    sites: Vec<SiteSummary>,
    model: String,
}

#[derive(Debug, Serialize)]
struct SiteSummary {
    site: String,
    clients: u32,
    routes: usize,
    transitions: usize,
    links: usize,
    routes_timed: usize,
    /// Whether enough people were measured to hold others against them.
    has_people: bool,
}

impl Summary {
    fn of(events: u64, rejects: u64, model: &SiteModel, report: &Report) -> Self {
        let left_out = |reason: LeftOut| Some((reason.as_str(), *report.left_out.get(&reason)?));
        let sites = model.sites().iter().map(|site| {
            let parts = site.map.parts();
            SiteSummary {
                site: site.name.clone(),
                clients: site.clients,
                routes: site.map.routes(),
                transitions: parts.next_routes.len(),
                links: parts.links.len(),
                routes_timed: parts.timed.iter().map(|timed| usize::from(*timed)).sum(),
                has_people: site.people.groups().iter().any(|cells| !cells.is_empty()),
            }
        });
        Self {
            events,
            rejects,
            clients: report.clients,
            clients_used: report.used,
            clients_measured: report.measured,
            clients_left_out: LeftOut::ALL.into_iter().filter_map(left_out).collect(),
            sites: sites.collect(),
            model: model.hash().to_string(),
        }
    }

    fn text(&self) -> String {
        let mut text = format!(
            "{}, {}\n{}: {} learnt from, {} measured\n",
            counted(self.events, "request"),
            counted(self.rejects, "reject"),
            counted(self.clients, "client"),
            grouped(self.clients_used),
            grouped(self.clients_measured),
        );
        for (reason, clients) in &self.clients_left_out {
            _ = writeln!(text, "left out, {reason}: {}", grouped(*clients));
        }
        let mut table = Table::new(&["site", "people", "routes", "timed", "transitions", "links"]);
        for site in &self.sites {
            let name = if site.site.is_empty() { "(no host logged)" } else { &site.site };
            let people = if site.has_people { "" } else { " (too few)" };
            table.row([
                name.to_owned(),
                format!("{}{people}", grouped(u64::from(site.clients))),
                grouped(site.routes as u64),
                grouped(site.routes_timed as u64),
                grouped(site.transitions as u64),
                grouped(site.links as u64),
            ]);
        }
        _ = write!(text, "{table}\nsite model {}\n", self.model);
        text
    }
}
