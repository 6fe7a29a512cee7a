//! The site model on simulated sites: what it finds in people and programs, and how little a history full of
//! programs changes what becomes of people.

use std::{collections::BTreeMap, sync::Arc};

use gait_calibrate::{Judges, Report, SiteModel, Survey};
use gait_classify::Model;
use gait_decide::AlertPolicy;
use gait_detect::{Evidences, Maturity, Pack};
use gait_engine::{Engine, EngineConfig, Input, Outbox};
use gait_event::{ClientId, ClientKey, Mask};
use gait_sim::{Label, Mix, Persona, Scenario, Simulation, SiteKind, Split};

/// The user agent is hidden throughout: programs lie about it.
const MASK: Mask = Mask { ua: true, protocol: false, sec_fetch: false };

/// Clients who were not told to be programs, by whether they are.
type Truth = BTreeMap<ClientId, bool>;

/// Clients below this number make the history, the others visit later: the seed decides the site, and every
/// client has its own chance.
const HISTORY_CLIENTS: u32 = 1300;

/// Two hours of one shop: `people` persons, and beside them so many programs that do not declare themselves.
fn shop(people: u32, programs: u32) -> Scenario {
    let is_hostile = |persona: Persona| {
        let declared = [Persona::MobileApp, Persona::Crawler, Persona::Monitor, Persona::Takeover];
        persona.label() != Label::HumanEmulated && !declared.contains(&persona)
    };
    shop_with(people, &Mix::demo().only(is_hostile).scaled_to(programs))
}

/// Two hours of one shop: `people` persons, and beside them these programs.
fn shop_with(people: u32, hostile: &Mix) -> Scenario {
    let persons = Mix::people_only(people);
    let both = Persona::ALL.map(|p| (p, persons.count(p) + hostile.count(p)));
    Scenario {
        seed: 17,
        span_s: 7200,
        site: SiteKind::Shop,
        split: Some(Split::HeldOut),
        mix: Mix::of(&both),
        ..Scenario::default()
    }
}

fn calibrate(history: &Scenario) -> (SiteModel, Report) {
    let judges = Judges {
        pack: Arc::new(Pack::builtin()),
        model: Arc::new(Model::shipped()),
        mask: MASK,
        canaries: Arc::default(),
    };
    let mut survey = Survey::new(judges, u32::MAX);
    let first = || Simulation::new(history).filter(|sent| sent.client < HISTORY_CLIENTS);
    first().for_each(|sent| survey.observe(&mut sent.event()));
    let mut calibration = survey.finish();
    first().for_each(|sent| calibration.observe(&mut sent.event()));
    calibration.finish()
}

/// Plays the later visitors of a scenario through an engine with a site model.
fn play(scenario: &Scenario, sites: SiteModel) -> (Engine, Truth) {
    let mut engine = Engine::new(EngineConfig {
        clients_max: 100_000,
        lateness_us: 60_000_000,
        mask: MASK,
        pack: Arc::new(Pack::builtin()),
        model: Arc::new(Model::shipped()),
        sites: Arc::new(sites),
        canaries: Arc::default(),
        bot_keys: Arc::default(),
        grants: None,
        alerts: AlertPolicy::default(),
        hash_seed: 1,
    });
    let (mut out, mut key, mut truth) = (Outbox::default(), ClientKey::default(), Truth::new());
    for sent in Simulation::new(scenario).filter(|sent| sent.client >= HISTORY_CLIENTS) {
        let mut event = sent.event();
        key.set(&event);
        truth.insert(key.id(), sent.persona.label() == Label::HumanEmulated);
        engine.step(Input::Event(&mut event), &mut out);
        out.clear();
    }
    (engine, truth)
}

/// People, and those of them who are called programs.
fn people_flagged(scenario: &Scenario, sites: SiteModel) -> (u32, u32) {
    let (engine, truth) = play(scenario, sites);
    let mut counts = (0, 0);
    for verdict in engine.verdicts().filter(|verdict| truth[&verdict.client.id]) {
        counts.0 += 1;
        counts.1 += u32::from(verdict.assessment.class.is_undeclared_program());
    }
    counts
}

