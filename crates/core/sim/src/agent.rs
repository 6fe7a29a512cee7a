//! Calls of identified agents inside their grants: seeded habits, and habits that change.
//!
//! As with the visitors nothing here was fitted to a capture: laws and figures are assumptions. What the calls
//! mean to a grant and to a profile is left to whoever takes them.

use gait_event::math;

use crate::random::Random;

/// Names of the actions, each granted to every agent. The last is never used by habit.
pub const AGENT_ACTIONS: [&str; 8] =
    ["list", "search", "get", "free_busy", "update", "reply", "create", "export"];

/// Usual sizes of the answers, bytes.
const ANSWER_BYTES: [f64; AGENT_ACTIONS.len()] =
    [2_000.0, 3_000.0, 500.0, 900.0, 150.0, 120.0, 200.0, 6_000.0];

/// Largest `limit` and oldest day that the grant allows.
pub const AGENT_LIMIT_MAX: f64 = 100.0;
/// Days of data, counted back from the last, that the grant allows.
pub const AGENT_DAYS: i64 = 365;

const SECOND_US: f64 = 1e6;
const DAY_US: i64 = 86_400_000_000;
/// The first day of work, µs: a Monday in 2026, at midnight.
const BEGIN_US: i64 = 1_780_272_000_000_000;

/// How an agent works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentKind {
    /// Helps a person by day: turns of one to four calls with log-normal pauses, in sittings.
    Assistant,
    /// The same, with a pace that differs from day to day and from sitting to sitting.
    Moody,
    /// The same, and every night 30 to 150 calls of one action in a row.
    Batch,
    /// A fixed round of calls every few minutes, day and night.
    Scheduled,
}

impl AgentKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Assistant, Self::Moody, Self::Batch, Self::Scheduled];
}

/// What changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentDrift {
    /// An action that is granted and was never used is done more and more.
    Mix,
    /// Turns come faster.
    Volume,
    /// Actions no longer follow the flow that they used to.
    Order,
    /// Arguments creep towards the bounds of the grant.
    Creep,
}

impl AgentDrift {
    /// Every drift.
    pub const ALL: [Self; 4] = [Self::Mix, Self::Volume, Self::Order, Self::Creep];

    /// The size of the change at each of four strengths: the share of calls of the new action, the factor of the
    /// pace, the share of calls out of order, what is added to the share of the bound that is used.
    #[must_use]
    pub fn sizes(self) -> [f64; 4] {
        match self {
            Self::Mix => [0.15, 0.3, 0.6, 0.9],
            Self::Volume => [2.0, 4.0, 8.0, 16.0],
            Self::Order => [0.25, 0.5, 0.75, 1.0],
            Self::Creep => [0.1, 0.2, 0.4, 0.6],
        }
    }
}

/// One call of an agent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimCall {
    /// When it was made, µs since 1970.
    pub at_us: i64,
    /// Place in [`AGENT_ACTIONS`].
    pub action: usize,
    /// Size of the answer.
    pub bytes: u64,
    /// How many records it asks for, up to [`AGENT_LIMIT_MAX`].
    pub limit: f64,
    /// The oldest day it asks for, counted back from the last, up to [`AGENT_DAYS`].
    pub days_back: i64,
}

/// An agent as an endless list of calls.
#[derive(Clone, Debug)]
pub struct SimAgent {
    random: Random,
    kind: AgentKind,
    weights: [f64; AGENT_ACTIONS.len()],
    flow: [usize; AGENT_ACTIONS.len()],
    follows: f64,
    pause_s: f64,
    turn_calls_max: u32,
    reach: f64,
    /// Factor of the pauses of this sitting.
    mood: f64,
    at_us: i64,
    previous: usize,
    turn_left: u32,
    sitting_left: u32,
    batch_left: u32,
    batch_day: i64,
    drift: Option<(AgentDrift, f64)>,
}

impl SimAgent {
    /// Agent number `number` of a seed.
    #[must_use]
    pub fn new(seed: u64, number: u64, kind: AgentKind) -> Self {
        let mut random = Random::stream(seed, number);
        let round_calls = random.between(3, 7);
        let used = round_calls as usize;
        let mut weights = [0.0; AGENT_ACTIONS.len()];
        for weight in weights.iter_mut().take(used) {
            *weight = 0.05 - math::ln(1.0 - random.unit());
        }
        let mut flow = [0; AGENT_ACTIONS.len()];
        for (place, next) in (1..).zip(&mut flow) {
            *next = place % used;
        }
        let is_round = kind == AgentKind::Scheduled;
        let follows = if is_round { 0.97 } else { 0.2 + 0.5 * random.unit() };
        let pause_s = if is_round { 900.0 } else { 8.0 * math::exp(2.5 * random.unit()) };
        Self {
            kind,
            weights,
            flow,
            follows,
            pause_s,
            turn_calls_max: if is_round { round_calls } else { random.between(1, 4) },
            reach: 0.15 + 0.2 * random.unit(),
            mood: 1.0,
            at_us: BEGIN_US,
            previous: 0,
            turn_left: 0,
            sitting_left: 0,
            batch_left: 0,
            batch_day: BEGIN_US / DAY_US,
            drift: None,
            random,
        }
    }

    /// Changes what the agent does from the next call on, by so much.
    pub fn drift(&mut self, drift: AgentDrift, size: f64) {
        self.drift = Some((drift, size));
    }

    fn size_of(&self, drift: AgentDrift) -> Option<f64> {
        self.drift.filter(|(of, _)| *of == drift).map(|(_, size)| size)
    }

