//! What personas leave in the log: the invariants that their documentation states.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Mix, Persona, Scenario, Simulation, SiteKind, Split,
    persona::KEY_MS,
    site::{Site, Target},
    tests::scenario,
};

/// What one client did.
#[derive(Default)]
struct Trace {
    starts_ms: Vec<i64>,
    targets: Vec<String>,
    statuses: Vec<u16>,
    documents: usize,
    referers: usize,
    fetches_metadata: bool,
}

impl Trace {
    fn has(&self, prefix: &str) -> bool {
        self.targets.iter().any(|target| target.starts_with(prefix))
    }

    fn of<'t>(&'t self, prefix: &'t str) -> impl Iterator<Item = (i64, &'t str)> {
        let pairs = self.starts_ms.iter().copied().zip(self.targets.iter().map(String::as_str));
        pairs.filter(move |(_, target)| target.starts_with(prefix))
    }
}

/// The prefix that all paths of a part of the site have.
fn prefix(site: &Site, one: Target, other: Target) -> String {
    let (mut a, mut b) = (String::new(), String::new());
    site.write_path(one, &mut a);
    site.write_path(other, &mut b);
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    a.truncate(same);
    a
}

fn suggest(site: &Site) -> String {
    let at = |term| Target::Suggest { term, typed: 0 };
    prefix(site, at(0), at(1))
}

fn path(site: &Site, target: Target) -> String {
    let mut path = String::new();
    site.write_path(target, &mut path);
    path
}

/// A site of this archetype whose draw fits, and its scenario with 20 clients of one persona.
fn run_of(
    kind: SiteKind,
    persona: Persona,
    split: Split,
    fits: impl Fn(&Site) -> bool,
) -> (Site, Scenario) {
    let everything = |site: &Site| !site.logging.split && !site.logging.whole_seconds;
    let logs = |site: &Site| everything(site) && site.logging.sec_fetch && site.logging.referer;
    let seed = (0..4000)
        .find(|seed| {
            let site = Site::new(kind, *seed);
            logs(&site) && site.logging.accept && fits(&site)
        })
        .unwrap();
    let run = scenario(seed, 6 * 3600, Mix::of(&[(persona, 20)]));
    (Site::new(kind, seed), Scenario { site: kind, split: Some(split), ..run })
}

fn traces(run: &Scenario) -> Vec<Trace> {
    let mut traces: BTreeMap<u32, Trace> = BTreeMap::new();
    for sim_event in Simulation::new(run) {
        let event = sim_event.event();
        let trace = traces.entry(sim_event.client).or_default();
        trace.starts_ms.push(event.time.0 / 1000);
        trace.targets.push(event.target.to_string());
        trace.statuses.push(event.status);
        trace.referers += usize::from(event.referer.is_some());
        trace.documents += usize::from(event.accept.is_some_and(|a| a.starts_with("text/html")));
        trace.fetches_metadata |= event.sec_fetch_mode.is_some();
    }
    traces.into_values().collect()
}

const SPLITS: [Split; 2] = [Split::Tuning, Split::HeldOut];

fn made() -> impl Iterator<Item = (Persona, Split)> {
    let both = |persona: Persona| SPLITS.map(|split| (persona, split));
    Persona::ALL
        .into_iter()
        .flat_map(both)
        .filter(|(persona, split)| persona.family(*split).is_some())
}

#[test]
fn every_persona_leaves_something_on_every_site() {
    for kind in SiteKind::ALL {
        for (persona, split) in made() {
            let (_, run) = run_of(kind, persona, split, |_| true);
            let traces = traces(&run);
            assert!(traces.len() >= 17, "{kind:?} {persona:?} {split:?}: {}", traces.len());
        }
    }
}

