//! `gait demo`: a simulated site, judged for real, in the terminal and on a page.

use std::{
    io::{self, Write},
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::Result;
use gait_decode::{DecodeConfig, Decoder, FormatChoice, FormatId};
use gait_detect::Pack;
use gait_event::{EventTime, Mask, Origin};
use gait_observe::Source;
use gait_serve::Access;
use gait_sim::{Mix, Scenario, Simulation};

use crate::{
    cli::Demo,
    demo::{Census, DemoOutlet, Screen},
    exit::Exit,
    live::{EngineView, Live},
    pipeline::{EngineMaker, Pipeline},
    service::Service,
    stop::Stop,
};

/// When a run begins whose result must not depend on when it is made: 2026-11-22T12:00:00Z.
const FIXED_START: EventTime = EventTime(1_795_348_800_000_000);

/// Simulated seconds of a demo that nobody stops, and of the shortest one.
const LONGEST_SPAN_S: u64 = 86_400;
const SHORTEST_SPAN_S: u64 = 60;

/// Visitors in an hour, and the fewest in which every persona has a place.
const VISITORS_PER_HOUR: u64 = 240;
const VISITORS_MIN: u64 = 120;

/// Clients on the page.
const BOARD_CLIENTS_MAX: usize = 20_000;

/// Clients in memory.
const CLIENTS_MAX: u32 = 200_000;

/// Plays the scenario until it ends or a signal comes, then says who was recognised.
pub(crate) fn run(args: &Demo) -> Result<Exit> {
    let pack = Arc::new(Pack::builtin());
    let mut service = Service::new(&pack, BOARD_CLIENTS_MAX)?;
    let stop = Stop::on_signals(service.runtime())?;
    let scenario = scenario(args);
    let mut title = format!("A simulated shop, seed {}", args.seed);
    if !args.once {
        let bound = service.listen(args.listen, Access::Loopback)?;
        title = format!("{title}, {} times as fast as life: http://{bound}/", args.speed);
    }
    let engines = EngineMaker {
        pack,
        mask: Mask::default(),
        sites: Arc::default(),
        canaries: Arc::default(),
        bot_keys: Arc::default(),
        grants: None,
        clients_max: CLIENTS_MAX,
        budget: None,
    };
    let live = Live::new(service.published(), Source::Simulator);
    let mut pipeline = engines.pipeline();
    pipeline.time(live.stages());
    let view = live.view(0);
    let mut stage = Stage {
        census: Census::new(&scenario),
        pipeline,
        outlet: DemoOutlet::new(live),
        view,
        line: Vec::new(),
    };
    let source = service.published().health.condition("source");
    source.ready();
    stage.play(&scenario, args, &stop, title)?;
    source.not_ready("the simulation has ended");
    service.shut_down();
    let mut out = io::stdout().lock();
    let (clients, events) = {
        let stats = stage.pipeline.engine().stats();
        (stats.clients_live, stats.events)
    };
    writeln!(out, "\nHow {clients} simulated visitors were recognised, in {events} requests:\n")?;
    writeln!(out, "{}", stage.census.table(stage.pipeline.engine()))?;
    Ok(Exit::Done)
}

fn scenario(args: &Demo) -> Scenario {
    let start = if args.once { FIXED_START } else { now() };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to a day right after"
    )]
    let span_s = match args.seconds {
        Some(seconds) => (seconds as f64 * args.speed) as u64,
        None => LONGEST_SPAN_S,
    };
    let span_s = span_s.clamp(SHORTEST_SPAN_S, LONGEST_SPAN_S);
    let visitors = (VISITORS_PER_HOUR * span_s / 3600).max(VISITORS_MIN);
    let total = u32::try_from(visitors).unwrap_or(u32::MAX);
    let span_s = u32::try_from(span_s).unwrap_or(u32::MAX);
    Scenario {
        seed: args.seed,
        start,
        span_s,
        mix: Mix::demo().scaled_to(total),
        ..Scenario::default()
    }
}

fn now() -> EventTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    EventTime(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Everything that takes part.
struct Stage {
    census: Census,
    pipeline: Pipeline,
    outlet: DemoOutlet,
    view: EngineView,
    line: Vec<u8>,
}

impl Stage {
    fn play(&mut self, scenario: &Scenario, args: &Demo, stop: &Stop, title: String) -> Result<()> {
        let format = FormatId::NginxJson;
        let mut decoder = Decoder::new(&DecodeConfig {
            format: FormatChoice::Named(format),
            ..DecodeConfig::default()
        })?;
        self.outlet.live().format(format);
        let mut screen = Screen::new(title, !args.no_color);
        let started = Instant::now();
        for (line_number, event) in (1..).zip(Simulation::new(scenario)) {
            if !args.once {
                let simulated_us = event.logged_at().since(scenario.start).max(0) as f64;
                let due = Duration::from_secs_f64(simulated_us / 1e6 / args.speed);
                self.wait(started + due, stop, &mut screen)?;
            }
            if stop.is_asked() {
                break;
            }
            self.line.clear();
            event.write_nginx_json(&mut self.line);
            let origin = Origin { partition: 0, offset: line_number };
            self.pipeline.feed(&mut decoder, &self.line, origin, &mut self.outlet)?;
        }
        self.show();
        Ok(())
    }

    /// Waits for the moment of the next request, and shows how things stand meanwhile.
    fn wait(&mut self, until: Instant, stop: &Stop, screen: &mut Screen) -> Result<()> {
        loop {
            self.show();
            screen.draw(self.pipeline.engine(), &self.census, &self.outlet)?;
            if stop.is_asked() || Instant::now() >= until {
                return Ok(());
            }
            stop.sleep_until(until.min(Instant::now() + Duration::from_millis(250)));
        }
    }

    fn show(&mut self) {
        let due = self.outlet.live().is_due();
        let new = self.view.batch(self.pipeline.engine(), self.outlet.live(), due);
        self.outlet.live().batch(new, 0, new);
    }
}
