//! `gait run`: a stream until stopped, as the configuration says.

use std::{
    io::{self, IsTerminal},
    sync::Arc,
    time::Duration,
};

use anyhow::Result;
use gait_observe::Source as SourceLabel;

use crate::{
    cli::Run,
    config::{Config, SourceKind, StartAt, environment},
    control::{Asked, GrantsFeed, Journal, SiteModelFeed, Steering, Watch},
    exit::{Exit, Misconfigured},
    live::Live,
    pipeline::{EngineMaker, grant_files, load_pack},
    service::Service,
    stop::Stop,
    stream::{Sinks, StreamOutlet, consume, follow, read_once},
};

/// Runs until the source ends or a signal comes, then drains.
pub(crate) fn run(args: &Run) -> Result<Exit> {
    let config = Config::load(&args.config)?;
    let log = tracing_subscriber::EnvFilter::try_from_env("GAIT_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(log)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    let pack = Arc::new(load_pack(config.engine.detectors.as_deref())?);
    let mut service = Service::new(&pack, config.serve.clients_max)?;
    let stop = Stop::on_signals(service.runtime())?;
    if let Some(address) = config.serve.listen {
        let bound = service.listen(address, config.access.clone())?;
        tracing::info!(address = %bound, "listening");
    }
    let engines = EngineMaker {
        pack,
        mask: config.mask,
        sites: Arc::default(),
        canaries: Arc::new(config.canaries.clone()),
        bot_keys: Arc::new(config.bot_keys.clone()),
        grants: config.grants.as_ref().map(|book| Arc::new(book.grants())),
        clients_max: config.engine.clients_max,
        budget: config.budget,
    }
    .on_sites(config.engine.site_model.as_deref())?;
    let mut steering = steering(&config, &engines, &service)?;
    let kind = config.source.kind.unwrap_or(SourceKind::Stdin);
    let label = match kind {
        SourceKind::File => SourceLabel::File,
        SourceKind::Stdin => SourceLabel::Stdin,
        SourceKind::Kafka => SourceLabel::Kafka,
    };
    let live = Live::new(service.published(), label);
    let mut outlet = StreamOutlet::new(Sinks::open(&config)?, live);
    let source = service.published().health.condition("source");
    source.ready();
    let ran = match kind {
        SourceKind::Kafka => from_kafka(&config, &engines, &mut outlet, &mut steering, &stop),
        SourceKind::File | SourceKind::Stdin => {
            from_files(&config, &engines, &mut outlet, &mut steering, &stop)
        }
    };
    source.not_ready("stopped");
    service.shut_down();
    ran
}

/// Looks after what can change: the site model and the grants that the configuration names, and feedback.
fn steering(config: &Config, engines: &EngineMaker, service: &Service) -> Result<Steering> {
    let published = service.published();
    let metrics = || Arc::clone(&published.metrics);
    let engine = &config.engine;
    let is_watching = engine.site_model.is_some() || engine.grants.is_some();
    let asked = is_watching.then(|| Asked::on_hangup(service.runtime())).transpose()?;
    let asked = asked.unwrap_or_default();
    let every = |poll_s: u32| Duration::from_secs(u64::from(poll_s));
    let path = engine.site_model.clone();
    let sites = SiteModelFeed {
        watch: path.map(|path| Watch::file(path, every(engine.site_model_poll_s), &asked)),
        mask: config.mask,
        sites: Arc::clone(&engines.sites),
        metrics: metrics(),
    };
    let grants = engine.grants.clone().zip(config.grants.clone()).map(|(path, book)| {
        let watch = Watch::files(path, grant_files, every(engine.grants_poll_s), &asked);
        GrantsFeed::new(watch, book, metrics())
    });
    let journal = engine.control_journal.as_deref().map(Journal::open).transpose()?;
    Ok(Steering::new(sites, grants, journal, published))
}

fn from_kafka(
    config: &Config,
    engines: &EngineMaker,
    outlet: &mut StreamOutlet,
    steering: &mut Steering,
    stop: &Stop,
) -> Result<Exit> {
    let Some(kafka) = &config.kafka_source else {
        return Err(Misconfigured("`[source.kafka]` is not set".to_owned()).into());
    };
    let source = gait_kafka::Source::connect(kafka, &environment)?;
    let in_flight_max =
        config.kafka_sink.as_ref().map_or(u64::MAX, |sink| u64::from(sink.max_in_flight_records));
    consume(source, &config.decode, engines, outlet, steering, in_flight_max, stop)?;
    Ok(Exit::Done)
}

fn from_files(
    config: &Config,
    engines: &EngineMaker,
    outlet: &mut StreamOutlet,
    steering: &mut Steering,
    stop: &Stop,
) -> Result<Exit> {
    let mut pipeline = engines.pipeline();
    steering.begin_files()?;
    pipeline.time(outlet.live().stages());
    let (source, decode) = (&config.source, &config.decode);
    let mut exit = Exit::Done;
    if source.kind == Some(SourceKind::File) && source.follow {
        let start_at = match source.start_at {
            StartAt::Beginning => gait_logfile::StartAt::Beginning,
            StartAt::End => gait_logfile::StartAt::End,
        };
        follow(&source.paths, start_at, decode, &mut pipeline, outlet, steering, stop)?;
    } else {
        let stdin = [String::from("-")];
        let paths = if source.kind == Some(SourceKind::Stdin) { &stdin } else { &source.paths[..] };
        let read = read_once(paths, decode, &mut pipeline, outlet, steering, stop)?;
        if !read.unreadable.is_empty() {
            exit = Exit::Unreadable;
        }
    }
    outlet.publish_all(pipeline.engine())?;
    outlet.sinks().drain()?;
    Ok(exit)
}
