//! The operator's appetite for alerts: when one opens, when it is worth another word, when it closes.

use gait_classify::{Assessment, Confidence};

use crate::Budget;

/// Why a policy is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Without a distance between the two, a score that trembles would open and close alerts forever.
    #[error(
        "alerts close at {close} tenths of a percent and open at {open}: closing must lie below"
    )]
    NoHysteresis {
        /// Opening score, tenths of a percent.
        open: u16,
        /// Closing score, tenths of a percent.
        close: u16,
    },
    /// No score can reach it.
    #[error("alerts open at {0} tenths of a percent; the largest score is 1000")]
    Unreachable(u16),
    /// Everything would be forgotten at once.
    #[error("the half-life is 0; give it a length in microseconds of event time")]
    NoHalfLife,
}

/// When alerts open, change and close. One alert per client; scores are tenths of a percent, times event time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertPolicy {
    /// An alert opens for an undeclared program at or above this score, 1..=1000.
    pub open_min_tenths: u16,
    /// When no gateway may act on the verdict, it opens from this decision step on, and
    pub unenforced_steps_min: u32,
    /// with at least this confidence.
    pub unenforced_confidence_min: Confidence,
    /// An open alert is on its way out while the score is below this, or the client is no undeclared
    /// program any more. Below `open_min_tenths`.
    pub close_below_tenths: u16,
    /// How long that must last before the alert closes, µs of event time.
    pub close_after_us: u64,
    /// How long a client must have been silent, µs of event time, for its return to be another story: the open
    /// alert closes then, and a new one may open.
    pub silence_us: u64,
    /// How long a further family of evidence or another band waits after the last word, µs of event time.
    pub update_pause_us: u64,
    /// Lower edges of the score bands, tenths of a percent, rising. A score below the first is in band 0.
    pub band_edges_tenths: [u16; 2],
    /// How far below the lower edge of its band a score must fall before that is worth an update, tenths of
    /// a percent. A rise into a higher band always is.
    pub band_slack_tenths: u16,
    /// True when alerts open for enforceable verdicts alone.
    pub enforceable_only: bool,
    /// Half-life of what was found about a client, µs of event time, above 0: what it does is judged afresh
    /// after one, and what stands from before counts half with every one.
    pub half_life_us: u64,
    /// How many false alarms a day each site may have; without it, what else stands here decides alone.
    pub budget: Option<Budget>,
}

impl Default for AlertPolicy {
    /// Opens at 90 % for what a gateway may act on, else with high confidence from step 16 on. Closes below 70 %
    /// after five minutes, and on a return after an hour. Bands begin at 90 % and 99 %, with 2 % of slack. The
    /// half-life is a day.
    fn default() -> Self {
        Self {
            open_min_tenths: 900,
            unenforced_steps_min: 16,
            unenforced_confidence_min: Confidence::High,
            close_below_tenths: 700,
            close_after_us: 300_000_000,
            silence_us: 3_600_000_000,
            update_pause_us: 300_000_000,
            band_edges_tenths: [900, 990],
            band_slack_tenths: 20,
            enforceable_only: false,
            half_life_us: 86_400_000_000,
            budget: None,
        }
    }
}

impl AlertPolicy {
    /// Checks that the policy can open alerts and does not tremble.
    ///
    /// # Errors
    /// When closing does not lie below opening, opening above every score, or the half-life is 0.
    pub fn validated(self) -> Result<Self, PolicyError> {
        let (open, close) = (self.open_min_tenths, self.close_below_tenths);
        if open > 1000 {
            return Err(PolicyError::Unreachable(open));
        }
        if close >= open {
            return Err(PolicyError::NoHysteresis { open, close });
        }
        if self.half_life_us == 0 {
            return Err(PolicyError::NoHalfLife);
        }
        Ok(self)
    }

    /// True when the verdict on an undeclared program deserves an alert.
    #[must_use]
    pub fn is_worth_opening(&self, assessment: &Assessment) -> bool {
        let seen_well = !self.enforceable_only
            && assessment.decisions >= self.unenforced_steps_min
            && assessment.confidence >= self.unenforced_confidence_min;
        assessment.score.tenths() >= self.open_min_tenths && (assessment.enforceable || seen_well)
    }

    /// How many lower edges lie at or below the score.
    pub(crate) fn band_of(&self, tenths: u16) -> u8 {
        self.band_edges_tenths.iter().map(|edge| u8::from(tenths >= *edge)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_needs_room_between_opening_and_closing() {
        let with = |open, close| {
            AlertPolicy {
                open_min_tenths: open,
                close_below_tenths: close,
                ..AlertPolicy::default()
            }
            .validated()
        };
        assert!(AlertPolicy::default().validated().is_ok());
        assert!(with(800, 799).is_ok());
        assert_eq!(with(800, 800), Err(PolicyError::NoHysteresis { open: 800, close: 800 }));
        assert_eq!(with(1001, 1), Err(PolicyError::Unreachable(1001)));
        let at_once = AlertPolicy { half_life_us: 0, ..AlertPolicy::default() };
        assert_eq!(at_once.validated(), Err(PolicyError::NoHalfLife));
    }
}
