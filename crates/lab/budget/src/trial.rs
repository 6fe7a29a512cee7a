//! Days under a budget: which alarms were raised, on whom.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use gait_calibrate::{Judges, ScoreTail, Site, SiteModel, Survey};
use gait_classify::Model;
use gait_decide::{AlertPhase, AlertPolicy, Budget};
use gait_detect::Pack;
use gait_engine::{Engine, EngineConfig, Input, Outbox};
use gait_event::{ClientId, Mask};

use crate::world::{CLIENTS_A_DAY, EPOCHS, History, Truth, World, client_of};

/// User agents are hidden: programs lie about them.
const MASK: Mask = Mask { ua: true, protocol: false, sec_fetch: false };

/// What judges everywhere here.
#[derive(Clone, Debug)]
pub(crate) struct Bench {
    pub(crate) pack: Arc<Pack>,
    pub(crate) model: Arc<Model>,
}

/// One way to be under a budget.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// False alarms a day; none for no budget.
    pub(crate) per_day: Option<f64>,
    pub(crate) sites: Arc<SiteModel>,
}

/// What one day came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) people: u32,
    pub(crate) false_alarms: u32,
    /// Undeclared programs with steps enough to be tested.
    pub(crate) programs: u32,
    pub(crate) caught: u32,
    pub(crate) levels_nano: u64,
    pub(crate) held: u64,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { pack: Arc::new(Pack::builtin()), model: Arc::new(Model::shipped()) }
    }

    /// Learns a site model from the history of a world.
    pub(crate) fn calibrate(&self, world: World, history: History) -> SiteModel {
        let judges = Judges {
            pack: Arc::clone(&self.pack),
            model: Arc::clone(&self.model),
            mask: MASK,
            canaries: Arc::default(),
        };
        let mut survey = Survey::new(judges, u32::MAX);
        world.history(history, |event| survey.observe(event));
        let mut calibration = survey.finish();
        world.history(history, |event| calibration.observe(event));
        calibration.finish().0
    }

    /// Lives every epoch of a world under each of the settings. For each setting, the days in order.
    pub(crate) fn live(&self, world: World, settings: &[Setting]) -> Vec<Vec<Day>> {
        let days = || (0..EPOCHS).map(|_| LivedDay::default()).collect::<Vec<_>>();
        let engines =
            |setting: &Setting| (0..EPOCHS).map(|_| self.engine(setting)).collect::<Vec<Engine>>();
        let mut lived: Vec<_> = settings.iter().map(|setting| (engines(setting), days())).collect();
        let mut truth: BTreeMap<ClientId, Truth> = BTreeMap::new();
        let mut out = Outbox::default();
        for (epoch, sent) in world.epochs() {
            let at = epoch as usize;
            let of = Truth::of(sent.persona);
            truth.entry(client_of(&sent.event())).or_insert(of);
            for (engines, days) in &mut lived {
                engines[at].step(Input::Event(&mut sent.event()), &mut out);
                let opened = out.alerts.iter().filter(|a| a.change.phase == AlertPhase::Open);
                days[at].alarmed.extend(opened.map(|alert| alert.client));
                out.clear();
            }
        }
        let ends = |(engines, days): (Vec<Engine>, Vec<LivedDay>)| {
            engines.iter().zip(days).map(|(engine, day)| day.end(engine, &truth)).collect()
        };
        lived.into_iter().map(ends).collect()
    }

    fn engine(&self, setting: &Setting) -> Engine {
        let budget = setting.per_day.and_then(|per_day| Budget::new(per_day).ok());
        Engine::new(EngineConfig {
            clients_max: CLIENTS_A_DAY * 2,
            lateness_us: 60_000_000,
            mask: MASK,
            pack: Arc::clone(&self.pack),
            model: Arc::clone(&self.model),
            sites: Arc::clone(&setting.sites),
            canaries: Arc::default(),
            bot_keys: Arc::default(),
            grants: None,
            alerts: AlertPolicy { budget, ..AlertPolicy::default() },
            hash_seed: 1,
        })
    }
}

/// A day while it is lived.
#[derive(Debug, Default)]
struct LivedDay {
    alarmed: BTreeSet<ClientId>,
}

impl LivedDay {
    fn end(&self, engine: &Engine, truth: &BTreeMap<ClientId, Truth>) -> Day {
        let stats = engine.stats();
        let mut day = Day {
            levels_nano: stats.budget_levels_nano,
            held: stats.budget_held,
            ..Day::default()
        };
        for seen in engine.sightings() {
            let is_alarmed = u32::from(self.alarmed.contains(&seen.client));
            match truth.get(&seen.client) {
                Some(Truth::Person) => {
                    day.people += 1;
                    day.false_alarms += is_alarmed;
                }
                Some(Truth::Program) if seen.decisions >= gait_detect::STEPS[0] => {
                    day.programs += 1;
                    day.caught += is_alarmed;
                }
                _ => {}
            }
        }
        day
    }
}

/// What [`with_cut_tails`] cuts off, percent of the clients of a table.
pub(crate) const CUT_PERCENT: usize = 5;

/// The same model with tables of scores whose largest are gone.
pub(crate) fn with_cut_tails(sites: &SiteModel) -> SiteModel {
    let cut = |site: &Site| {
        let tail = &site.tail;
        let gone = tail.clients() as usize * CUT_PERCENT / 100;
        // Those below the end of the table are as low as can be: only their number is known.
        let below = tail.clients() as usize - tail.largest().len();
        let all = tail.largest().iter().copied().chain(std::iter::repeat_n(i32::MIN, below));
        let kept = all.skip(gone).collect();
        Site { tail: ScoreTail::of(kept, tail.per_day()), ..site.clone() }
    };
    SiteModel::new(sites.mask(), sites.sites().iter().map(cut).collect())
}