    /// Lets time pass until the next call.
    fn wait(&mut self) {
        let us = |seconds: f64| to_us(seconds * SECOND_US);
        if self.batch_left > 0 {
            self.batch_left -= 1;
            self.at_us += us(0.05 + 0.4 * self.random.unit());
            return;
        }
        if self.turn_left > 0 {
            self.turn_left -= 1;
            self.at_us += us(0.005 + 0.04 * self.random.unit());
            return;
        }
        self.turn_left = self.random.below(self.turn_calls_max);
        let faster = self.size_of(AgentDrift::Volume).unwrap_or(1.0);
        if self.kind == AgentKind::Scheduled {
            self.turn_left = self.turn_calls_max.saturating_sub(1);
            self.at_us += us(self.pause_s * (0.98 + 0.04 * self.random.unit()) / faster);
            return;
        }
        let spread = math::exp(0.7 * self.random.normal());
        self.at_us += us(self.pause_s * self.mood * spread / faster);
        if self.sitting_left > 0 {
            self.sitting_left -= 1;
            return;
        }
        self.rest();
    }

    /// Sits down again after a rest of an hour or two, or the next morning.
    fn rest(&mut self) {
        self.sitting_left = self.random.between(10, 60);
        self.at_us += to_us(3600.0 * SECOND_US * (0.5 + 1.5 * self.random.unit()));
        if self.kind == AgentKind::Moody {
            self.mood = math::exp(0.35 * self.random.normal());
        }
        let (day, of_day) = (self.at_us.div_euclid(DAY_US), self.at_us.rem_euclid(DAY_US));
        if of_day > DAY_US / 4 * 3 {
            let morning = 8.0 + 2.0 * self.random.unit();
            self.at_us = (day + 1) * DAY_US + to_us(morning * 3600.0 * SECOND_US);
        } else if of_day < DAY_US / 3 {
            self.at_us = day * DAY_US + DAY_US / 3;
        }
        if self.kind == AgentKind::Batch && self.at_us.div_euclid(DAY_US) > self.batch_day {
            self.batch_day = self.at_us.div_euclid(DAY_US);
            self.batch_left = self.random.between(30, 150);
        }
    }

    fn choose(&mut self) -> usize {
        if self.batch_left > 0 {
            return 0;
        }
        if let Some(share) = self.size_of(AgentDrift::Mix)
            && self.random.chance(share)
        {
            return AGENT_ACTIONS.len() - 1;
        }
        if let Some(share) = self.size_of(AgentDrift::Order)
            && self.random.chance(share)
        {
            let used = self.weights.iter().filter(|weight| **weight > 0.0).count();
            return self.random.below(u32::try_from(used).unwrap_or(1)) as usize;
        }
        if self.random.chance(self.follows) {
            return self.flow.get(self.previous).copied().unwrap_or_default();
        }
        let mut left = self.random.unit() * self.weights.iter().sum::<f64>();
        let place = self.weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        place.unwrap_or_default()
    }
}

impl Iterator for SimAgent {
    type Item = SimCall;

    fn next(&mut self) -> Option<SimCall> {
        self.wait();
        let action = self.choose();
        self.previous = action;
        let usual = ANSWER_BYTES.get(action).copied().unwrap_or_default();
        let bytes = usual * math::exp(0.6 * self.random.normal());
        let reach = self.reach + self.size_of(AgentDrift::Creep).unwrap_or(0.0);
        let share = |random: &mut Random| (reach + 0.1 * random.normal()).clamp(0.01, 1.0);
        let limit = AGENT_LIMIT_MAX * share(&mut self.random);
        let days = AGENT_DAYS as f64 * share(&mut self.random);
        Some(SimCall {
            at_us: self.at_us,
            action,
            bytes: u64::try_from(to_us(bytes)).unwrap_or_default(),
            limit: limit.max(1.0).round(),
            days_back: to_us(days),
        })
    }
}

/// The whole part of a number from 0 to 1e15.
#[expect(clippy::cast_possible_truncation, reason = "clamped before the cast")]
fn to_us(number: f64) -> i64 {
    number.clamp(0.0, 1e15) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_repeats_itself_and_its_clock_never_runs_back() {
        for kind in AgentKind::ALL {
            let calls: Vec<_> = SimAgent::new(1, 2, kind).take(3000).collect();
            assert_eq!(calls, SimAgent::new(1, 2, kind).take(3000).collect::<Vec<_>>());
            assert!(calls.is_sorted_by_key(|call| call.at_us), "{kind:?}");
            assert!(calls.iter().all(|call| call.action < AGENT_ACTIONS.len() - 1), "{kind:?}");
            assert!(calls.iter().all(|call| call.limit <= AGENT_LIMIT_MAX));
            assert!(calls.iter().all(|call| (0..=AGENT_DAYS).contains(&call.days_back)));
        }
    }

    #[test]
    fn a_drift_changes_what_it_names() {
        let mean = |drift: Option<(AgentDrift, f64)>, of: fn(&SimCall) -> f64| {
            let mut agent = SimAgent::new(1, 2, AgentKind::Assistant);
            if let Some((drift, size)) = drift {
                agent.drift(drift, size);
            }
            agent.take(2000).map(|call| of(&call)).sum::<f64>() / 2000.0
        };
        let exports = |call: &SimCall| f64::from(u8::from(call.action == AGENT_ACTIONS.len() - 1));
        assert!((mean(Some((AgentDrift::Mix, 0.6)), exports) - 0.6).abs() < 0.05);
        let limit = |call: &SimCall| call.limit;
        assert!(mean(Some((AgentDrift::Creep, 0.4)), limit) > mean(None, limit) + 30.0);
    }
}