#[test]
fn people_type_at_the_speed_of_hands_and_agents_fill_at_once() {
    for split in SPLITS {
        let typed = |persona| {
            let (site, run) = run_of(SiteKind::Shop, persona, split, |site| site.traits.suggest);
            let prefix = suggest(&site);
            let mut bursts = Vec::new();
            for trace in traces(&run) {
                let calls: Vec<(i64, &str)> = trace.of(&prefix).collect();
                for pair in calls.windows(2).filter(|pair| pair[1].1.starts_with(pair[0].1)) {
                    if pair[1].1.len() == pair[0].1.len() + 1 {
                        bursts.push(pair[1].0 - pair[0].0);
                    }
                }
            }
            bursts
        };
        let gaps = typed(Persona::Shopper);
        assert!(gaps.len() > 40, "{}", gaps.len());
        let hands = i64::try_from(KEY_MS.0).unwrap() - 1..=i64::try_from(KEY_MS.1).unwrap() + 1;
        let in_hand = gaps.iter().filter(|gap| hands.contains(gap)).count();
        // Requests start when the key is pressed; nothing but the key decides.
        assert_eq!(in_hand, gaps.len(), "{gaps:?}");
        let agent = if split == Split::Tuning { Persona::DomAgent } else { Persona::SnapshotAgent };
        assert_eq!(typed(agent), [] as [i64; 0]);
    }
}

#[test]
fn an_idle_tab_beats_at_its_period_while_it_is_there() {
    for split in SPLITS {
        let (site, run) =
            run_of(SiteKind::Shop, Persona::IdleTab, split, |site| site.traits.pulse_ms.is_some());
        let every_ms = i64::from(site.traits.pulse_ms.unwrap());
        let pulse = path(&site, Target::Pulse);
        let all = traces(&run);
        let beats = |trace: &Trace| trace.of(&pulse).map(|(at, _)| at).collect::<Vec<_>>();
        let longest = all.iter().map(beats).max_by_key(Vec::len).unwrap();
        let gaps: Vec<i64> = longest.windows(2).rev().take(40).map(|p| p[1] - p[0]).collect();
        let even = gaps
            .iter()
            .filter(|gap| [every_ms, 60_000].iter().any(|period| (*gap - period).abs() < 40));
        assert!(gaps.len() >= 30 && even.count() >= gaps.len() * 3 / 4, "{every_ms}: {gaps:?}");
    }
}

#[test]
fn only_hands_rest_on_links_that_they_do_not_follow() {
    let prefetches = |persona, split| {
        let fits = |site: &Site| site.traits.prefetch;
        let (_, run) = run_of(SiteKind::Docs, persona, split, fits);
        let mut count = 0;
        for event in Simulation::new(&run) {
            let event = event.event();
            let asks = event.sec_fetch_dest == Some("empty");
            count += usize::from(asks && event.accept == Some("*/*"));
        }
        count
    };
    assert!(prefetches(Persona::PowerUser, Split::Tuning) > 20);
    assert!(prefetches(Persona::PowerUser, Split::HeldOut) > 20);
    for (agent, split) in
        [(Persona::ScreenshotAgent, Split::Tuning), (Persona::SnapshotAgent, Split::HeldOut)]
    {
        let (site, _) = run_of(SiteKind::Docs, agent, split, |site| site.traits.prefetch);
        assert_eq!(site.traits.pulse_ms, None, "no beacon can be mistaken for a prefetch");
        assert_eq!(prefetches(agent, split), 0, "{agent:?}");
    }
}

#[test]
fn images_come_in_waves_for_people_and_in_jumps_for_programs() {
    for (split, agent) in
        [(Split::Tuning, Persona::ScreenshotAgent), (Split::HeldOut, Persona::SnapshotAgent)]
    {
        let spans = |persona| {
            let (site, run) = run_of(SiteKind::News, persona, split, |site| site.traits.lazy);
            let images = prefix(&site, Target::Image(1), Target::Image(2000));
            let mut late = 0;
            let mut all = 0;
            for trace in traces(&run) {
                let mut page_ms = 0;
                for (at_ms, target) in trace.starts_ms.iter().zip(&trace.targets) {
                    let is_image = target.starts_with(&images[..images.len() - 1]);
                    if is_image {
                        all += 1;
                        late += usize::from(at_ms - page_ms > 900);
                    } else if !target.contains('.') {
                        page_ms = *at_ms;
                    }
                }
            }
            f64::from(u32::try_from(late).unwrap()) / f64::from(u32::try_from(all).unwrap())
        };
        let (people, program) = (spans(Persona::Reader), spans(agent));
        assert!(people > 0.15 && people > 1.5 * program, "{split:?}: {people} {program}");
    }
}

