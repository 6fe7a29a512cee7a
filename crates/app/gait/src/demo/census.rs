//! Who the simulated visitors are, beside what was said of them.

use std::collections::BTreeMap;

use gait_classify::Class;
use gait_engine::Engine;
use gait_event::net_of;
use gait_sim::{Scenario, truth};

use crate::terminal::Table;

/// The columns of the census, the most wanted first.
const CLASSES: [Class; 5] =
    [Class::Human, Class::DeclaredBot, Class::Automation, Class::Agent, Class::Undecided];

/// What a visitor is.
#[derive(Clone, Copy, Debug)]
struct Who {
    label: &'static str,
    persona: &'static str,
}

/// The truth of a scenario: by network, each user agent there and who has it.
#[derive(Debug)]
pub(crate) struct Census {
    who: BTreeMap<String, Vec<(&'static str, Who)>>,
}

/// The verdicts on the visitors of one persona.
#[derive(Debug, Default)]
struct Counts {
    visitors: u64,
    by_class: BTreeMap<Class, u64>,
    enforceable: u64,
    steps: Vec<u32>,
}

impl Census {
    /// The visitors of a scenario.
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let mut who: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for row in truth(scenario) {
            let is = Who { label: row.label, persona: row.persona };
            who.entry(net_of(&row.ip).into_owned()).or_default().push((row.user_agent, is));
        }
        Self { who }
    }

    /// The persona of a client; empty for a stranger.
    pub(crate) fn persona(&self, ip: &str, user_agent: Option<&str>) -> &'static str {
        self.find(ip, user_agent).map_or("", |who| who.persona)
    }

    fn find(&self, ip: &str, user_agent: Option<&str>) -> Option<Who> {
        let agent = user_agent.unwrap_or_default();
        let here = self.who.get(&*net_of(ip))?;
        here.iter().find(|(known, _)| *known == agent).map(|(_, who)| *who)
    }

    /// How each persona was recognised so far: truth beside verdict.
    pub(crate) fn table(&self, engine: &Engine) -> Table {
        let mut counts: BTreeMap<(&str, &str), Counts> = BTreeMap::new();
        for verdict in engine.verdicts() {
            let Some(who) = self.find(verdict.client.ip, verdict.client.user_agent) else {
                continue;
            };
            let counted = counts.entry((who.label, who.persona)).or_default();
            counted.visitors += 1;
            *counted.by_class.entry(verdict.assessment.class).or_default() += 1;
            counted.enforceable += u64::from(verdict.assessment.enforceable);
            counted.steps.extend(verdict.decided_at.map(|at| at.step));
        }
        let mut header = vec!["persona (truth)", "label", "visitors"];
        header.extend(CLASSES.map(Class::as_str));
        header.extend(["enforceable", "decided at step"]);
        let mut table = Table::new(&header);
        for ((label, persona), counts) in counts {
            table.row(counts.row(persona, label));
        }
        table
    }
}

impl Counts {
    fn row(mut self, persona: &str, label: &str) -> Vec<String> {
        let shown = |count: u64| if count == 0 { "·".to_owned() } else { count.to_string() };
        let mut row = vec![persona.to_owned(), label.to_owned(), self.visitors.to_string()];
        for class in CLASSES {
            row.push(shown(self.by_class.get(&class).copied().unwrap_or_default()));
        }
        row.push(shown(self.enforceable));
        self.steps.sort_unstable();
        let median = self.steps.get(self.steps.len().saturating_sub(1) / 2);
        row.push(median.map_or("-".to_owned(), u32::to_string));
        row
    }
}

#[cfg(test)]
mod tests {
    use gait_event::EventTime;
    use gait_sim::Mix;

    use super::*;

    #[test]
    fn visitors_are_found_by_what_a_verdict_says_of_them() {
        let start = EventTime(1_795_000_000_000_000);
        let scenario = Scenario { seed: 3, start, mix: Mix::demo(), ..Scenario::default() };
        let census = Census::new(&scenario);
        for row in truth(&scenario) {
            let agent = Some(row.user_agent).filter(|agent| !agent.is_empty());
            assert_eq!(census.persona(&row.ip, agent), row.persona, "{row:?}");
        }
        assert_eq!(census.persona("203.0.113.255", Some("nobody")), "");
    }
}
