//! How well scores tell programs from people, one client one word, every persona alike.

use std::collections::BTreeMap;

use crate::{client::Role, collect::Data};

/// A scored client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scored {
    pub(crate) score: f64,
    pub(crate) weight: f64,
    pub(crate) program: bool,
}

/// Figures of one model on one set of clients.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    /// Area under the curve.
    pub(crate) auc: f64,
    /// True positives at 1 % false ones.
    pub(crate) caught: f64,
    /// Area for browser agents alone.
    pub(crate) auc_browser: f64,
    /// Expected distance between the probability that was said and the share that came true.
    pub(crate) calibration_error: f64,
}

/// Measures `scores`, one per row of `data`, on the last row of every masked client who declares
/// nothing.
pub(crate) fn figures(data: &Data, scores: &[f64], to_probability: &dyn Fn(f64) -> f64) -> Figures {
    let all = last_rows(data, scores, |_| true);
    let browser = last_rows(data, scores, |label| label == "llm_browser_agent");
    Figures {
        auc: auc(&all),
        caught: caught_at(&all, 0.01),
        auc_browser: auc(&browser),
        calibration_error: calibration_error(&all, to_probability),
    }
}

/// The last word on each masked person and on each masked undeclared program whose label fits. All people weigh 1 together,
/// all programs too, and within them every persona the same.
pub(crate) fn last_rows(data: &Data, scores: &[f64], fits: impl Fn(&str) -> bool) -> Vec<Scored> {
    let chosen: Vec<usize> = (0..data.rows.len())
        .filter(|at| data.is_last(*at))
        .filter(|at| {
            let client = data.client(&data.rows[*at]);
            let fits = !client.is_declared() && fits(client.label);
            client.masked && (client.role == Role::Person || fits)
        })
        .collect();
    let mut clients: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    for at in &chosen {
        let client = data.client(&data.rows[*at]);
        *clients.entry((client.is_program(), client.persona)).or_default() += 1;
    }
    let personas = |program: bool| clients.keys().filter(|key| key.0 == program).count().max(1);
    let personas = [personas(false), personas(true)];
    let weigh = |at: &usize| {
        let client = data.client(&data.rows[*at]);
        let program = client.is_program();
        let in_persona = clients[&(program, client.persona)] * personas[usize::from(program)];
        Scored { score: scores[*at], weight: 1.0 / in_persona as f64, program }
    };
    chosen.iter().map(weigh).collect()
}

/// The chance that a program scores above a person; ties count half.
pub(crate) fn auc(scored: &[Scored]) -> f64 {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.score.total_cmp(&b.score));
    let (mut area, mut people_below) = (0.0, 0.0);
    for tie in sorted.chunk_by(|a, b| a.score == b.score) {
        let people = weight_of(tie, false);
        area += weight_of(tie, true) * (people_below + people / 2.0);
        people_below += people;
    }
    area / (weight_of(scored, true) * people_below).max(f64::MIN_POSITIVE)
}

/// The share of programs above the lowest cut that at most `budget` of the people exceed.
pub(crate) fn caught_at(scored: &[Scored], budget: f64) -> f64 {
    let cut = cut_at(scored, budget);
    let caught: f64 = scored.iter().filter(|s| s.program && s.score > cut).map(|s| s.weight).sum();
    caught / weight_of(scored, true).max(f64::MIN_POSITIVE)
}

/// The lowest score that at most `budget` of the people exceed.
pub(crate) fn cut_at(scored: &[Scored], budget: f64) -> f64 {
    let mut people: Vec<&Scored> = scored.iter().filter(|s| !s.program).collect();
    people.sort_by(|a, b| b.score.total_cmp(&a.score));
    let allowed = budget * people.iter().map(|s| s.weight).sum::<f64>() + 1e-12;
    let mut exceeding = 0.0;
    for person in people {
        exceeding += person.weight;
        if exceeding > allowed {
            return person.score;
        }
    }
    f64::NEG_INFINITY
}

/// Distance of said and true shares, over ten classes of what was said.
fn calibration_error(scored: &[Scored], to_probability: &dyn Fn(f64) -> f64) -> f64 {
    let mut classes = [(0.0, 0.0, 0.0); 10];
    for one in scored {
        let said = to_probability(one.score).clamp(0.0, 1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share times ten"
        )]
        let class = &mut classes[((said * 10.0) as usize).min(9)];
        class.0 += one.weight;
        class.1 += one.weight * said;
        class.2 += if one.program { one.weight } else { 0.0 };
    }
    let all: f64 = classes.iter().map(|class| class.0).sum();
    classes.iter().map(|(_, said, came)| (said - came).abs()).sum::<f64>() / all.max(1e-12)
}

fn weight_of(scored: &[Scored], program: bool) -> f64 {
    scored.iter().filter(|s| s.program == program).map(|s| s.weight).sum()
}

/// Macro-F1 of agents against fixed plans over (wanted agent, called agent, weight).
pub(crate) fn macro_f1(calls: &[(bool, bool, f64)]) -> f64 {
    let f1 = |agent: bool| {
        let sum = |wanted: bool, called: bool| -> f64 {
            let fits = calls.iter().filter(|c| c.0 == wanted && c.1 == called);
            fits.map(|c| c.2).sum()
        };
        let right = sum(agent, agent);
        2.0 * right / (2.0 * right + sum(agent, !agent) + sum(!agent, agent)).max(1e-12)
    };
    f64::midpoint(f1(true), f1(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(people: &[f64], programs: &[f64]) -> Vec<Scored> {
        let one = |program: bool| move |score: &f64| Scored { score: *score, weight: 1.0, program };
        people.iter().map(one(false)).chain(programs.iter().map(one(true))).collect()
    }

    #[test]
    fn figures_worked_out_by_hand() {
        assert_eq!(auc(&scored(&[0.0, 1.0], &[2.0, 3.0])), 1.0);
        assert_eq!(auc(&scored(&[0.0, 2.0], &[1.0, 2.0])), 0.625);
        let many: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(cut_at(&scored(&many, &[]), 0.01), 98.0);
        assert_eq!(cut_at(&scored(&many, &[]), 0.0), 99.0);
        assert_eq!(caught_at(&scored(&many, &[98.5, 97.0, 98.0, 120.0]), 0.01), 0.5);
        let half = scored(&[0.0, 0.0], &[0.0, 0.0]);
        assert!((calibration_error(&half, &|_| 0.8) - 0.3).abs() < 1e-12);
        let calls = [(true, true, 1.0), (true, false, 1.0), (false, false, 2.0)];
        // F1 of agents 2/3, of fixed plans 4/5.
        assert!((macro_f1(&calls) - f64::midpoint(2.0 / 3.0, 0.8)).abs() < 1e-12);
    }
}