#[test]
fn programs_in_the_history_do_not_turn_it_against_people() {
    let visit = shop(HISTORY_CLIENTS + 1500, 0);
    let share = |hostile_percent: u32| {
        let people = 600;
        let programs = people * hostile_percent / (100 - hostile_percent);
        let (model, report) = calibrate(&shop(people, programs));
        assert!(report.measured > 100, "{hostile_percent} % hostile: {report:?}");
        let (people, flagged) = people_flagged(&visit, model);
        let points = f64::from(flagged) * 100.0 / f64::from(people);
        println!(
            "{hostile_percent} % hostile: {flagged} of {people} people, {points:.2} %; {report:?}"
        );
        points
    };
    let (clean, tenth, half) = (share(0), share(10), share(50));
    assert!((tenth - clean).abs() <= 0.2, "10 % hostile: {clean} to {tenth} % of people");
    assert!(half <= 0.5, "50 % hostile: {half} % of people");
}

#[test]
fn browser_agents_in_the_history_do_not_turn_it_against_people() {
    let visit = shop(HISTORY_CLIENTS + 1500, 0);
    for hostile_percent in [10, 50] {
        let people = 600;
        let programs = people * hostile_percent / (100 - hostile_percent);
        let drives_a_browser = |persona: Persona| persona.label() == Label::LlmBrowserAgent;
        let hostile = Mix::demo().only(drives_a_browser).scaled_to(programs);
        let (model, report) = calibrate(&shop_with(people, &hostile));
        let (people, flagged) = people_flagged(&visit, model);
        let points = f64::from(flagged) * 100.0 / f64::from(people);
        println!("{hostile_percent} % browser agents: {flagged} of {people} people; {report:?}");
        assert!(points <= 0.5, "{hostile_percent} % browser agents: {points} % of people");
    }
}

/// By detector that holds clients against the people of their site: of how many programs and people it speaks.
type Spoken = BTreeMap<String, [u32; 2]>;

/// Adds what the detectors say on one shop, drawn by a seed; counts its clients who came far enough.
fn listen(seed: u64, spoken: &mut Spoken, clients: &mut [u32; 2]) {
    let (people_of_site, _) = calibrate(&Scenario { seed, ..shop(600, 60) });
    let later = Scenario { seed, ..shop(1300, 800) };
    let (engine, truth) = play(&later, people_of_site.clone());
    let pack = Pack::builtin();
    let mut evidences = Evidences::default();
    for verdict in engine.verdicts().filter(|verdict| verdict.assessment.decisions >= 8) {
        let group = usize::from(truth[&verdict.client.id]);
        clients[group] += 1;
        let site = people_of_site.find(verdict.client.site.unwrap_or_default());
        pack.evaluate_among(people_of_site.people(site), &verdict.features, &mut evidences);
        for said in evidences.evidence() {
            let detector = pack.detector(said.detector).expect("of this pack");
            if detector.operator == "tail" {
                spoken.entry(detector.id.clone()).or_default()[group] += 1;
            }
        }
    }
}

#[test]
fn detectors_on_the_people_of_a_site_find_programs_and_spare_people() {
    let (mut spoken, mut clients) = (Spoken::new(), [0; 2]);
    // One shop asks for suggestions while somebody types, the other does not.
    for seed in [17, 18] {
        listen(seed, &mut spoken, &mut clients);
    }
    println!("{clients:?} programs and people: {spoken:?}");
    let pack = Pack::builtin();
    let tails = pack.detectors().iter().filter(|detector| detector.operator == "tail");
    for detector in tails {
        let share = |group: usize| {
            let spoken = spoken.get(&detector.id).map_or(0, |counts| counts[group]);
            f64::from(spoken) / f64::from(clients[group])
        };
        let (programs, people) = (share(0), share(1));
        assert!(people <= 0.04, "{} speaks of {people} of the people", detector.id);
        // What only observes has not shown yet that it tells them apart.
        let tells = programs > people || detector.maturity == Maturity::Sandbox;
        assert!(tells, "{}: {programs} of programs, {people} of people", detector.id);
    }
}
