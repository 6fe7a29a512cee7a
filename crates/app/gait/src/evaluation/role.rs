//! What a label of a truth file says about its clients, and which verdicts are right for it.
//!
//! The table is the scoring rule: people are those who must never be flagged, non-human clients are
//! those the score must lift above people, declared bots are counted apart because policy and not the
//! score handles them, sessions that change hands apart because they are both, and unscored clients are programs that act for a person in front of them.

use gait_classify::Class::{self, Agent, Automation, DeclaredBot, Human};
use serde::Serialize;

/// What the truth says a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// A person with a browser.
    Person,
    /// A program that does not say what it is: what the score has to find.
    NonHuman,
    /// A person whose session an agent takes over: scored apart, for its score is a person's at first.
    Takeover,
    /// A crawler that says what it is.
    DeclaredBot,
    /// An availability check.
    Monitor,
    /// Not scored, but must never be enforceable: an app with a person in front of it.
    Unscored,
}

/// A label, what it stands for, and the classes that are right for it.
struct Rule {
    label: &'static str,
    role: Role,
    right: &'static [Class],
}

const fn rule(label: &'static str, role: Role, right: &'static [Class]) -> Rule {
    Rule { label, role, right }
}

/// Every known label. To score a data set with other labels, add them here.
const RULES: &[Rule] = &[
    rule("human", Role::Person, &[Human]),
    rule("human_emulated", Role::Person, &[Human]),
    rule("agent", Role::NonHuman, &[Agent]),
    rule("llm_api_agent", Role::NonHuman, &[Agent]),
    rule("llm_browser_agent", Role::NonHuman, &[Agent]),
    rule("llm_fetch_agent", Role::NonHuman, &[Agent]),
    rule("api", Role::NonHuman, &[Automation, Agent]),
    rule("automation", Role::NonHuman, &[Automation]),
    rule("bot_scraper", Role::NonHuman, &[Automation]),
    rule("bot_stealth", Role::NonHuman, &[Automation]),
    rule("scanner", Role::NonHuman, &[Automation]),
    rule("scripted", Role::NonHuman, &[Automation]),
    rule("stuffing", Role::NonHuman, &[Automation]),
    rule("takeover", Role::Takeover, &[Class::Takeover, Agent, Automation]),
    rule("bot_ai", Role::DeclaredBot, &[DeclaredBot]),
    rule("bot_search", Role::DeclaredBot, &[DeclaredBot]),
    rule("declared_bot", Role::DeclaredBot, &[DeclaredBot]),
    rule("monitor", Role::Monitor, &[DeclaredBot, Automation]),
    rule("mobile_app_legit", Role::Unscored, &[]),
];

impl Role {
    /// What `label` stands for; `None` for a label that the table does not know.
    pub(crate) fn of(label: &str) -> Option<Self> {
        find(label).map(|rule| rule.role)
    }

    /// The role as the reports spell it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::NonHuman => "non_human",
            Self::Takeover => "takeover",
            Self::DeclaredBot => "declared_bot",
            Self::Monitor => "monitor",
            Self::Unscored => "unscored",
        }
    }
}

/// Whether `class` is the right verdict for `label`. `None` where nothing is right or wrong.
pub(crate) fn is_right(label: &str, class: Class) -> Option<bool> {
    let rule = find(label)?;
    (!rule.right.is_empty()).then(|| rule.right.contains(&class))
}

/// The one class that is right for `label`; `None` where several are or none is.
pub(crate) fn right_class(label: &str) -> Option<Class> {
    match find(label)?.right {
        [class] => Some(*class),
        _ => None,
    }
}

fn find(label: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.label == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_listed_once() {
        for (at, rule) in RULES.iter().enumerate() {
            assert!(RULES[..at].iter().all(|r| r.label != rule.label), "{}", rule.label);
        }
    }

    #[test]
    fn a_label_knows_its_right_classes() {
        assert_eq!(is_right("monitor", Automation), Some(true));
        assert_eq!(is_right("human", Class::Undecided), Some(false));
        assert_eq!(is_right("takeover", Agent), Some(true));
        assert_eq!(is_right("takeover", Human), Some(false));
        assert_eq!(is_right("mobile_app_legit", Human), None);
        assert_eq!(is_right("no such label", Human), None);
    }
}
