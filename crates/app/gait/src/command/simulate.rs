//! `gait simulate`: a simulated gateway's log, line by line, and the truth about its clients.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;
use gait_event::EventTime;
use gait_fingerprint::ClientState;
use gait_sim::{
    Evasion, Label, Mix, Persona, Scenario, SimEvent, Simulation, SiteKind, TruthRow, Turn, truth,
};

use crate::{
    cli::{Simulate, Visitors},
    exit::Exit,
    pipeline::{Lines, SharedStdout, shared_stdout},
};

/// When every simulated log begins: 2026-11-22T12:00:00Z.
const START: EventTime = EventTime(1_795_348_800_000_000);

/// The columns of the truth file. Steps count what somebody chose, from 1; times are seconds since the epoch.
/// `change_decision` is the step of the change on the decision clock of verdicts, which knows the log alone.
const COLUMNS: &str = "client_ip,user_agent,label,persona,family,split,site,group,evasion,\
                       strength_percent,change_step,change_time,return_step,return_time,change_decision";

/// Plays the scenario to its end. One line is in memory at a time.
pub(crate) fn run(args: &Simulate) -> Result<Exit> {
    let scenario = scenario(args);
    let stdout = shared_stdout();
    let mut log = Lines::create(&args.log, &stdout)?;
    let mut simulation = Simulation::new(&scenario);
    let mut line = Vec::new();
    let mut decisions = Decisions::default();
    while let Some(event) = simulation.next() {
        decisions.see(&event, simulation.turns());
        line.clear();
        event.write_nginx_json(&mut line);
        log.write(line.trim_ascii_end())?;
    }
    log.flush()?;
    if let Some(path) = &args.truth {
        write_truth(path, &scenario, simulation.turns(), &decisions, &stdout)?;
    }
    Ok(Exit::Done)
}

/// At which step of the decision clock sessions change hands. Only those that may are followed.
#[derive(Debug, Default)]
struct Decisions {
    states: BTreeMap<u32, ClientState>,
    changed: BTreeMap<u32, u32>,
}

impl Decisions {
    /// Takes an event in; `turns` knows it already.
    fn see(&mut self, sim_event: &SimEvent, turns: &BTreeMap<u32, Turn>) {
        let client = sim_event.client;
        if sim_event.persona.label() != Label::Takeover || self.changed.contains_key(&client) {
            return;
        }
        let event = sim_event.event();
        let state = self.states.entry(client).or_insert_with(|| ClientState::new(&event));
        state.observe(&event);
        if turns.get(&client).is_some_and(|turn| turn.taken.is_some()) {
            self.changed.insert(client, state.decisions());
            self.states.remove(&client);
        }
    }
}

fn scenario(args: &Simulate) -> Scenario {
    let is_made = |persona: Persona| args.split.is_none_or(|s| persona.family(s).is_some());
    let evasion = args.evasion.map(|kind| Evasion { kind, strength_percent: args.strength });
    Scenario {
        seed: args.seed,
        start: START,
        span_s: args.hours * 3600,
        site: args.site.unwrap_or_else(|| SiteKind::drawn(args.split, args.seed)),
        split: args.split,
        evasion,
        full_log: args.full_log,
        fleet_size: args.fleet,
        mix: mix(args.scenario, args.clients, &is_made),
    }
}

/// The visitors of a scenario: those of its kind in their share, and people for the rest.
fn mix(visitors: Visitors, clients: u32, is_made: &impl Fn(Persona) -> bool) -> Mix {
    let wanted = |of: &dyn Fn(Label, Persona) -> bool| {
        Mix::demo().only(|persona| is_made(persona) && of(persona.label(), persona))
    };
    let agents = [Label::LlmApiAgent, Label::LlmBrowserAgent, Label::LlmFetchAgent];
    let (share, chosen) = match visitors {
        Visitors::Demo => return wanted(&|_, _| true).scaled_to(clients),
        Visitors::People => return Mix::people_only(clients),
        Visitors::Programs => (clients / 2, wanted(&|label, _| label.is_undeclared_program())),
        Visitors::Agents => (clients / 2, wanted(&|label, _| agents.contains(&label))),
        Visitors::Takeover => (clients / 5, wanted(&|label, _| label == Label::Takeover)),
        Visitors::Rotation => (clients / 2, wanted(&|_, persona| persona == Persona::Fleet)),
    };
    let (chosen, people) = (chosen.scaled_to(share), Mix::people_only(clients - share));
    let both = |persona| (persona, chosen.count(persona) + people.count(persona));
    Mix::of(&Persona::ALL.map(both))
}

fn write_truth(
    path: &Path,
    scenario: &Scenario,
    turns: &BTreeMap<u32, Turn>,
    decisions: &Decisions,
    stdout: &SharedStdout,
) -> Result<()> {
    let mut out = Lines::create(path, stdout)?;
    out.write(COLUMNS.as_bytes())?;
    for row in truth(scenario) {
        let turn = turns.get(&row.client).copied().unwrap_or_default();
        let changed = decisions.changed.get(&row.client).map(u32::to_string).unwrap_or_default();
        out.write(format!("{},{changed}", row_of(&row, scenario, turn)).as_bytes())?;
    }
    out.flush()
}

fn row_of(row: &TruthRow, scenario: &Scenario, turn: Turn) -> String {
    // User agents hold commas; quotes in them would be doubled.
    let user_agent = row.user_agent.replace('"', "\"\"");
    let (evasion, strength) = scenario
        .evasion
        .map_or(("none", 0), |evasion| (evasion.kind.name(), evasion.strength_percent));
    let step = |at: Option<(u32, EventTime)>| match at {
        Some((step, time)) => {
            let ms = time.0 / 1000;
            format!("{step},{}.{:03}", ms / 1000, ms % 1000)
        }
        None => ",".to_owned(),
    };
    format!(
        "{},\"{user_agent}\",{},{},{},{},{},{},{evasion},{strength},{},{}",
        row.ip,
        row.label,
        row.persona,
        row.family,
        row.split.as_str(),
        scenario.site.name(),
        row.group,
        step(turn.taken),
        step(turn.returned),
    )
}