#[test]
fn privacy_browsers_and_proxies_send_what_is_said_of_them() {
    for split in SPLITS {
        let (site, run) = run_of(SiteKind::Shop, Persona::PrivacyBrowser, split, |site| {
            site.traits.pulse_ms.is_some()
        });
        let pulse = path(&site, Target::Pulse);
        assert!(traces(&run).iter().all(|trace| trace.referers == 0 && !trace.has(&pulse)));
        let (_, run) = run_of(SiteKind::Shop, Persona::ProxiedOffice, split, |_| true);
        assert!(traces(&run).iter().all(|trace| !trace.fetches_metadata && trace.documents > 0));
    }
}

#[test]
fn single_page_sites_send_one_document_and_then_data() {
    for split in SPLITS {
        let (_, run) = run_of(SiteKind::SinglePage, Persona::Researcher, split, |_| true);
        for trace in traces(&run) {
            let share = trace.documents as f64 / trace.targets.len() as f64;
            assert!(share < 0.2, "{split:?}: {share}");
        }
    }
}

#[test]
fn programs_that_speak_http_load_no_assets() {
    let bare = [
        Persona::FixedScraper,
        Persona::UniformScraper,
        Persona::PoissonScraper,
        Persona::MimicScraper,
        Persona::QueueScraper,
        Persona::Fleet,
        Persona::Cron,
        Persona::ApiAgent,
        Persona::CodingAgent,
        Persona::FetchAgent,
    ];
    for (persona, split) in made().filter(|(persona, _)| bare.contains(persona)) {
        let (site, run) = run_of(SiteKind::Shop, persona, split, |_| true);
        let shared = path(&site, Target::Shared(0));
        assert!(traces(&run).iter().all(|trace| !trace.has(&shared)), "{persona:?}");
    }
}

#[test]
fn a_clock_job_keeps_to_the_minute() {
    let (_, run) = run_of(SiteKind::Shop, Persona::Cron, Split::Tuning, |_| true);
    for trace in traces(&run) {
        assert!(trace.starts_ms.iter().skip(3).all(|at_ms| at_ms % 60_000 < 6000));
    }
}

#[test]
fn a_fleet_splits_the_work_without_overlap() {
    for split in SPLITS {
        let (_, run) = run_of(SiteKind::News, Persona::Fleet, split, |site| site.items > 3000);
        let mut seen = BTreeSet::new();
        let mut all = 0;
        for trace in traces(&run) {
            all += trace.targets.len();
            seen.extend(trace.targets);
        }
        assert!(seen.len() * 10 >= all * 9, "{split:?}: {} of {all}", seen.len());
    }
}

#[test]
fn a_model_that_thinks_per_action_never_acts_faster_than_it_can_read() {
    for (agent, split) in
        [(Persona::ScreenshotAgent, Split::Tuning), (Persona::SnapshotAgent, Split::HeldOut)]
    {
        let (_, run) = run_of(SiteKind::Docs, agent, split, |site| site.page_calls == 0);
        let mut documents: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
        for sim_event in Simulation::new(&run) {
            let event = sim_event.event();
            let document = event.sec_fetch_dest == Some("document");
            let redirected = event.target.contains("sent") || event.target.contains("ok");
            if document && !redirected && event.status == 200 {
                let starts = documents.entry(sim_event.client).or_default();
                starts.push(event.time.0 / 1000);
            }
        }
        for starts in documents.values() {
            let quickest = starts.windows(2).map(|pair| pair[1] - pair[0]).min();
            assert!(quickest.is_none_or(|gap| gap > 350), "{agent:?}: {quickest:?}");
        }
    }
}
