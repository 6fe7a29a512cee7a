//! Who the clients of the training data are, in the words of the simulator's truth.

use gait_sim::{Label, Persona, TruthRow};

/// What a client counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// A person.
    Person,
    /// A program that follows a fixed plan, declared or not.
    Automation,
    /// A program that decides its next step from the last answer.
    Agent,
}

/// One client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) role: Role,
    pub(crate) persona: &'static str,
    /// What is held back together: the generator family of a program; of people the persona, since one family
    /// makes all of them.
    pub(crate) family: &'static str,
    pub(crate) label: &'static str,
    pub(crate) site: &'static str,
    /// Whether its user agent was masked. Figures and thresholds are those of masked clients; the others keep the
    /// model from forgetting what a user agent is worth.
    pub(crate) masked: bool,
}

impl Client {
    /// `None` for whom no class is right: a session that passes from a person to a program, and a vendor's
    /// application in a person's hand, which is neither.
    pub(crate) fn of(row: &TruthRow, site: &'static str, masked: bool) -> Option<Self> {
        let label = Persona::ALL.into_iter().find(|p| p.name() == row.persona)?.label();
        let role = match label {
            Label::HumanEmulated => Role::Person,
            Label::DeclaredBot | Label::Monitor | Label::Scripted | Label::Scanner => {
                Role::Automation
            }
            Label::LlmApiAgent | Label::LlmBrowserAgent | Label::LlmFetchAgent => Role::Agent,
            Label::MobileAppLegit | Label::Takeover => return None,
        };
        let family = if role == Role::Person { row.persona } else { row.family };
        let (persona, label) = (row.persona, row.label);
        Some(Self { role, persona, family, label, site, masked })
    }

    /// Whether it says what it is: its class follows from that and not from the model.
    pub(crate) fn is_declared(&self) -> bool {
        self.label == Label::DeclaredBot.as_str() || self.label == Label::Monitor.as_str()
    }

    pub(crate) fn is_program(&self) -> bool {
        self.role != Role::Person
    }
}
