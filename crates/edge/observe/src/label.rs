//! The labels of the metrics and the values they can take. Nothing that a client sends is ever a value.

use gait_classify::Class;
use gait_decide::AlertPhase;
use gait_decode::{FormatId, RejectReason};

use crate::Stage;

/// The values of a label.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// One of a fixed list, which is exported from the start with zeros.
    Closed(fn() -> Vec<&'static str>),
    /// Bounded by something outside this catalogue, which is said.
    Bounded(&'static str),
}

/// A label of a metric.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    /// Its name.
    pub name: &'static str,
    /// What it can be.
    pub values: Values,
}

/// Where records come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Files, read to their end or followed.
    File,
    /// Standard input.
    Stdin,
    /// Kafka.
    Kafka,
    /// The built-in simulated site.
    Simulator,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 4] = [Self::File, Self::Stdin, Self::Kafka, Self::Simulator];

    /// The label value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Stdin => "stdin",
            Self::Kafka => "kafka",
            Self::Simulator => "simulator",
        }
    }
}

/// Why a record is kept as a dead letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeadLetterReason {
    /// It could not be read.
    Rejected(RejectReason),
    /// It was read and counted, and came too late for its client's clocks.
    Late,
}

impl DeadLetterReason {
    /// Every reason.
    pub fn all() -> impl Iterator<Item = Self> {
        let rejected = RejectReason::ALL.iter().copied().map(Self::Rejected);
        rejected.chain([Self::Late])
    }

    /// The label value, snake_case; stable.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Rejected(reason) => reason.label(),
            Self::Late => "late",
        }
    }
}

/// The steps in the life of an alert.
pub(crate) const PHASES: [AlertPhase; 3] =
    [AlertPhase::Open, AlertPhase::Update, AlertPhase::Close];

/// First digit of a status, as in `2xx`. Statuses below 200 are not sent.
pub(crate) const STATUS_CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

pub(crate) const SOURCE: Label = Label {
    name: "source",
    values: Values::Closed(|| Source::ALL.iter().map(|source| source.as_str()).collect()),
};
pub(crate) const FORMAT: Label = Label {
    name: "format",
    values: Values::Closed(|| FormatId::ALL.iter().map(|format| format.name()).collect()),
};
pub(crate) const REASON: Label = Label {
    name: "reason",
    values: Values::Closed(|| DeadLetterReason::all().map(DeadLetterReason::label).collect()),
};
/// What a finding about an identified agent is.
pub(crate) const FINDING: Label =
    Label { name: "kind", values: Values::Closed(|| FINDINGS.to_vec()) };

/// The kinds of findings, in the order of the readings of engines.
pub(crate) const FINDINGS: [&str; 3] = ["violation", "notice", "drift"];

/// What became of an analyst's word on an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedbackOutcome {
    /// The alert was right.
    Confirmed,
    /// The alert was wrong.
    FalseAlarm,
    /// No such alert is known, or the same was said before.
    Unknown,
}

impl FeedbackOutcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Confirmed, Self::FalseAlarm, Self::Unknown];

    /// The label value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::FalseAlarm => "false_alarm",
            Self::Unknown => "unknown",
        }
    }
}

pub(crate) const OUTCOME: Label = Label {
    name: "outcome",
    values: Values::Closed(|| {
        FeedbackOutcome::ALL.iter().map(|outcome| outcome.as_str()).collect()
    }),
};
pub(crate) const CLASS: Label = Label {
    name: "class",
    values: Values::Closed(|| Class::ALL.iter().map(|class| class.as_str()).collect()),
};
pub(crate) const STATE: Label = Label {
    name: "state",
    values: Values::Closed(|| PHASES.iter().map(|phase| phase.as_str()).collect()),
};
pub(crate) const STAGE: Label = Label {
    name: "stage",
    values: Values::Closed(|| Stage::ALL.iter().map(|stage| stage.as_str()).collect()),
};
pub(crate) const CODE: Label =
    Label { name: "code", values: Values::Closed(|| STATUS_CLASSES.to_vec()) };
pub(crate) const DETECTOR: Label =
    Label { name: "detector", values: Values::Bounded("the ids of the detector pack in use") };
pub(crate) const ROUTE: Label = Label {
    name: "route",
    values: Values::Bounded("the routes of [http.md](http.md) as they stand there, or `other`"),
};
pub(crate) const TOPIC: Label =
    Label { name: "topic", values: Values::Bounded("the topics this process reads") };
pub(crate) const PARTITION: Label =
    Label { name: "partition", values: Values::Bounded("the partitions assigned to this process") };
pub(crate) const VERSION: Label =
    Label { name: "version", values: Values::Bounded("the version of this process, one value") };
pub(crate) const HASH: Label =
    Label { name: "hash", values: Values::Bounded("the configuration in use, one value") };
