//! `gait-budget`: lives simulated days under a false-alarm budget and counts the alarms on people.
//!
//! Sites and generator families are those held out from tuning. Two spoiled calibrations show what the promise
//! rests on: it must break under them. Prints the page; the rows of all days go to the file that is named.

mod bound;
mod report;
mod trial;
mod world;

use std::{env, fs, io, sync::Arc};

use gait_sim::SiteKind;

use crate::{
    report::Lived,
    trial::{Bench, Setting, with_cut_tails},
    world::{History, World},
};

/// The archetypes held out from tuning.
pub(crate) const SITES: [SiteKind; 3] = [SiteKind::SinglePage, SiteKind::News, SiteKind::Booking];
/// Sites drawn of each.
const SEEDS: [u64; 3] = [5, 6, 7];
/// Budgets that are tried.
const BUDGETS: [f64; 3] = [0.5, 1.0, 5.0];
/// The budget under which a spoiled calibration is shown.
const SPOILED: f64 = 0.5;

fn main() -> io::Result<()> {
    let bench = Bench::new();
    let mut all: Vec<Lived> = plan()
        .map(|(calibration, per_day)| Lived { calibration, per_day, days: Vec::new() })
        .collect();
    for site in SITES {
        for seed in SEEDS {
            let world = World { site, seed };
            let same = Arc::new(bench.calibrate(world, History::Same));
            let tame = Arc::new(bench.calibrate(world, History::Tame));
            let cut = Arc::new(with_cut_tails(&same));
            let settings: Vec<Setting> = all
                .iter()
                .map(|lived| {
                    let sites = match lived.calibration {
                        TAME => &tame,
                        CUT_OFF => &cut,
                        _ => &same,
                    };
                    Setting { per_day: lived.per_day, sites: Arc::clone(sites) }
                })
                .collect();
            for (lived, days) in all.iter_mut().zip(bench.live(world, &settings)) {
                lived.days.extend(days.into_iter().map(|day| (site, seed, day)));
            }
        }
    }
    print!("{}", report::page(&all));
    match env::args().nth(1) {
        Some(path) => fs::write(path, report::rows(&all)),
        None => Ok(()),
    }
}

const SAME: &str = "its own history";
const TAME: &str = "spoiled: tame people alone";
const CUT_OFF: &str = "spoiled: the highest 5 % cut off";

/// What is lived: without a budget, under each of them, and under spoiled calibrations.
fn plan() -> impl Iterator<Item = (&'static str, Option<f64>)> {
    let budgets = std::iter::once(None).chain(BUDGETS.map(Some));
    let spoiled = [(TAME, Some(SPOILED)), (CUT_OFF, Some(SPOILED))];
    budgets.map(|per_day| (SAME, per_day)).chain(spoiled)
}
