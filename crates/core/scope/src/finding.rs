//! What is told of a call: a violation with every limit it broke, or a notice.

use gait_event::{AgentCall, EventTime, Origin};

use crate::{Clauses, Grants, words::words};

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
    /// Each broken limit in plain words, or what the notice says.
    pub reasons: Vec<String>,
}

impl Grants {
    /// Hands what is to be told of one call to `tell`, a violation first. Notices come on the first sight of a
    /// client alone.
    pub fn findings(
        &self,
        call: &AgentCall<'_>,
        (at, origin): (EventTime, Origin),
        is_first: bool,
        tell: &mut dyn FnMut(Finding),
    ) {
        let judgement = self.judge(call, at);
        let finding = |kind, reasons| Finding {
            kind,
            request_id: call
                .request_id
                .map_or_else(|| format!("{}:{}", origin.partition, origin.offset), str::to_owned),
            at,
            agent: call.actor.to_owned(),
            subject: call.subject.to_owned(),
            grant: call.grant.or(judgement.grant.map(|grant| grant.id.as_str())).map(str::to_owned),
            action: call.action.map(str::to_owned),
            chain: call.chain.iter().map(|hop| (*hop).to_owned()).collect(),
            credential: call.credential,
            reasons,
        };
        let clauses = judgement.clauses;
        if !clauses.is_empty() {
            let reasons = clauses.iter().map(|clause| words(clause, &judgement, call)).collect();
            tell(finding(FindingKind::Violation(clauses), reasons));
        }
        if !is_first {
            return;
        }
        let Some(grant) = judgement.grant else { return };
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
    }
}
