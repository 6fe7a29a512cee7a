//! The hands of a person: how long they take, by two laws that have nothing in common.
//!
//! [`ReadingHand`] (tuning) reads at a rate of its own: dwell is log-normal around the time that the words
//! take. [`ForagingHand`] (held out) ages negatively: dwell is Weibull with a shape below 1 (Liu, White and
//! Dumais, SIGIR 2010, give the shape; the scales are assumptions), and its pace drifts with a mood that is
//! correlated from page to page. Keys: log-logistic about 190 ms, against a normal with an exponential
//! tail about 150 ms (assumptions in the range of Dhakal et al., CHI 2018), both kept within 60..600 ms.

use std::fmt;

use crate::random::Random;

/// Between two keys of one word, ms.
pub(crate) const KEY_MS: (u64, u64) = (60, 600);

/// How long one person's hands take.
pub(crate) trait Hand: fmt::Debug {
    /// A person of this law; `slowness` scales all of it.
    fn drawn(random: &mut Random, slowness: f64) -> Self;
    /// Looks at a page with this many words, ms.
    fn dwell_ms(&mut self, random: &mut Random, words: u32) -> u64;
    /// From one key to the next, ms.
    fn key_ms(&mut self, random: &mut Random) -> u64;
    /// From one stretch of scrolling to the next, ms.
    fn wave_ms(&mut self, random: &mut Random) -> u64;
    /// A field with this many letters: finding it, typing, checking, ms.
    fn field_ms(&mut self, random: &mut Random, letters: u32) -> u64;
    /// A short hesitation before a click, ms.
    fn rest_ms(&mut self, random: &mut Random) -> u64;
}

/// Reads words at a rate.
#[derive(Debug)]
pub(crate) struct ReadingHand {
    words_per_minute: f64,
    slowness: f64,
    spread: f64,
    key_ms: f64,
}

impl Hand for ReadingHand {
    fn drawn(random: &mut Random, slowness: f64) -> Self {
        Self {
            words_per_minute: random.log_normal_ms(240.0, 0.3).clamp(110, 520) as f64,
            slowness,
            spread: 0.55 + 0.5 * random.unit(),
            key_ms: random.log_normal_ms(190.0, 0.3).clamp(95, 380) as f64,
        }
    }

    fn dwell_ms(&mut self, random: &mut Random, words: u32) -> u64 {
        if random.chance(0.3) {
            return random.log_normal_ms(3000.0 * self.slowness, 0.5).max(600);
        }
        // Somebody who reads takes in a half of a page; a long one is not read to its end.
        let taken_in = f64::from(words.min(1200)) * (0.25 + 0.5 * random.unit());
        let median_ms = 2500.0 + taken_in / self.words_per_minute * 60_000.0;
        random.log_normal_ms(median_ms * self.slowness, self.spread).clamp(700, 900_000)
    }

    fn key_ms(&mut self, random: &mut Random) -> u64 {
        random.log_logistic_ms(self.key_ms, 3.6).clamp(KEY_MS.0, KEY_MS.1)
    }

    fn wave_ms(&mut self, random: &mut Random) -> u64 {
        random.log_logistic_ms(1900.0 * self.slowness, 2.2).max(150)
    }

    fn field_ms(&mut self, random: &mut Random, letters: u32) -> u64 {
        let find_ms = random.log_normal_ms(1400.0 * self.slowness, 0.5);
        (0..letters).fold(find_ms, |sum, _| sum + self.key_ms(random))
    }

    fn rest_ms(&mut self, random: &mut Random) -> u64 {
        random.log_normal_ms(750.0 * self.slowness, 0.45).max(180)
    }
}

/// Stays while a page gives something, in moods.
#[derive(Debug)]
pub(crate) struct ForagingHand {
    scale_ms: f64,
    shape: f64,
    /// The logarithm of how much slower than usual the person is at the moment.
    mood: f64,
    key_ms: f64,
}

impl ForagingHand {
    fn drifts(&mut self, random: &mut Random) -> f64 {
        self.mood = 0.7 * self.mood + 0.35 * random.normal();
        gait_event::math::exp(self.mood.clamp(-1.4, 1.4))
    }
}

impl Hand for ForagingHand {
    fn drawn(random: &mut Random, slowness: f64) -> Self {
        Self {
            scale_ms: 14_000.0 * slowness * (0.5 + 1.3 * random.unit()),
            shape: 0.6 + 0.25 * random.unit(),
            mood: 0.0,
            key_ms: 90.0 + 110.0 * random.unit(),
        }
    }

    fn dwell_ms(&mut self, random: &mut Random, words: u32) -> u64 {
        let gain = (f64::from(words.max(20)) / 150.0).sqrt();
        let scale_ms = self.scale_ms * gain * self.drifts(random);
        random.weibull_ms(scale_ms, self.shape).saturating_add(450).min(1_100_000)
    }

    fn key_ms(&mut self, random: &mut Random) -> u64 {
        let tail_ms = random.exponential_ms(60.0);
        let body_ms = (self.key_ms + 22.0 * random.normal()).max(30.0);
        (tail_ms + random.log_normal_ms(body_ms, 0.01)).clamp(KEY_MS.0, KEY_MS.1)
    }

    fn wave_ms(&mut self, random: &mut Random) -> u64 {
        // Scrolling comes in flicks, and then there is something to look at.
        if random.chance(0.55) {
            return 160 + random.exponential_ms(350.0);
        }
        900 + random.weibull_ms(3200.0, 0.8)
    }

    fn field_ms(&mut self, random: &mut Random, letters: u32) -> u64 {
        let mood = self.drifts(random);
        let find_ms = 500 + random.weibull_ms(1500.0 * mood, 0.9);
        (0..letters).fold(find_ms, |sum, _| sum + self.key_ms(random))
    }

    fn rest_ms(&mut self, random: &mut Random) -> u64 {
        220 + random.weibull_ms(700.0, 0.9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lags<H: Hand>(words: u32) -> (f64, f64) {
        let mut random = Random::stream(5, 5);
        let mut hand = H::drawn(&mut random, 1.0);
        let dwell: Vec<f64> = (0..4000).map(|_| hand.dwell_ms(&mut random, words) as f64).collect();
        let mean = dwell.iter().sum::<f64>() / 4000.0;
        for _ in 0..2000 {
            assert!((KEY_MS.0..=KEY_MS.1).contains(&hand.key_ms(&mut random)));
        }
        let long = (0..200).map(|_| hand.field_ms(&mut random, 20)).sum::<u64>();
        let short = (0..200).map(|_| hand.field_ms(&mut random, 4)).sum::<u64>();
        assert!(long > short * 3 / 2, "{long} {short}");
        let ln: Vec<f64> = dwell.iter().map(|ms| gait_event::math::ln(*ms)).collect();
        let centre = ln.iter().sum::<f64>() / 4000.0;
        let power: f64 = ln.iter().map(|x| (x - centre) * (x - centre)).sum();
        let serial: f64 = ln.windows(2).map(|x| (x[0] - centre) * (x[1] - centre)).sum();
        (mean, serial / power)
    }

    #[test]
    fn both_laws_read_longer_where_there_is_more_and_only_one_has_moods() {
        assert!(lags::<ReadingHand>(900).0 > lags::<ReadingHand>(60).0 * 1.5);
        assert!(lags::<ForagingHand>(900).0 > lags::<ForagingHand>(60).0 * 1.5);
        assert!(lags::<ReadingHand>(300).1.abs() < 0.05);
        assert!(lags::<ForagingHand>(300).1 > 0.06, "{}", lags::<ForagingHand>(300).1);
    }
}
