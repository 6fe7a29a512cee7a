//! What became of the signature of a request (Web Bot Auth: RFC 9421 with the tag `web-bot-auth`).

use std::fmt;

/// The five states of a signature. An absent one is evidence of nothing, and an unresolved one is a claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SignatureState {
    /// No signature came, or the log does not carry it.
    #[default]
    Absent,
    /// Headers came that no signer of the protocol sends.
    Malformed,
    /// It cannot be judged: the key is not known, or the log lacks what the signature covers.
    Unresolved,
    /// It is not what the holder of the key made for this request, or its time is over.
    Invalid,
    /// The holder of the key made it for this request.
    Valid,
}

impl SignatureState {
    /// The word that is published.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Malformed => "malformed",
            Self::Unresolved => "unresolved",
            Self::Invalid => "invalid",
            Self::Valid => "valid",
        }
    }
}

impl fmt::Display for SignatureState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
