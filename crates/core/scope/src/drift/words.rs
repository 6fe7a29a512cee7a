//! A change of habits in plain words, with the figures that show it.

use super::{Aspect, Change, habit::action_hash};
use crate::Grant;

/// Evidence from which an aspect is told beside the leading one, nats.
const TOLD_MIN_NATS: f32 = 3.0;

impl Change {
    /// What changed, the leading aspect first, each with the usual and the new figure. The names of actions are
    /// those of `grant`.
    pub(crate) fn words(&self, grant: &Grant) -> Vec<String> {
        let told = Aspect::ALL.into_iter().zip(self.nats);
        let beside = told.filter(|(of, nats)| *of != self.lead && *nats >= TOLD_MIN_NATS);
        let aspects = std::iter::once(self.lead).chain(beside.map(|(aspect, _)| aspect));
        aspects.map(|aspect| self.say(aspect, grant)).collect()
    }

    fn say(&self, aspect: Aspect, grant: &Grant) -> String {
        let profile = &self.profile;
        let calls = profile.calls_since(aspect);
        let times = |logarithm: f32| gait_event::math::exp(f64::from(logarithm));
        match aspect {
            Aspect::Mix => {
                let actions = profile.actions();
                let slot = actions.grown();
                let name = actions.name(slot).and_then(|hash| name_of(grant, hash));
                let name =
                    name.map_or_else(|| "other actions".to_owned(), |name| format!("`{name}`"));
                let percent = |share: f32| share * 100.0;
                format!(
                    "mix: {name} went from {:.0} % to {:.0} % of the calls, in the last {calls}",
                    percent(actions.share_before(slot)),
                    percent(actions.share_since(slot)),
                )
            }
            Aspect::Order => format!(
                "order: the last {calls} calls follow one another otherwise than before, each {:.1} times less likely there than by its share",
                times(profile.shift(aspect)),
            ),
            Aspect::Volume => format!(
                "volume: the last {calls} calls came {:.1} times as fast as usual",
                times(profile.shift(aspect)),
            ),
            Aspect::Load => format!(
                "load: the answers to the last {calls} calls are {:.1} times as large as usual for the same actions",
                times(profile.shift(aspect)),
            ),
            Aspect::Reach => format!(
                "reach: arguments use {:.0} % of what the grant bounds more than usual, in the last {calls} calls",
                profile.shift(aspect) * 100.0,
            ),
        }
    }
}

/// The action of a grant that has this hash.
fn name_of(grant: &Grant, hash: u32) -> Option<&str> {
    let mut names = grant.permissions.iter().flat_map(|permission| &permission.actions);
    names.find(|name| action_hash(name) == hash).map(String::as_str)
}
