//! What is told of a call: a violation with every limit it broke, a notice, or a drift of habits that it shows.

use gait_event::{AgentCall, EventTime, Origin};

use crate::{Aspect, Change, Clauses, Grant, Grants, Judgement, words::words};

/// What an operator should know although no limit was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The credential goes on after the grant has ended.
    CredentialOutlivesGrant,
    /// The call names no grant; it is judged by those of its agent and subject.
    NoGrantNamed,
}

impl Notice {
    /// The published word, snake_case; stable.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CredentialOutlivesGrant => "credential_outlives_grant",
            Self::NoGrantNamed => "no_grant_named",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::CredentialOutlivesGrant => "the credential goes on after the grant has ended",
            Self::NoGrantNamed => "the calls name no grant and are judged by those of the pair",
        }
    }
}

/// What kind of finding it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// Limits were broken.
    Violation(Clauses),
    /// No limit was broken by what this tells.
    Notice(Notice),
    /// Habits changed inside the grant.
    Drift(Drift),
}

/// A change of habits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The aspect that changed most.
    pub aspect: Aspect,
    /// When the change is taken to have begun.
    pub since: EventTime,
    /// Calls from there to the one that told, both included.
    pub calls_until_found: u32,
    /// The logarithm of the evidence, thousandths of a nat.
    pub millinats: i32,
}

/// A finding, attributed to its request, agent, subject and grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was found.
    pub kind: FindingKind,
    /// The id of the request; `partition:offset` of its record when the log has none.
    pub request_id: String,
    /// When the call was made.
    pub at: EventTime,
    /// The agent that acts.
    pub agent: String,
    /// The person on whose behalf it acts.
    pub subject: String,
    /// The grant that was named, else the one that was judged by.
    pub grant: Option<String>,
    /// What was done.
    pub action: Option<String>,
    /// The delegation chain, acting agent first.
    pub chain: Vec<String>,
    /// A hash of the id of the credential.
    pub credential: Option<u128>,
    /// Each broken limit in plain words, what the notice says, or what changed from what to what.
    pub reasons: Vec<String>,
}

impl Finding {
    fn new(
        kind: FindingKind,
        reasons: Vec<String>,
        call: &AgentCall<'_>,
        (at, origin): (EventTime, Origin),
        grant: Option<&Grant>,
    ) -> Self {
        Self {
            kind,
            request_id: call
                .request_id
                .map_or_else(|| format!("{}:{}", origin.partition, origin.offset), str::to_owned),
            at,
            agent: call.actor.to_owned(),
            subject: call.subject.to_owned(),
            grant: call.grant.or(grant.map(|grant| grant.id.as_str())).map(str::to_owned),
            action: call.action.map(str::to_owned),
            chain: call.chain.iter().map(|hop| (*hop).to_owned()).collect(),
            credential: call.credential,
            reasons,
        }
    }

    /// What is told of a change of habits that `call` shows under `grant`.
    #[must_use]
    pub fn drift(
        change: &Change,
        call: &AgentCall<'_>,
        when: (EventTime, Origin),
        grant: &Grant,
    ) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "bounded by the largest sum")]
        let millinats = (change.statistic_nats * 1000.0) as i32;
        let kind = FindingKind::Drift(Drift {
            aspect: change.lead,
            since: change.since,
            calls_until_found: change.calls_until_found,
            millinats,
        });
        Self::new(kind, change.words(grant), call, when, Some(grant))
    }
}

impl Grants {
    /// Hands what is to be told of one call to `tell`, a violation first, and says how it was judged. Notices
    /// come on the first sight of a client alone.
    pub fn findings(
        &self,
        call: &AgentCall<'_>,
        when @ (at, _): (EventTime, Origin),
        is_first: bool,
        tell: &mut dyn FnMut(Finding),
    ) -> Judgement<'_> {
        let judgement = self.judge(call, at);
        let finding = |kind, reasons| Finding::new(kind, reasons, call, when, judgement.grant);
        let clauses = judgement.clauses;
        if !clauses.is_empty() {
            let reasons = clauses.iter().map(|clause| words(clause, &judgement, call)).collect();
            tell(finding(FindingKind::Violation(clauses), reasons));
        }
        let Some(grant) = judgement.grant.filter(|_| is_first) else { return judgement };
        let outlives = call.credential_expires.is_some_and(|end| end.0 > grant.expires_at_us);
        let notices = [
            (Notice::CredentialOutlivesGrant, outlives),
            (Notice::NoGrantNamed, call.grant.is_none()),
        ];
        for (notice, holds) in notices {
            if holds {
                tell(finding(FindingKind::Notice(notice), vec![notice.words().to_owned()]));
            }
        }
        judgement
    }
}
