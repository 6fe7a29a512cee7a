//! `gait explain`: why one client got its verdict.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::Path,
};

use anyhow::{Context, Result, bail};
use gait_calibrate::SiteModel;
use gait_classify::Model;
use gait_decide::{Alert, Verdict};
use gait_decode::{FormatId, Reject};
use gait_engine::Evicted;
use gait_event::{ClientId, net_of};

use crate::{
    cli::Explain,
    exit::Exit,
    explanation::{Insight, Told},
    pipeline::{EngineMaker, FileOutlet, FileReader, Judged, Outlet, decode_config, load_pack},
    terminal::Progress,
};

/// Tells every verdict that fits.
pub(crate) fn run(args: &Explain) -> Result<Exit> {
    let wanted = Wanted::of(args)?;
    let told = match &args.verdicts {
        Some(path) => from_verdicts(path, args, &wanted)?,
        None => from_logs(args, &wanted)?,
    };
    if told.is_empty() {
        bail!("no client fits {}", wanted.words());
    }
    io::stdout().write_all(told.join("\n").as_bytes())?;
    Ok(Exit::Done)
}

/// Who is asked for.
enum Wanted<'a> {
    Client(ClientId),
    Address { ip: &'a str, user_agent: Option<&'a str> },
}

impl<'a> Wanted<'a> {
    fn of(args: &'a Explain) -> Result<Self> {
        match (&args.client, &args.ip) {
            (Some(id), _) => {
                let id = id.parse();
                Ok(Self::Client(id.context("a client id has 32 hexadecimal digits")?))
            }
            (None, Some(ip)) => Ok(Self::Address { ip, user_agent: args.ua.as_deref() }),
            (None, None) => bail!("name a client by --client or --ip"),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Client(id) => format!("the id `{id}`"),
            Self::Address { ip, user_agent: None } => format!("the address `{ip}`"),
            Self::Address { ip, user_agent: Some(ua) } => format!("`{ip}` with `{ua}`"),
        }
    }

    fn fits(&self, id: &str, ip: &str, user_agent: Option<&str>) -> bool {
        match self {
            Self::Client(wanted) => id.parse() == Ok(*wanted),
            Self::Address { ip: wanted, user_agent: agent } => {
                net_of(ip) == net_of(wanted)
                    && agent.is_none_or(|agent| agent == user_agent.unwrap_or_default())
            }
        }
    }
}

fn from_verdicts(path: &Path, args: &Explain, wanted: &Wanted<'_>) -> Result<Vec<String>> {
    let name = path.display();
    let pack = load_pack(args.judging.detectors.as_deref())?;
    let file = File::open(path).with_context(|| format!("cannot read `{name}`"))?;
    let mut told = Vec::new();
    for (at, line) in BufReader::new(file).lines().enumerate() {
        let line = line.with_context(|| format!("cannot read `{name}`"))?;
        let verdict = Told::read(line.as_bytes()).with_context(|| format!("{name}:{}", at + 1))?;
        let client = &verdict.client;
        if wanted.fits(&client.id, &client.ip, client.user_agent.as_deref()) {
            told.push(verdict.tell(&pack, None));
        }
    }
    Ok(told)
}

fn from_logs(args: &Explain, wanted: &Wanted<'_>) -> Result<Vec<String>> {
    let decode = decode_config(&args.judging)?;
    let maker = EngineMaker::of(&args.judging)?.on_sites(args.site_model.as_deref())?;
    let mut pipeline = maker.pipeline();
    let progress = Progress::new();
    let mut outlet = Listener { wanted, sites: &maker.sites, evicted: Vec::new() };
    let mut judged = Judged { pipeline: &mut pipeline, outlet: &mut outlet, controls: None };
    let read = FileReader::new(&decode, &mut judged, &progress).read(&args.inputs);
    progress.finish();
    read?;
    let mut told = outlet.evicted;
    for verdict in pipeline.engine().verdicts().filter(|verdict| is_wanted(verdict, wanted)) {
        told.push(tell(&verdict, &maker.sites)?);
    }
    Ok(told)
}

fn is_wanted(verdict: &Verdict<'_>, wanted: &Wanted<'_>) -> bool {
    let client = verdict.client;
    wanted.fits(&client.id.to_string(), client.ip, client.user_agent)
}

fn tell(verdict: &Verdict<'_>, sites: &SiteModel) -> Result<String> {
    let mut line = Vec::new();
    gait_wire::write_verdict(verdict, &mut line);
    let insight = Insight::of(verdict, &Model::shipped(), sites);
    Ok(Told::read(&line)?.tell(&verdict.pack, Some(&insight)))
}

/// Keeps what was said of wanted clients that lost their slot; the rest is no answer to the question.
struct Listener<'a> {
    wanted: &'a Wanted<'a>,
    sites: &'a SiteModel,
    evicted: Vec<String>,
}

impl Outlet for Listener<'_> {
    fn reject(&mut self, _reject: &Reject<'_>) -> Result<()> {
        Ok(())
    }

    fn alert(&mut self, _alert: &Alert) -> Result<()> {
        Ok(())
    }

    fn evicted(&mut self, evicted: &Evicted) -> Result<()> {
        let verdict = evicted.verdict();
        if is_wanted(&verdict, self.wanted) {
            self.evicted.push(tell(&verdict, self.sites)?);
        }
        Ok(())
    }
}

impl FileOutlet for Listener<'_> {
    fn file(&mut self, _name: &str, _format: FormatId) {}
}
